"""Stirring: taking the order and the transaction marks of arrival out of a survey's answers.

Rows of an anonymous survey are taken out and put back in random order in one transaction, so that on PostgreSQL neither
their place in the table nor `xmin` says when, or beside what, they came in. Done when a survey closes and, by the
worker, every day while it is open. On SQLite the tables have no row numbers, so there is nothing to stir.
"""

from __future__ import annotations

from django.db import connection, transaction

from commonwhy.listening.models import Answer, Response, Survey


@transaction.atomic
def stir(survey: Survey) -> int:
    """Rewrite the survey's responses and answers in random order. Returns how many responses there are."""
    responses = Response.objects.within(survey.district_id).filter(survey=survey)
    if connection.vendor == "postgresql":
        _rewrite(Response, "survey_id = %s", survey)
        _rewrite(Answer, f"response_id IN (SELECT id FROM {Response._meta.db_table} WHERE survey_id = %s)", survey)
    return responses.count()


def _rewrite(model: type[Response] | type[Answer], condition: str, survey: Survey) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        # Nobody may write between the copy and its return, or an answer would be lost.
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"CREATE TEMP TABLE stirred ON COMMIT DROP AS SELECT * FROM {table} WHERE {condition}", [survey.pk])
        cursor.execute(f"DELETE FROM {table} WHERE {condition}", [survey.pk])  # noqa: S608
        cursor.execute(f"INSERT INTO {table} SELECT * FROM stirred ORDER BY random()")  # noqa: S608
        cursor.execute("DROP TABLE stirred")
