"""Guides for those who hold conversations: one for each kind, whole in both languages, printable, open to whoever listens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape
from tests.cast import Cast

from commonwhy.districts.services import change_district
from commonwhy.listening.models import Conversation
from commonwhy.listening.shipped import ShippedMistake
from commonwhy.listening.shipped import guides as module
from commonwhy.listening.shipped.guides import IN_EVERY, Guide, guides

KINDS = list(Conversation.Kind.values)
EVERY = [guides()[kind] for kind in KINDS]
PARTS = ("before", "opening", "ground_rules", "write_down", "leave_out", "quoting", "if_told", "closing", "afterwards")


def address(kind: str = "") -> str:
    return reverse("listening:guide", args=["alder-creek", kind]) if kind else reverse("listening:guides", args=["alder-creek"])


def lines(guide: Guide, language: str) -> list[str]:
    """Every text of a guide."""
    found = [texts[language] for part in PARTS for texts in getattr(guide, part)]
    for question in guide.questions:
        words, follow_ups = question.asked(language, "maker days")
        found += [words, *follow_ups]
    return found


def test_each_kind_of_conversation_has_its_guide() -> None:
    assert list(guides()) == KINDS


@pytest.mark.parametrize("guide", EVERY, ids=KINDS)
def test_it_holds_all_a_facilitator_needs_in_both_languages(guide: Guide) -> None:
    assert guide.languages == ("en", "es")
    for part in PARTS:
        assert getattr(guide, part), part
    english, spanish = lines(guide, "en"), lines(guide, "es")
    assert len(english) == len(spanish)
    assert all(one != other for one, other in zip(english, spanish, strict=True))
    assert 10 <= guide.minutes <= 120
    assert all(question.follow_ups for question in guide.questions)


@pytest.mark.parametrize("guide", EVERY, ids=KINDS)
def test_names_stay_out_and_quoting_needs_leave(guide: Guide) -> None:
    assert any("Names" in line["en"] for line in guide.leave_out)
    assert any("without your name" in line["en"] for line in guide.quoting)


@pytest.mark.parametrize("guide", EVERY, ids=KINDS)
def test_what_to_do_when_somebody_discloses_harm_is_the_same_everywhere(guide: Guide) -> None:
    """FIELD 10: help now, no promise of secrecy, no questioning, report it oneself, keep it out of the notes."""
    said = " ".join(line["en"] for line in guide.if_told)
    for needed in ("911", "988", "Never promise", "Do not question", "Report it yourself", "Keep it out of these notes"):
        assert needed in said
    dicho = " ".join(line["es"] for line in guide.if_told)
    for needed in ("911", "988", "Nunca prometa", "No interrogue", "Repórtelo", "No lo ponga en estas notas"):
        assert needed in dicho
    assert guide.if_told == EVERY[0].if_told


def test_whoever_is_asked_alone_or_in_a_group_is_told_what_cannot_be_kept_secret() -> None:
    for kind in ("interview", "focus_group"):
        opening = " ".join(line["en"] for line in guides()[kind].opening)
        assert "in danger" in opening


def test_spanish_is_whole_and_says_usted() -> None:
    """To a child whom one meets in a classroom one says tú, as anybody would."""
    student = next(question for question in guides()["site_visit"].questions if question.key == "students")
    to_a_child = {student.texts["es"], *(line["es"] for line in student.follow_ups)}
    familiar = re.compile(r"\b(tú|tus|ti|te|puedes|tienes|quieres|eres|haz)\b", re.IGNORECASE)
    for guide in EVERY:
        for line in lines(guide, "es"):
            assert line.count("?") == line.count("¿"), line
            assert line.count("«") == line.count("»")
            assert not re.search(r"[“”\"]", line)
            assert not familiar.search(line) or line in to_a_child, line


class TestPages:
    def test_the_list_leads_to_each(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        client = cast.client("coach")
        with django_assert_max_num_queries(12):
            page = client.get(address()).content.decode()
        assert "6 guides" in page
        for kind in KINDS:
            assert f'href="{address(kind)}"' in page

    @pytest.mark.parametrize("language", ["en", "es"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_guide_says_everything_in_the_pages_language(
        self, cast: Cast, kind: str, language: str, django_assert_max_num_queries: Any
    ) -> None:
        client = cast.client("principal")
        with django_assert_max_num_queries(12):
            response = client.get(address(kind), {"lang": language})
        page = response.content.decode()
        guide = guides()[kind]
        assert response.status_code == 200
        assert f'<div class="guide" lang="{language}">' in page
        for part in PARTS:
            for texts in getattr(guide, part):
                assert escape(texts[language]) in page
        term = {"en": "digital learning", "es": "aprendizaje digital"}[language]
        for question in guide.questions:
            for words in (question.asked(language, term)[0], *question.asked(language, term)[1]):
                assert escape(words) in page
        assert "{term}" not in page

    def test_it_asks_about_the_districts_own_term(self, cast: Cast) -> None:
        change_district(district=cast.alder, by=cast.superintendent, term="deeper learning")
        for language in ("en", "es"):
            assert "deeper learning" in cast.client("coach").get(address("interview"), {"lang": language}).content.decode()

    def test_it_says_where_help_is_in_this_district(self, cast: Cast) -> None:
        change_district(district=cast.alder, by=cast.superintendent, help_text="Call Ms. <Okafor>, room 12.")
        assert "Call Ms. &lt;Okafor&gt;, room 12." in cast.client("coach").get(address("focus_group")).content.decode()

    @pytest.mark.parametrize(("who", "status"), [("teacher", 403), ("family", 403), ("outsider", 404), ("board", 200)])
    def test_who_may_read_them(self, cast: Cast, who: str, status: int) -> None:
        for where in (address(), address("meeting")):
            assert cast.client(who).get(where).status_code == status
        assert cast.client(None).get(address()).status_code == 302

    def test_a_kind_that_is_none_is_not_found(self, cast: Cast) -> None:
        assert cast.client("coach").get(address("seance")).status_code == 404

    def test_listening_leads_to_the_guides(self, cast: Cast) -> None:
        front = cast.client("coach").get(reverse("listening:surveys", args=["alder-creek"])).content.decode()
        assert f'href="{address()}"' in front


class TestFiles:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        for path in module.HERE.glob("*.toml"):
            (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        monkeypatch.setattr(module, "HERE", tmp_path)
        return tmp_path

    @pytest.mark.parametrize(
        ("name", "before", "after", "said"),
        [
            ("interview.toml", 'kind = "interview"', 'kind = "seance"', "interview.toml > kind"),
            ("interview.toml", 'kind = "interview"', 'kind = "meeting"', "interview has none"),
            ("interview.toml", "minutes = 6", "minutes = 0", "interview.toml > questions > day > minutes"),
            ("interview.toml", "opening = 4", "", "interview.toml > minutes > opening"),
            ("interview.toml", 'es = "¿Qué lo hizo bueno?"', 'sp = "¿Qué lo hizo bueno?"', "follow_ups > 1 > es"),
            ("interview.toml", "follow_ups", "folow_ups", "questions > day > follow_ups: is missing"),
            ("interview.toml", "[lists]", "[lists]\nafter = []", "interview.toml > lists > after"),
            (IN_EVERY, 'languages = ["en", "es"]', 'languages = ["en"]', f"{IN_EVERY} > leave_out > 1 > es"),
        ],
    )
    def test_a_mistake_is_named(self, folder: Path, name: str, before: str, after: str, said: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(ShippedMistake, match=re.escape(said)):
            guides.__wrapped__()

    def test_two_for_one_kind_are_refused(self, folder: Path) -> None:
        (folder / "second.toml").write_text((folder / "interview.toml").read_text(encoding="utf-8"), encoding="utf-8")
        with pytest.raises(ShippedMistake, match="two are for the same kind"):
            guides.__wrapped__()
