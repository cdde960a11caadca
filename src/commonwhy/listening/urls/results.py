from django.urls import path

from commonwhy.listening.urls.surveys import SURVEY
from commonwhy.listening.views import results

RESULTS = f"{SURVEY}results/"

urlpatterns = [
    path(RESULTS, results.results, name="results"),
    path(f"{RESULTS}count/", results.work_out, name="results_count"),
    path(f"{RESULTS}table.csv", results.results_table, name="results_table"),
    path(f"{RESULTS}<slug:key>/<int:number>/chart.svg", results.results_chart, name="results_chart"),
]
