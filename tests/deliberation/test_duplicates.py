"""Statements that say the same: linked, unlinked, traced, and found by a job."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from commonwhy.core.jobs import run_job
from commonwhy.core.models import Job
from commonwhy.deliberation.models import Discussion, ModerationDeed, Statement, StatementLink
from commonwhy.deliberation.queries import moderation as queries
from commonwhy.deliberation.services import duplicates, likeness
from commonwhy.deliberation.services.moderation import ModerationRefused
from tests.cast import Cast
from tests.deliberation.made import draft, opened, seed, told

pytestmark = pytest.mark.django_db


def three(cast: Cast) -> tuple[Discussion, Statement, Statement, Statement]:
    discussion = opened(cast)
    one, two, other = (seed(cast, discussion, words) for words in ("Fewer tests.", "Test less.", "No tests at all."))
    return discussion, one, two, other


def current() -> set[tuple[Any, Any]]:
    return set(StatementLink.everything.filter(unlinked_on=None).values_list("statement", "same_as"))


def test_a_link_is_kept_with_who_made_it_and_stays_on_record_when_taken_back(cast: Cast) -> None:
    discussion, one, two, _other = three(cast)
    link = duplicates.link(statement=two, same_as=one, by=cast.coach)
    assert (link.linked_by, link.linked_on, link.unlinked_on) == (cast.coach.pk, cast.alder.today(), None)
    assert duplicates.link(statement=two, same_as=one, by=cast.superintendent).pk == link.pk
    duplicates.unlink(statement=two, by=cast.coach)
    duplicates.unlink(statement=two, by=cast.coach)
    link.refresh_from_db()
    assert link.unlinked_on == cast.alder.today()
    done = ModerationDeed.everything.filter(statement=two).values_list("deed", flat=True)
    assert sorted(done) == ["linked", "unlinked"]
    seen = queries.trace(cast.viewer("coach"), two)
    assert (seen.link, [each.pk for each in seen.past]) == (None, [link.pk])
    assert Statement.everything.filter(discussion=discussion).count() == 8


def test_links_lead_to_one_statement_and_never_along_a_chain(cast: Cast) -> None:
    _discussion, one, two, other = three(cast)
    duplicates.link(statement=two, same_as=one, by=cast.coach)
    duplicates.link(statement=other, same_as=two, by=cast.coach)
    assert current() == {(two.pk, one.pk), (other.pk, one.pk)}
    fresh = seed(cast, one.discussion, "Tests are too many.")
    duplicates.link(statement=one, same_as=fresh, by=cast.coach)
    assert current() == {(one.pk, fresh.pk), (two.pk, fresh.pk), (other.pk, fresh.pk)}
    assert StatementLink.everything.filter(unlinked_on__isnull=False).count() == 2


def test_what_cannot_stand_for_both_is_refused(cast: Cast) -> None:
    discussion, one, two, _other = three(cast)
    waiting = told(discussion, "Menos exámenes.")
    elsewhere = seed(cast, draft(cast), "Fewer tests.")
    duplicates.link(statement=two, same_as=one, by=cast.coach)
    for statement, same_as in ((one, one), (one, two), (one, waiting), (one, elsewhere)):
        with pytest.raises(ModerationRefused):
            duplicates.link(statement=statement, same_as=same_as, by=cast.coach)
    assert current() == {(two.pk, one.pk)}


def test_the_database_holds_one_link_a_statement(cast: Cast) -> None:
    _discussion, one, two, other = three(cast)
    duplicates.link(statement=two, same_as=one, by=cast.coach)
    row = {"district": cast.alder, "linked_by": cast.coach.pk, "linked_on": date(2026, 3, 2)}
    for same_as in (other, two):
        with pytest.raises(IntegrityError), transaction.atomic():
            StatementLink.everything.create(statement=two, same_as=same_as, **row)


def test_likely_ones_are_offered_on_the_page_by_their_words(cast: Cast) -> None:
    discussion = opened(cast)
    shown = seed(cast, discussion, "Students need more time for projects that matter.")
    hidden = seed(cast, discussion, "Students need more time for projects that count.")
    Statement.everything.filter(pk=hidden.pk).update(state="hidden", reason="same")
    waiting = told(discussion, "Students need time for projects that matter to them.", language="en")
    found = queries.alike_in_words(cast.viewer("coach"), waiting)
    assert [each.statement for each in found] == [shown]
    assert 40 <= found[0].percent < 100


def test_a_job_finds_pairs_that_mean_the_same_and_a_person_links_them(cast: Cast) -> None:
    discussion = opened(cast)
    one = seed(cast, discussion, "Students should have more time to work on projects.")
    two = seed(cast, discussion, "We should give students more time for project work.")
    far = seed(cast, discussion, "The cafeteria serves lunch too late.")
    client = cast.client("coach")
    page = reverse("deliberation:duplicates", args=["alder-creek", discussion.pk])
    assert "Is something said twice?" in client.get(page).content.decode()
    started = client.post(page)
    job = Job.objects.get(kind=likeness.KIND)
    assert str(job.pk) in started.url  # type: ignore[attr-defined]
    run_job.func(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result_url) == ("done", page)
    keys = [{a, b} for a, b, _score in job.result["pairs"]]
    assert {str(one.pk), str(two.pk)} in keys
    assert not any(str(far.pk) in pair for pair in keys)
    shown = client.get(page).content.decode()
    assert "may say the same" in shown
    link = reverse("deliberation:link_statement", args=["alder-creek", discussion.pk, two.pk])
    reply = client.post(link, {"same_as": str(one.pk), "back": "duplicates"})
    assert reply.url == page  # type: ignore[attr-defined]
    assert current() == {(two.pk, one.pk)}
    after = queries.pairs(cast.viewer("coach"), discussion, job.result["pairs"])
    assert not any(two.pk in (pair.first.pk, pair.second.pk) for pair in after)
    assert not any(str(two.pk) in pair for pair in likeness.pairs_alike(discussion))
    client.post(reverse("deliberation:unlink_statement", args=["alder-creek", discussion.pk, two.pk]))
    assert current() == set()
    assert client.post(link, {"same_as": "nonsense"}).status_code == 302
    assert client.post(link, {"same_as": str(discussion.pk)}).status_code == 404
    assert current() == set()


def test_a_discussion_with_nothing_to_compare_has_no_pairs(cast: Cast) -> None:
    discussion = draft(cast)
    assert likeness.pairs_alike(discussion) == []
    seed(cast, discussion, "One.")
    assert likeness.pairs_alike(discussion) == []


def test_who_does_not_moderate_links_nothing(cast: Cast) -> None:
    discussion, one, two, _other = three(cast)
    link = reverse("deliberation:link_statement", args=["alder-creek", discussion.pk, two.pk])
    assert cast.client("teacher").post(link, {"same_as": str(one.pk)}).status_code == 403
    assert cast.client("outsider").post(link, {"same_as": str(one.pk)}).status_code == 404
    assert current() == set()


def test_where_everybody_says_the_same_only_the_closest_pairs_are_kept(cast: Cast) -> None:
    discussion = draft(cast)
    Statement.everything.bulk_create(
        Statement(
            district=cast.alder,
            discussion=discussion,
            texts={"en": "Students need more time for projects."},
            language="en",
            origin="participant",
            author=f"{number:064d}",
        )
        for number in range(1_100)
    )
    pairs = likeness.pairs_alike(discussion)
    assert len(pairs) == likeness.MOST_PAIRS
    assert all(first != second and score > 0.99 for first, second, score in pairs)
    assert len({frozenset(pair[:2]) for pair in pairs}) == likeness.MOST_PAIRS
