from django.urls import path

from commonwhy.vision.views import alignment, sources

VISION = "d/<slug:district>/vision/"

urlpatterns = [
    path(f"{VISION}sentences/<uuid:clause>/statements/<uuid:statement>/", sources.cite_statement, name="cite_statement"),
    path(f"{VISION}sentences/<uuid:clause>/trade-offs/<uuid:trade_off>/", sources.cite_trade_off, name="cite_trade_off"),
    path(f"{VISION}alignment/", alignment.alignment, name="alignment"),
    path(f"{VISION}alignment/<uuid:clause>/", alignment.align, name="align"),
]
