from django.urls import path

from commonwhy.listening.views import consulting as views

CONSULTING = "d/<slug:district>/listen/consulting/"

urlpatterns = [
    path(CONSULTING, views.consulting, name="consulting"),
    path(f"{CONSULTING}<uuid:group>/", views.group, name="consult_group"),
    path(f"{CONSULTING}<uuid:group>/stance/", views.stance, name="stance"),
    path(f"{CONSULTING}stances/<uuid:stance>/remove/", views.remove_stance, name="stance_remove"),
]
