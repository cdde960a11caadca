"""Filling what is searched: the words of answers that may be read by now, and nothing else.

A survey whose words have changed is taken out and put back whole, in random order, in one transaction that holds nothing
else. So no row number, transaction, place in an index or piece of it says which answers became readable together, within
a survey or at all. Respondents never write it: what is not in it yet is looked through word by word (`queries.search`),
and what somebody changed is brought up to date with the daily chores.
"""

from __future__ import annotations

import logging
import secrets
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from commonwhy.core.wanted import plain_words
from commonwhy.districts.models import District
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Answer, Question, Response, SearchText, Survey
from commonwhy.listening.queries.readable import readable
from commonwhy.listening.services.stirring import empty_log

logger = logging.getLogger("commonwhy.search")
CHUNK = 2_000


def index_all() -> int:
    """Bring every district's index up to date; for the daily chores. Returns how many surveys were written."""
    return sum(index_district(district) for district in District.everything.all())


def index_district(district: District) -> int:
    """Bring a district's index up to date. Done again it changes nothing. Returns how many surveys were written.

    A survey that is busy just then (an answer taken back in that moment, a lock) is left as it is for the next time.
    """
    now, held = _readable_words(district), _held_words(district)
    written = 0
    for survey in now.keys() | held.keys():
        if now[survey] == held[survey]:
            continue
        try:
            _write(district, survey, now[survey])
            written += 1
        except DatabaseError:
            logger.warning("the words of a survey could not be indexed just now; it is tried again next time")
    if written:
        merge()
        empty_log()
    return written


def merge() -> None:
    """On SQLite, put the pieces of the index together: then none is older than another, and no deleted word stays in one."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO listening_searchwords (listening_searchwords) VALUES ('optimize')")


def forget(**_signal: Any) -> None:
    """When words were deleted, for whatever reason, take them out of every piece of the index once that is committed."""
    if connection.vendor == "sqlite":
        transaction.on_commit(merge, robust=True)


def _readable_words(district: District) -> dict[UUID, dict[UUID, str]]:
    """By survey and answer: the words as they are looked for."""
    viewer = JobViewer(district.pk)
    answers = (
        Answer.objects.visible_to(viewer)
        .filter(
            readable(viewer, district).on("response__"),
            district=district,
            response__submitted=True,
            question__kind__in=[Question.Kind.LONG, Question.Kind.SHORT],
        )
        .order_by()
        .values_list("pk", "value", "response__survey_id")
    )
    found: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for pk, value, survey in answers.iterator(chunk_size=CHUNK):
        if isinstance(value, str):
            found[survey][pk] = plain_words(value)
    return found


def _held_words(district: District) -> dict[UUID, dict[UUID, str]]:
    rows = SearchText.objects.within(district).order_by().values_list("answer_id", "words", "answer__response__survey_id")
    found: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for pk, words, survey in rows.iterator(chunk_size=CHUNK):
        found[survey][pk] = words
    return found


def _write(district: District, survey: UUID, words: dict[UUID, str]) -> None:
    """Replace a survey's words, in random order and in a transaction of its own."""
    rows = [SearchText(district=district, answer_id=pk, place=secrets.randbits(62), words=plain) for pk, plain in words.items()]
    secrets.SystemRandom().shuffle(rows)
    with transaction.atomic(durable=True):
        _remove(survey)
        SearchText.everything.bulk_create(rows, batch_size=CHUNK)


def _remove(survey: UUID) -> None:
    answers, responses = Answer._meta.db_table, Response._meta.db_table
    key = Survey._meta.pk.get_db_prep_value(survey, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {SearchText._meta.db_table} WHERE answer_id IN (SELECT {answers}.id FROM {answers}"  # noqa: S608
            f" JOIN {responses} ON {responses}.id = {answers}.response_id WHERE {responses}.survey_id = %s)",
            [key],
        )
