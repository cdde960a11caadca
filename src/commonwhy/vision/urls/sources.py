from django.urls import path

from commonwhy.vision.views import alignment, look_for_rounds, sources

VISION = "d/<slug:district>/vision/"

urlpatterns = [
    path(f"{VISION}sentences/<uuid:clause>/statements/<uuid:statement>/", sources.cite_statement, name="cite_statement"),
    path(f"{VISION}sentences/<uuid:clause>/trade-offs/<uuid:trade_off>/", sources.cite_trade_off, name="cite_trade_off"),
    path(f"{VISION}sentences/<uuid:clause>/look-fors/", look_for_rounds.look_for_rounds, name="look_for_rounds"),
    path(f"{VISION}sentences/<uuid:clause>/look-fors/ask/", look_for_rounds.ask_teachers, name="ask_teachers"),
    path(f"{VISION}sentences/<uuid:clause>/look-fors/<uuid:statement>/", look_for_rounds.take_look_for, name="take_look_for"),
    path(f"{VISION}alignment/", alignment.alignment, name="alignment"),
    path(f"{VISION}alignment/<uuid:clause>/", alignment.align, name="align"),
]
