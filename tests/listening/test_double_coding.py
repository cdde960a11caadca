"""Two people code the same answers: neither sees the other before both are done, then both see where they differ."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commonwhy.districts.models import Role
from commonwhy.districts.services import give_role
from commonwhy.listening.models import Answer, Coding, CodingSample, SampledAnswer, Survey, Theme
from commonwhy.listening.services import double_coding as services
from commonwhy.listening.services.double_coding import DoubleCodingRefused
from commonwhy.listening.services.theme_merging import put_together
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of
from tests.listening.test_themes import code, codes, page, post, theme
from tests.listening.test_voices import many

SECRET = "Only the coach found this"


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast, closed_at=timezone.now())


def draw(cast: Cast, survey: Survey, answers: list[Answer], size: int = 50, seed: int = 1) -> CodingSample:
    return services.draw_sample(
        district=cast.alder,
        survey=survey,
        question=questions_of(survey)["meaning"],
        answers=[answer.pk for answer in answers],
        size=size,
        second=cast.superintendent.pk,
        by=cast.coach,
        seed=seed,
    )


def find(sample: CodingSample, who: Any, *found: tuple[Answer, Theme]) -> None:
    services.code_alone(sample=sample, add={(answer.pk, each.pk) for answer, each in found}, remove=set(), by=who)


def both_done(cast: Cast, sample: CodingSample) -> CodingSample:
    services.finish(sample=sample, by=cast.coach)
    return services.finish(sample=sample, by=cast.superintendent)


def test_the_whole_way_through_the_pages(cast: Cast, survey: Survey) -> None:
    answers, load = many(survey, 12), theme(cast)
    asked = f"{survey.pk} meaning"
    made = post(cast, "coach", "double_coding_new", asked=asked, size="", second=str(cast.superintendent.pk))
    assert made.status_code == 302
    sample = CodingSample.everything.get()
    assert sample.answers.count() == 12  # fifty, or as many as there are
    for who in ("coach", "superintendent"):
        boxes = [f"{answer.pk}:{load.pk}" for answer in answers[:6]]
        assert post(cast, who, "double_code", sample.pk, code=boxes, page="1").status_code == 302
        assert post(cast, who, "double_coding_done", sample.pk).status_code == 302
    shown = page(cast, "coach", "double_coding", sample.pk).content.decode()
    assert "1.00" in shown
    assert "You found the same in every answer." in shown
    assert codes() == {(answer.pk, load.pk) for answer in answers[:6]}


@pytest.mark.parametrize(("finder", "other"), [("coach", "superintendent"), ("superintendent", "coach")])
def test_neither_sees_or_counts_what_the_other_found_before_both_are_done(
    cast: Cast, survey: Survey, finder: str, other: str
) -> None:
    answers, secret = many(survey, 3), theme(cast, SECRET)
    sample = draw(cast, survey, answers)
    find(sample, cast.people[finder], *((answer, secret) for answer in answers))
    services.finish(sample=sample, by=cast.people[finder])
    for who in (other, "board"):
        assert not Coding.objects.visible_to(cast.viewer(who)).exists()
    assert Coding.objects.visible_to(cast.viewer(finder)).count() == 3
    for name, args, query in (
        ("double_code", (sample.pk,), {}),
        ("double_coding", (sample.pk,), {}),
        ("double_codings", (), {}),
        ("themes", (), {}),
        ("code", (), {}),
        ("code", (), {"coded": "yes"}),
        ("code", (), {"coded": str(secret.pk)}),
        ("code_answer", (answers[0].pk,), {}),
    ):
        shown = page(cast, other, name, *args, **query).content.decode()
        assert " checked" not in shown, name
        assert 'name="had"' not in shown, name
        how_many_there_are = ("Coach and Superintendent, 3 answers", "of 3 answers you may read")
        for harmless in how_many_there_are:
            shown = shown.replace(harmless, "")
        assert "3 answers" not in shown, name
        assert "found in 3" not in shown
    thread = cast.client(other).get(reverse("site:thread", args=[cast.alder.slug, "listening.Theme", secret.pk]))
    assert "thought number" not in thread.content.decode()


def test_codes_given_before_are_hidden_from_everyone_while_two_code(cast: Cast, survey: Survey) -> None:
    answers, load = many(survey, 3), theme(cast)
    code(answers[0], load, cast.coach)
    sample = draw(cast, survey, answers)
    for who in ("coach", "superintendent", "board"):
        assert not Coding.objects.visible_to(cast.viewer(who)).exists()
    both_done(cast, sample)
    assert Coding.objects.visible_to(cast.viewer("board")).count() == 1


def test_nobody_codes_these_answers_elsewhere_meanwhile(cast: Cast, survey: Survey) -> None:
    answers, load = many(survey, 3), theme(cast)
    draw(cast, survey, answers)
    for who in ("coach", "superintendent"):
        assert "thought number" not in page(cast, who, "code").content.decode()
        post(cast, who, "code", code=f"{answers[0].pk}:{load.pk}")
        assert "just now without seeing each other" in page(cast, who, "code_answer", answers[0].pk).content.decode()
    assert codes() == set()


def test_when_both_are_done_the_outcome_stands_with_n_and_what_they_differ_on(cast: Cast, survey: Survey) -> None:
    answers = sorted(many(survey, 40), key=lambda answer: str(answer.pk))
    sure, unsure, never = theme(cast, "Sure"), theme(cast, "Unsure"), theme(cast, "Never")
    sample = draw(cast, survey, answers, size=40)
    find(sample, cast.coach, *((a, sure) for a in answers[:20]), *((a, unsure) for a in answers[:10]))
    find(sample, cast.superintendent, *((a, sure) for a in answers[:20]), *((a, unsure) for a in answers[5:15]))
    done = both_done(cast, sample)
    told = done.reliability["themes"]
    assert told[str(sure.pk)] == {"n": 40, "found": [20, 20], "alpha": 1.0, "low": 1.0, "high": 1.0, "reliable": True}
    assert told[str(never.pk)]["alpha"] is None
    assert not told[str(never.pk)]["reliable"]
    assert told[str(unsure.pk)]["low"] < told[str(unsure.pk)]["alpha"] < 0.667
    assert {(row.answer, row.first, row.second) for row in services.differences(done)} == {
        *((answer.pk, True, False) for answer in answers[:5]),
        *((answer.pk, False, True) for answer in answers[10:15]),
    }
    shown = page(cast, "superintendent", "double_coding", sample.pk).content.decode()
    assert shown.count("not yet reliable") == 1 + shown.count("marked as not yet reliable")
    assert "cannot be told" in shown
    assert "10 not settled yet" in shown
    assert codes() == {*((a.pk, sure.pk) for a in answers[:20]), *((a.pk, unsure.pk) for a in answers[5:10])}


def test_what_they_differ_on_is_settled_and_counts_only_then(cast: Cast, survey: Survey) -> None:
    answers, load = many(survey, 4), theme(cast)
    sample = draw(cast, survey, answers)
    find(sample, cast.coach, (answers[0], load), (answers[1], load))
    both_done(cast, sample)
    assert codes() == set()
    post(cast, "superintendent", "settle", sample.pk, answer=answers[0].pk, theme=load.pk, yes="1")
    post(cast, "coach", "settle", sample.pk, answer=answers[1].pk, theme=load.pk, no="1")
    assert codes() == {(answers[0].pk, load.pk)}
    assert {row.settled for row in services.differences(CodingSample.everything.get())} == {True, False}
    post(cast, "coach", "settle", sample.pk, answer=answers[0].pk, theme=load.pk, no="1")
    assert codes() == set()
    post(cast, "coach", "settle", sample.pk, answer=answers[2].pk, theme=load.pk, yes="1")
    assert codes() == set()
    assert post(cast, "coach", "settle", sample.pk, answer="x", theme="y", yes="1").status_code == 404


def test_what_was_there_before_and_neither_found_is_talked_about_and_what_comes_later_is_not(cast: Cast, survey: Survey) -> None:
    answers, load = many(survey, 4), theme(cast)
    code(answers[0], load, cast.coach)
    done = both_done(cast, draw(cast, survey, answers))
    assert [(row.answer, row.first, row.second) for row in services.differences(done)] == [(answers[0].pk, False, False)]
    code(answers[1], load, cast.coach)
    assert len(services.differences(done)) == 1
    services.settle(sample=done, answer=answers[0].pk, theme=load.pk, speaks_of_it=False, by=cast.coach)
    assert codes() == {(answers[1].pk, load.pk)}


def test_putting_themes_together_carries_what_was_settled(cast: Cast, survey: Survey) -> None:
    answers, load, hours = many(survey, 3), theme(cast), theme(cast, "Hours")
    sample = draw(cast, survey, answers)
    find(sample, cast.coach, (answers[0], load), (answers[1], load))
    find(sample, cast.superintendent, (answers[0], hours))
    done = both_done(cast, sample)
    services.settle(sample=done, answer=answers[1].pk, theme=load.pk, speaks_of_it=False, by=cast.coach)
    put_together(theme=load, into=hours, by=cast.coach)
    # Both had found the same thing under two names.
    assert codes() == {(answers[0].pk, hours.pk)}
    rows = services.differences(CodingSample.everything.get())
    assert [(row.answer, row.theme, row.settled) for row in rows] == [(answers[1].pk, hours.pk, False)]


def test_done_is_done_and_only_the_two_code(cast: Cast, survey: Survey) -> None:
    answers, load = many(survey, 3), theme(cast)
    give_role(district=cast.alder, account=cast.family, role=Role.FACILITATOR)
    sample = draw(cast, survey, answers)
    assert page(cast, "family", "double_code", sample.pk).status_code == 404
    for who in (cast.family,):
        with pytest.raises(DoubleCodingRefused, match="two who were chosen"):
            find(sample, who, (answers[0], load))
    services.finish(sample=sample, by=cast.coach)
    with pytest.raises(DoubleCodingRefused, match="you are done"):
        find(sample, cast.coach, (answers[0], load))
    assert not Coding.everything.exists()
    assert page(cast, "coach", "double_code", sample.pk).status_code == 302


@pytest.mark.parametrize("who", ["principal", "teacher", "board", "family"])
def test_others_draw_and_open_nothing(cast: Cast, survey: Survey, who: str) -> None:
    answers = many(survey, 3)
    theme(cast)
    sample = draw(cast, survey, answers)
    for name, args in (("double_codings", ()), ("double_coding_new", ()), ("double_coding", (sample.pk,))):
        assert page(cast, who, name, *args).status_code == 403
    for name in ("double_coding_done", "double_coding_give_up", "settle"):
        assert post(cast, who, name, sample.pk).status_code == 403
    assert CodingSample.everything.count() == 1


def test_no_sample_is_drawn_without_two_people_themes_and_answers(cast: Cast, survey: Survey) -> None:
    answers = many(survey, 3)
    with pytest.raises(DoubleCodingRefused, match="Make the themes first"):
        draw(cast, survey, answers)
    theme(cast)
    question = questions_of(survey)["meaning"]
    common: dict[str, Any] = {"district": cast.alder, "survey": survey, "question": question, "size": 5, "by": cast.coach}
    with pytest.raises(DoubleCodingRefused, match="somebody else"):
        services.draw_sample(**common, answers=[a.pk for a in answers], second=cast.coach.pk)
    for nobody in (cast.outsider, cast.teacher, cast.principal):
        with pytest.raises(DoubleCodingRefused, match="may read every answer"):
            services.draw_sample(**common, answers=[a.pk for a in answers], second=nobody.pk)
    with pytest.raises(DoubleCodingRefused, match="too few"):
        draw(cast, survey, answers[:1])
    draw(cast, survey, answers)
    with pytest.raises(DoubleCodingRefused, match="too few"):
        draw(cast, survey, answers)
    assert CodingSample.everything.count() == 1


def test_the_same_seed_draws_the_same_answers(cast: Cast, survey: Survey) -> None:
    answers, _load = many(survey, 30), theme(cast)
    drawn = []
    for seed in (7, 7, 8):
        sample = draw(cast, survey, answers, size=10, seed=seed)
        drawn.append(list(sample.answers.values_list("answer", flat=True)))
        services.give_up(sample=sample, by=cast.coach)
    assert drawn[0] == drawn[1] != drawn[2]


def test_given_up_the_codes_of_the_sample_go_and_the_others_stay(cast: Cast, survey: Survey) -> None:
    answers, load = many(survey, 3), theme(cast)
    code(answers[0], load, cast.coach)
    sample = draw(cast, survey, answers)
    find(sample, cast.coach, (answers[1], load))
    assert post(cast, "superintendent", "double_coding_give_up", sample.pk).status_code == 302
    assert codes() == {(answers[0].pk, load.pk)}
    assert Coding.everything.count() == 1


def test_the_database_wants_two_different_people_and_each_answer_once(cast: Cast, survey: Survey) -> None:
    answers, load = many(survey, 3), theme(cast)
    sample = draw(cast, survey, answers)
    with pytest.raises(IntegrityError), transaction.atomic():
        CodingSample.everything.filter(pk=sample.pk).update(second=sample.first)
    with pytest.raises(IntegrityError), transaction.atomic():
        SampledAnswer.everything.create(district=cast.alder, sample=sample, answer=answers[0], position=9)
    find(sample, cast.coach, (answers[0], load))
    with pytest.raises(IntegrityError), transaction.atomic():
        Coding.everything.create(district=cast.alder, sample=sample, answer=answers[0], theme=load, coder=cast.coach.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Coding.everything.create(district=cast.alder, theme=load, coder=cast.coach.pk)


def test_its_pages_ask_the_database_little(cast: Cast, survey: Survey, django_assert_max_num_queries: Any) -> None:
    answers = many(survey, 60)
    every = [theme(cast, f"Theme {n}") for n in range(10)]
    sample = draw(cast, survey, answers)
    client = cast.client("coach")
    for name in ("double_code", "double_coding"):
        with django_assert_max_num_queries(25):
            assert client.get(reverse(f"listening:{name}", args=[cast.alder.slug, sample.pk])).status_code == 200
    find(sample, cast.coach, *((a.answer, every[n % 10]) for n, a in enumerate(sample.answers.select_related("answer"))))
    both_done(cast, sample)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("listening:double_coding", args=[cast.alder.slug, sample.pk])).status_code == 200
    with django_assert_max_num_queries(25):
        assert client.get(reverse("listening:double_coding_new", args=[cast.alder.slug])).status_code == 200
