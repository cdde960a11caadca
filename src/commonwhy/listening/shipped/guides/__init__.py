"""Guides for facilitators, one TOML file for each kind of conversation, in our own words; to be printed and taken along.

What holds in every conversation (what to leave out of the notes, leave to quote, what to do when somebody tells of harm)
stands once, in `every_conversation.toml`. In questions `{term}` is filled in with the term a district asks about. Reading a file
checks it: every text in every language, and no list empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from commonwhy.listening.models import Conversation
from commonwhy.listening.shipped.tables import ShippedMistake, Table, Texts

HERE = Path(__file__).parent
IN_EVERY = "every_conversation.toml"
Lines = tuple[Texts, ...]


@dataclass(frozen=True)
class GuideQuestion:
    """One question to ask, how long it may take, and what to ask next if little comes."""

    key: str
    texts: Texts
    follow_ups: Lines
    minutes: int

    def asked(self, language: str, term: str) -> tuple[str, list[str]]:
        """The question and its follow-ups in a language it has, with the term filled in."""
        return (
            self.texts[language].replace("{term}", term),
            [text[language].replace("{term}", term) for text in self.follow_ups],
        )


@dataclass(frozen=True)
class Guide:
    """How one kind of conversation is held. `kind` is a value of `Conversation.Kind`."""

    kind: str
    languages: tuple[str, ...]
    title: Texts
    about: Texts
    people: Texts
    before: Lines
    opening: Lines
    opening_minutes: int
    ground_rules: Lines
    questions: tuple[GuideQuestion, ...]
    write_down: Lines
    leave_out: Lines
    quoting: Lines
    if_told: Lines
    closing: Lines
    closing_minutes: int
    afterwards: Lines

    @property
    def minutes(self) -> int:
        """All of it, from the first word to the last."""
        return self.opening_minutes + sum(question.minutes for question in self.questions) + self.closing_minutes


@lru_cache
def guides() -> dict[str, Guide]:
    """The guide for every kind of conversation, in the order of `Conversation.Kind`.

    Raises `ShippedMistake` for a file that is wrong, or a kind that has no guide or two.
    """
    shared = _shared(HERE / IN_EVERY)
    found = [_read(path, shared) for path in sorted(HERE.glob("*.toml")) if path.name != IN_EVERY]
    by_kind = {guide.kind: guide for guide in found}
    missing = [kind for kind in Conversation.Kind.values if kind not in by_kind]
    if missing or len(found) != len(by_kind):
        raise ShippedMistake(f"guides: {missing[0]} has none" if missing else "guides: two are for the same kind")
    return {kind: by_kind[kind] for kind in Conversation.Kind.values}


def _shared(path: Path) -> dict[str, Lines]:
    with Table.of(path) as table:
        languages = table.words("languages")
        return {name: _lines(table, name, languages) for name in ("leave_out", "quoting", "if_told")}


def _read(path: Path, shared: dict[str, Lines]) -> Guide:
    with Table.of(path) as table:
        languages = table.words("languages")
        if not languages:
            raise table.mistake("needs at least one", "languages")
        for lines in shared.values():
            if any(language not in each for each in lines for language in languages):
                raise table.mistake(f"holds one that {IN_EVERY} does not", "languages")
        with table.table("minutes") as minutes:
            opening_minutes, closing_minutes = _minutes(minutes, "opening"), _minutes(minutes, "closing")
        with table.table("lists") as lists:
            listed = {name: _lines(lists, name, languages) for name in ("before", "ground_rules", "write_down", "afterwards")}
        with table.table("words") as words:
            said = {name: _lines(words, name, languages) for name in ("opening", "closing")}
        questions = tuple(
            GuideQuestion(
                key=each.word("key"),
                texts=each.texts("text", languages),
                follow_ups=_lines(each, "follow_ups", languages),
                minutes=_minutes(each, "minutes"),
            )
            for each in table.tables("questions")
        )
        if not questions:
            raise table.mistake("needs at least one", "questions")
        return Guide(
            kind=table.word("kind", Conversation.Kind.values),
            languages=languages,
            title=table.texts("title", languages),
            about=table.texts("about", languages),
            people=table.texts("people", languages),
            opening_minutes=opening_minutes,
            closing_minutes=closing_minutes,
            questions=questions,
            **listed,
            **said,
            **shared,
        )


def _lines(table: Table, key: str, languages: tuple[str, ...]) -> Lines:
    """A list of texts, at least one, each in every language."""
    lines = tuple(each.all_texts(languages) for each in table.rows(key))
    if not lines:
        raise table.mistake("needs at least one", key)
    return lines


def _minutes(table: Table, key: str) -> int:
    minutes = table.number(key)
    if not isinstance(minutes, int) or not 1 <= minutes <= 120:
        raise table.mistake("has to be whole minutes, 1 to 120", key)
    return minutes
