from django.urls import path

from commonwhy.deliberation.views import discussions as views
from commonwhy.deliberation.views import moderation, seeding

ALL = "d/<slug:district>/agree/discussions/"
ONE = f"{ALL}<uuid:discussion>/"

urlpatterns = [
    path(ALL, views.discussions, name="discussions"),
    path(f"{ALL}new/", views.new, name="discussion_new"),
    path(ONE, views.discussion, name="discussion"),
    path(f"{ONE}change/", views.change, name="discussion_change"),
    path(f"{ONE}open/", views.open_it, name="discussion_open"),
    path(f"{ONE}close/", views.close, name="discussion_close"),
    path(f"{ONE}discard/", views.discard, name="discussion_discard"),
    path(f"{ONE}publish/", views.publish, name="discussion_publish"),
    path(f"{ONE}takes-statements/", views.takes_statements, name="discussion_takes_statements"),
    path(f"{ONE}statements/", seeding.add, name="seeds"),
    path(f"{ONE}statements/<uuid:statement>/", seeding.reword, name="seed"),
    path(f"{ONE}statements/<uuid:statement>/take-out/", seeding.take_out, name="seed_take_out"),
    path(f"{ONE}voices/", seeding.voices, name="seed_voices"),
    path(f"{ONE}voices/<uuid:excerpt>/", seeding.from_voice, name="seed_from_voice"),
    path(f"{ONE}moderation/", moderation.moderation, name="moderation"),
    path(f"{ONE}moderation/same/", moderation.duplicates, name="duplicates"),
    path(f"{ONE}moderation/<uuid:statement>/", moderation.moderate, name="moderate"),
    path(f"{ONE}moderation/<uuid:statement>/link/", moderation.link, name="link_statement"),
    path(f"{ONE}moderation/<uuid:statement>/unlink/", moderation.unlink, name="unlink_statement"),
]
