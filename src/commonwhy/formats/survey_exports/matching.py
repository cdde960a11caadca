"""What somebody wrote for a school or a role, matched to the district's own list.

A match is only made where there is one reading; anything less is a guess for a person to confirm, because an answer
counted for the wrong school is worse than one that waits.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonwhy.formats.survey_exports.vocabulary import ROLE_WORDS, words

Known = Mapping[str, Sequence[str]]
"""What can be matched: a key of the caller's own, and the names it goes by in any language."""

_MAX_CACHED = 20_000
_LONGEST = 120
_SCHOOL_NOISE = frozenset(words("school schools the of at campus escuela escuelas colegio plantel centro de del la el los las"))
_SCHOOL_LEVELS = frozenset(
    words("elementary primary primaria middle high secondary secundaria preparatoria academy academia elem es ms hs")
)


@dataclass(frozen=True, slots=True)
class Match:
    """``key`` where there is one reading ("" where a person decided on none), or else ``guess``, a name that comes close."""

    key: str | None
    guess: str = ""


class Matcher:
    """Matches values to ``known``. ``decided`` holds what a person said a value means: a key, or "" for leave empty."""

    def __init__(self, known: Known, decided: Mapping[str, str], *, roles: bool) -> None:
        self._roles = roles
        self._names = {key: tuple(names) or (key,) for key, names in known.items()}
        self._decided = {" ".join(words(value)): key for value, key in decided.items()}
        self._exact: dict[str, set[str]] = {}
        self._loose: dict[str, set[str]] = {}
        self._by_class: dict[str, set[str]] = {}
        for key, names in self._names.items():
            for name in (key, *names):
                said = words(name)
                self._exact.setdefault(" ".join(said), set()).add(key)
                self._loose.setdefault(self._core(said), set()).add(key)
                if roles:
                    for role in _role_classes(said):
                        self._by_class.setdefault(role, set()).add(key)
        self._cache: dict[str, Match] = {}

    def match(self, value: str) -> Match:
        """The one key that ``value`` means, or a guess."""
        found = self._cache.get(value)
        if found is None:
            found = self._match(value)
            if len(self._cache) < _MAX_CACHED:
                self._cache[value] = found
        return found

    def name(self, key: str) -> str:
        """The first name of a key."""
        return self._names[key][0] if key in self._names else key

    def _match(self, value: str) -> Match:
        said = words(value[: _LONGEST * 2])
        text = " ".join(said)
        if text in self._decided:
            key = self._decided[text]
            return Match(key if key in self._names or not key else None)
        if len(text) > _LONGEST:
            return Match(None)
        for table, look in ((self._exact, text), (self._loose, self._core(said))):
            keys = table.get(look, set()) if look else set()
            if len(keys) == 1:
                return Match(next(iter(keys)))
        if self._roles:
            classes = _role_classes(said)
            keys = set().union(*(self._by_class.get(role, set()) for role in classes))
            if len(classes) == 1 and len(keys) == 1 and len(said) <= 4:
                return Match(next(iter(keys)))
            if len(keys) == 1:
                return Match(None, self.name(next(iter(keys))))
        return Match(None, self._nearest(said))

    def _core(self, said: Sequence[str]) -> str:
        if self._roles:
            return " ".join(word.removesuffix("s") for word in said)
        return " ".join(word for word in said if word not in _SCHOOL_NOISE) or " ".join(said)

    def _nearest(self, said: Sequence[str]) -> str:
        text = " ".join(said)
        if not text:
            return ""
        close = difflib.get_close_matches(text, self._exact, n=1, cutoff=0.8)
        if not close and not self._roles:
            # "Alder" alone, or "Alder Creek MS", is near the one school that has those words in its name.
            core = set(said) - _SCHOOL_NOISE - _SCHOOL_LEVELS
            held = [name for name in self._exact if core and core <= set(name.split())]
            keys = set().union(*(self._exact[name] for name in held))
            close = held[:1] if len(keys) == 1 else []
        return self.name(min(self._exact[close[0]])) if close else ""


def _role_classes(said: Sequence[str]) -> set[str]:
    return {ROLE_WORDS[word] for word in said if word in ROLE_WORDS}
