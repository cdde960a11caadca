from django.urls import path

from commonwhy.listening.views import conversations as views

urlpatterns = [
    path("three-teachers/", views.three_teachers, name="three_teachers"),
    path("three-teachers/side-by-side/", views.side_by_side, name="side_by_side"),
    path("three-teachers/strike/", views.strike, name="strike"),
    path("d/<slug:district>/listen/conversations/", views.conversations, name="conversations"),
    path("d/<slug:district>/listen/conversations/keep/", views.keep, name="keep_notebook"),
    path("d/<slug:district>/listen/conversations/<uuid:conversation>/", views.conversation, name="conversation"),
]
