from django.urls import path

from commonwhy.deliberation.views import landscape, public

ONE = "d/<slug:district>/agree/discussions/<uuid:discussion>/where-we-agree/"

urlpatterns = [
    path(ONE, landscape.landscape, name="landscape"),
    path(f"{ONE}work-out/", landscape.work_out, name="landscape_work_out"),
    path(f"{ONE}table.csv", landscape.table, name="landscape_table"),
    path(f"{ONE}<str:chart>.svg", landscape.chart, name="landscape_chart"),
    path("agree/<slug:district>/", public.published, name="public_agrees"),
    path("agree/<slug:district>/<int:number>/", public.agree, name="public_agree"),
    path("agree/<slug:district>/<int:number>/table.csv", public.table, name="public_agree_table"),
    path("agree/<slug:district>/<int:number>/<str:chart>.svg", public.chart, name="public_agree_chart"),
]
