from django.urls import URLPattern, path

from commonwhy.listening.views import respond

urlpatterns: list[URLPattern] = [
    path("a/", respond.typed_code, name="respond_code"),
    path("a/<str:token>/", respond.start, name="respond"),
    path("a/<str:token>/<int:page>/", respond.question, name="respond_question"),
    path("a/<str:token>/done/", respond.done, name="respond_done"),
    path("o/<str:code>/", respond.open_link, name="respond_open"),
]
