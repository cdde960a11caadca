"""Stirring: taking out of a survey's answers what tells when, and beside what, they came in.

The rows are taken out and put back in random order in one transaction of their own. On PostgreSQL neither their place
in the table nor `xmin` then says anything; on SQLite, which has no such marks, long answers no longer lie in the file in
the order they were written, and the write-ahead log is emptied. The count of saves starts again from zero, and labels
that have come to say too much are taken away.

Done every day while answers come in, and when a survey closes. Until the first stir after it, an answer's order of
arrival can be seen by somebody who holds the whole database; docs/adr/0004-anonymity.md says what that means.
"""

from __future__ import annotations

import logging

from django.db import OperationalError, connection, transaction
from django.db.models import Model

from commonwhy.core.slots import Slot
from commonwhy.listening.models import Answer, Response, Survey
from commonwhy.listening.services.coarsening import recoarsen

logger = logging.getLogger("commonwhy.stirring")

# A lock that is not free soon would hold up everybody who answers; the next round comes anyway.
PATIENCE = "3s"

OF_RESPONSES = f"(SELECT id FROM {Response._meta.db_table} WHERE survey_id = %s)"  # noqa: S608

beside_answers: Slot[tuple[type[Model], str]] = Slot("stirred beside answers")
"""What lower rooms keep of those who answer: a model, and the SQL that says which of its rows are of a survey, whose key is
its one parameter. These rows are stirred with the survey's own."""


def stir_all() -> int:
    """Stir every survey that has been answered since its last stir; for the daily chores. Returns how many were."""
    stirred = 0
    for survey in Survey.everything.select_related("district").filter(responses__saves__gt=0).distinct():
        try:
            stir(survey)
        except OperationalError:
            logger.warning("a survey was too busy to be stirred; it is tried again next time")
        else:
            stirred += 1
    empty_log()
    return stirred


def stir(survey: Survey) -> int:
    """Rewrite the survey's responses and answers in random order. Returns how many responses there are.

    Refuses to run inside another transaction: whoever opened that one would share it with every answer. Raises
    `OperationalError`, with nothing changed, where the tables are busy for longer than a few seconds.
    """
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            _lock()
        recoarsen(survey)
        responses = Response.objects.within(survey.district_id).filter(survey=survey)
        responses.update(saves=0)
        count = responses.count()
        _rewrite(Response, "survey_id = %s", survey)
        _rewrite(Answer, f"response_id IN {OF_RESPONSES}", survey)
        for model, condition in beside_answers:
            _rewrite(model, condition, survey)
    empty_log()
    return count


def empty_log() -> None:
    """On SQLite, empty the write-ahead log, which keeps the latest writes in the order they were made.

    It waits a second for readers, no longer: nobody can write meanwhile, and the next round comes anyway.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        before = int(cursor.fetchone()[0])
        cursor.execute("PRAGMA busy_timeout = 1000")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {before}")


def _lock() -> None:
    """Keep everybody but readers off these tables: a write between the copy and its return would be lost."""
    models: list[type[Model]] = [Response, Answer, *(model for model, _condition in beside_answers)]
    tables = ", ".join(model._meta.db_table for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _rewrite(model: type[Model], condition: str, survey: Survey) -> None:
    table = model._meta.db_table
    key = Survey._meta.pk.get_db_prep_value(survey.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE stirred AS SELECT * FROM {table} WHERE {condition}", [key])  # noqa: S608
        cursor.execute(f"DELETE FROM {table} WHERE {condition}", [key])  # noqa: S608
        cursor.execute(f"INSERT INTO {table} SELECT * FROM stirred ORDER BY random()")  # noqa: S608
        cursor.execute("DROP TABLE stirred")
