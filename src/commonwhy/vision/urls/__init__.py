"""The addresses of this room, a file for each concern."""

from commonwhy.vision.urls import bring_in, gap, parts, public, sources, together, trade_offs, way, write

app_name = "vision"
urlpatterns = [
    *public.urlpatterns,
    *gap.urlpatterns,
    *write.urlpatterns,
    *parts.urlpatterns,
    *bring_in.urlpatterns,
    *together.urlpatterns,
    *trade_offs.urlpatterns,
    *way.urlpatterns,
    *sources.urlpatterns,
]
