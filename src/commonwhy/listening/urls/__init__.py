"""The addresses of this room, a file for each concern."""

from commonwhy.listening.urls import (
    care,
    consulting,
    conversations,
    guides,
    imports,
    replies,
    respond,
    results,
    safety,
    shared_devices,
    surveys,
    themes,
    translations,
    voices,
)

app_name = "listening"
urlpatterns = [
    *respond.urlpatterns,
    *conversations.urlpatterns,
    *consulting.urlpatterns,
    *translations.urlpatterns,
    *guides.urlpatterns,
    *surveys.urlpatterns,
    *results.urlpatterns,
    *imports.urlpatterns,
    *voices.urlpatterns,
    *shared_devices.urlpatterns,
    *themes.urlpatterns,
    *replies.urlpatterns,
    *safety.urlpatterns,
    *care.urlpatterns,
]
