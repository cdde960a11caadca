"""What the search over answers reads: their words, folded, in a table of its own that no respondent ever writes.

It is filled by a chore (`services.search_index`), a survey at a time, in random order and in one transaction, with what
may be read by then and nothing else; so neither row numbers nor transactions nor an index says when, or beside what, an
answer came (docs/adr/0004-anonymity.md). Migration 0009 adds what Django does not know: on SQLite an FTS5 index kept by
triggers on this table, on PostgreSQL a GIN index over the words. Django would lose the triggers if it remade the table.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import BooleanField, F, Func

from commonwhy.core.wanted import Wanted
from commonwhy.districts.models import DistrictOwned
from commonwhy.listening.models.response import Answer


class SearchText(DistrictOwned):
    """The words of one answer as they are looked for. Gone with the answer, in the same transaction."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="search_text")
    place = models.BigIntegerField(unique=True, help_text="Random; SQLite's index knows a row by it.")
    words = models.TextField(help_text="Folded (`core.wanted.plain_words`).")

    class Meta(DistrictOwned.Meta):
        pass

    def __str__(self) -> str:
        return "search text"


class Holds(Func):
    """Whether a `SearchText` holds what is wanted; for `filter`."""

    output_field = BooleanField()
    arity = 2

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(F("place"), F("words"))
        self.wanted = wanted

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        place, parameters = compiler.compile(self.source_expressions[0])
        found = "SELECT rowid FROM listening_searchwords WHERE listening_searchwords MATCH %s"
        return f"{place} IN ({found})", [*parameters, self.wanted.for_sqlite()]

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        words, parameters = compiler.compile(self.source_expressions[1])
        return f"to_tsvector('simple', {words}) @@ to_tsquery('simple', %s)", [*parameters, self.wanted.for_postgresql()]
