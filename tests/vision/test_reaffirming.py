"""Asking once a year whether the vision still holds: who prepares it, when it is offered, what is kept of it and shown."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from commonwhy.core.models import Job, Release
from commonwhy.districts.models import School
from commonwhy.listening.models import Answer, Question, Response, Survey
from commonwhy.listening.services.surveys import close_survey
from commonwhy.vision.models import Reaffirmation, VisionVersion
from commonwhy.vision.queries import reaffirming as queries
from commonwhy.vision.services import pulse as measuring
from commonwhy.vision.services import pulse_drawing, reaffirming
from tests.cast import Cast
from tests.listening.opened import open_survey
from tests.vision.drafts import adopted_vision, begin
from tests.vision.gap_survey import plain_pictures
from tests.vision.test_workshop_pages import text_of

__all__ = ["plain_pictures"]

KEYS = {
    "can_say": ["own_words", "could_find", "heard_of", "no"],
    "still_true": ["fully", "mostly", "half", "hardly", "not_at_all", "dont_know"],
}
QUESTIONS = [
    {
        "key": key,
        "kind": "single",
        "texts": {"en": key},
        "options": [{"key": option, "texts": {"en": option}} for option in options],
    }
    for key, options in KEYS.items()
]
ASKED: dict[tuple[str, str | None], int | None] = {
    (kind, school): 300 for kind in ("teachers", "families") for school in ("Creekside Middle School", "Maple Street School")
}


def at(name: str, *arguments: Any) -> str:
    return reverse(f"vision:{name}", args=["alder-creek", *arguments])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures without the seconds it takes to draw them."""
    from tests.vision import gap_survey

    def listed(panels: Any, **words: Any) -> dict[str, str]:
        told = " ".join(f"{panel.title} {bar.label} {bar.words}" for panel in panels for bar in panel.bars)
        return dict.fromkeys(gap_survey.VARIANTS, f'<svg xmlns="http://www.w3.org/2000/svg"><title>{told}</title></svg>')

    monkeypatch.setattr(pulse_drawing, "panels_of_bars", listed)


def hold(cast: Cast, version: VisionVersion, year: int, said: dict[tuple[str, School], dict[str, list[str]]]) -> Reaffirmation:
    """A closed pulse. `said`: by kind of group and school, the answers to each question, one for each person."""
    opened = datetime(year, 3, 2, 8, tzinfo=ZoneInfo("America/Chicago"))
    survey = open_survey(cast, questions=QUESTIONS, asked=ASKED, opened_at=opened, closed_at=opened + timedelta(days=14))
    questions = {question.key: question for question in Question.everything.filter(version=survey.version_id)}
    for (kind, school), answers in said.items():
        for number, choices in enumerate(zip(*answers.values(), strict=True)):
            response = Response.everything.create(
                district=cast.alder,
                survey=survey,
                key=hashlib.sha256(f"{survey.pk}{kind}{school}{number}".encode()).hexdigest(),
                group=cast.group(kind),
                school=school,
                week=date(2026, 3, 2),
                submitted=True,
            )
            for key, choice in zip(answers, choices, strict=True):
                if choice:
                    Answer.everything.create(district=cast.alder, response=response, question=questions[key], value=[choice])
    return reaffirming.follow(version=version, survey=survey, year=year, by=cast.coach)


