"""The addresses of this room, a file for each concern."""

from commonwhy.deliberation.urls import landscape, priorities, staff, taking_part

app_name = "deliberation"
urlpatterns = [
    *staff.urlpatterns,
    *taking_part.urlpatterns,
    *landscape.urlpatterns,
    *priorities.urlpatterns,
]
