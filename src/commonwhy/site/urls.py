"""Every address of CommonWhy, room by room."""

from __future__ import annotations

from django.urls import include, path

from commonwhy.site import search, thread, views

site_patterns = (
    [
        path("", views.home, name="home"),
        path("start/", views.start, name="start"),
        path("d/<slug:district>/", views.district, name="district"),
        path("d/<slug:district>/search/", search.search, name="search"),
        path("d/<slug:district>/thread/<str:label>/<uuid:pk>/", thread.thread, name="thread"),
    ],
    "site",
)

urlpatterns = [
    path("", include(site_patterns)),
    path("", include("commonwhy.core.urls")),
    path("", include("commonwhy.accounts.urls")),
    path("", include("commonwhy.districts.urls")),
    path("", include("commonwhy.listening.urls")),
    path("", include("commonwhy.deliberation.urls")),
    path("", include("commonwhy.vision.urls")),
    path("accounts/", include("allauth.urls")),
]
