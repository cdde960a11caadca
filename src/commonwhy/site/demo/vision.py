"""How Alder Creek's vision was written: a first draft, what the people it had missed said to it, a second, the board."""

from __future__ import annotations

from datetime import date
from typing import Any

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, Group
from commonwhy.listening.models import Excerpt
from commonwhy.site.demo import trade_offs, way
from commonwhy.site.demo.discussion import Held
from commonwhy.site.demo.words_of import on_a_weekday, told
from commonwhy.vision.models import Clause, TradeOff, VisionVersion
from commonwhy.vision.services import adoption, board, drafting, endorsement, stages

LANGUAGES = ("en", "es")


def _texts(one: dict[str, Any], prefix: str = "") -> dict[str, str]:
    return {code: one[f"{prefix}{code}"] for code in LANGUAGES if one.get(f"{prefix}{code}")}


def write_and_adopt(
    district: District,
    voices: dict[str, Excerpt],
    held: Held,
    negotiated: dict[str, TradeOff],
    authors: dict[str, User],
    today: date,
) -> VisionVersion:
    """The first draft and the second, each saved by those who wrote it, then the board's decision."""
    story = told("vision")
    first, second = story["versions"]
    draft = drafting.open_draft(district=district, by=authors["haddad"])
    definition, why = told("definition"), told("why")
    adopted_on = on_a_weekday(today, story["adoption"]["days_before_today"])
    drafting.change_statement(
        version=draft,
        revision=draft.revision,
        by=authors["reyes"],
        why=_texts(why["sentence"]),
        why_more={code: " ".join(text.split()) for code, text in _texts(why["paragraph"]).items()},
        term=_texts(definition["term"]),
        is_lines=[_texts(line) for line in definition["is"]],
        is_not_lines=[_texts(line) for line in definition["is_not"]],
        begins_year=adopted_on.year,
        ends_year=adopted_on.year + story["horizon_years"],
        **way.around_the_sentences(),
    )
    written = {one["key"]: _write(draft, one, voices, authors["okafor"]) for one in first["clauses"]}
    clauses = _rewrite(draft, second, written, voices, authors["montoya"])
    trade_offs.rest_on_them(clauses, held, negotiated, authors["montoya"])
    way.add_look_fors(clauses)
    way.comment_together(draft, clauses, authors, today)
    draft.refresh_from_db()
    drafting.change_statement(version=draft, revision=draft.revision, by=authors["barrera"], note=_note(second))
    _take_to_the_board(draft, authors, today)
    way.date_the_board(draft, today)
    return adoption.adopt(
        version=draft,
        on=adopted_on,
        minutes={code: " ".join(text.split()) for code, text in _texts(story["adoption"], "minutes_").items()},
        by=authors["reyes"],
    )


def _take_to_the_board(draft: VisionVersion, authors: dict[str, User], today: date) -> None:
    """The stages as they were planned and came, where each group stood, and what the board asked before its meeting."""
    told_more = told("vision_more")
    days = {
        name: [on_a_weekday(today, before) for before in told_more["stages"][name]]
        for name in ("listening", "drafting", "negotiating", "endorsed", "approved")
    }
    leader, coach = authors["reyes"], authors["haddad"]
    stages.plan(version=draft, dates={name: (planned, until) for name, (planned, until, *_) in days.items()}, by=leader)
    groups = {group.kind: group for group in Group.everything.filter(district=draft.district_id)}
    for one in told_more["endorsements"]:
        endorsement.record(
            version=draft,
            group=groups[one["group"]],
            stand=one["stand"],
            because=_texts(one["because"]),
            heard_on=on_a_weekday(today, one["days_before_today"]),
            heard_how=one["how"],
            by=coach,
        )
    for name in ("listening", "drafting", "negotiating", "endorsed"):
        _planned, _until, began, ended = days[name]
        stages.begin(version=draft, name=name, on=began, by=leader)
        stages.end(version=draft, name=name, on=ended, by=leader)
    for one in told_more["board_questions"]:
        asked = board.ask(version=draft, words=one["words"], by=authors[one["asked_by"]])
        board.answer(question=asked, words=one["answer"], before="", by=authors[one["answered_by"]])


def _write(draft: VisionVersion, one: dict[str, Any], voices: dict[str, Excerpt], by: User) -> Clause:
    clause = drafting.add_clause(version=draft, texts=_texts(one), note=_texts(one, "note_"), by=by)
    for voice in one["voices"]:
        drafting.cite(clause=clause, excerpt=voices[voice["meaning"]], by=by)
    return clause


def _rewrite(
    draft: VisionVersion, second: dict[str, Any], written: dict[str, Clause], voices: dict[str, Excerpt], by: User
) -> dict[str, Clause]:
    """Turn the first draft's sentences into the second's: reworded, replaced, added and taken out. By their key."""
    came_from = {change["clause"]: change.get("from_clause", "") for change in second["changes"]}
    kept: list[Clause] = []
    for one in second["clauses"]:
        before = written.pop(came_from.get(one["key"], one["key"]), None)
        if before is None:
            kept.append(_write(draft, one, voices, by))
            continue
        drafting.change_clause(clause=before, revision=before.revision, texts=_texts(one), note=_texts(one, "note_"), by=by)
        for cited in list(before.voices.select_related("excerpt")):
            drafting.uncite(clause=before, excerpt=cited.excerpt, by=by)
        for voice in one["voices"]:
            drafting.cite(clause=before, excerpt=voices[voice["meaning"]], by=by)
        kept.append(before)
    for left in written.values():
        drafting.remove_clause(clause=left, by=by)
    for place, clause in enumerate(kept, start=1):
        clause.refresh_from_db()
        while clause.position > place:
            drafting.move_clause(clause=clause, up=True, by=by)
            clause.refresh_from_db()
    return {one["key"]: clause for one, clause in zip(second["clauses"], kept, strict=True)}


def _note(second: dict[str, Any]) -> dict[str, str]:
    """What changed between the drafts and who was heard in between, as lines a reader can follow."""
    return {code: "\n".join([second["summary"][code], *(one[code] for one in second["heard_between"])]) for code in LANGUAGES}
