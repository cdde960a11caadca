"""The addresses of this room, a file for each concern."""

from commonwhy.listening.urls import conversations, imports, respond, safety, surveys, voices

app_name = "listening"
urlpatterns = [
    *respond.urlpatterns,
    *conversations.urlpatterns,
    *surveys.urlpatterns,
    *imports.urlpatterns,
    *voices.urlpatterns,
]
    *safety.urlpatterns,
