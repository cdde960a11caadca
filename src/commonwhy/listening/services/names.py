"""Names in what people wrote: found, suggested, and taken out (FIELD rule 11).

Nobody's list of names is complete, so a person decides; what is found here only saves them from overlooking one. A word
is suggested when the district's own roster has it as a name, when a title stands before it, or when it can be used to
reach somebody. Many names are ordinary words too (Will, Rosa, Grace): those, and unknown words with a capital letter in
the middle of a sentence, are shown without being ticked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Subquery

from commonwhy.districts.models import Appointment, District, Membership, Person, School
from commonwhy.formats.survey_exports.redaction import EMAIL, PHONE
from commonwhy.listening.services.ordinary_words import HARMLESS, ORDINARY, PARTICLES

TAKEN_OUT = "[name]"
MOST_SUGGESTED = 40
LETTER = r"[^\W\d_]"
# A letter may carry its accent as a character of its own.
WORD = re.compile(rf"(?:{LETTER}[\u0300-\u036f]*)+(?:['’\-](?:{LETTER}[\u0300-\u036f]*)+)*")
POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
YEARS = re.compile(r"(19|20)\d\d\D{1,3}(19|20)\d\d")
HANDLE = re.compile(r"(?<![\w.])@\w{2,}")
# Before these a name follows even where it is written small ("mrs garcia").
ALWAYS_TITLES = ("mr", "mrs", "ms", "mx", "dr", "sr", "sra", "srta")
OTHER_TITLES = """
    miss prof professor coach principal teacher sir madam señor señora señorita don doña maestra maestro profe profesor
    profesora doctor doctora director directora licenciada licenciado tía tío
"""
TITLES = (*ALWAYS_TITLES, *OTHER_TITLES.split())
NAME_WORD = rf"(?:{LETTER}[\u0300-\u036f]*)+(?:['’\-](?:{LETTER}[\u0300-\u036f]*)+)*"
# Looked at without being used up, because the next title may stand among the words after this one.
AFTER_TITLE = re.compile(
    rf"(?<!{LETTER})(?P<title>{'|'.join(TITLES)})\b\.?\s+(?=(?P<names>{NAME_WORD}(?:[ \t]+{NAME_WORD}){{0,4}}))", re.IGNORECASE
)
BEFORE_A_SENTENCE = " \t\"'“”‘’«»()[]-–—*•_"
ENDS_OF_SENTENCES = ".!?:…¿¡\n\r"


class Why(StrEnum):
    """Why a word is suggested."""

    ROSTER = "roster"
    TITLE = "title"
    CONTACT = "contact"
    CAPITAL = "capital"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A piece of the text that may be a name. `sure`: shown ticked."""

    name: str
    sure: bool
    why: Why


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The words in the names of a district's people, and those that are no person's there: its schools', its own."""

    names: frozenset[str]
    places: frozenset[str]


def known_names(district: District) -> KnownNames:
    """The district's names. Read again when the number of people changes, and otherwise every few minutes of use."""
    counts = [
        Subquery(model.objects.within(district).order_by().values("district").annotate(count=Count("pk")).values("count"))
        for model in (Person, Membership, Appointment, School)
    ]
    people, seats, appointments, schools = District.objects.within(district).values_list(*counts).get()
    return _known_names(district.pk, district.name, people, seats, appointments, schools)


@lru_cache(maxsize=16)
def _known_names(district: UUID, name: str, *_how_many: int | None) -> KnownNames:
    full_names: Iterable[str] = (
        *Person.objects.within(district).values_list("name", flat=True).iterator(chunk_size=10_000),
        *Membership.objects.within(district).values_list("account__name", flat=True),
        *Appointment.objects.within(district).values_list("name", flat=True),
    )
    places = (name, *School.objects.within(district).values_list("name", flat=True))
    return KnownNames(
        names=frozenset(_name_words(full_names)),
        places=frozenset(plain(word) for place in places for word in _parts(place)),
    )


def suggest_names(words: str, known: KnownNames) -> tuple[Suggestion, ...]:
    """What may be a name in `words`, in the order in which it stands there, each once."""
    found: dict[str, tuple[int, Suggestion]] = {}

    def add(place: int, name: str, why: Why, *, sure: bool) -> None:
        key = plain(name)
        before = found.get(key)
        if before is None or (sure and not before[1].sure):
            found[key] = (before[0] if before else place, Suggestion(name, sure, why))

    taken = [False] * len(words)
    for pattern in (EMAIL, PHONE, HANDLE):
        for match in pattern.finditer(words):
            if pattern is not PHONE or (sum(char.isdigit() for char in match[0]) >= 7 and not YEARS.fullmatch(match[0])):
                add(match.start(), match[0], Why.CONTACT, sure=True)
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    for match in AFTER_TITLE.finditer(words):
        for place, word in _named_by_title(match):
            add(place, word, Why.TITLE, sure=True)
    tokens = [match for match in WORD.finditer(words) if not taken[match.start()]]
    shouted = sum(match[0][0].isupper() for match in tokens) * 2 > len(tokens) + 4
    for match in tokens:
        token = POSSESSIVE.sub("", match[0])
        is_known = False
        for name in _known_parts(token, known):
            is_known = True
            ordinary = plain(name) in ORDINARY
            if name[0].isupper() or (not ordinary and len(plain(name)) > 2):
                begins = ordinary and (plain(name) in HARMLESS or _begins_a_sentence(words, match.start()))
                add(match.start(), name, Why.ROSTER, sure=not begins)
        if not is_known and not shouted and _stands_out(words, match.start(), token, known):
            add(match.start(), token, Why.CAPITAL, sure=False)
    ordered = sorted(found.values(), key=lambda pair: pair[0])
    return tuple(suggestion for _place, suggestion in ordered[:MOST_SUGGESTED])


