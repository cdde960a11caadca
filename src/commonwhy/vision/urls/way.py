from django.urls import path

from commonwhy.vision.views import board, reaffirming, stages, stands

VISION = "d/<slug:district>/vision/"

urlpatterns = [
    path(f"{VISION}stands/", stands.stands, name="stands"),
    path(f"{VISION}stands/<uuid:group>/", stands.stand, name="stand"),
    path(f"{VISION}stands/<uuid:group>/<uuid:school>/", stands.stand, name="stand_in_school"),
    path(f"{VISION}stages/", stages.stages, name="stages"),
    path(f"{VISION}stages/plan/", stages.plan, name="stage_plan"),
    path(f"{VISION}stages/note/", stages.stage, name="stage"),
    path(f"{VISION}board/", board.board, name="board"),
    path(f"{VISION}board/ask/", board.ask, name="board_ask"),
    path(f"{VISION}board/<uuid:question>/", board.answer, name="board_answer"),
    path(f"{VISION}still/", reaffirming.reaffirming, name="reaffirming"),
    path(f"{VISION}still/ask/", reaffirming.ask, name="reaffirm"),
    path(f"{VISION}still/<slug:by>.csv", reaffirming.table, name="reaffirming_table"),
    path(f"{VISION}still/<slug:chart>.svg", reaffirming.chart, name="reaffirming_chart"),
]
