from django.urls import path

from commonwhy.listening.views import public_replies, replies

REPLIES = "d/<slug:district>/listen/replies/"
REPLY = f"{REPLIES}<uuid:reply>/"
POINT = f"{REPLIES}points/<uuid:point>/"

urlpatterns = [
    path("r/<slug:district>/", public_replies.replies, name="public_replies"),
    path("r/<slug:district>/<int:number>/", public_replies.reply, name="public_reply"),
    path(REPLIES, replies.replies, name="replies"),
    path(f"{REPLIES}new/", replies.new, name="reply_new"),
    path(REPLY, replies.reply, name="reply"),
    path(f"{REPLY}words/", replies.words, name="reply_words"),
    path(f"{REPLY}add/", replies.add_point, name="reply_add_point"),
    path(f"{REPLY}publish/", replies.publish, name="reply_publish"),
    path(f"{REPLY}send/", replies.send, name="reply_send"),
    path(f"{REPLY}discard/", replies.discard, name="reply_discard"),
    path(POINT, replies.point, name="reply_point"),
    path(f"{POINT}arrange/", replies.arrange, name="reply_point_arrange"),
]
