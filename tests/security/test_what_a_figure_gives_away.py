"""A figure beside a table says no more than the table: two truths that the table shows alike look alike in every figure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from commonwhy.core import disclosure
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.services.gap import figures, measuring
from tests.cast import Cast
from tests.vision.gap_survey import make_survey

N = {"a": 12, "b": 100}


def released(cast: Cast, few: int, *, everyone: bool = False) -> disclosure.Shown:
    """Two meanings in two groups; `few` of the twelve in the first hold the first meaning."""
    table = disclosure.Table(
        name="group", rows=["1", "2"], columns=["a", "b"], counts=[[few, 30], [12 - few, 70]], populations=[["a"], ["b"]]
    )
    subject = disclosure.Subject(cast.alder.pk, "survey/meaning", uuid4())
    return disclosure.release(subject=subject, name="meanings", tables=[table], atoms=N, k=10, everyone=everyone)[0]


def test_how_alike_two_groups_are_does_not_tell_how_few_hold_a_meaning(cast: Cast) -> None:
    report: Any = SimpleNamespace(pairs=[SimpleNamespace(a="a", b="b", distance=0.1)])
    shown = [released(cast, few) for few in (0, 1, 2)]
    assert shown[0] == shown[1] == shown[2], "the table itself tells them apart"
    alike = [figures.pairs(report, figures.released_counts(one, N)) for one in shown]
    assert alike[0] == alike[1] == alike[2]
    assert alike[0][0]["overlap"] is not None


def test_what_is_kept_of_a_measurement_is_worked_out_from_what_is_shown(cast: Cast) -> None:
    survey = make_survey(cast)
    measuring.measure(district=cast.alder, survey=survey)
    for analysis in GapAnalysis.everything.filter(survey=survey):
        kept = analysis.released
        told = {column["key"]: column["n"] for column in kept["columns"]}
        stored = {**kept["table"], "columns": [{**column, "n": None} for column in kept["table"]["columns"]]}
        stored["everyone"] = {**stored["everyone"], "n": None}
        counts = figures.released_counts(disclosure.shown_from(stored), told)
        report: Any = SimpleNamespace(pairs=[SimpleNamespace(**pair) for pair in kept["pairs"]])
        assert figures.pairs(report, counts) == kept["pairs"]


def test_everyones_share_does_not_tell_how_few_of_a_coded_group_hold_a_meaning(cast: Cast) -> None:
    with_everyone = [released(cast, few, everyone=True) for few in (0, 1, 2)]
    assert with_everyone[0] != with_everyone[2], "as released, everyone's share tells them apart"
    shown = [figures.table(each) for each in with_everyone]
    assert shown[0] == shown[1] == shown[2]


def test_everyones_share_stays_where_nothing_is_coded(cast: Cast) -> None:
    shown = figures.table(released(cast, 6, everyone=True))
    assert all(cell["bound"] == "exact" for cell in shown["everyone"]["cells"])
