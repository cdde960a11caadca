"""The addresses of this room, a file for each concern."""

from commonwhy.deliberation.urls import landscape, staff, taking_part

app_name = "deliberation"
urlpatterns = [
    *staff.urlpatterns,
    *taking_part.urlpatterns,
    *landscape.urlpatterns,
]
