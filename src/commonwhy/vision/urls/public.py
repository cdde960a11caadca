from django.urls import path

from commonwhy.vision.views import public as views

urlpatterns = [
    path("v/<slug:district>/", views.vision, name="public"),
    path("v/<slug:district>/<int:number>/", views.vision, name="public_version"),
    path("v/<slug:district>/<int:number>/<int:position>/", views.sentence, name="public_sentence"),
    path("v/<slug:district>/line/", views.line, name="public_line"),
    path("v/<slug:district>/versions/", views.versions, name="public_versions"),
    path("v/<slug:district>/<int:number>/vision.pdf", views.pdf, name="public_pdf"),
    path("v/<slug:district>/<int:number>/card.png", views.card, name="public_card"),
]
