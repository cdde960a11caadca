"""What stands around Alder Creek's five sentences, and who wrote and carries them: beliefs, look-fors, comments."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, Group
from commonwhy.site.demo.words_of import on_a_weekday, told
from commonwhy.vision.models import Ambassador, BoardQuestion, Clause, CoAuthor, Comment, LookFor, VisionVersion

LANGUAGES = ("en", "es")


def texts(one: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """The texts of one thing by language, from keys such as `means_en`."""
    return {code: one[f"{prefix}{code}"] for code in LANGUAGES if one.get(f"{prefix}{code}")}


def around_the_sentences() -> dict[str, Any]:
    """Mission, beliefs and words explained, as a version keeps them."""
    more = told("vision_more")
    return {
        "mission": dict(more["mission"]),
        "beliefs": [texts(one) for one in more["beliefs"]],
        "glossary": [{"term": texts(one, "term_"), "means": texts(one, "means_")} for one in more["glossary"]],
    }


def add_look_fors(clauses: dict[str, Clause]) -> None:
    """What one would see under each sentence."""
    for key, lines in told("vision_more")["look_fors"].items():
        for position, line in enumerate(lines, start=1):
            LookFor.everything.create(
                district_id=clauses[key].district_id, clause=clauses[key], position=position, texts=texts(line)
            )


def comment_together(draft: VisionVersion, clauses: dict[str, Clause], accounts: dict[str, User], today: date) -> None:
    """What invited co-authors said of the second draft, and what they were told."""
    for one in told("vision_more")["comments"]:
        author = accounts[one["author"]]
        CoAuthor.everything.create(district_id=draft.district_id, version=draft, account=author, invited_by=accounts["haddad"].pk)
        said = Comment.everything.create(
            district_id=draft.district_id,
            version=draft,
            clause=clauses[one["clause"]],
            about=str(clauses[one["clause"]]),
            author=author,
            words=one["words"],
            answer=one["answer"],
            answered_by=accounts[one["answered_by"]].pk,
        )
        _date_back(said, on_a_weekday(today, 370), "said_at", "answered_at")


def date_the_board(draft: VisionVersion, today: date) -> None:
    """Put the board's questions and answers on the days of the story; they were written just now."""
    for asked, one in zip(BoardQuestion.everything.filter(version=draft), told("vision_more")["board_questions"], strict=True):
        _date_back(asked, on_a_weekday(today, one["days_before_today"]), "asked_at", "answered_at")


def name_ambassadors(district: District, accounts: dict[str, User], today: date) -> None:
    """Who carries the why on, once it was adopted."""
    groups = {group.kind: group for group in Group.everything.filter(district=district)}
    for one in told("vision_more")["ambassadors"]:
        account = accounts[one["cast"]]
        Ambassador.everything.create(
            district=district,
            name=account.name,
            account=account,
            group=groups[one["group"]],
            since=on_a_weekday(today, one["days_before_today"]),
            carries=one["carries"],
        )


def _date_back(row: Any, day: date, *fields: str) -> None:
    at = datetime.combine(day, time(15), ZoneInfo(row.district.time_zone))
    type(row).everything.filter(pk=row.pk).update(**dict.fromkeys(fields, at))
