"""Questions that authors ask themselves of a draft: what a vision for learning should not leave out.

They are guidance (M13 to M16, M24 to M26, I11, I15). An answer is a note or none; nothing is ticked, counted or scored,
because a list that can be completed is completed instead of thought about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FEWEST_YEARS, MOST_YEARS = 3, 5


@dataclass(frozen=True)
class Question:
    """One question; `key` is what its note is kept under and never changes."""

    key: str
    words: Any


@dataclass(frozen=True)
class Section:
    """Questions that belong together."""

    key: str
    title: Any
    questions: tuple[Question, ...]
    hint: Any = ""


ABOUT_CHILDREN = Section(
    "children",
    _("Where we want our children to be"),
    (
        Question("student-centred", _("Whom is each sentence about? Do students act in it, or is something done to them?")),
        Question("where-to-be", _("Does it say where we want our children to be? Will that hold when they are grown?")),
        Question("bigger-picture", _("What is the picture of teaching and learning three to five years from now?")),
        Question("community-view", _("Where does it meet how our community sees teaching and learning? Whose words are in it?")),
        Question("students-long-term", _("What do students want and need in the long run, and which of them told us?")),
    ),
)
WHAT_FOR = Section(
    "what-for",
    _("What it is good for"),
    (
        Question("stronger-learning", _("Which learning experiences become stronger by it?")),
        Question("students-teachers", _("Does it give students and teachers more to decide and more reason to care?")),
        Question("mastery", _("Does it let a student go on once something is mastered, and stay until it is?")),
        Question("critical-thinking", _("Where do students weigh, question and judge?")),
        Question("personal", _("How does learning fit the one child, without leaving the child alone with it?")),
    ),
)
WHOLE = Section(
    "whole",
    _("Is anything left out?"),
    (
        Question("instructional-goals", _("Which goals of instruction does it name, or lead to?")),
        Question("student-outcomes", _("What would be different for students, so that somebody could see it?")),
        Question("community-engagement", _("What is the part of families and of the community?")),
        Question("beyond-devices", _("If every device were another one tomorrow, which sentence would no longer hold?")),
        Question("meaning", _("Do we say what our term means and does not mean, and how it belongs to our other goals?")),
    ),
)
SECTIONS = (ABOUT_CHILDREN, WHAT_FOR, WHOLE)

PLACES = (("school", _("At school")), ("home", _("At home")))
PEOPLE = (("teachers", _("Teachers")), ("students", _("Students")))
USES = (("teaching", _("for teaching")), ("learning", _("for learning")), ("assessment", _("for assessment")))
ACCESS_TITLE = _("Who can get at it, where, and what for")
ACCESS_HINT = _("Think of those who have the least: no room of their own, no connection, no device to themselves.")


def access_key(place: str, people: str, use: str) -> str:
    """The key of one cell of the access grid (M25: two places, two kinds of people, three uses)."""
    return f"access-{place}-{people}-{use}"


ACCESS_KEYS = tuple(access_key(place, people, use) for place, _p in PLACES for people, _w in PEOPLE for use, _u in USES)
KEYS = (*(question.key for section in SECTIONS for question in section.questions), *ACCESS_KEYS)


def horizon_advice(begins: int | None, ends: int | None) -> str:
    """What to think of the years a vision is for (M15); empty where there is nothing to say."""
    if not begins or not ends:
        return gettext("No years are set yet. Three to five are far enough to see and near enough to plan for.")
    if FEWEST_YEARS <= ends - begins <= MOST_YEARS:
        return ""
    words = gettext("You chose %(begins)s to %(ends)s. Three to five years are far enough to see and near enough to plan for.")
    return words % {"begins": begins, "ends": ends}
