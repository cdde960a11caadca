from django.urls import path

from commonwhy.listening.views import guides

urlpatterns = [
    path("d/<slug:district>/listen/guides/", guides.guides, name="guides"),
    path("d/<slug:district>/listen/guides/<slug:kind>/", guides.guide, name="guide"),
]
