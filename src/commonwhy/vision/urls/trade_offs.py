from django.urls import path

from commonwhy.vision.views.trade_offs import board, notes, parts, public, settling

BOARD = "d/<slug:district>/vision/trade-offs/"
ONE = f"{BOARD}<int:number>/"

urlpatterns = [
    path(BOARD, board.board, name="trade_offs"),
    path(f"{BOARD}new/", board.new, name="trade_off_new"),
    path(ONE, board.trade_off, name="trade_off"),
    path(f"{ONE}names/", board.names, name="trade_off_names"),
    path(f"{ONE}statements/", parts.statements, name="trade_off_statements"),
    path(f"{ONE}options/new/", parts.option_new, name="trade_off_option_new"),
    path(f"{ONE}options/<uuid:option>/", parts.option, name="trade_off_option"),
    path(f"{ONE}options/<uuid:option>/for/<uuid:group>/", parts.effect, name="trade_off_effect"),
    path(f"{ONE}concerns/new/", parts.concern_new, name="trade_off_concern_new"),
    path(f"{ONE}concerns/<uuid:concern>/", parts.concern, name="trade_off_concern"),
    path(f"{ONE}groups/<uuid:group>/", parts.stand, name="trade_off_stand"),
    path(f"{ONE}settle/", settling.settle, name="trade_off_settle"),
    path(f"{ONE}set-aside/", settling.set_aside, name="trade_off_set_aside"),
    path(f"{ONE}take-up/", settling.take_up, name="trade_off_take_up"),
    path(f"{ONE}notes/", notes.notes, name="confidential_notes"),
    path(f"{ONE}notes/<uuid:note>/", notes.note, name="confidential_note"),
    path("v/<slug:district>/trade-offs/", public.trade_offs, name="public_trade_offs"),
    path("v/<slug:district>/trade-offs/<int:number>/", public.trade_off, name="public_trade_off"),
]
