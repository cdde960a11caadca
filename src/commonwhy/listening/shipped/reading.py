"""How a shipped questionnaire and the scales it answers on are read and checked."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from commonwhy.districts.models import Group, Person
from commonwhy.listening.models import Question
from commonwhy.listening.shipped import Shipped, ShippedQuestion
from commonwhy.listening.shipped.tables import Table, Texts

Choices = list[dict[str, Any]]
# The sides of a two-sided list of options.
SIDES = ("below", "middle", "above")
CHOOSING = (Question.Kind.SINGLE, Question.Kind.MULTIPLE, Question.Kind.MATRIX, Question.Kind.RANKING)
BRANCHING = (Question.Kind.SINGLE, Question.Kind.MULTIPLE)
PLACE = re.compile(r"\{[^}]*\}?|\}")


def read_scales(path: Path) -> dict[str, dict[str, Any]]:
    """Scales by name, each `{"languages": ..., "options": [...]}`, from a file of tables of options."""
    scales: dict[str, dict[str, Any]] = {}
    with Table.of(path) as table:
        languages = table.words("languages")
        for scale in table.tables("scales"):
            name = scale.word("key")
            options = _balanced(scale, languages)
            if len(options) < 2:
                raise scale.mistake("needs at least two", "options")
            scales[name] = {"languages": languages, "options": options}
    return scales


def read_questionnaire(path: Path, scales: dict[str, dict[str, Any]]) -> Shipped:
    """One file. Raises `ShippedMistake`, which names the file and the key, for anything that is not as it should be."""
    with Table.of(path) as table:
        languages = table.words("languages")
        if not languages:
            raise table.mistake("needs at least one", "languages")
        groups = table.words("groups", Group.Kind.values)
        if not groups:
            raise table.mistake("needs at least one", "groups")
        place = table.number("place")
        if not isinstance(place, int):
            raise table.mistake("has to be a whole number", "place")
        plain = {key: table.texts(key, languages, needed=False) for key in ("plain_intro", "plain_thanks")}
        questions: list[ShippedQuestion] = []
        for each in table.tables("questions"):
            questions.append(_question(each, languages, scales, questions))
        if not questions:
            raise table.mistake("needs at least one", "questions")
        result = Shipped(
            key=table.word("key"),
            place=place,
            licence=table.word("licence"),
            attribution=table.word("attribution"),
            languages=languages,
            groups=tuple(kind for kind in Group.Kind.values if kind in groups),
            title=table.texts("title", languages),
            about=table.texts("about", languages),
            term=table.texts("term", languages),
            intro=table.texts("intro", languages),
            thanks=table.texts("thanks", languages),
            plain_bands=table.words("plain_bands", Person.GradeBand.values),
            questions=tuple(questions),
            **plain,
        )
        _check_places(table, result)
    return result


def _question(
    table: Table, languages: Collection[str], scales: dict[str, dict[str, Any]], before: list[ShippedQuestion]
) -> ShippedQuestion:
    key = table.word("key")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
        raise table.mistake("is of small letters, digits and _, at most 40", "key")
    kind = table.word("kind", Question.Kind.values)
    needs_plain = "plain" in table
    options = _options(table, languages, scales)
    rows = [_choice(row, languages, needs_plain=needs_plain) for row in table.tables("rows")]
    if (kind in CHOOSING) != bool(options):
        raise table.mistake("are needed by this kind" if kind in CHOOSING else "are not for this kind", "options")
    if len(options) == 1:
        raise table.mistake("needs at least two", "options")
    if (kind == Question.Kind.MATRIX) != bool(rows):
        raise table.mistake("are needed by a matrix, and by nothing else", "rows")
    hints = table.texts("hint", languages, needed=False)
    plain_hints = table.texts("plain_hint", languages, needed=False)
    if plain_hints and not hints:
        raise table.mistake("says in plain words what is not there", "plain_hint")
    return ShippedQuestion(
        key=key,
        kind=kind,
        texts=table.texts("text", languages),
        hints=hints,
        options=options,
        rows=rows,
        required=table.truth("required"),
        section=table.texts("section", languages, needed=False),
        shown_if=_shown_if(table, before),
        limits=_limits(table, languages, kind),
        plain_texts=table.texts("plain", languages, needed=False),
        plain_hints=plain_hints,
        protected_areas=list(table.words("protected_areas", Question.ProtectedArea.values)),
    )


def _options(table: Table, languages: Collection[str], scales: dict[str, dict[str, Any]]) -> Choices:
    """The options written here, or those of the scale that is named, or none."""
    if "scale" not in table:
        return _balanced(table, languages)
    if "options" in table:
        raise table.mistake("stands beside options; it has to be one of the two", "scale")
    scale = scales[table.word("scale", scales)]
    missing = [language for language in languages if language not in scale["languages"]]
    if missing:
        raise table.mistake(f"is not written in {missing[0]}", "scale")
    return [
        {part: words if part == "key" else {language: words[language] for language in languages} for part, words in each.items()}
        for each in scale["options"]
    ]


def _balanced(table: Table, languages: Collection[str]) -> Choices:
    """The options of a question or a scale.

    An option with a `side` (below, middle, above) makes them two-sided. They are then balanced, or a mistake: as many above
    the middle as below it, in order from one end to the other, and those apart ("I don't know") last.
    """
    options: Choices = []
    sides: list[str] = []
    for option in table.tables("options"):
        options.append(_choice(option, languages, needs_plain=False))
        sides.append(option.word("side", SIDES) if "side" in option else "")
    taken = [side for side in sides if side]
    in_order = sorted(taken, key=SIDES.index)
    if taken not in (in_order, in_order[::-1]) or sides[: len(taken)] != taken:
        raise table.mistake("run from one side to the other, and those without a side come last", "options")
    if sides.count("below") != sides.count("above"):
        raise table.mistake("have to be as many above the middle as below", "options")
    return options


def _choice(table: Table, languages: Collection[str], *, needs_plain: bool) -> dict[str, Any]:
    """An option or a row as `Question` stores it."""
    choice: dict[str, Any] = {"key": table.word("key"), "texts": table.all_texts(languages)}
    plain = table.texts("plain", languages, needed=needs_plain)
    return choice | ({"plain": plain} if plain else {})


def _shown_if(table: Table, before: list[ShippedQuestion]) -> dict[str, Any]:
    if "shown_if" not in table:
        return {}
    with table.table("shown_if") as condition:
        asked = {question.key: question for question in before if question.kind in BRANCHING}
        named = asked[condition.word("question", asked)]
        any_of = condition.words("any_of", [option["key"] for option in named.options])
        if not any_of:
            raise condition.mistake("needs at least one", "any_of")
        return {"question": named.key, "any_of": list(any_of)}


def _limits(table: Table, languages: Collection[str], kind: str) -> dict[str, Any]:
    if "limits" not in table:
        return {}
    if kind != Question.Kind.NUMBER:
        raise table.mistake("are for a number", "limits")
    with table.table("limits") as limits:
        least, most = limits.number("least"), limits.number("most")
        if least is not None and most is not None and least >= most:
            raise limits.mistake("has to be above the least", "most")
        unit = limits.texts("unit", languages, needed=False)
    found = {"least": least, "most": most, "unit": unit or None}
    return {name: value for name, value in found.items() if value is not None}


def _check_places(table: Table, made: Shipped) -> None:
    """`{term}` is all that is filled in, so anything else in braces would be read as it stands."""
    around: list[tuple[str, list[Texts]]] = [
        ("intro", [made.intro, made.plain_intro]),
        ("thanks", [made.thanks, made.plain_thanks]),
        *(
            (
                each.key,
                [each.texts, each.plain_texts, each.hints, each.plain_hints, each.section]
                + [words for one in [*each.options, *each.rows] for words in (one["texts"], one.get("plain", {}))],
            )
            for each in made.questions
        ),
    ]
    for key, texts in around:
        for text in (text for one in texts for text in one.values()):
            wrong = [place for place in PLACE.findall(text) if place != "{term}"]
            if wrong:
                raise table.mistake(f"{wrong[0]} is never filled in; only {{term}} is", key)
