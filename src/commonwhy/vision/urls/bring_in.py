from django.urls import path

from commonwhy.vision.views import bring_in as views

VISION = "d/<slug:district>/vision/"

urlpatterns = [
    path(f"{VISION}bring-in/", views.bring_in, name="bring_in"),
    path(f"{VISION}bring-in/keep/", views.keep, name="bring_in_keep"),
    path(f"{VISION}versions/<int:number>/voices/", views.trace, name="trace"),
    path(f"{VISION}adopted/<uuid:clause>/", views.link_back, name="link_back"),
    path(f"{VISION}adopted/<uuid:clause>/voices/<uuid:excerpt>/", views.link_voice, name="link_voice"),
]
