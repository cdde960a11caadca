"""What might make the draft hard to read, sentence by sentence, as advice to its authors (M03, M39).

It is worded and never counted up: no grade, no score, nothing to collect. Words the glossary explains are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.methods import readability
from commonwhy.vision.models import VisionVersion

MOST_WORDS_NAMED = 6
SEVERAL = 2


@dataclass(frozen=True)
class Advice:
    """One sentence that could be easier: what to try, and words that few readers know."""

    text: str
    lang: str
    tips: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class AdvisedText:
    """A text of the draft with advice on it: what it is, where it is changed, and the advice."""

    label: str
    url: str
    advice: tuple[Advice, ...]


def explained(version: VisionVersion) -> frozenset[str]:
    """The words the glossary explains, without case."""
    return frozenset(term.casefold() for entry in version.glossary for term in entry["term"].values())


def advise(texts: dict[str, str], known: frozenset[str] = frozenset()) -> tuple[Advice, ...]:
    """Advice on a text in each of its languages; nothing where nothing is hard."""
    found = []
    for code, text in texts.items():
        for one in readability.read(text, code):
            hard = tuple(word for word in one.hard_words if word.casefold() not in known)[:MOST_WORDS_NAMED]
            tips = _tips(one, len(hard))
            if tips or hard:
                found.append(Advice(one.text, code, tips, hard))
    return tuple(found)


def _tips(one: readability.SentenceReading, hard: int) -> tuple[str, ...]:
    tips = []
    if one.is_long:
        tips.append(_("This sentence has %(count)s words; two would be easier.") % {"count": one.words})
    if one.is_difficult and hard >= SEVERAL:
        tips.append(_("Many of its words are long. How would you say it to a parent at the door?"))
    return tuple(tips)


def advised_texts(version: VisionVersion, slug: str) -> list[AdvisedText]:
    """Every text of a draft that came with its clauses and look-fors; those without advice are left out."""
    known = explained(version)
    found: list[AdvisedText] = []

    def add(label: str, url: str, texts: Iterable[dict[str, Any]]) -> None:
        advice = tuple(each for text in texts for each in advise(text, known))
        if advice:
            found.append(AdvisedText(label, url, advice))

    why, beliefs = (reverse(f"vision:{name}", args=[slug]) for name in ("statement", "beliefs"))
    add(_("Our why"), why, [version.why, version.why_more])
    add(_("What we mean"), why, [*version.is_lines, *version.is_not_lines])
    add(_("What we believe"), beliefs, version.beliefs)
    for clause in version.clauses.all():
        seen = [one.texts for one in clause.look_fors.all()]
        label = _("Sentence %(number)s") % {"number": clause.position}
        add(label, reverse("vision:clause", args=[slug, clause.pk]), [clause.texts, clause.note, *seen])
    add(_("Words explained"), reverse("vision:glossary", args=[slug]), [entry["means"] for entry in version.glossary])
    return found
