from django.urls import path

from commonwhy.listening.views import safety

SAFETY = "d/<slug:district>/listen/safety/"

urlpatterns = [
    path(SAFETY, safety.queue, name="safety"),
    path(f"{SAFETY}set-up/", safety.set_up, name="safety_set_up"),
    path(f"{SAFETY}set-up/name/", safety.name_position, name="safety_name"),
    path(f"{SAFETY}set-up/<uuid:named>/fill/", safety.fill_position, name="safety_fill"),
    path(f"{SAFETY}set-up/<uuid:named>/unname/", safety.unname_position, name="safety_unname"),
    path(f"{SAFETY}words/", safety.add_words, name="safety_words"),
    path(f"{SAFETY}words/<uuid:word>/remove/", safety.remove_word, name="safety_word_remove"),
    path(f"{SAFETY}answers/<uuid:answer>/", safety.mark_answer, name="safety_mark_answer"),
    path(f"{SAFETY}notes/<uuid:note>/", safety.mark_note, name="safety_mark_note"),
    path(f"{SAFETY}<uuid:flag>/", safety.flag, name="safety_flag"),
    path(f"{SAFETY}<uuid:flag>/settle/", safety.settle, name="safety_settle"),
]
