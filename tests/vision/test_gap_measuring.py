"""Measuring: what is kept is what may be shown, it is the same each time, and a few people are never alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commonwhy.core import jobs, slots
from commonwhy.core.disclosure import DisclosureRefused
from commonwhy.core.models import AuditEntry, Job, Release
from commonwhy.districts.models import Person
from commonwhy.listening.models import Answer, AnswerTranslation, Response, Survey
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.queries.gap_page import View
from commonwhy.vision.services import gap as services
from commonwhy.vision.services.gap import GapRefused, measuring
from tests.cast import Cast
from tests.vision.gap_survey import EVIL, add, make_survey, plain_pictures

__all__ = ["plain_pictures"]
pytestmark = pytest.mark.usefixtures("plain_pictures")


def measure(survey: Survey) -> dict[str, GapAnalysis]:
    return {each.by: each for each in measuring.measure(district=survey.district, survey=survey)}


def everything_kept(survey: Survey) -> str:
    """All that a page, a file or a picture of the survey could show."""
    rows = GapAnalysis.everything.filter(survey=survey).order_by("by")
    return json.dumps([[row.released, row.charts, row.answers] for row in rows], ensure_ascii=False)


def test_groups_that_mean_different_things_are_found_apart(cast: Cast) -> None:
    kept = measure(make_survey(cast))
    assert set(kept) == {"group", "school"}
    released = kept["group"].released
    assert released["verdict"]["code"] == "apart"
    assert len(released["meanings"]) > 1
    assert released["within"]
    assert (released["n"], released["exact"]) == (120, True)
    assert View(kept["group"]).finding.endswith("mean different things.")
    assert kept["school"].released["verdict"]["code"] != "apart"
    assert {"meanings", "words"} == set(kept["group"].charts)
    assert set(kept["group"].charts["meanings"]) == {"en", "es"}


def test_measured_again_it_is_the_same(cast: Cast) -> None:
    survey = make_survey(cast)
    first = measure(survey)
    again = measure(survey)
    assert {by: each.released for by, each in first.items()} == {by: each.released for by, each in again.items()}
    assert {each.pk for each in first.values()} == {each.pk for each in again.values()}
    assert Release.objects.filter(subject_id=survey.pk).count() == 1


def test_a_few_people_are_in_no_figure_and_cannot_be_subtracted(cast: Cast) -> None:
    survey = make_survey(cast, board=4)
    released = measure(survey)["group"].released
    assert [each["members"] for each in released["small"]] == [[{"kind": "board", "name": ""}]]
    assert released["left_out"]["small"] == "few"
    assert len(released["columns"]) == 2
    assert not released["exact"], "the total less the columns would be the board's"
    inexact = [column for column in released["columns"] if not column["exact"]]
    assert inexact
    assert all(column["n"] % 20 == 0 for column in inexact)
    for words in ("county", "budget", "neighbours"):
        assert words not in everything_kept(survey)
    asked = dict(released["verdict"]["more"])
    assert asked[str(cast.group("board").pk)] == 10, "how many more to ask must not tell how few there are"


def test_a_few_people_in_a_school_are_in_no_figure_either(cast: Cast) -> None:
    survey = make_survey(cast)
    survey.groups.add(cast.group("business"))
    for number in range(4):
        add(survey, "business", cast.maple, f"punctual youngsters {number}", number=number)
    for by, analysis in measure(survey).items():
        released = analysis.released
        keys = {column["key"] for column in released["columns"]}
        assert len(keys) == 2
        assert {cell["name"] for cell in released["table"]["columns"]} == keys
        assert str(cast.group("business").pk) not in keys
        assert released["left_out"]["small"] == "few"
        assert {column["name"] for column in released["table"]["columns"] if None in column["cells"]} == set(), by
    assert "punctual" not in everything_kept(survey)
    population = Release.objects.get(subject_id=survey.pk).population
    assert min(population["heard"].values()) >= 10


def test_two_small_groups_are_shown_together_and_named(cast: Cast) -> None:
    survey = make_survey(cast, board=6)
    survey.groups.add(cast.group("business"))
    for number in range(6):
        add(survey, "business", None, f"young people who show up on time {number}", number=number)
    released = measure(survey)["group"].released
    together = [column for column in released["columns"] if column["key"] == "together"]
    assert [sorted(member["kind"] for member in column["members"]) for column in together] == [["board", "business"]]
    assert together[0]["n"] == 10
    assert not together[0]["exact"]


def test_under_twenty_answers_nothing_is_inferred_and_nobody_is_quoted(cast: Cast) -> None:
    survey = make_survey(cast, teachers=8, families=6)
    released = measure(survey)["group"].released
    assert released["verdict"]["code"] == "not_enough_voices"
    assert not released["words"]
    assert not released["quotes"]
    assert not any(meaning["quotes"] for meaning in released["meanings"])
    for words in ("films", "grades"):
        assert words not in everything_kept(survey)


def test_one_group_alone_is_not_compared(cast: Cast) -> None:
    released = measure(make_survey(cast, families=0))["group"].released
    assert released["verdict"]["code"] == "one_group"


def test_drafts_of_answers_do_not_count(cast: Cast) -> None:
    survey = make_survey(cast)
    Response.everything.filter(survey=survey, group__kind="teachers").update(submitted=False)
    assert len(measure(survey)["group"].released["columns"]) == 1


def test_a_checked_translation_is_compared_and_the_original_is_quoted(cast: Cast) -> None:
    survey = make_survey(cast)
    spoken = "Que yo pueda ver las notas de mis hijos en la computadora"
    for number in range(100, 140):
        answer = add(survey, "families", cast.maple, f"{spoken} {number}", number=number, language="es")
        if number < 130:
            AnswerTranslation.everything.create(
                district=cast.alder, answer=answer, language="en", words="seeing grades online", checked_by=cast.coach.pk
            )
    released = measure(survey)["group"].released
    assert released["n"] == 150
    assert released["left_out"]["language"] == 10
    quotes = [quote for meaning in released["meanings"] for quote in meaning["quotes"]]
    quotes += released["quotes"]
    translated = [quote for quote in quotes if quote["language"] == "es"]
    assert all(quote["words"].startswith(spoken) and quote["translation"] == "seeing grades online" for quote in translated)


def test_names_are_taken_out_of_quotes_and_words(cast: Cast) -> None:
    survey = make_survey(cast)
    Person.everything.create(district=cast.alder, name="Rosalinda Quintanilla", group=cast.group("teachers"), school=cast.maple)
    for answer in Answer.everything.filter(response__survey=survey, response__group__kind="families"):
        answer.value = f"{answer.value}, says Rosalinda Quintanilla, mail rq@example.org"
        answer.save()
    assert measure(survey)
    kept = everything_kept(survey).lower()
    assert "[name]" in kept
    for name in ("rosalinda", "quintanilla", "rq@example.org"):
        assert name not in kept


def test_a_speaker_is_named_by_school_only_among_enough(cast: Cast) -> None:
    survey = make_survey(cast)
    Response.everything.filter(survey=survey, group__kind="families", school=cast.maple).exclude(
        pk__in=Response.everything.filter(survey=survey, group__kind="families", school=cast.maple).values("pk")[:3]
    ).update(school=cast.creekside)
    measure(survey)
    speakers = [
        [member.get("kind", member.get("name")) for member in quote["speaker"]]
        for analysis in GapAnalysis.everything.filter(survey=survey)
        for quote in (
            *analysis.released["quotes"],
            *(quote for meaning in analysis.released["meanings"] for quote in meaning["quotes"]),
        )
    ]
    assert ["families", "Maple Street School"] not in speakers


def test_a_few_late_answers_are_refused_and_what_was_shown_stays(cast: Cast) -> None:
    survey = make_survey(cast)
    measure(survey)
    before = everything_kept(survey)
    for number in range(500, 503):
        add(survey, "families", cast.maple, "seeing grades online at night", number=number)
    with pytest.raises(DisclosureRefused):
        measure(survey)
    assert everything_kept(survey) == before


def test_scripts_in_answers_are_kept_as_words_and_escaped_in_pictures(cast: Cast) -> None:
    survey = make_survey(cast)
    for number in range(600, 640):
        add(survey, "families", cast.maple, EVIL, number=number)
    for analysis in measure(survey).values():
        for languages in analysis.charts.values():
            for variants in languages.values():
                assert not [svg for svg in variants.values() if "<script" in svg]


def test_nothing_to_measure_is_said(cast: Cast) -> None:
    survey = make_survey(cast, teachers=0, families=0)
    with pytest.raises(GapRefused, match="Nobody has answered in words"):
        measure(survey)
    assert not GapAnalysis.everything.exists()


def run(job: Job) -> Job:
    jobs.run_job.func(str(job.pk))
    job.refresh_from_db()
    return job


def test_the_job_measures_and_links_to_the_page(cast: Cast) -> None:
    survey = make_survey(cast)
    job = run(services.start(survey=survey, by=cast.coach))
    assert job.state == Job.State.DONE, job.note
    assert job.result_url == f"/d/alder-creek/vision/gap/{survey.pk}/"
    assert job.arguments == {"district": str(cast.alder.pk), "survey": str(survey.pk)}
    assert AuditEntry.objects.filter(verb="measured").count() == 1


def test_starting_twice_is_one_job(cast: Cast) -> None:
    survey = make_survey(cast)
    assert services.start(survey=survey, by=cast.coach) == services.start(survey=survey, by=cast.coach)
    assert Job.objects.count() == 1


def test_the_job_says_why_it_stopped(cast: Cast) -> None:
    survey = make_survey(cast, teachers=0, families=0)
    job = run(services.start(survey=survey, by=cast.coach))
    assert job.state == Job.State.REFUSED
    assert "Nobody has answered" in job.note


def test_a_survey_that_has_not_opened_is_refused(cast: Cast) -> None:
    survey = make_survey(cast)
    survey.opened_at = survey.closed_at = None
    survey.save()
    with pytest.raises(GapRefused, match="not opened"):
        services.start(survey=survey, by=cast.coach)
    assert not Job.objects.exists()


def test_closing_a_survey_starts_measuring(cast: Cast) -> None:
    survey = make_survey(cast)
    for follow in slots.survey_closed:
        follow(survey, cast.coach)
    assert Job.objects.filter(kind="gap", arguments__survey=str(survey.pk)).count() == 1


def test_the_survey_page_is_offered_a_link(cast: Cast) -> None:
    survey = make_survey(cast)
    links: list[Any] = [link(cast.viewer("coach"), survey) for link in slots.survey_links]
    assert ("How far apart we are", f"/d/alder-creek/vision/gap/{survey.pk}/") in links
    assert {link(cast.viewer("teacher"), survey) for link in slots.survey_links} == {None}


def test_where_both_views_would_single_a_few_out_the_groups_are_still_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    release = measuring.disclosure.release

    def strict(**words: Any) -> Any:
        if len(words["tables"]) > 1:
            raise DisclosureRefused("together they would tell on a few")
        return release(**words)

    monkeypatch.setattr(measuring.disclosure, "release", strict)
    survey = make_survey(cast)
    kept = measure(survey)
    assert set(kept) == {"group"}
    assert kept["group"].released["table"]["columns"]
    for view in ("", "?by=school"):
        page = cast.client("coach").get(f"/d/{cast.alder.slug}/vision/gap/{survey.pk}/{view}").content.decode()
        assert "The schools are not compared here" in page
        assert 'aria-label="Compare"' not in page


def test_nothing_is_said_of_the_schools_where_they_are_shown(cast: Cast) -> None:
    survey = make_survey(cast)
    assert set(measure(survey)) == {"group", "school"}
    assert (
        "are not compared here" not in cast.client("coach").get(f"/d/{cast.alder.slug}/vision/gap/{survey.pk}/").content.decode()
    )
