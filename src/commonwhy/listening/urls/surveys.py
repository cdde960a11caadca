from django.urls import path

from commonwhy.listening.views import coverage, invitations, preview, questionnaires, reviews, surveys

SURVEY = "d/<slug:district>/listen/surveys/<uuid:survey>/"
QUESTIONNAIRES = "d/<slug:district>/listen/questionnaires/"
VERSION = f"{QUESTIONNAIRES}<uuid:version>/"

urlpatterns = [
    path("d/<slug:district>/listen/", surveys.surveys, name="surveys"),
    path("d/<slug:district>/listen/surveys/new/", surveys.new, name="survey_new"),
    path("d/<slug:district>/listen/surveys/pulse/", surveys.pulse, name="survey_pulse"),
    path(SURVEY, surveys.survey, name="survey"),
    path(f"{SURVEY}change/", surveys.change, name="survey_change"),
    path(f"{SURVEY}asked/", surveys.asked, name="survey_asked"),
    path(f"{SURVEY}open/", surveys.open_it, name="survey_open"),
    path(f"{SURVEY}close/", surveys.close, name="survey_close"),
    path(f"{SURVEY}extend/", surveys.extend, name="survey_extend"),
    path(f"{SURVEY}discard/", surveys.discard, name="survey_discard"),
    path(f"{SURVEY}invite/", invitations.invitations, name="invitations"),
    path(f"{SURVEY}invite/mail/", invitations.mail, name="invite_by_mail"),
    path(f"{SURVEY}invite/cards/", invitations.cards, name="invite_by_cards"),
    path(f"{SURVEY}invite/links/", invitations.links, name="invite_by_links"),
    path(f"{SURVEY}invite/open-link/", invitations.open_link, name="offer_open_link"),
    path(f"{SURVEY}invite/poster/", invitations.poster, name="open_link_poster"),
    path(QUESTIONNAIRES, questionnaires.questionnaires, name="questionnaires"),
    path(f"{QUESTIONNAIRES}new/", questionnaires.new, name="questionnaire_new"),
    path(VERSION, questionnaires.version, name="questionnaire"),
    path(f"{VERSION}change/", questionnaires.change, name="questionnaire_change"),
    path(f"{VERSION}preview/", preview.preview, name="questionnaire_preview"),
    path(f"{VERSION}copy/", questionnaires.copy, name="questionnaire_copy"),
    path(f"{VERSION}reviews/", reviews.add, name="review_add"),
    path(f"{VERSION}reviews/<uuid:review>/remove/", reviews.remove, name="review_remove"),
    path(f"{VERSION}next/", questionnaires.next_version, name="questionnaire_next"),
    path(f"{VERSION}discard/", questionnaires.discard, name="questionnaire_discard"),
    path(f"{VERSION}add/<slug:kind>/", questionnaires.add, name="question_add"),
    path(f"{VERSION}<uuid:question>/", questionnaires.question, name="question"),
    path(f"{VERSION}<uuid:question>/move/", questionnaires.move, name="question_move"),
    path(f"{VERSION}<uuid:question>/remove/", questionnaires.remove, name="question_remove"),
    path("d/<slug:district>/listen/coverage/", coverage.coverage, name="coverage"),
]
