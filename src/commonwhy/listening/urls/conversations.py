from django.urls import path

from commonwhy.listening.views import calendar, meetings, notes
from commonwhy.listening.views import conversations as views

CONVERSATIONS = "d/<slug:district>/listen/conversations/"
ONE = f"{CONVERSATIONS}<uuid:conversation>/"
NOTE = f"{CONVERSATIONS}notes/<uuid:note>/"
SERIES = "d/<slug:district>/listen/series/"

urlpatterns = [
    path("three-teachers/", views.three_teachers, name="three_teachers"),
    path("three-teachers/side-by-side/", views.side_by_side, name="side_by_side"),
    path("three-teachers/strike/", views.strike, name="strike"),
    path(CONVERSATIONS, views.conversations, name="conversations"),
    path(f"{CONVERSATIONS}keep/", views.keep, name="keep_notebook"),
    path(f"{CONVERSATIONS}new/", meetings.new, name="conversation_new"),
    path(ONE, views.conversation, name="conversation"),
    path(f"{ONE}change/", meetings.change, name="conversation_change"),
    path(f"{ONE}people/", meetings.people, name="conversation_people"),
    path(f"{ONE}close/", meetings.close, name="conversation_close"),
    path(f"{ONE}call-off/", meetings.call_off, name="conversation_call_off"),
    path(f"{ONE}notes.json", notes.sync, name="conversation_notes"),
    path(f"{ONE}event.ics", calendar.event, name="conversation_event"),
    path(NOTE, notes.note, name="note"),
    path(f"{NOTE}leave/", notes.leave, name="note_leave"),
    path(f"{NOTE}remove/", notes.remove, name="note_remove"),
    path(SERIES, meetings.all_series, name="all_series"),
    path(f"{SERIES}<uuid:series>/", meetings.series, name="series"),
    path(f"{SERIES}<uuid:series>/next/", meetings.next_meeting, name="series_next"),
    path(f"{SERIES}<uuid:series>/end/", meetings.end_series, name="series_end"),
    path("d/<slug:district>/listen/calendar/", calendar.calendar, name="calendar"),
    path("d/<slug:district>/listen/calendar/address/", calendar.address, name="calendar_address"),
    path("calendar/<str:feed>.ics", calendar.feed, name="calendar_feed"),
]
