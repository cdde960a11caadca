from django.urls import path

from commonwhy.listening.views import translations as views

TRANSLATIONS = "d/<slug:district>/listen/translations/"

urlpatterns = [
    path(TRANSLATIONS, views.translations, name="translations"),
    path(f"{TRANSLATIONS}out/", views.take_out, name="translations_out"),
    path(f"{TRANSLATIONS}in/<str:upload>/", views.file, name="translations_file"),
]
