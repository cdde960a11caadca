from django.urls import path

from commonwhy.vision.views import write as views

urlpatterns = [
    path("d/<slug:district>/vision/", views.workshop, name="workshop"),
    path("d/<slug:district>/vision/begin/", views.begin, name="begin"),
    path("d/<slug:district>/vision/why/", views.statement, name="statement"),
    path("d/<slug:district>/vision/sentences/new/", views.new_clause, name="new_clause"),
    path("d/<slug:district>/vision/sentences/<uuid:clause>/", views.clause, name="clause"),
    path("d/<slug:district>/vision/sentences/<uuid:clause>/arrange/", views.arrange, name="arrange"),
    path("d/<slug:district>/vision/sentences/<uuid:clause>/voices/<uuid:excerpt>/", views.cite, name="cite"),
    path("d/<slug:district>/vision/adopt/", views.adopt, name="adopt"),
]
