from django.urls import URLPattern, path

from commonwhy.vision.views import gap as views

urlpatterns: list[URLPattern] = [
    path("d/<slug:district>/vision/gap/", views.gaps, name="gaps"),
    path("d/<slug:district>/vision/gap/<uuid:survey>/", views.gap, name="gap"),
    path("d/<slug:district>/vision/gap/<uuid:survey>/measure/", views.measure, name="gap_measure"),
    path("d/<slug:district>/vision/gap/<uuid:survey>/untranslated.csv", views.untranslated, name="gap_untranslated"),
    path("d/<slug:district>/vision/gap/<uuid:survey>/<slug:by>.csv", views.table, name="gap_table"),
    path("d/<slug:district>/vision/gap/<uuid:survey>/<slug:by>-<slug:chart>.svg", views.chart, name="gap_chart"),
]
