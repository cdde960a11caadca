"""Questionnaires: copied, written question by question, previewed, and left alone once people were asked with them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from commonwhy.districts.services import change_district
from commonwhy.listening.models import Question, Questionnaire, QuestionnaireVersion
from commonwhy.listening.services import questionnaires as services
from commonwhy.listening.services import questions as question_services
from commonwhy.listening.services.questionnaires import QuestionnaireRefused
from commonwhy.listening.services.questions import Written, choices_from_lines, fresh_key
from commonwhy.listening.shipped import DEFINITION_PULSE, shipped
from tests.cast import Cast
from tests.listening.surveying import draft, opened

BASE = "/d/alder-creek/listen/questionnaires/"


@pytest.fixture
def pulse(cast: Cast) -> QuestionnaireVersion:
    return services.copy_shipped(district=cast.alder, key=DEFINITION_PULSE, by=cast.coach)


def keys(version: QuestionnaireVersion) -> list[str]:
    return [question.key for question in Question.everything.filter(version=version).order_by("position")]


def address(version: QuestionnaireVersion, rest: str = "") -> str:
    return f"{BASE}{version.pk}/{rest}"


class TestShipped:
    def test_the_pulse_asks_for_meaning_first_in_both_languages(self) -> None:
        pulse = shipped()[DEFINITION_PULSE]
        assert pulse.licence == "CC BY 4.0"
        assert [question.key for question in pulse.questions] == ["meaning", "works", "frustrates", "how_often", "agreement"]
        for question in pulse.questions:
            for texts in (question.texts, *(each["texts"] for each in [*question.options, *question.rows])):
                assert set(texts) == {"en", "es"}
        assert "{term}" in pulse.questions[0].texts["es"]

    def test_not_knowing_is_an_answer_and_skipping_is_none(self, pulse: QuestionnaireVersion) -> None:
        often = Question.everything.get(version=pulse, key="how_often")
        assert often.option_keys()[-1] == "dont_know"
        assert not often.required

    def test_copied_twice_it_is_there_once(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        again = services.copy_shipped(district=cast.alder, key=DEFINITION_PULSE, by=cast.superintendent)
        assert again == pulse
        assert Questionnaire.everything.count() == 1

    def test_it_asks_about_the_district_s_own_term(self, cast: Cast) -> None:
        change_district(district=cast.alder, by=cast.superintendent, term="deeper learning")
        version = services.copy_shipped(district=cast.alder, key=DEFINITION_PULSE, by=cast.coach)
        question = Question.everything.get(version=version, key="meaning")
        assert version.words(question.texts, "en") == "What does deeper learning mean to you?"
        assert "deeper learning" in version.words(question.texts, "es")

    def test_what_does_not_ship_is_refused(self, cast: Cast) -> None:
        with pytest.raises(QuestionnaireRefused):
            services.copy_shipped(district=cast.alder, key="nonsense", by=cast.coach)


class TestWriting:
    def test_an_empty_one_gets_a_question_of_each_kind(self, cast: Cast) -> None:
        client = cast.client("coach")
        made = client.post(f"{BASE}new/", {"start": "empty", "title": "Ours", "languages": ["es", "en"]})
        version = QuestionnaireVersion.everything.get()
        assert made.headers["Location"] == address(version)
        texts = {"text-en": "How often, then?", "text-es": "¿Con qué frecuencia?"}
        options = {"options-en": "Never\nAlways", "options-es": "Nunca\nSiempre"}
        rows = {"rows-en": "At school\nAt home", "rows-es": "En la escuela\nEn casa"}
        for kind, sent in {
            "single": texts | options,
            "multiple": texts | options,
            "matrix": texts | options | rows,
            "short": texts,
            "long": texts | {"hint-es": "Con sus palabras", "required": "on"},
        }.items():
            answer = client.post(address(version, f"add/{kind}/"), sent)
            assert answer.status_code == 302, answer.content.decode()
        questions = list(Question.everything.filter(version=version).order_by("position"))
        assert [question.kind for question in questions] == ["single", "multiple", "matrix", "short", "long"]
        assert len({question.key for question in questions}) == 5
        assert questions[2].row_keys() == ["en_la_escuela", "en_casa"]
        assert questions[0].options == [
            {"key": "nunca", "texts": {"es": "Nunca", "en": "Never"}},
            {"key": "siempre", "texts": {"es": "Siempre", "en": "Always"}},
        ]
        assert questions[4].required
        for question in questions:
            assert client.get(address(version, f"{question.pk}/")).status_code == 200

    @pytest.mark.parametrize(
        ("kind", "sent", "said"),
        [
            ("long", {"text-en": ""}, "required"),
            ("single", {"text-en": "Which?"}, "at least two answers"),
            ("single", {"text-en": "Which?", "options-en": "Only one"}, "at least two answers"),
            ("single", {"text-en": "Which?", "options-en": "Same\nsame"}, "stands there twice"),
            ("single", {"text-en": "Which?", "options-en": "A\nB", "options-es": "A"}, "same lines in the same order"),
            ("matrix", {"text-en": "Which?", "options-en": "A\nB"}, "at least one line"),
            ("long", {"text-en": "x" * 5000}, "at most 4000"),
        ],
    )
    def test_a_question_nobody_could_answer_is_refused(
        self, cast: Cast, pulse: QuestionnaireVersion, kind: str, sent: dict[str, str], said: str
    ) -> None:
        answer = cast.client("coach").post(address(pulse, f"add/{kind}/"), sent)
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert len(keys(pulse)) == 5

    def test_an_unknown_kind_is_not_found(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        assert cast.client("coach").get(address(pulse, "add/essay/")).status_code == 404

    def test_what_people_wrote_is_shown_as_text(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        sent = {"text-en": "<script>alert(1)</script>", "text-es": ""}
        cast.client("coach").post(address(pulse, "add/short/"), sent)
        for path in ("", "preview/"):
            page = cast.client("coach").get(address(pulse, path)).content.decode()
            assert "<script>alert" not in page
            assert "&lt;script&gt;alert" in page

    def test_questions_change_places_and_stop_at_the_ends(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        client = cast.client("coach")
        works = Question.everything.get(version=pulse, key="works")
        client.post(address(pulse, f"{works.pk}/move/"), {"up": "1"})
        assert keys(pulse)[:3] == ["works", "meaning", "frustrates"]
        client.post(address(pulse, f"{works.pk}/move/"), {"up": "1"})
        assert keys(pulse)[0] == "works"
        client.post(address(pulse, f"{works.pk}/move/"), {"down": "1"})
        assert keys(pulse)[:2] == ["meaning", "works"]

    def test_two_questions_cannot_stand_in_one_place(self, pulse: QuestionnaireVersion) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.everything.filter(version=pulse, key="works").update(position=1)

    def test_a_question_is_removed_once(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        works = Question.everything.get(version=pulse, key="works")
        client = cast.client("coach")
        client.post(address(pulse, f"{works.pk}/remove/"))
        assert "works" not in keys(pulse)
        assert client.post(address(pulse, f"{works.pk}/remove/")).status_code == 404
        with pytest.raises(QuestionnaireRefused, match="removed this question"):
            question_services.change_question(question=works, by=cast.coach, written=Written({"en": "x"}))

    def test_a_line_that_stays_keeps_its_key(self) -> None:
        before = choices_from_lines({"en": "Never\nOften"}, ["en"], [])
        after = choices_from_lines({"en": "Often\nMost days\nNever!"}, ["en"], before)
        assert [choice["key"] for choice in after] == ["often", "most_days", "never"]

    def test_keys_are_short_and_different(self) -> None:
        assert fresh_key("¿Qué significa?", set(), "question") == "que_significa"
        assert fresh_key("Never", {"never"}, "choice") == "never_2"
        assert fresh_key("日本語", set(), "choice") == "choice"
        assert len(fresh_key("very " * 50, set(), "question")) <= 40

    def test_the_term_is_changed_in_each_language(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        sent = {
            "title": "Our pulse",
            "languages": ["en", "es"],
            "term-en": "blended learning",
            "term-es": "aprendizaje combinado",
            "intro-en": "Hello",
        }
        assert cast.client("coach").post(address(pulse, "change/"), sent).status_code == 302
        page = cast.client("coach").get(address(pulse, "preview/"), {"in": "es"}).content.decode()
        assert "¿Qué significa para usted «aprendizaje combinado»?" in page
        pulse.questionnaire.refresh_from_db()
        assert pulse.questionnaire.title == "Our pulse"

    def test_without_a_language_nothing_changes(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        answer = cast.client("coach").post(address(pulse, "change/"), {"title": "Our pulse"})
        assert answer.status_code == 400
        pulse.questionnaire.refresh_from_db()
        assert pulse.questionnaire.title == "Definition pulse"


class TestFrozen:
    def test_once_a_survey_opens_with_it_every_change_is_refused(self, cast: Cast) -> None:
        version = opened(cast).version
        question = Question.everything.get(version=version, key="works")
        client = cast.client("coach")
        before = list(Question.everything.filter(version=version).values())
        for path, sent in {
            "change/": {"title": "x", "languages": ["en"]},
            "add/long/": {"text-en": "One more?"},
            f"{question.pk}/": {"text-en": "Another?"},
            f"{question.pk}/move/": {"up": "1"},
            f"{question.pk}/remove/": {},
            "discard/": {},
        }.items():
            page = client.post(address(version, path), sent, follow=True).content.decode()
            assert "it stays as it is" in page, path
        assert list(Question.everything.filter(version=version).values()) == before
        version.questionnaire.refresh_from_db()
        assert version.questionnaire.title == "Definition pulse"

    def test_changing_it_makes_the_next_version_with_the_same_keys(self, cast: Cast) -> None:
        version = opened(cast).version
        client = cast.client("coach")
        client.post(address(version, "next/"))
        fresh = QuestionnaireVersion.everything.get(number=2)
        assert keys(fresh) == keys(version)
        assert not fresh.frozen
        client.post(address(version, "next/"))
        assert QuestionnaireVersion.everything.count() == 2
        assert "2 versions" in client.get(address(fresh)).content.decode()

    def test_one_in_preparation_is_not_discarded(self, cast: Cast) -> None:
        version = draft(cast).version
        page = cast.client("coach").post(address(version, "discard/"), follow=True).content.decode()
        assert "A survey is being prepared with this version" in page
        assert QuestionnaireVersion.everything.filter(pk=version.pk).exists()

    def test_one_nobody_uses_is_discarded(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        cast.client("coach").post(address(pulse, "discard/"))
        assert not Questionnaire.everything.exists()


class TestWhoMay:
    @pytest.mark.parametrize("name", ["superintendent", "coach", "principal", "board"])
    def test_those_with_a_part_read_and_preview(self, cast: Cast, pulse: QuestionnaireVersion, name: str) -> None:
        for path in ("", "preview/"):
            assert cast.client(name).get(address(pulse, path)).status_code == 200

    @pytest.mark.parametrize("name", ["principal", "board", "teacher", "family"])
    def test_others_write_nothing(self, cast: Cast, pulse: QuestionnaireVersion, name: str) -> None:
        question = Question.everything.get(version=pulse, key="works")
        client = cast.client(name)
        for path in (
            "change/",
            "add/long/",
            f"{question.pk}/",
            f"{question.pk}/move/",
            f"{question.pk}/remove/",
            "next/",
            "discard/",
        ):
            assert client.post(address(pulse, path), {"text-en": "x"}).status_code == 403
        assert client.post(f"{BASE}new/", {"start": DEFINITION_PULSE}).status_code == 403
        assert len(keys(pulse)) == 5

    def test_nothing_of_one_district_is_found_under_another(self, cast: Cast, pulse: QuestionnaireVersion) -> None:
        question = Question.everything.get(version=pulse, key="works")
        client = cast.client("outsider")
        there = f"/d/birch-valley/listen/questionnaires/{pulse.pk}/"
        assert client.get(there).status_code == 404
        assert client.get(address(pulse)).status_code == 404
        assert client.post(f"{there}{question.pk}/remove/").status_code == 404
        assert cast.client("coach").get(f"{BASE}{uuid4()}/{question.pk}/").status_code == 404

    def test_pages_take_a_bounded_number_of_queries(
        self, cast: Cast, pulse: QuestionnaireVersion, django_assert_max_num_queries: Any
    ) -> None:
        client = cast.client("coach")
        for path in (BASE, address(pulse), address(pulse, "preview/")):
            with django_assert_max_num_queries(12):
                client.get(path)
