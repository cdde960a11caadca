"""Which answers are quoted, how their speakers are called, and what is taken out of them first.

Quotes are whole answers, word for word, but for names. Everything that might be a name is taken out, and answers that need
nothing taken out are preferred. A speaker is named by group and by school only as far as the coverage page names how many
answered there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commonwhy.listening.queries.participation import Participation
from commonwhy.listening.services.names import KnownNames, redacted, suggest_names
from commonwhy.vision.queries.gap import Said

LONGEST = 320
"""Characters of a quote where there is a choice; a whole longer answer is quoted rather than a piece of it."""

Member = dict[str, str]


@dataclass(frozen=True)
class Quoting:
    """What quotes of one measurement need. `groups` and `schools` say how a page calls them."""

    said: Sequence[Said]
    texts: Sequence[str]
    languages: Sequence[str]
    compared_in: str
    known: KnownNames
    shown: Participation
    groups: Mapping[UUID, Member]
    schools: Mapping[UUID, Member]
    may_quote: Callable[[UUID], bool]

    def choose(self, rows: Iterable[int], most: int) -> list[dict[str, Any]]:
        """Up to `most` of the answers at `rows`, the earlier the better; short ones that name nobody first."""
        able = [row for row in rows if self.may_quote(self.said[row].id)]
        named = {row: bool(suggest_names(self.said[row].words, self.known)) for row in able}
        best = sorted(able, key=lambda row: (named[row] or len(self.said[row].words) > LONGEST, named[row]))
        return [self._quote(row) for row in best[:most]]

    def _quote(self, row: int) -> dict[str, Any]:
        said = self.said[row]
        spoken = self.languages[row]
        quote: dict[str, Any] = {
            "words": without_names(said.words, self.known),
            "language": spoken,
            "speaker": self._speaker(said),
        }
        if spoken != self.compared_in:
            quote["translation"] = without_names(self.texts[row], self.known)
        return quote

    def _speaker(self, said: Said) -> list[Member]:
        """Group and school, as far as enough of them were heard to be named."""
        heard = self.shown.groups.get(said.group)
        if heard is None or not heard.enough:
            return []
        speaker = [self.groups[said.group]]
        cell = self.shown.cells.get((said.group, said.school))
        if said.school is not None and cell is not None and cell.heard is not None:
            speaker.append(self.schools[said.school])
        return speaker


def without_names(words: str, known: KnownNames) -> str:
    """The words with everything that might be a name taken out, whether sure or not."""
    return redacted(words, [suggestion.name for suggestion in suggest_names(words, known)])


def without_sure_names(words: str, known: KnownNames) -> str:
    """The words as they are compared: what is surely a name says nothing about a meaning, and must not become its word."""
    names = [suggestion.name for suggestion in suggest_names(words, known) if suggestion.sure]
    return redacted(words, names).replace("[name]", " ") if names else words