def crowd(yes: int, of: int = 40) -> dict[str, list[str]]:
    """So many people of whom `yes` can say it and find it true, and the others neither."""
    return {
        "can_say": ["own_words"] * (yes // 2) + ["could_find"] * (yes - yes // 2) + ["heard_of"] * (of - yes),
        "still_true": ["fully"] * (yes // 2) + ["mostly"] * (yes - yes // 2) + ["hardly"] * (of - yes),
    }


def everywhere(cast: Cast, teachers: int, families: int) -> dict[tuple[str, School], dict[str, list[str]]]:
    return {
        (kind, school): crowd(yes)
        for kind, yes in (("teachers", teachers), ("families", families))
        for school in (cast.creekside, cast.maple)
    }


# When it is offered


def test_nothing_asks_before_a_year_has_passed(cast: Cast) -> None:
    adopted = adopted_vision(cast)
    coach = cast.client("coach")
    assert adopted.adopted_on is not None
    assert "is a year old" not in text_of(coach.get("/d/alder-creek/"))
    with time_machine.travel(timezone.now() + timedelta(days=363), tick=False):
        assert reaffirming.due(adopted, [], timezone.localdate() - timedelta(days=1)) is None
    with time_machine.travel(timezone.now() + timedelta(days=367), tick=False):
        client = cast.client("coach")
        assert "Our vision is a year old" in text_of(client.get("/d/alder-creek/"))
        assert "A year has passed since it was adopted." in text_of(client.get(at("reaffirming")))
        for who in ("board", "principal", "family"):
            assert "is a year old" not in text_of(cast.client(who).get("/d/alder-creek/"))
        reaffirming.prepare(district=cast.alder, by=cast.coach)
        assert "is a year old" not in text_of(client.get("/d/alder-creek/")), "it is prepared already"


def test_a_year_counts_from_the_last_pulse(cast: Cast) -> None:
    adopted = adopted_vision(cast)
    assert adopted.adopted_on is not None
    pulse = hold(cast, adopted, adopted.adopted_on.year + 1, {})
    asked = timezone.localdate(pulse.survey.closed_at, ZoneInfo("America/Chicago"))
    assert reaffirming.due(adopted, [pulse], asked + timedelta(days=360)) is None
    found = reaffirming.due(adopted, [pulse], asked + timedelta(days=366))
    assert found is not None
    assert found.asked_before


def test_without_a_vision_in_force_there_is_nothing_to_ask(cast: Cast) -> None:
    begin(cast)
    with pytest.raises(reaffirming.ReaffirmingRefused, match="No vision is in force"):
        reaffirming.prepare(district=cast.alder, by=cast.coach)
    assert "no vision in force yet" in text_of(cast.client("coach").get(at("reaffirming")))
    assert not Survey.everything.exists()


# Preparing it


def test_the_button_prepares_the_shipped_survey_once(cast: Cast) -> None:
    adopted = adopted_vision(cast)
    before = Survey.everything.count()
    coach = cast.client("coach")
    first, second = (coach.post(at("reaffirm"))["Location"] for _ in range(2))
    pulse = Reaffirmation.everything.get()
    assert first == second == reverse("listening:survey", args=["alder-creek", pulse.survey_id])
    assert Survey.everything.count() == before + 1
    assert pulse.survey.is_draft
    assert pulse.version == adopted
    keys = set(pulse.survey.version.questions.values_list("key", flat=True))
    assert keys >= {measure.key for measure in measuring.MEASURES.values()}
    for measure in measuring.MEASURES.values():
        options = set(pulse.survey.version.questions.get(key=measure.key).option_keys())
        assert measure.yes <= options, "the shipped questionnaire calls its choices otherwise"
        assert measure.aside <= options
    assert "This year's survey is prepared" in text_of(coach.get(at("reaffirming")))


def test_one_a_year_is_enough(cast: Cast) -> None:
    adopted = adopted_vision(cast)
    hold(cast, adopted, timezone.localdate(timezone=ZoneInfo("America/Chicago")).year, {})
    answer = cast.client("coach").post(at("reaffirm"), follow=True)
    assert "asked this year already" in text_of(answer)
    assert Reaffirmation.everything.count() == 1


@pytest.mark.parametrize(("who", "status"), [("board", 403), ("principal", 403), ("family", 403), ("outsider", 404)])
def test_who_may_not_ask(cast: Cast, who: str, status: int) -> None:
    adopted_vision(cast)
    assert cast.client(who).post(at("reaffirm")).status_code == status
    assert not Reaffirmation.everything.exists()


def test_closing_the_survey_starts_the_counting_and_other_surveys_do_not(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    adopted = adopted_vision(cast)
    pulse = hold(cast, adopted, 2026, {})
    other = open_survey(cast)
    Survey.everything.filter(pk=pulse.survey_id).update(closed_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        close_survey(survey=other, by=cast.coach)
        assert not Job.objects.filter(kind="reaffirmation").exists()
    with django_capture_on_commit_callbacks(execute=True):
        close_survey(survey=Survey.everything.get(pk=pulse.survey_id), by=cast.coach)
    assert Job.objects.get(kind="reaffirmation").arguments["pulse"] == str(pulse.pk)


# What is kept and shown


def test_shares_by_group_and_by_school_with_their_n(cast: Cast, drawn: None) -> None:
    pulse = measuring.measure(pulse=hold(cast, adopted_vision(cast), 2026, everywhere(cast, 20, 10)))
    assert pulse.made_at is not None
    with override("en"):
        shown = {(table.measure, table.by): table for table in queries.tables([pulse])}
    assert set(shown) == {("recognition", "group"), ("recognition", "school"), ("still_true", "group"), ("still_true", "school")}
    lines = {line.name: line.shares[0] for line in shown["recognition", "group"].lines}
    teachers, families = lines["Teachers"], lines["Families"]
    assert teachers is not None
    assert families is not None
    assert (teachers.percent, teachers.n) == (50, "n = 80")
    assert teachers.between == "between 39 and 61 %"
    assert families.percent == 25
    everyone = lines["Everyone"]
    assert everyone is not None
    assert everyone.n == "n = 160"
    assert Release.objects.filter(subject_id=pulse.survey_id).count() == 2


def test_how_many_could_not_judge_is_told_nowhere(cast: Cast, drawn: None) -> None:
    """Two of eighty teachers did not know it well enough: beside n = 80 another n of 78 would count the two."""
    said = everywhere(cast, 20, 20)
    said["teachers", cast.maple]["still_true"][-2:] = ["dont_know", "dont_know"]
    pulse = measuring.measure(pulse=hold(cast, adopted_vision(cast), 2026, said))
    page = text_of(cast.client("coach").get(at("reaffirming")))
    # As a number, and not inside an id.
    assert not re.search(r"(?<![\w-])(78|158)(?![\w-])", page)
    assert not re.search(r"(?<![\w-])78(?![\w-])", str(pulse.released["still_true"]["group"]))


def test_too_few_are_not_shown(cast: Cast, drawn: None) -> None:
    said = {("teachers", cast.creekside): crowd(2, 4), ("families", cast.maple): crowd(1, 3)}
    pulse = measuring.measure(pulse=hold(cast, adopted_vision(cast), 2026, said))
    assert pulse.released["recognition"] == {}
    assert "Not enough voices yet" in text_of(cast.client("coach").get(at("reaffirming")))


def test_a_small_group_is_no_column_of_its_own(cast: Cast, drawn: None) -> None:
    said = everywhere(cast, 20, 20) | {("families", cast.maple): crowd(2, 3), ("families", cast.creekside): crowd(2, 4)}
    pulse = measuring.measure(pulse=hold(cast, adopted_vision(cast), 2026, said))
    keys = {column["key"] for column in pulse.released["recognition"]["group"]["columns"]}
    assert str(cast.group("families").pk) not in keys


def test_everyones_share_never_tells_what_a_group_leaves_open(cast: Cast, drawn: None) -> None:
    """All teachers agree, so their share is only told as "at least"; everyone's would give it away in either view."""
    said = everywhere(cast, 40, 20)
    pulse = measuring.measure(pulse=hold(cast, adopted_vision(cast), 2026, said))
    kept = pulse.released["recognition"]
    assert any(column["cell"]["bound"] != "exact" for column in kept["group"]["columns"])
    assert [view["everyone"] for view in kept.values()] == [None] * len(kept)
    assert "%, from group to group" in text_of(cast.client("coach").get(at("reaffirming")))


def test_measured_again_it_is_the_same(cast: Cast, drawn: None) -> None:
    pulse = measuring.measure(pulse=hold(cast, adopted_vision(cast), 2026, everywhere(cast, 20, 10)))
    before, releases = pulse.released, Release.objects.count()
    assert measuring.measure(pulse=pulse).released == before
    assert Release.objects.count() == releases


def test_an_open_survey_is_not_counted(cast: Cast, drawn: None) -> None:
    pulse = hold(cast, adopted_vision(cast), 2026, everywhere(cast, 20, 10))
    Survey.everything.filter(pk=pulse.survey_id).update(closed_at=None)
    with pytest.raises(reaffirming.ReaffirmingRefused, match="still open"):
        measuring.measure(pulse=Reaffirmation.everything.get(pk=pulse.pk))


def test_the_drift_over_the_years_is_a_table_a_picture_and_a_file(cast: Cast, drawn: None) -> None:
    adopted = adopted_vision(cast)
    first = hold(cast, adopted, 2025, everywhere(cast, 12, 20))
    measuring.measure(pulse=first)
    measuring.measure(pulse=hold(cast, adopted, 2026, everywhere(cast, 28, 20)))
    coach = cast.client("coach")
    page = text_of(coach.get(at("reaffirming")))
    assert "2 pulses so far" in page
    assert "March 2025 March 2026" in page
    assert "30" in page
    assert "70" in page
    picture = coach.get(at("reaffirming_chart", "recognition-group"))
    assert picture["Content-Type"] == "image/svg+xml"
    assert "Teachers March 2025" in picture.content.decode()
    file = coach.get(at("reaffirming_table", "group")).content.decode("utf-8-sig")
    assert "Teachers,March 2025" in file
    assert "Teachers,March 2026" in file
    assert coach.get(at("reaffirming_table", "nonsense")).status_code == 404
    assert coach.get(at("reaffirming_chart", "nonsense")).status_code == 404
    assert coach.get(f"{at('reaffirming_chart', 'recognition-group')}?v=nonsense").status_code == 404


def test_a_principal_sees_the_own_school_and_everyone(cast: Cast, drawn: None) -> None:
    measuring.measure(pulse=hold(cast, adopted_vision(cast), 2026, everywhere(cast, 20, 10)))
    principal = cast.client("principal")
    page = text_of(principal.get(at("reaffirming")))
    assert "Creekside Middle School" in page
    assert "Maple Street School" not in page
    assert principal.get(at("reaffirming_chart", "recognition-school")).status_code == 404
    file = principal.get(at("reaffirming_table", "school")).content.decode("utf-8-sig")
    assert "Creekside Middle School" in file
    assert "Maple Street School" not in file


def test_the_page_asks_a_bounded_number_of_times(cast: Cast, drawn: None, django_assert_max_num_queries: Any) -> None:
    adopted = adopted_vision(cast)
    for year in (2024, 2025, 2026):
        measuring.measure(pulse=hold(cast, adopted, year, everywhere(cast, 20, 10)))
    client = cast.client("coach")
    with django_assert_max_num_queries(16):
        assert client.get(at("reaffirming")).status_code == 200
