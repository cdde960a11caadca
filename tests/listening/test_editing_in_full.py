"""Writing parts, conditions, numbers, rankings and plain words; reviews on record; copies; and looking as anybody would."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.listening.models import ExpertReview, Question, Questionnaire, QuestionnaireVersion, Response
from commonwhy.listening.services import questions as question_services
from commonwhy.listening.services.questionnaires import QuestionnaireRefused, copy_and_adapt, next_version
from commonwhy.listening.services.questions import Written, choices_from_lines
from tests.cast import Cast
from tests.listening.opened import make_version, questions_of
from tests.listening.season import EVERYTHING, open_season, pupils

BASE = "/d/alder-creek/listen/questionnaires/"
YES_NO = [{"key": "yes", "texts": {"en": "Yes"}}, {"key": "no", "texts": {"en": "No"}}]


@pytest.fixture
def version(cast: Cast) -> QuestionnaireVersion:
    """Everything, not asked yet."""
    return make_version(cast, EVERYTHING)


def one(version: QuestionnaireVersion, key: str) -> Question:
    return Question.everything.select_related("version").get(version=version, key=key)


def keys(version: QuestionnaireVersion) -> list[str]:
    return list(Question.everything.filter(version=version).order_by("position").values_list("key", flat=True))


def as_written(question: Question, **changes: Any) -> Written:
    names = Written.__dataclass_fields__
    return Written(**{name: getattr(question, name) for name in names} | changes)


def post(cast: Cast, version: QuestionnaireVersion, rest: str, sent: dict[str, Any]) -> Any:
    return cast.client("coach").post(f"{BASE}{version.pk}/{rest}", sent)


class TestWriting:
    def test_a_number_with_its_limits(self, cast: Cast, version: QuestionnaireVersion) -> None:
        sent = {"text-en": "How many hours?", "least": "0", "most": "7.5", "unit-en": "hours", "unit-es": "horas"}
        assert post(cast, version, "add/number/", sent).status_code == 302
        made = Question.everything.get(version=version, kind="number", key="how_many_hours")
        assert made.limits == {"least": 0, "most": 7.5, "unit": {"en": "hours", "es": "horas"}}
        page = cast.client("coach").get(f"{BASE}{version.pk}/{made.pk}/").text
        assert 'value="7.5"' in page
        assert "horas" in page

    def test_limits_the_wrong_way_round_are_refused(self, cast: Cast, version: QuestionnaireVersion) -> None:
        page = post(cast, version, "add/number/", {"text-en": "How many?", "least": "5", "most": "5"})
        assert page.status_code == 400
        assert "has to be above the smallest" in page.text

    def test_a_ranking_needs_two(self, cast: Cast, version: QuestionnaireVersion) -> None:
        assert post(cast, version, "add/ranking/", {"text-en": "Best?", "options-en": "One"}).status_code == 400
        assert post(cast, version, "add/ranking/", {"text-en": "Best?", "options-en": "One\nTwo"}).status_code == 302

    def test_a_heading_a_condition_and_plain_words(self, cast: Cast, version: QuestionnaireVersion) -> None:
        sent = {
            "text-en": "Which of these, at present?",
            "plain_text-en": "Which one?",
            "options-en": "The first\nThe second",
            "plain_options-en": "One\nThe second",
            "section-en": "At the end",
            "if-uses": ["yes"],
        }
        assert post(cast, version, "add/single/", sent).status_code == 302
        made = Question.everything.filter(version=version).latest("position")
        assert made.section == {"en": "At the end"}
        assert made.shown_if == {"question": "uses", "any_of": ["yes"]}
        assert made.plain_texts == {"en": "Which one?"}
        assert made.options == [
            {"key": "the_first", "texts": {"en": "The first"}, "plain": {"en": "One"}},
            {"key": "the_second", "texts": {"en": "The second"}},
        ]
        page = cast.client("coach").get(f"{BASE}{version.pk}/{made.pk}/").text
        assert "One\nThe second</textarea>" in page, "a line that is plain already stands there once more"
        assert page.count("<details") == page.count('<details class="how" open') == 3, "what is written stands open"

    def test_what_is_not_written_is_folded_away(self, cast: Cast, version: QuestionnaireVersion) -> None:
        page = cast.client("coach").get(f"{BASE}{version.pk}/add/long/").text
        assert page.count("<details") == 3
        assert "open>" not in page

    def test_saving_a_question_as_it_stands_changes_nothing(self, cast: Cast, version: QuestionnaireVersion) -> None:
        for key in keys(version):
            question = one(version, key)
            before = Question.everything.filter(pk=question.pk).values().get()
            question_services.change_question(question=question, by=cast.coach, written=as_written(question))
            assert Question.everything.filter(pk=question.pk).values().get() == before

    def test_a_page_sent_as_it_was_shown_changes_nothing(self, cast: Cast, version: QuestionnaireVersion) -> None:
        browser = cast.client("coach")
        for key in keys(version):
            question = one(version, key)
            before = Question.everything.filter(pk=question.pk).values().get()
            form = browser.get(f"{BASE}{version.pk}/{question.pk}/").context["form"]
            sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None and bound.value() is not False}
            assert post(cast, version, f"{question.pk}/", sent).status_code == 302, key
            assert Question.everything.filter(pk=question.pk).values().get() == before, key

    def test_protected_areas_outlive_a_change_of_words(self, cast: Cast, version: QuestionnaireVersion) -> None:
        question = one(version, "more")
        Question.everything.filter(pk=question.pk).update(protected_areas=["income"])
        post(cast, version, f"{question.pk}/", {"text-en": "Anything more?"})
        assert one(version, "more").protected_areas == ["income"]

    def test_plain_words_around_the_questions(self, cast: Cast, version: QuestionnaireVersion) -> None:
        sent = {
            "title": "Ours",
            "languages": ["en", "es"],
            "plain_intro-en": "Hi!",
            "plain_thanks-es": "¡Gracias!",
            "plain_bands": ["K-2", "3-5"],
        }
        assert post(cast, version, "change/", sent).status_code == 302
        version.refresh_from_db()
        assert (version.plain_intro, version.plain_thanks) == ({"en": "Hi!"}, {"es": "¡Gracias!"})
        assert version.plain_bands == ["K-2", "3-5"]


class TestPlainLines:
    def test_as_many_as_there_are_answers(self) -> None:
        with pytest.raises(QuestionnaireRefused, match="so do plain words"):
            choices_from_lines({"en": "A\nB"}, ["en"], [], {"en": "A"})

    def test_none_at_all_is_fine(self) -> None:
        assert choices_from_lines({"en": "A\nB"}, ["en"], [], {"en": ""})[0] == {"key": "a", "texts": {"en": "A"}}


class TestConditions:
    def refused(self, cast: Cast, version: QuestionnaireVersion, key: str, said: str, **changes: Any) -> None:
        question = one(version, key)
        before = list(Question.everything.filter(version=version).values())
        with pytest.raises(QuestionnaireRefused, match=said):
            question_services.change_question(question=question, by=cast.coach, written=as_written(question, **changes))
        assert list(Question.everything.filter(version=version).values()) == before

    def test_on_a_later_question(self, cast: Cast, version: QuestionnaireVersion) -> None:
        Question.everything.filter(version=version, key="order").update(kind="single")
        condition = {"question": "order", "any_of": ["pace"]}
        self.refused(cast, version, "uses", "stands before it", shown_if=condition)

    def test_on_itself_or_on_nothing(self, cast: Cast, version: QuestionnaireVersion) -> None:
        self.refused(cast, version, "uses", "stands before it", shown_if={"question": "uses", "any_of": ["yes"]})
        self.refused(cast, version, "more", "stands before it", shown_if={"question": "gone", "any_of": ["yes"]})

    def test_on_one_without_answers_to_choose_from(self, cast: Cast, version: QuestionnaireVersion) -> None:
        for key in ("minutes", "why_not", "order"):
            condition = {"question": key, "any_of": ["yes"]}
            self.refused(cast, version, "more", "no answers to choose from", shown_if=condition)

    def test_on_an_answer_that_is_not_there_or_on_none(self, cast: Cast, version: QuestionnaireVersion) -> None:
        for any_of in (["maybe"], []):
            self.refused(cast, version, "more", "after which answers", shown_if={"question": "uses", "any_of": any_of})

    def test_an_answer_another_rests_on_stays(self, cast: Cast, version: QuestionnaireVersion) -> None:
        options = [*YES_NO[:1], {"key": "sometimes", "texts": {"en": "Sometimes"}}]
        self.refused(cast, version, "uses", "“What stands in the way.” is asked only after", options=options)

    def test_answers_of_two_questions_at_once(self, cast: Cast, version: QuestionnaireVersion) -> None:
        common = {"district": cast.alder, "version": version, "options": YES_NO}
        Question.everything.create(**common, key="other", position=40, kind="multiple", texts={"en": "Other?"})
        sent = {"text-en": "Why?", "if-uses": ["yes"], "if-other": ["no"]}
        page = post(cast, version, "add/long/", sent)
        assert page.status_code == 400
        assert "of one question only" in page.text

    def test_the_form_offers_earlier_questions_only(self, cast: Cast, version: QuestionnaireVersion) -> None:
        browser = cast.client("coach")
        assert 'name="if-uses"' in browser.get(f"{BASE}{version.pk}/{one(version, 'more').pk}/").text
        page = browser.get(f"{BASE}{version.pk}/{one(version, 'uses').pk}/").text
        assert "if-" not in page.replace("if-none", "")

    def test_a_question_another_rests_on_is_not_removed(self, cast: Cast, version: QuestionnaireVersion) -> None:
        page = cast.client("coach").post(f"{BASE}{version.pk}/{one(version, 'uses').pk}/remove/", follow=True)
        assert "is asked only after a certain answer here" in page.text
        assert "uses" in keys(version)
        for key in ("minutes", "why_not", "uses"):
            question_services.remove_question(question=one(version, key), by=cast.coach)
        assert keys(version) == ["order", "each", "more"]

    def test_nor_does_either_pass_the_other(self, cast: Cast, version: QuestionnaireVersion) -> None:
        before = keys(version)
        for key, up in (("minutes", True), ("uses", False)):
            with pytest.raises(QuestionnaireRefused, match="stays behind it"):
                question_services.move_question(question=one(version, key), by=cast.coach, up=up)
        assert keys(version) == before
        question_services.move_question(question=one(version, "why_not"), by=cast.coach, up=True)
        assert keys(version)[:3] == ["uses", "why_not", "minutes"]

    def test_the_page_says_what_depends_on_what(self, cast: Cast, version: QuestionnaireVersion) -> None:
        page = cast.client("coach").get(f"{BASE}{version.pk}/").text
        assert "Asked only after one of these answers to question 1" in page
        assert "Your days" in page


class TestNeverAChange:
    """A survey that is open stays as it was asked: whoever edits makes the next version."""

    def test_every_way_to_change_is_refused_once_people_are_asked(self, cast: Cast) -> None:
        survey = open_season(cast)
        QuestionnaireVersion.everything.filter(pk=survey.version_id).update(frozen=True)
        version = QuestionnaireVersion.everything.get(pk=survey.version_id)
        questions = questions_of(survey)

        def rows() -> list[Any]:
            return [
                *Question.everything.filter(version=version).order_by("position").values(),
                *QuestionnaireVersion.everything.values(),
                *Questionnaire.everything.values(),
            ]

        before = rows()
        everything = {
            "text-en": "Other words?",
            "plain_text-en": "Plainer?",
            "section-en": "Another part",
            "options-en": "A\nB\nC",
            "rows-en": "D\nE",
            "least": "1",
            "most": "2",
            "if-uses": ["no"],
            "required": "on",
        }
        around = {"title": "x", "languages": ["en"], "plain_intro-en": "Hi", "plain_bands": ["6-8"]}
        paths: dict[str, dict[str, Any]] = {"change/": around, "discard/": {}}
        paths |= {f"add/{kind}/": everything for kind in Question.Kind.values}
        for question in questions.values():
            paths |= {
                f"{question.pk}/": everything,
                f"{question.pk}/move/": {"down": "1"},
                f"{question.pk}/remove/": {},
            }
        for path, sent in paths.items():
            page = cast.client("coach").post(f"{BASE}{version.pk}/{path}", sent, follow=True)
            assert "it stays as it is" in page.text, path
            assert rows() == before, path

    def test_the_services_refuse_too(self, cast: Cast) -> None:
        version = QuestionnaireVersion.everything.get(pk=open_season(cast).version_id)
        version.frozen = True
        version.save()
        question = one(version, "more")
        for act in (
            lambda: question_services.change_question(question=question, by=cast.coach, written=as_written(question)),
            lambda: question_services.add_question(version=version, by=cast.coach, kind="long", written=Written({"en": "?"})),
            lambda: question_services.move_question(question=question, by=cast.coach, up=True),
            lambda: question_services.remove_question(question=question, by=cast.coach),
        ):
            with pytest.raises(QuestionnaireRefused, match="stays as it is"):
                act()

    def test_the_next_version_has_everything_and_may_be_changed(self, cast: Cast, version: QuestionnaireVersion) -> None:
        QuestionnaireVersion.everything.filter(pk=version.pk).update(
            frozen=True, plain_intro={"en": "Hi"}, plain_thanks={"en": "Bye"}, plain_bands=["3-5"]
        )
        version.refresh_from_db()
        fresh = next_version(version=version, by=cast.coach)
        apart = {"id", "version_id", "questionnaire_id", "number", "frozen"}

        def same(rows: Any) -> list[dict[str, Any]]:
            return [{name: value for name, value in row.items() if name not in apart} for row in rows]

        def questions(of: QuestionnaireVersion) -> Any:
            return Question.everything.filter(version=of).order_by("position").values()

        assert same(questions(fresh)) == same(questions(version))
        versions = QuestionnaireVersion.everything.values()
        assert same(versions.filter(pk=fresh.pk)) == same(versions.filter(pk=version.pk))
        assert (fresh.number, fresh.frozen, fresh.questionnaire) == (version.number + 1, False, version.questionnaire)
        assert set(questions(fresh).values_list("id")).isdisjoint(questions(version).values_list("id"))


class TestCopies:
    def test_any_version_becomes_a_questionnaire_of_its_own(self, cast: Cast, version: QuestionnaireVersion) -> None:
        QuestionnaireVersion.everything.filter(pk=version.pk).update(frozen=True)
        ExpertReview.everything.create(
            district=cast.alder, version=version, reviewer="R", knows="k", reviewed_on=date(2026, 1, 5), said="s"
        )
        went = post(cast, version, "copy/", {"title": "For our families"})
        fresh = QuestionnaireVersion.everything.exclude(pk=version.pk).get()
        assert went.headers["Location"] == f"{BASE}{fresh.pk}/"
        assert keys(fresh) == keys(version)
        assert (fresh.questionnaire.title, fresh.number, fresh.frozen) == ("For our families", 1, False)
        assert not ExpertReview.everything.filter(version=fresh).exists(), "nobody has reviewed the copy"
        question_services.remove_question(question=one(fresh, "more"), by=cast.coach)
        assert "more" in keys(version)

    def test_a_copy_of_a_shipped_one_is_not_taken_for_it(self, cast: Cast, version: QuestionnaireVersion) -> None:
        Questionnaire.everything.filter(pk=version.questionnaire_id).update(shipped="x")
        assert copy_and_adapt(version=version, title="Ours", by=cast.coach).questionnaire.shipped == ""

    def test_a_copy_needs_a_title(self, cast: Cast, version: QuestionnaireVersion) -> None:
        assert post(cast, version, "copy/", {"title": " "}).status_code == 400
        with pytest.raises(QuestionnaireRefused):
            copy_and_adapt(version=version, title=" ", by=cast.coach)
        assert QuestionnaireVersion.everything.count() == 1

    def test_a_title_is_offered(self, cast: Cast, version: QuestionnaireVersion) -> None:
        assert "The definition pulse, adapted" in cast.client("coach").get(f"{BASE}{version.pk}/copy/").text


class TestReviews:
    SENT = {
        "reviewer": "Dr. Reyes",
        "knows": "school psychologist",
        "reviewed_on": "2026-02-03",
        "said": "Ask about <b>time</b>, too.",
        "outcome": "We did.",
    }

    def test_one_is_put_on_record_shown_and_taken_off(self, cast: Cast, version: QuestionnaireVersion) -> None:
        assert post(cast, version, "reviews/", self.SENT).status_code == 302
        browser = cast.client("coach")
        for path in ("", "preview/"):
            page = browser.get(f"{BASE}{version.pk}/{path}").text
            for words in ("Dr. Reyes", "school psychologist", "Ask about &lt;b&gt;time&lt;/b&gt;, too.", "We did."):
                assert words in page, path
        review = ExpertReview.everything.get()
        assert post(cast, version, f"reviews/{review.pk}/remove/", {}).status_code == 302
        assert not ExpertReview.everything.exists()
        verbs = AuditEntry.objects.values_list("verb", flat=True)
        assert {"recorded review", "removed review"} <= set(verbs)

    def test_a_version_people_were_asked_with_takes_one_too(self, cast: Cast, version: QuestionnaireVersion) -> None:
        QuestionnaireVersion.everything.filter(pk=version.pk).update(frozen=True)
        assert post(cast, version, "reviews/", self.SENT).status_code == 302

    @pytest.mark.parametrize("field", ["reviewer", "knows", "reviewed_on", "said"])
    def test_what_has_to_be_there(self, cast: Cast, version: QuestionnaireVersion, field: str) -> None:
        assert post(cast, version, "reviews/", self.SENT | {field: ""}).status_code == 400
        assert not ExpertReview.everything.exists()

    def test_nobody_has_reviewed_it_tomorrow(self, cast: Cast, version: QuestionnaireVersion) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        page = post(cast, version, "reviews/", self.SENT | {"reviewed_on": tomorrow.isoformat()})
        assert page.status_code == 400
        assert "still to come" in page.text

    def test_one_of_another_version_is_not_found_here(self, cast: Cast, version: QuestionnaireVersion) -> None:
        other = copy_and_adapt(version=version, title="Other", by=cast.coach)
        review = ExpertReview.everything.create(
            district=cast.alder, version=other, reviewer="R", knows="k", reviewed_on=date(2026, 1, 5), said="s"
        )
        assert post(cast, version, f"reviews/{review.pk}/remove/", {}).status_code == 404

    @pytest.mark.parametrize(("name", "status"), [("principal", 403), ("family", 403), ("outsider", 404), (None, 302)])
    def test_who_may_not(self, cast: Cast, version: QuestionnaireVersion, name: str | None, status: int) -> None:
        for path in ("reviews/", "copy/"):
            assert cast.client(name).post(f"{BASE}{version.pk}/{path}", self.SENT).status_code == status
        assert not ExpertReview.everything.exists()


class TestPreview:
    def look(self, cast: Cast, version: QuestionnaireVersion, **query: str) -> str:
        return str(cast.client("board").get(f"{BASE}{version.pk}/preview/", query).text)

    def test_as_a_student_with_help_and_as_a_teacher_without(self, cast: Cast, version: QuestionnaireVersion) -> None:
        page = self.look(cast, version, group=str(cast.group("students").pk))
        assert "Do you need help now?" in page
        assert "Nobody can be traced through this page" in page
        page = self.look(cast, version, group=str(cast.group("teachers").pk), mode="identified")
        assert "Do you need help now?" not in page
        assert "With your name." in page

    def test_in_spanish_the_pages_own_words_are_spanish_too(self, cast: Cast, version: QuestionnaireVersion) -> None:
        page = self.look(cast, version, **{"in": "es"})
        assert "¿Cuántos minutos al día?" in page
        assert "See it as they will" in page, "the frame around it speaks the reader's language"
        assert "Anónima" in page or "Anónimo" in page

    def test_in_plain_words_where_they_would_find_them(self, cast: Cast, version: QuestionnaireVersion) -> None:
        QuestionnaireVersion.everything.filter(pk=version.pk).update(plain_bands=["3-5"])
        pupils(cast, cast.creekside, third_to_fifth=4)
        there = {"group": str(cast.group("students").pk), "school": str(cast.creekside.pk)}
        assert "Do you use digital learning?" in self.look(cast, version, **there)
        assert "Do you make use of" in self.look(cast, version, **there, words="full")
        elsewhere = {"group": str(cast.group("teachers").pk)}
        assert "Do you make use of" in self.look(cast, version, **elsewhere)
        assert "Do you use digital learning?" in self.look(cast, version, **elsewhere, words="plain")

    def test_every_question_stands_there_with_its_condition_and_nothing_can_be_sent(
        self, cast: Cast, version: QuestionnaireVersion
    ) -> None:
        page = self.look(cast, version)
        for question in EVERYTHING:
            assert question["texts"]["en"].replace("{term}", "digital learning") in page
        assert page.count("Asked only after one of these answers to question 1") == 2
        assert "Part 2 of 2" in page
        shown = page[page.index('class="answer preview"') :]
        assert "<form" not in shown.split('class="foot"')[0]
        assert shown.count("disabled") >= 12
        assert cast.client("coach").post(f"{BASE}{version.pk}/preview/").status_code == 405
        assert not Response.everything.exists()

    def test_a_survey_s_own_mode_groups_and_promise(self, cast: Cast) -> None:
        survey = open_season(cast)
        version = survey.version
        there = {"survey": str(survey.pk), "group": str(cast.group("students").pk), "school": str(cast.creekside.pk)}
        page = self.look(cast, version, **there)
        assert "Your group and school: Students, Creekside Middle School." in page
        assert 'name="mode"' not in page
        named = open_season(cast, mode="identified")
        assert "With your name." in self.look(cast, named.version, survey=str(named.pk))
        link = f"preview/?survey={survey.pk}"
        assert link in cast.client("coach").get(f"/d/alder-creek/listen/surveys/{survey.pk}/").text

    @pytest.mark.parametrize("wish", ["x", "00000000-0000-0000-0000-000000000000"])
    def test_a_survey_that_is_not_there(self, cast: Cast, version: QuestionnaireVersion, wish: str) -> None:
        page = cast.client("board").get(f"{BASE}{version.pk}/preview/", {"survey": wish})
        assert page.status_code == (404 if len(wish) > 1 else 200)

    def test_what_is_chosen_and_is_not_there_changes_nothing(self, cast: Cast, version: QuestionnaireVersion) -> None:
        page = self.look(cast, version, group="x", school="<script>", words="?", mode="secret", **{"in": "fr"})
        assert "Students" in page
        assert "<script>" not in page.replace('<script type="module"', "")

    def test_pages_take_a_bounded_number_of_queries(
        self, cast: Cast, version: QuestionnaireVersion, django_assert_max_num_queries: Any
    ) -> None:
        browser = cast.client("coach")
        question = one(version, "more")
        for path in ("", "preview/", "reviews/", "copy/", f"{question.pk}/", "add/single/"):
            with django_assert_max_num_queries(15):
                assert browser.get(f"{BASE}{version.pk}/{path}").status_code == 200
