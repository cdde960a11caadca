from django.urls import path

from commonwhy.deliberation.views import priorities as views

ALL = "d/<slug:district>/agree/discussions/<uuid:discussion>/priorities/"
ONE = f"{ALL}<uuid:round>/"

urlpatterns = [
    path(ALL, views.priorities, name="priorities"),
    path(ONE, views.priority_round, name="priority_round"),
    path(f"{ONE}options/", views.priority_option, name="priority_option"),
    path(f"{ONE}state/", views.priority_state, name="priority_state"),
    path("agree/<slug:district>/<int:number>/priorities/", views.public_priorities, name="public_priorities"),
]
