from django.urls import path

from commonwhy.listening.views import voices

VOICES = "d/<slug:district>/listen/voices/"

urlpatterns = [
    path(VOICES, voices.voices, name="voices"),
    path(f"{VOICES}marked/", voices.marked, name="marked"),
    path(f"{VOICES}marked/<uuid:excerpt>/take-back/", voices.take_back, name="take_back_mark"),
    path(f"{VOICES}several/", voices.mark_many, name="mark_many"),
    path(f"{VOICES}notes/<uuid:note>/", voices.mark_note, name="mark_note"),
    path(f"{VOICES}<uuid:answer>/", voices.mark_answer, name="mark_answer"),
    path(f"{VOICES}<uuid:answer>/whole/", voices.mark_whole, name="mark_whole"),
]
