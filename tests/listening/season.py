"""A questionnaire with everything in it: parts, a condition, a ranking, a number, and plain words for younger readers."""

from __future__ import annotations

from typing import Any

from commonwhy.districts.models import Person, School
from commonwhy.listening.models import QuestionnaireVersion, Survey
from tests.cast import Cast
from tests.listening.opened import open_survey
from tests.listening.surveying import enrol


def choice(key: str, en: str, es: str, plain: str = "") -> dict[str, Any]:
    return {"key": key, "texts": {"en": en, "es": es}} | ({"plain": {"en": plain}} if plain else {})


USES = [
    choice("yes", "I use it", "Lo uso", "Yes"),
    choice("no", "I do not use it", "No lo uso"),
]
MATTERS = [
    choice("making", "Making things", "Crear cosas"),
    choice("talking", "Talking with my teacher", "Hablar con mi docente", "Talking to my teacher"),
    choice("pace", "Going at my own pace", "Ir a mi propio ritmo", "Taking my time"),
]
AGREE = [choice("yes", "Agree", "De acuerdo"), choice("no", "Disagree", "En desacuerdo")]
LINES = [choice("time", "I have time for it", "Tengo tiempo"), choice("help", "Somebody helps me", "Alguien me ayuda")]
EVERYTHING: list[dict[str, Any]] = [
    {
        "key": "uses",
        "kind": "single",
        "required": True,
        "section": {"en": "Your days", "es": "Sus días"},
        "texts": {"en": "Do you make use of {term} at present?", "es": "¿Usa usted {term}?"},
        "plain_texts": {"en": "Do you use {term}?", "es": "¿Usas {term}?"},
        "options": USES,
    },
    {
        "key": "minutes",
        "kind": "number",
        "texts": {"en": "How many minutes a day?", "es": "¿Cuántos minutos al día?"},
        "limits": {"least": 0, "most": 600, "unit": {"en": "minutes", "es": "minutos"}},
        "shown_if": {"question": "uses", "any_of": ["yes"]},
    },
    {
        "key": "why_not",
        "kind": "long",
        "required": True,
        "texts": {"en": "What stands in the way?", "es": "¿Qué se lo impide?"},
        "shown_if": {"question": "uses", "any_of": ["no"]},
    },
    {
        "key": "order",
        "kind": "ranking",
        "section": {"en": "What matters", "es": "Lo que importa"},
        "texts": {"en": "Which matters most to you?", "es": "¿Qué es lo más importante para usted?"},
        "plain_texts": {"en": "What do you like best?"},
        "options": MATTERS,
    },
    {"key": "each", "kind": "matrix", "texts": {"en": "How is it?", "es": "¿Cómo es?"}, "options": AGREE, "rows": LINES},
    {"key": "more", "kind": "long", "texts": {"en": "Anything else?", "es": "¿Algo más?"}},
]
USES_PAGE, MINUTES_PAGE, WHY_NOT_PAGE, ORDER_PAGE, EACH_PAGE, MORE_PAGE = range(1, 7)


def open_season(cast: Cast, **fields: Any) -> Survey:
    """A survey that asks everything, with plain words for grades 3 to 5."""
    survey = open_survey(cast, questions=EVERYTHING, **fields)
    QuestionnaireVersion.everything.filter(pk=survey.version_id).update(
        plain_intro={"en": "We want to hear you.", "es": "Queremos oírte."}, plain_bands=["3-5"]
    )
    survey.refresh_from_db()
    return survey


def pupils(cast: Cast, school: School, **bands: int) -> list[Person]:
    """Students in the roster: `pupils(cast, school, third_to_fifth=3, grown=2)`."""
    named = {"third_to_fifth": "3-5", "sixth_to_eighth": "6-8", "unknown": ""}
    return [person for band, count in bands.items() for person in enrol(cast, "students", count, school, grade_band=named[band])]
