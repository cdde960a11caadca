"""What a statement is held for until a person has read it: links, addresses, numbers, names, insults, great length.

Every statement that somebody adds waits for a person anyway, because its translation has to be checked. What is found here
saves that person from overlooking something; nothing is ever refused or hidden by a list of words. Whole words are
compared, without case and accents. Words of the district's own safety list come first: somebody may need help.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext_lazy as _

from commonwhy.core.wanted import words_of
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.districts.models import District
from commonwhy.formats.survey_exports.redaction import EMAIL
from commonwhy.listening.models import SafetyWord
from commonwhy.listening.services.names import Why, known_names, suggest_names
from commonwhy.listening.services.word_list import WordList

LONGEST_STATEMENT = 400
LONG = 240
"""Longer than this a statement usually says several things, and people who agree with one of them do not know what to do."""
ALIKE = 0.7
"""From this share of words in common on, of all the words of both, two statements are shown as alike."""
FEWEST_COMPARED = 4
"""Very short statements share their few words by chance."""

FOUND = {
    "safety": _("words of your safety list"),
    "link": _("a link"),
    "email": _("an e-mail address or account"),
    "number": _("a phone number"),
    "name": _("a name, perhaps"),
    "abuse": _("an insult, perhaps"),
    "long": _("very long"),
    "same": _("much like another one"),
}
"""What can be found, as the moderator reads it; the order is that of the list, what matters most first."""

LINK = re.compile(
    r"(?:https?|ftp)\s*:|www\s*\.|\b[a-z0-9][a-z0-9-]*\s?\.\s?(?:com|org|net|edu|gov|info|io|me|ly|gl|us|mx|es|co)(?:/|\b)",
    re.IGNORECASE,
)


def look_through(words: str, district: District, discussion: Discussion | None = None, *, long: bool = True) -> list[str]:
    """What there is to look at in `words`: keys of `FOUND`, the most urgent first.

    With `discussion`, also whether one of its statements is much like it (`same`).
    """
    found: set[str] = set()
    if WordList(SafetyWord.objects.within(district).values_list("words", flat=True)).found_in(words):
        found.add("safety")
    without_mail = EMAIL.sub(" ", words)
    if LINK.search(without_mail):
        found.add("link")
    for suggestion in suggest_names(words, known_names(district)):
        if suggestion.why is Why.CONTACT:
            found.add("email" if "@" in suggestion.name else "number")
        elif suggestion.sure:
            found.add("name")
    if _insults().found_in(words):
        found.add("abuse")
    if long and len(words) > LONG:
        found.add("long")
    if discussion is not None and much_like(words, discussion):
        found.add("same")
    return [key for key in FOUND if key in found]


def much_like(words: str, discussion: Discussion) -> bool:
    """Whether a statement that is shown or waits shares most of its words. By words alone; meaning is compared by a job."""
    own = frozenset(words_of(words))
    rows = Statement.objects.within(discussion.district_id).filter(discussion=discussion).exclude(state=Statement.State.HIDDEN)
    for texts in rows.values_list("texts", flat=True).iterator(chunk_size=2_000):
        if any(in_common(own, frozenset(words_of(text))) >= ALIKE for text in texts.values()):
            return True
    return False


def in_common(one: frozenset[str], other: frozenset[str]) -> float:
    """The words both have as a share of the words either has (Jaccard), from 0 to 1; very short ones only when the same."""
    if not one or not other:
        return 0.0
    if min(len(one), len(other)) < FEWEST_COMPARED:
        return float(one == other)
    return len(one & other) / len(one | other)


@lru_cache(maxsize=1)
def _insults() -> WordList:
    folder = resources.files("commonwhy.deliberation") / "words"
    lines = [
        line.strip()
        for file in folder.iterdir()
        if file.name.endswith(".txt")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return WordList(line for line in lines if line and not line.startswith("#"))
