from django.urls import path

from commonwhy.vision.views import ambassadors
from commonwhy.vision.views import together as views

VISION = "d/<slug:district>/vision/"

urlpatterns = [
    path(f"{VISION}co-authors/", views.co_authors, name="co_authors"),
    path(f"{VISION}co-authors/<uuid:co_author>/end/", views.end_co_author, name="end_co_author"),
    path(f"{VISION}comments/", views.comments, name="comments"),
    path(f"{VISION}comments/<uuid:comment>/answer/", views.answer, name="answer_comment"),
    path(f"{VISION}ambassadors/", ambassadors.ambassadors, name="ambassadors"),
    path(f"{VISION}ambassadors/<uuid:ambassador>/", ambassadors.ambassador, name="ambassador"),
]
