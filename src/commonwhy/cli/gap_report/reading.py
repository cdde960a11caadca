"""From somebody's CSV file to answers: finding the columns, and saying where and what is wrong when they are not there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from commonwhy.formats.delimited import read_rows
from commonwhy.formats.messages import UnreadableFile

MOST_ANSWERS = 100_000
"""More need more memory than a laptop should give; a sample of so many tells as much."""
MOST_GROUPS = 60
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_SPOKEN = ("en", "es")
_COLUMNS_NAMED = 12


class Misuse(ValueError):
    """The command was asked for something the file cannot give; the message names the way out."""


@dataclass(frozen=True)
class Answers:
    """One entry a row of the file. `language` is one for all, where somebody said so; `languages` a column's."""

    file: str
    text_column: str
    by_column: str
    within_column: str | None
    texts: list[str]
    by: list[str]
    within: list[str] | None
    languages: list[str] | None
    language: str | None
    notes: list[str]


def read_answers(path: Path, *, text: str, by: str, within: str | None, language: str | None) -> Answers:
    """Read the named columns. Raises Misuse for a column that is not there, UnreadableFile for a file that is no table."""
    reader = read_rows(path)
    header = next(reader)
    names = [" ".join(cell.split()) for cell in header.cells]
    spoken = language if language is not None and language not in names and language.lower() in _SPOKEN else None
    wanted = {"--text": text, "--by": by, "--within": within, "--language": None if spoken else language}
    place = {option: _find(path.name, header.line, names, name, option) for option, name in wanted.items() if name is not None}
    columns: dict[str, list[str]] = {option: [] for option in place}
    for row in reader:
        if len(columns["--text"]) == MOST_ANSWERS:
            raise UnreadableFile(
                f"{path.name}, line {row.line}: more than {MOST_ANSWERS:,} answers. Draw a sample of so many rows, by chance, "
                "and measure that.",
                file=path.name,
                line=row.line,
            )
        for option, column in place.items():
            columns[option].append(row.cells[column] if column < len(row.cells) else "")
        if (said := columns.get("--language")) and said[-1].strip() and not _LANGUAGE.fullmatch(said[-1].strip()):
            raise UnreadableFile(
                f"{path.name}, line {row.line}, column {language!r}: {_short(said[-1])} is no language code. Use codes such as "
                "en or es, or leave --language out to have it guessed.",
                file=path.name,
                line=row.line,
            )
    if not columns["--text"]:
        raise UnreadableFile(f"{path.name} has a header and no rows below it. Export it again with the answers.", file=path.name)
    groups = {" ".join(value.split()) for value in columns["--by"]} - {""}
    if len(groups) > MOST_GROUPS:
        some = ", ".join(_short(value) for value in sorted(groups)[:3])
        raise Misuse(
            f"{path.name}, column {by!r}: {len(groups):,} different values ({some}, ...). Groups to compare are few, at most "
            f"{MOST_GROUPS}: name a column such as role or school with --by."
        )
    return Answers(
        file=path.name,
        text_column=text,
        by_column=by,
        within_column=within,
        texts=columns["--text"],
        by=columns["--by"],
        within=columns.get("--within"),
        languages=columns.get("--language"),
        language=spoken.lower() if spoken else None,
        notes=[str(note.message) for note in reader.notes],
    )


def _find(file: str, line: int, names: list[str], wanted: str, option: str) -> int:
    """The column called `wanted`: as it is written, else the only one that differs in capitals alone."""
    plain = " ".join(wanted.split())
    for same in (
        [place for place, name in enumerate(names) if name == plain],
        [place for place, name in enumerate(names) if name.casefold() == plain.casefold()],
    ):
        if len(same) > 1:
            raise Misuse(
                f"{file}, line {line}: there are {len(same)} columns called {wanted!r} (columns "
                f"{', '.join(str(place + 1) for place in same)}). Rename all but one of them for {option}."
            )
        if same:
            return same[0]
    near = get_close_matches(plain.casefold(), [name.casefold() for name in names], n=1, cutoff=0.6)
    guess = f" Did you mean {next(name for name in names if name.casefold() == near[0])!r}?" if near else ""
    listed = ", ".join(repr(name) for name in names[:_COLUMNS_NAMED]) + (", ..." if len(names) > _COLUMNS_NAMED else "")
    raise Misuse(f"{file}, line {line}: there is no column {wanted!r} for {option}.{guess} The columns are {listed}.")


def _short(value: str) -> str:
    plain = " ".join(value.split())
    return repr(plain if len(plain) <= 40 else plain[:39] + "…")
