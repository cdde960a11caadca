"""What changes with the reader: names of languages, a survey's title, where to get help, figures, the pulse that is prepared."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import formats, translation
from tests.cast import Cast
from tests.permissions.world import World, make_world

from commonwhy.core.languages import language_choices, language_name
from commonwhy.districts.models import Group
from commonwhy.listening.models import Question, Survey
from commonwhy.listening.services import surveys
from commonwhy.vision.gap_wording import Facts, finding
from commonwhy.vision.queries.gap_page import label
from commonwhy.vision.wording import WITHIN_A_SENTENCE


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


@pytest.fixture
def survey(world: World) -> Survey:
    """An open survey in two languages, titled with the English words of its question."""
    found = Survey.everything.get(pk=world.arguments["survey"])
    found.version.__class__.everything.filter(pk=found.version_id).update(
        languages=["en", "es"], term={"en": "digital learning", "es": "aprendizaje digital"}
    )
    texts = {"en": "What does {term} mean to you?", "es": "¿Qué significa para usted «{term}»?"}
    Question.everything.filter(version=found.version_id).update(texts=texts)
    Survey.everything.filter(pk=found.pk).update(title="What does digital learning mean to you?")
    return Survey.everything.get(pk=found.pk)


def test_languages_have_names_in_the_readers_language() -> None:
    with translation.override("en"):
        assert [language_name(code) for code in ("en", "es", "zh-hans")] == ["English", "Spanish", "Simplified Chinese"]
    with translation.override("es"):
        assert [language_name(code) for code in ("en", "es", "zh-hans")] == ["Inglés", "Español", "Chino simplificado"]
        assert language_choices() == [("en", "Inglés"), ("es", "Español")]


@pytest.mark.parametrize("code", ["", "hmn", "not a language", "es_MX"])
def test_a_code_without_a_name_stays_as_it_is(code: str) -> None:
    assert language_name(code) == code


def test_a_title_that_is_a_question_is_read_in_the_readers_language(survey: Survey) -> None:
    with translation.override("es"):
        assert survey.title_as_read == "¿Qué significa para usted «aprendizaje digital»?"
    with translation.override("en"):
        assert survey.title_as_read == "What does digital learning mean to you?"


def test_a_title_of_ones_own_stays_as_it_was_written(survey: Survey) -> None:
    survey.title = "What families told us"
    with translation.override("es"):
        assert survey.title_as_read == "What families told us"


def test_a_family_reads_the_title_in_its_language(world: World, survey: Survey) -> None:
    page = world.cast.client(None).get(reverse("listening:respond_open", args=[survey.code]), {"lang": "es"})
    assert "<h1>¿Qué significa para usted «aprendizaje digital»?</h1>" in page.content.decode()


def test_the_pulse_is_titled_in_one_language_whoever_prepares_it(cast: Cast) -> None:
    with translation.override("es"):
        prepared = surveys.prepare_pulse(district=cast.alder, by=cast.coach)
    assert prepared.title == "¿Qué significa para usted «aprendizaje digital»?"
    with translation.override("en"):
        assert prepared.title_as_read == "What does digital learning mean to you?"


@pytest.mark.parametrize(("language", "told_in_spanish"), [("en", True), ("es", False)])
def test_where_to_get_help_is_told_in_a_language_the_reader_knows(
    world: World, survey: Survey, language: str, told_in_spanish: bool
) -> None:
    """The district's own words are in its language; who reads another one is told the general ones as well."""
    world.cast.alder.help_text, world.cast.alder.language = "The words of the district.", language
    world.cast.alder.save()
    page = world.cast.client(None).get(reverse("listening:respond_open", args=[survey.code]), {"lang": "es"}).content.decode()
    assert "The words of the district." in page
    assert ("Hable con una persona adulta de confianza." in page) is told_in_spanish
    assert (f'<div lang="{language}"' in page) is told_in_spanish


def test_figures_and_times_are_written_as_the_schools_here_do() -> None:
    with translation.override("es"):
        assert formats.number_format(1234.5, 1, force_grouping=True) == "1,234.5"
        when = datetime(2026, 6, 8, 17, 5)
        assert formats.date_format(when, "DATE_FORMAT") == "8 de junio de 2026"
        assert formats.date_format(when, "DATETIME_FORMAT") == "8 de junio de 2026, 5:05 p.m."


def found(names: dict[str, str], *, schools: bool) -> str:
    facts = Facts(
        code="apart",
        schools=schools,
        n=80,
        meanings=1,
        names=names,
        most_apart=("a", "b"),
        words={"a": ("tareas", "papel", "mapas"), "b": ("avisos",)},
    )
    return finding(facts, translation.gettext)


def test_groups_and_schools_take_the_verb_and_article_of_their_language() -> None:
    groups = [{"kind": "families"}], [{"kind": "support_staff"}]
    schools = [{"name": "Creekside"}], [{"name": "Maple Street"}]
    for language, of_groups, of_schools in (
        ("en", "Families speak of tareas and papel, support staff of avisos.", "People at Creekside speak of"),
        ("es", "Las familias hablan de tareas y papel; los empleados de apoyo, de avisos.", "En Creekside se habla de"),
    ):
        with translation.override(language):
            assert found(dict(zip("ab", map(label, groups), strict=True)), schools=False) == of_groups
            assert found(dict(zip("ab", map(label, schools), strict=True)), schools=True).startswith(of_schools)


def test_every_kind_of_group_can_stand_in_a_sentence() -> None:
    assert set(WITHIN_A_SENTENCE) == set(Group.Kind.values)
    with translation.override("es"):
        assert all(str(said).startswith(("los ", "las ", "otras ")) for said in WITHIN_A_SENTENCE.values())
