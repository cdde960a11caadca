from django.urls import path

from commonwhy.vision.views import public as views

urlpatterns = [
    path("v/<slug:district>/", views.vision, name="public"),
    path("v/<slug:district>/<int:number>/", views.vision, name="public_version"),
    path("v/<slug:district>/<int:number>/<int:position>/", views.sentence, name="public_sentence"),
]
