"""Several choices in one cell, taken apart again.

Google joins choices with a comma (in a sheet) or a semicolon (in its CSV), Microsoft ends each with a semicolon,
Qualtrics joins with a bare comma. An option may itself contain a comma, "Phones, tablets and watches", and nothing in
the file says so; but an option hardly ever begins with a small letter when the others begin with a capital, and a
bracket that opens in one piece closes in the same option.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from commonwhy.formats.survey_exports.redaction import EMAIL

SEMICOLON, COMMA, BARE_COMMA = ";", ", ", ","
_MAX_OPTIONS = 200
_OPTION_CHARS = 120


def split_choices(cell: str, separator: str, options: Sequence[str] = ()) -> tuple[str, ...]:
    """The choices in a cell, in order, without repeats or blanks.

    ``options`` known beforehand are found first, the longest that fits, so that their own commas stay in them.
    """
    if separator == SEMICOLON:
        return _unique(cell.split(";"))
    known = sorted({option for option in options if separator.strip() in option}, key=len, reverse=True)
    pieces: list[str] = []
    rest = cell.strip()
    while rest:
        option = next((each for each in known if rest.startswith(each) and _ends(rest[len(each) :], separator)), None)
        if option is None:
            piece, found, rest = rest.partition(separator)
            pieces.append(piece)
            # A known option starts afresh, whatever letter it starts with.
            if found and any(rest.startswith(each) for each in known):
                pieces.append("")
        else:
            pieces += [option, ""]
            rest = rest[len(option) :].removeprefix(separator.strip()).lstrip()
    return _unique(_rejoined(pieces, separator, set(options)))


def separator_of(cells: Sequence[str], *, bare_commas: bool = False) -> str:
    """The mark that joins choices in these cells, or nothing where they look like single choices or plain writing.

    A mark counts when the pieces it makes come back in other combinations: choices do, sentences and single options
    with a comma in them do not.
    """
    marks: tuple[str, ...] = (SEMICOLON, COMMA, BARE_COMMA) if bare_commas else (SEMICOLON, COMMA)
    for separator in marks:
        if not any(separator.strip() in cell for cell in cells):
            continue
        if separator == SEMICOLON and all(cell.rstrip().endswith(";") for cell in cells):
            return separator
        splits = [split_choices(cell, separator) for cell in set(cells)]
        combined = Counter(piece for split in splits for piece in split)
        again = sum(count > 1 for count in combined.values())
        is_short = all(len(piece) <= _OPTION_CHARS for piece in combined)
        if is_short and any(len(split) > 1 for split in splits) and again * 2 >= len(combined):
            return separator
    return ""


def options_of(cells: Iterable[str], separator: str) -> tuple[str, ...]:
    """The options seen in these cells, the most chosen first."""
    pieces = (piece for cell in cells for piece in (split_choices(cell, separator) if separator else (cell.strip(),)))
    seen = Counter(piece for piece in pieces if piece and not EMAIL.search(piece))
    return tuple(option for option, _ in seen.most_common(_MAX_OPTIONS))


def _ends(rest: str, separator: str) -> bool:
    return not rest or rest.startswith(separator.strip())


def _rejoined(pieces: Sequence[str], separator: str, options: set[str]) -> list[str]:
    """Put back together what the comma cut inside an option. An empty piece is a boundary that is known."""
    joined: list[str] = []
    fresh = True
    for piece in pieces:
        text = piece.strip()
        if not text:
            fresh = True
            continue
        belongs = joined and not fresh and text not in options
        if belongs and (_is_open(joined[-1]) or (text[:1].islower() and joined[-1][:1].isupper())):
            joined[-1] += separator + text
        else:
            joined.append(text)
        fresh = False
    return joined


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")")


def _unique(pieces: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))
