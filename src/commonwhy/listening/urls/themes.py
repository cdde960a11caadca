from django.urls import path

from commonwhy.listening.views import coding, double_coding, themes

THEMES = "d/<slug:district>/listen/themes/"
FIGURES = f"{THEMES}of/<uuid:survey>/"
DOUBLE = f"{THEMES}double/"

urlpatterns = [
    path(THEMES, themes.themes, name="themes"),
    path(f"{THEMES}new/", themes.new, name="theme_new"),
    path(f"{THEMES}concerns/", themes.concerns, name="concerns"),
    path(f"{THEMES}code/", coding.code, name="code"),
    path(f"{THEMES}code/next/", coding.code_next, name="code_next"),
    path(f"{THEMES}code/notes/", coding.code_notes, name="code_notes"),
    path(f"{THEMES}code/<uuid:answer>/", coding.code_answer, name="code_answer"),
    path(FIGURES, themes.theme_figures, name="theme_figures"),
    path(f"{FIGURES}count/", themes.theme_count, name="theme_count"),
    path(f"{FIGURES}table.csv", themes.theme_table, name="theme_table"),
    path(f"{FIGURES}chart.svg", themes.theme_chart, name="theme_chart"),
    path(DOUBLE, double_coding.double_codings, name="double_codings"),
    path(f"{DOUBLE}new/", double_coding.double_coding_new, name="double_coding_new"),
    path(f"{DOUBLE}<uuid:sample>/", double_coding.double_coding, name="double_coding"),
    path(f"{DOUBLE}<uuid:sample>/code/", double_coding.double_code, name="double_code"),
    path(f"{DOUBLE}<uuid:sample>/done/", double_coding.double_coding_done, name="double_coding_done"),
    path(f"{DOUBLE}<uuid:sample>/give-up/", double_coding.double_coding_give_up, name="double_coding_give_up"),
    path(f"{DOUBLE}<uuid:sample>/settle/", double_coding.settle, name="settle"),
    path(f"{THEMES}<uuid:theme>/", themes.theme, name="theme"),
    path(f"{THEMES}<uuid:theme>/merge/", themes.merge, name="theme_merge"),
    path(f"{THEMES}<uuid:theme>/aside/", themes.lay_aside, name="theme_aside"),
]
