from django.urls import path

from commonwhy.listening.views import care, families, records

SURVEY = "d/<slug:district>/listen/surveys/<uuid:survey>/"
FAMILIES = f"{SURVEY}families/"
RECORDS = "d/<slug:district>/listen/records/"

urlpatterns = [
    path("p/<str:code>/", families.families_page, name="families_page"),
    path(f"{SURVEY}law/", care.survey_care, name="survey_care"),
    path(f"{SURVEY}law/hold/", care.survey_hold, name="survey_hold"),
    path("d/<slug:district>/listen/questionnaires/<uuid:version>/asks-about/", care.areas, name="questionnaire_areas"),
    path(FAMILIES, families.families, name="survey_families"),
    path(f"{FAMILIES}record/", families.record, name="families_record"),
    path(f"{FAMILIES}<uuid:choice>/match/", families.match, name="families_match"),
    path(f"{FAMILIES}<uuid:choice>/nobody/", families.found_nobody, name="families_nobody"),
    path(f"{FAMILIES}<uuid:choice>/take-back/", families.take_back, name="families_take_back"),
    path(RECORDS, records.records, name="records"),
    path(f"{RECORDS}classes/", records.add_class, name="records_class"),
    path(f"{RECORDS}surveys/<uuid:survey>/propose/", records.propose, name="records_propose"),
    path(f"{RECORDS}<uuid:disposal>/dispose/", records.dispose, name="records_dispose"),
    path(f"{RECORDS}<uuid:disposal>/take-back/", records.take_back, name="records_take_back"),
]
