from django.urls import path

from commonwhy.listening.views import kiosk, paper

SURVEY = "d/<slug:district>/listen/surveys/<uuid:survey>/"

urlpatterns = [
    path("k/<str:seal>/", kiosk.kiosk, name="kiosk"),
    path(f"{SURVEY}kiosk/", kiosk.addresses, name="kiosk_addresses"),
    path(f"{SURVEY}paper/", paper.paper, name="paper"),
    path(f"{SURVEY}paper/<int:number>/", paper.type_in, name="paper_type_in"),
]
