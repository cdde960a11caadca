from django.urls import path

from commonwhy.districts.views import invitation, manage, roster, style

app_name = "districts"
urlpatterns = [
    path("d/<slug:district>/style.css", style.style, name="style"),
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
    path("d/<slug:district>/manage/", manage.manage, name="manage"),
    path("d/<slug:district>/manage/schools/", manage.schools, name="schools"),
    path("d/<slug:district>/manage/groups/", manage.groups, name="groups"),
    path("d/<slug:district>/manage/groups/<uuid:group>/", manage.group, name="group"),
    path("d/<slug:district>/manage/people/", manage.people, name="people"),
    path("d/<slug:district>/manage/members/", manage.members, name="members"),
    path("d/<slug:district>/manage/members/<uuid:membership>/end/", manage.end_membership, name="end_membership"),
    path(
        "d/<slug:district>/manage/invitations/<uuid:invitation>/withdraw/",
        manage.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("d/<slug:district>/manage/roster/", roster.roster, name="roster"),
    path("d/<slug:district>/manage/roster/template.csv", roster.template, name="roster_template"),
    path("d/<slug:district>/manage/roster/<uuid:job>/", roster.result, name="roster_result"),
    path("d/<slug:district>/manage/roster/<uuid:job>/bring-in/", roster.bring_in, name="roster_bring_in"),
    path("d/<slug:district>/team/", manage.team, name="team"),
    path("d/<slug:district>/team/<uuid:position>/", manage.appoint, name="appoint"),
]
