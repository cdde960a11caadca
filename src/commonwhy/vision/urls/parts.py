from django.urls import path

from commonwhy.vision.views import parts as views

VISION = "d/<slug:district>/vision/"

urlpatterns = [
    path(f"{VISION}beliefs/", views.beliefs, name="beliefs"),
    path(f"{VISION}words/", views.glossary, name="glossary"),
    path(f"{VISION}reading/", views.reading, name="reading"),
    path(f"{VISION}checklist/", views.checklist, name="checklist"),
]