def redacted(words: str, names: Sequence[str]) -> str:
    """`words` with every one of `names` replaced by `[name]`: whole words, whatever their case and accents, with a
    plural or possessive ending; of a name of several words also each of them alone. Nothing else changes.

    A name that is an ordinary word too is only taken out where it begins with a capital, unless it was given without.

    >>> redacted("Ask ANA'S mother or Anabel", ["Ana"])
    "Ask [name]'S mother or Anabel"
    """
    wanted = list(_wanted(names))
    if not wanted:
        return words
    # What was taken out before stays as it is, whatever is taken out now.
    pieces = [_without(piece, wanted) for piece in words.split(TAKEN_OUT)]
    together = TAKEN_OUT.join(pieces)
    mark = re.escape(TAKEN_OUT)
    return re.sub(rf"{mark}(?:[ \t]*[ \t\-][ \t]*{mark})+", TAKEN_OUT, together)


@dataclass(frozen=True, slots=True)
class _Wanted:
    pattern: str
    only_capital: bool


def _wanted(names: Sequence[str]) -> Iterator[_Wanted]:
    """What to look for, the longest first, in plain letters."""
    looked_for: dict[str, bool] = {}
    for name in names:
        spoken = " ".join(name.split())
        key = plain(spoken)
        if not key:
            continue
        parts = [part for part in _parts(spoken) if plain(part) not in PARTICLES and plain(part) not in PLAIN_TITLES]
        for each in (spoken, *(parts if len(parts) > 1 or parts != [spoken] else ())):
            small = plain(each)
            if each is not spoken and len(small) < 2:
                continue
            only_capital = small in ORDINARY and each[0].isupper()
            looked_for[small] = looked_for.get(small, True) and only_capital
    for small in sorted(looked_for, key=len, reverse=True):
        yield _Wanted(r"\s+".join(re.escape(part) for part in small.split(" ")), looked_for[small])


def _without(words: str, wanted: Sequence[_Wanted]) -> str:
    text, places = _folded(words)
    spans: list[tuple[int, int]] = []
    for one in wanted:
        for match in re.finditer(rf"(?<!{LETTER})(?:{one.pattern})(?:e?s)?(?!{LETTER})", text):
            start, end = places[match.start()], places[match.end()]
            exact = re.fullmatch(one.pattern, match[0]) is not None
            capital = words[start : start + 1].isupper()
            if (one.only_capital or not exact) and not capital:
                continue
            if not any(start < other_end and other_start < end for other_start, other_end in spans):
                spans.append((start, end))
    for start, end in sorted(spans, reverse=True):
        words = words[:start] + TAKEN_OUT + words[end:]
    return words


def plain(text: str) -> str:
    """Small letters without accents, for comparing."""
    return text.lower() if text.isascii() else _folded(text)[0]


def _folded(text: str) -> tuple[str, list[int]]:
    """`text` in plain letters, and for each place in it (and its end) the place in `text` it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        folded = unicodedata.normalize("NFKD", char).casefold().replace("’", "'")
        for letter in folded:
            if not unicodedata.combining(letter):
                letters.append(letter)
                places.append(place)
    places.append(len(text))
    return "".join(letters), places


PLAIN_TITLES = frozenset(map(plain, TITLES))


def _parts(text: str) -> list[str]:
    return [part for token in WORD.findall(text) for part in re.split(r"[\-]", token)]


def _name_words(full_names: Iterable[str]) -> Iterator[str]:
    for full_name in full_names:
        for part in _parts(full_name or ""):
            word = plain(part)
            if len(word) > 1 and word not in PARTICLES:
                yield word
                if "'" in word:
                    yield word.replace("'", "")


def _known_parts(token: str, known: KnownNames) -> Iterator[str]:
    for part in token.split("-"):
        if not part:
            continue
        word = plain(part)
        candidates = {word, word.replace("'", "")}
        if part[0].isupper() and word.endswith("s"):
            candidates |= {word[:-1], word.removesuffix("es")}
        if candidates & known.names:
            yield part


def _named_by_title(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    """The words of a name after a title: with a capital, or the first one where the title leaves no doubt."""
    leaves_no_doubt = plain(match["title"]) in ALWAYS_TITLES
    for number, word in enumerate(WORD.finditer(match["names"])):
        name = POSSESSIVE.sub("", word[0])
        small = plain(name)
        if small in PARTICLES:
            continue
        is_first_of_its_kind = leaves_no_doubt and number == 0 and small not in ORDINARY
        looks_like_a_name = name[0].isupper() and not (len(name) > 1 and name.isupper())
        if not (looks_like_a_name or is_first_of_its_kind) or small in PLAIN_TITLES or (number and small in HARMLESS):
            return
        yield match.start("names") + word.start(), name
        if name != word[0]:
            return


def _stands_out(words: str, start: int, token: str, known: KnownNames) -> bool:
    """Whether an unknown word has a capital that no sentence gave it."""
    small = plain(token)
    if len(small) < 3 or not token[0].isupper() or any(char.isupper() for char in token[1:] if token[:2] != "Mc"):
        return False
    if small in HARMLESS or small in ORDINARY or small in known.places or small in PLAIN_TITLES:
        return False
    return not _begins_a_sentence(words, start)


def _begins_a_sentence(words: str, start: int) -> bool:
    before = words[:start].rstrip(BEFORE_A_SENTENCE)
    return not before or before[-1] in ENDS_OF_SENTENCES
