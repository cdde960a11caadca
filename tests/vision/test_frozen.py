"""An adopted version stays as it was adopted, against services, the ORM and anybody with a database shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.deletion import ProtectedError

from commonwhy.districts.models import District
from commonwhy.vision.models import Clause, ClauseVoice, Comment, Contribution, LookFor, VisionVersion
from commonwhy.vision.services import drafting, linking
from commonwhy.vision.services.look_for_lines import look_for_texts
from tests.cast import Cast
from tests.vision.drafts import WHY, adopt, adopted_vision, clauses_of, say, write_draft

FROZEN = "superseded, never edited"


@pytest.fixture
def adopted(cast: Cast) -> VisionVersion:
    return adopted_vision(cast)


@pytest.fixture
def beside(cast: Cast, adopted: VisionVersion) -> VisionVersion:
    """The draft of the next version, beside the adopted one."""
    return drafting.open_draft(district=cast.alder, by=cast.coach)


def refused(act: Callable[[], Any]) -> None:
    """The database refuses `act`, and says why."""
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        act()


def sql(statement: str, *values: Any) -> Callable[[], Any]:
    """A statement as somebody would type it into a database shell; a row stands for its key."""

    def run() -> None:
        plain = [
            connection.ops.adapt_unknown_value(value)
            if not hasattr(value, "pk")
            else type(value)._meta.pk.get_db_prep_value(value.pk, connection)
            for value in values
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, plain)

    return run


@pytest.mark.parametrize(
    "change",
    [
        {"why": {"en": "Another why"}},
        {"why_more": {"en": "More"}},
        {"term": {"en": "another term"}},
        {"is_lines": [{"en": "x"}]},
        {"is_not_lines": [{"en": "x"}]},
        {"beliefs": [{"en": "x"}]},
        {"glossary": [{"term": {"en": "x"}, "means": {"en": "y"}}]},
        {"mission": {"en": "x"}},
        {"origin": "brought_in"},
        {"origin_name": "x"},
        {"begins_year": 2031, "ends_year": 2033},
        {"note": {"en": "x"}},
        {"minutes": {"en": "x"}},
        {"exception_reason": {"en": "x"}},
        {"heard": {"total": 9000}},
        {"adopted_on": "2020-01-01"},
        {"number": 9},
        {"revision": 9},
        {"state": "draft"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_column_of_an_adopted_version_can_be_changed(adopted: VisionVersion, change: dict[str, Any]) -> None:
    refused(lambda: VisionVersion.everything.filter(pk=adopted.pk).update(**change))


def test_an_adopted_version_cannot_be_given_to_another_district(cast: Cast, adopted: VisionVersion) -> None:
    refused(lambda: VisionVersion.everything.filter(pk=adopted.pk).update(district=cast.birch))


def test_a_superseded_version_is_as_frozen_and_does_not_come_back(cast: Cast, adopted: VisionVersion) -> None:
    draft = write_draft(cast, "A third sentence.", why={"en": "A newer why."})
    adopt(cast, draft)
    adopted.refresh_from_db()
    assert adopted.state == "superseded"
    refused(lambda: VisionVersion.everything.filter(pk=adopted.pk).update(why={"en": "x"}))
    refused(lambda: VisionVersion.everything.filter(pk=adopted.pk).update(state="adopted"))


def test_services_refuse_to_write_on_an_adopted_version(cast: Cast, adopted: VisionVersion) -> None:
    clause = clauses_of(adopted)[0]
    voice = say(cast, "Late words")
    acts: list[Callable[[], Any]] = [
        lambda: drafting.change_statement(version=adopted, revision=adopted.revision, by=cast.coach, why={"en": "x"}),
        lambda: drafting.add_clause(version=adopted, texts={"en": "x"}, by=cast.coach),
        lambda: drafting.change_clause(clause=clause, revision=clause.revision, texts={"en": "x"}, by=cast.coach),
        lambda: drafting.remove_clause(clause=clause, by=cast.coach),
        lambda: drafting.move_clause(clause=clause, up=False, by=cast.coach),
        lambda: drafting.cite(clause=clause, excerpt=voice, by=cast.coach),
        lambda: drafting.uncite(clause=clause, excerpt=clause.voices.get().excerpt, by=cast.coach),
    ]
    for act in acts:
        with pytest.raises(drafting.NotADraftError):
            act()
    assert VisionVersion.everything.get(pk=adopted.pk).why == WHY
    assert len(clauses_of(adopted)) == 2


def test_its_sentences_cannot_be_reworded_removed_or_added_to(cast: Cast, adopted: VisionVersion) -> None:
    clause = clauses_of(adopted)[0]
    refused(lambda: Clause.everything.filter(pk=clause.pk).update(texts={"en": "x"}))
    refused(lambda: Clause.everything.filter(pk=clause.pk).delete())
    refused(lambda: Clause.everything.create(district=cast.alder, version=adopted, position=9, texts={"en": "x"}))
    refused(sql("UPDATE vision_clause SET position = 9 WHERE id = %s", clause))
    refused(sql("DELETE FROM vision_clausevoice WHERE clause_id = %s", clause))


def test_a_sentence_cannot_be_moved_out_of_it_or_into_it(adopted: VisionVersion, beside: VisionVersion) -> None:
    frozen, free = clauses_of(adopted)[0], clauses_of(beside)[0]
    free.voices.all().delete()
    refused(sql("UPDATE vision_clause SET version_id = %s, position = 8 WHERE id = %s", beside, frozen))
    refused(sql("UPDATE vision_clause SET version_id = %s, position = 8 WHERE id = %s", adopted, free))


def test_look_fors_cannot_be_changed_added_or_moved(cast: Cast) -> None:
    draft = write_draft(cast)
    clause = clauses_of(draft)[0]
    drafting.change_clause(clause=clause, revision=0, texts=clause.texts, by=cast.coach, look_fors=[{"en": "Maps on walls"}])
    adopt(cast, draft)
    free = clauses_of(drafting.open_draft(district=cast.alder, by=cast.coach))[1]
    seen = LookFor.everything.get(clause=clause)
    refused(lambda: LookFor.everything.filter(pk=seen.pk).update(texts={"en": "x"}))
    refused(lambda: LookFor.everything.filter(pk=seen.pk).delete())
    refused(lambda: LookFor.everything.create(district=cast.alder, clause=clause, position=9, texts={"en": "x"}))
    refused(sql("UPDATE vision_lookfor SET clause_id = %s, position = 9 WHERE id = %s", free, seen))
    mine = LookFor.everything.create(district=cast.alder, clause=free, position=5, texts={"en": "free"})
    refused(sql("UPDATE vision_lookfor SET clause_id = %s WHERE id = %s", clause, mine))
    assert look_for_texts(clause) == [{"en": "Maps on walls"}]


def test_what_is_said_around_an_adopted_version_is_not_frozen(cast: Cast, adopted: VisionVersion) -> None:
    """A voice linked later and a comment are no part of what was adopted."""
    voice = say(cast, "Later words")
    clause = clauses_of(adopted)[0]
    linking.link(clause=clause, excerpt=voice, by=cast.coach)
    linking.unlink(clause=clause, excerpt=voice, by=cast.coach)
    Comment.everything.create(district=cast.alder, version=adopted, author=cast.family, words="Fine.")


def test_voices_cannot_be_moved_out_of_it_into_it_or_added(cast: Cast, adopted: VisionVersion, beside: VisionVersion) -> None:
    frozen, free = clauses_of(adopted)[0], clauses_of(beside)[1]
    voice = say(cast, "Another voice")
    refused(lambda: ClauseVoice.everything.create(district=cast.alder, clause=frozen, excerpt=voice))
    refused(sql("UPDATE vision_clausevoice SET clause_id = %s WHERE clause_id = %s", free, frozen))
    refused(sql("UPDATE vision_clausevoice SET clause_id = %s WHERE clause_id = %s", frozen, free))
    refused(sql("UPDATE vision_clausevoice SET excerpt_id = %s WHERE clause_id = %s", voice, frozen))


def test_a_cited_voice_cannot_be_deleted(adopted: VisionVersion) -> None:
    voice = clauses_of(adopted)[0].voices.get().excerpt
    with pytest.raises(ProtectedError):
        voice.delete()


def test_who_wrote_on_it_is_frozen_too(cast: Cast, adopted: VisionVersion) -> None:
    refused(lambda: Contribution.everything.create(district=cast.alder, version=adopted, account=cast.principal))
    refused(sql("DELETE FROM vision_contribution WHERE version_id = %s", adopted))


def test_the_version_itself_cannot_be_deleted(adopted: VisionVersion) -> None:
    refused(sql("DELETE FROM vision_visionversion WHERE id = %s", adopted))
    refused(adopted.delete)


def test_a_draft_can_be_deleted_whole(cast: Cast, beside: VisionVersion) -> None:
    beside.delete()
    assert list(VisionVersion.everything.filter(district=cast.alder).values_list("state", flat=True)) == ["adopted"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows without deleting them")
def test_nothing_can_be_put_in_its_place_on_sqlite(adopted: VisionVersion, beside: VisionVersion) -> None:
    frozen, free = clauses_of(adopted)[0], clauses_of(beside)[0]
    columns = [field.column for field in Clause._meta.concrete_fields if field.column not in ("id", "version_id")]
    names = ", ".join(columns)
    copy = (
        f"INSERT OR REPLACE INTO vision_clause (id, version_id, {names}) "  # noqa: S608
        f"SELECT %s, version_id, {names} FROM vision_clause WHERE id = %s"
    )
    refused(sql(copy, frozen, free))
    refused(sql("UPDATE OR REPLACE vision_clause SET id = %s WHERE id = %s", frozen, free))
    refused(sql("UPDATE OR REPLACE vision_visionversion SET number = 1 WHERE id = %s", beside))
    columns = [field.column for field in VisionVersion._meta.concrete_fields if field.column != "number"]
    names = ", ".join(columns)
    refused(
        sql(
            f"INSERT OR REPLACE INTO vision_visionversion (number, {names}) "  # noqa: S608
            f"SELECT 1, {names} FROM vision_visionversion WHERE id = %s",
            beside,
        )
    )
    assert len(clauses_of(adopted)) == 2


def test_a_district_does_not_take_its_adopted_vision_with_it_by_accident(cast: Cast, adopted: VisionVersion) -> None:
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
        cast.alder.delete()
    assert VisionVersion.everything.filter(pk=adopted.pk).exists()


def test_whoever_disposes_of_a_district_can_dispose_of_its_vision(cast: Cast, adopted: VisionVersion) -> None:
    """The district's row goes first, the rest after it; foreign keys are checked at the end of the transaction."""
    with transaction.atomic():
        sql("DELETE FROM districts_district WHERE id = %s", cast.alder)()
        for model in (ClauseVoice, Clause, Contribution, VisionVersion):
            sql(f"DELETE FROM {model._meta.db_table} WHERE district_id = %s", cast.alder)()  # noqa: S608
        assert not VisionVersion.everything.filter(district_id=cast.alder.pk).exists()
        # The other rooms' rows would follow here; without them the end of the transaction would refuse it.
        transaction.set_rollback(True)
    assert District.everything.filter(pk=cast.alder.pk).exists()
