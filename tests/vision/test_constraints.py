"""What the database refuses about versions, clauses, voices and contributions, whoever writes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commonwhy.vision.models import Clause, ClauseVoice, Contribution, VisionVersion
from tests.cast import Cast
from tests.vision.drafts import begin, clauses_of, write_draft


def refused(constraint: str, model: Any, **fields: Any) -> None:
    """The database refuses the row because of `constraint`, which SQLite names by its columns; a trigger may be first."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        model.everything.create(**fields)
    assert any(part in str(refusal.value) for part in (constraint, "UNIQUE constraint failed", "superseded, never edited")), (
        refusal.value
    )


def test_one_draft_and_one_adopted_version_in_a_district(cast: Cast) -> None:
    begin(cast)
    refused("one_draft_a_district", VisionVersion, district=cast.alder, number=2)
    adopted = {"district": cast.alder, "state": "adopted", "adopted_on": "2026-01-01"}
    VisionVersion.everything.create(number=3, **adopted)
    refused("one_adopted_a_district", VisionVersion, number=4, **adopted)


def test_two_districts_have_a_draft_each(cast: Cast) -> None:
    begin(cast)
    VisionVersion.everything.create(district=cast.birch, number=1)
    assert VisionVersion.everything.filter(state="draft").count() == 2


def test_a_number_is_given_once(cast: Cast) -> None:
    begin(cast)
    refused("vision_number_once", VisionVersion, district=cast.alder, number=1, state="superseded", adopted_on="2026-01-01")


@pytest.mark.parametrize("state", ["adopted", "superseded"])
def test_an_adopted_version_has_a_date(cast: Cast, state: str) -> None:
    refused("adopted_has_a_date", VisionVersion, district=cast.alder, number=1, state=state)


def test_a_horizon_runs_forward(cast: Cast) -> None:
    refused("horizon_runs_forward", VisionVersion, district=cast.alder, number=1, begins_year=2028, ends_year=2026)


def test_a_sentence_has_its_place_and_its_lineage_to_itself(cast: Cast) -> None:
    draft = write_draft(cast, "A.")
    first = clauses_of(draft)[0]
    refused("clause_position_once", Clause, district=cast.alder, version=draft, position=1)
    refused("clause_once_in_version", Clause, district=cast.alder, version=draft, position=2, lineage=first.lineage)


def test_a_voice_is_cited_and_an_author_noted_once(cast: Cast) -> None:
    draft = write_draft(cast, "A.")
    voice = clauses_of(draft)[0].voices.get()
    refused("voice_cited_once", ClauseVoice, district=cast.alder, clause=voice.clause, excerpt=voice.excerpt)
    refused("contributor_once", Contribution, district=cast.alder, version=draft, account=cast.coach)
