"""The addresses of this room, a file for each concern."""

from typing import Any

app_name = "deliberation"
urlpatterns: list[Any] = []
