"""A first guess at what is what in a document that was adopted earlier: its why, its sentences, what it believes.

Headings decide where there are any, in English or Spanish; the rest is a guess that somebody looks at before it is kept.
Nothing is dropped: what belongs nowhere is handed back as it stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from commonwhy.formats.documents import HEADING, ITEM, Document, Paragraph
from commonwhy.methods.readability import sentences

# The first that a heading matches; "Mission and vision" is about where to go.
_PARTS = (
    ("beliefs", r"\b(beliefs?|believe|values?|principles?|cre[eí]mos|creencias?|valores|principios)\b"),
    ("vision", r"\b(vision|visi[oó]n)\b"),
    ("mission", r"\b(mission|misi[oó]n)\b"),
    ("why", r"\b(why|purpose|por qu[eé]|prop[oó]sito)\b"),
)
_PART_OF = tuple((part, re.compile(pattern, re.IGNORECASE)) for part, pattern in _PARTS)
_GIVES_A_REASON = re.compile(r"\b(so that|because|in order that|para que|porque|a fin de que)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """What a document seems to say, in one language. `named`: whether a heading named the why."""

    why: str = ""
    why_more: str = ""
    mission: str = ""
    beliefs: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    named: bool = False


def split(document: Document) -> Proposal:
    """A proposal for each part; see `Proposal`."""
    parts = _by_part(document.paragraphs)
    said = {part: _lines(found) for part, found in parts.items()}
    vision, why = said.get("vision", []), said.get("why", [])
    left = [one.text for one in parts.get("", [])]
    if not vision and not any(said.get(part) for part in ("why", "mission", "beliefs")):
        # No heading says anything, so all of it is the vision.
        vision, left = _lines(parts.get("", [])), []
    mission = " ".join(said.get("mission", []))
    named = bool(why)
    if not why:
        why, vision = _a_why_among(vision, mission)
    return Proposal(
        why=why[0] if why else "",
        why_more=" ".join(why[1:]),
        mission=mission,
        beliefs=tuple(said.get("beliefs", [])),
        sentences=tuple(vision),
        left=tuple(left),
        named=named,
    )


def _by_part(paragraphs: tuple[Paragraph, ...]) -> dict[str, list[Paragraph]]:
    """Paragraphs under the part their heading names; a heading with nothing under it is words like others."""
    parts: dict[str, list[Paragraph]] = defaultdict(list)
    here = ""
    for place, one in enumerate(paragraphs):
        last = place + 1 == len(paragraphs) or paragraphs[place + 1].kind == HEADING
        if one.kind != HEADING:
            parts[here].append(one)
        elif part := next((name for name, pattern in _PART_OF if pattern.search(one.text)), ""):
            here = part
        elif last and place:
            parts[here].append(one)
        else:
            here = ""
            parts[here].append(one)
    return parts


def _lines(paragraphs: list[Paragraph]) -> list[str]:
    """Each sentence of a paragraph, each item of a list as it is; a line that only leads in to a list is none."""
    found: list[str] = []
    for place, one in enumerate(paragraphs):
        leads_in = one.text.endswith(":") and place + 1 < len(paragraphs) and paragraphs[place + 1].kind == ITEM
        if not leads_in:
            found += [one.text] if one.kind == ITEM else sentences(one.text)
    return found


def _a_why_among(vision: list[str], mission: str) -> tuple[list[str], list[str]]:
    """Where nothing is called why: the first sentence that gives a reason, else the mission's first, else the vision's."""
    reason = next((one for one in vision if _GIVES_A_REASON.search(one)), "")
    if not reason and mission:
        return sentences(mission)[:1], vision
    reason = reason or next(iter(vision), "")
    # A vision of one sentence keeps it as its sentence too.
    rest = [one for one in vision if one != reason] or vision
    return ([reason] if reason else []), rest
