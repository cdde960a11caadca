"""The addresses of this room, a file for each concern."""

from commonwhy.vision.urls import gap, parts, public, write

app_name = "vision"
urlpatterns = [*public.urlpatterns, *gap.urlpatterns, *write.urlpatterns, *parts.urlpatterns]
