"""Every page as it stands in the demo: on a phone and on a desk, in both languages, with nothing wrong on it.

Alder Creek is loaded once for the whole file, with a few things begun beside it (a draft, a running survey, files that
wait), so that every address has something to show. A page that nobody added to a list below fails the first test.

`PICTURES=folder pytest tests/browser/test_pages.py` also keeps a picture of each, to be looked at.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Response
from pytest_django import DjangoDbBlocker

from commonwhy.accounts import signin_links
from commonwhy.accounts.models import User
from commonwhy.core import jobs
from commonwhy.core.models import Job
from commonwhy.deliberation.models import Discussion, PriorityOption, PriorityRound, Statement
from commonwhy.deliberation.queries.taking_part import enter
from commonwhy.deliberation.services import discussions
from commonwhy.deliberation.services.statements import add_statement
from commonwhy.deliberation.services.voting import cast_vote
from commonwhy.districts.models import District, Group, Role
from commonwhy.districts.services import invite
from commonwhy.listening import kiosks, tokens
from commonwhy.listening.models import (
    Answer,
    AnswerFile,
    Conversation,
    Excerpt,
    MeetingSeries,
    Note,
    Question,
    ReplyPoint,
    SafetyWord,
    Survey,
    SurveyCell,
    Theme,
)
from commonwhy.listening.services import meetings, responses
from commonwhy.listening.services.choices import say_publicly
from commonwhy.listening.services.consulting import note_stance, place_group
from commonwhy.listening.services.double_coding import draw_sample
from commonwhy.listening.services.notes import Written, save_note
from commonwhy.listening.services.questionnaires import next_version
from commonwhy.listening.services.safety import mark_answer, name_position
from commonwhy.listening.services.surveys import offer_open_link, open_survey, prepare_pulse
from commonwhy.site.demo.load import accounts, load_demo
from commonwhy.vision.models import Clause, ConfidentialNote, TradeOff
from commonwhy.vision.services import ambassadors, board, drafting, trade_offs
from commonwhy.vision.services.confidential_notes import write_note
from tests.browser.conftest import NewContext
from tests.browser.fernbrook_roster import roster_zip
from tests.cast import Cast
from tests.deliberation.landscapes import worked_out
from tests.field.terms import promise_deletion, tell_families
from tests.permissions.test_matrix import MATRIX, PATTERNS, Rule

Look = Callable[..., None]
SURVEY_EXPORT = Path(__file__).resolve().parents[1] / "fixtures" / "survey_exports" / "google_forms_en.csv"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

SUPERINTENDENT = (
    "site:district",
    "site:thread",
    "site:search",
    "core:job",
    "accounts:account",
    "account_email",
    "account_change_password",
    "mfa_index",
    "districts:manage",
    "districts:schools",
    "districts:groups",
    "districts:group",
    "districts:people",
    "districts:members",
    "districts:roster",
    "districts:roster_result",
    "districts:team",
    "listening:conversations",
    "listening:conversation_new",
    "listening:all_series",
    "listening:series",
    "listening:calendar",
    "listening:consulting",
    "listening:consult_group",
    "listening:translations",
    "listening:translations_file",
    "listening:surveys",
    "listening:survey_new",
    "listening:survey",
    "listening:survey_change",
    "listening:survey_asked",
    "listening:invitations",
    "listening:open_link_poster",
    "listening:guides",
    "listening:guide",
    "listening:questionnaires",
    "listening:questionnaire_new",
    "listening:questionnaire",
    "listening:questionnaire_change",
    "listening:questionnaire_preview",
    "listening:questionnaire_copy",
    "listening:review_add",
    "listening:kiosk_addresses",
    "listening:paper",
    "listening:paper_type_in",
    "listening:question_add",
    "listening:question",
    "listening:coverage",
    "listening:results",
    "listening:import",
    "listening:import_file",
    "listening:survey_care",
    "listening:survey_families",
    "listening:questionnaire_areas",
    "listening:records",
    "listening:safety",
    "listening:safety_flag",
    "listening:safety_set_up",
    "listening:voices",
    "listening:mark_answer",
    "listening:mark_many",
    "listening:marked",
    "listening:themes",
    "listening:theme_new",
    "listening:theme",
    "listening:concerns",
    "deliberation:discussions",
    "deliberation:discussion_new",
    "deliberation:discussion",
    "deliberation:discussion_change",
    "deliberation:paper",
    "deliberation:paper_ballot",
    "deliberation:paper_type_in",
    "deliberation:seeds",
    "deliberation:seed",
    "deliberation:seed_voices",
    "deliberation:seed_from_voice",
    "deliberation:moderation",
    "deliberation:moderate",
    "deliberation:duplicates",
    "deliberation:landscape",
    "listening:code",
    "listening:code_next",
    "listening:code_answer",
    "listening:theme_figures",
    "listening:double_codings",
    "listening:double_coding_new",
    "listening:double_coding",
    "listening:double_code",
    "listening:replies",
    "listening:reply_new",
    "listening:reply",
    "listening:reply_words",
    "listening:reply_point",
    "listening:reply_publish",
    "listening:reply_send",
    "vision:gaps",
    "vision:gap",
    "vision:workshop",
    "vision:statement",
    "vision:beliefs",
    "vision:glossary",
    "vision:reading",
    "vision:checklist",
    "vision:bring_in",
    "vision:trace",
    "vision:co_authors",
    "vision:comments",
    "vision:ambassadors",
    "vision:ambassador",
    "vision:link_back",
    "vision:new_clause",
    "vision:clause",
    "vision:adopt",
    "vision:versions",
    "vision:stands",
    "vision:stand",
    "vision:stand_in_school",
    "vision:stages",
    "vision:stage_plan",
    "vision:alignment",
    "vision:align",
    "vision:look_for_rounds",
    "deliberation:priorities",
    "deliberation:priority_round",
    "vision:board",
    "vision:board_answer",
    "vision:reaffirming",
    "vision:trade_offs",
    "vision:trade_off",
    "vision:trade_off_new",
    "vision:trade_off_names",
    "vision:trade_off_statements",
    "vision:trade_off_option_new",
    "vision:trade_off_option",
    "vision:trade_off_effect",
    "vision:trade_off_concern_new",
    "vision:trade_off_concern",
    "vision:trade_off_stand",
    "vision:trade_off_settle",
    "vision:trade_off_set_aside",
    "vision:trade_off_take_up",
)
COACH = (
    "listening:conversation",
    "listening:conversation_change",
    "listening:conversation_people",
    "listening:conversation_close",
    "listening:conversation_call_off",
    "listening:note",
    "listening:mark_note",
    "listening:code_notes",
    "vision:confidential_notes",
    "vision:confidential_note",
)
SIGNED_OUT = (
    "site:home",
    "site:start",
    "core:styleguide",
    "account_login",
    "account_request_login_code",
    "accounts:signin",
    "districts:invitation",
    "listening:three_teachers",
    "listening:side_by_side",
    "listening:respond_code",
    "listening:respond_open",
    "listening:respond",
    "listening:respond_question",
    "listening:respond_done",
    "listening:families_page",
    "listening:kiosk",
    "deliberation:take_part",
    "deliberation:take_part_next",
    "deliberation:take_part_votes",
    "deliberation:take_part_add",
    "deliberation:take_part_mine",
    "deliberation:take_part_choose",
    "deliberation:take_part_thanks",
    "deliberation:public_agrees",
    "deliberation:public_agree",
    "listening:public_replies",
    "listening:public_reply",
    "vision:public",
    "vision:public_version",
    "vision:public_sentence",
    "vision:public_line",
    "vision:public_versions",
    "deliberation:public_priorities",
    "vision:public_trade_offs",
    "vision:public_trade_off",
)
PUBLIC = ("vision:public", "listening:public_repl", "deliberation:public")
"""How the names of pages for anyone begin: they read no cookie."""
POSTED = {"core:job_again", "listening:strike"}
FILES = {
    "deliberation:landscape_table",
    "deliberation:landscape_chart",
    "deliberation:public_agree_table",
    "deliberation:public_agree_chart",
    "listening:theme_table",
    "listening:theme_chart",
    "districts:style",
    "districts:roster_template",
    "vision:gap_table",
    "vision:gap_chart",
    "listening:results_table",
    "listening:results_chart",
    "vision:public_pdf",
    "vision:public_card",
    "vision:reaffirming_table",
    "vision:reaffirming_chart",
    "listening:calendar_feed",
    "listening:conversation_event",
}
"""Asked for with GET, and no pages."""


@dataclass
class Demo:
    """Where every page is, and the sessions of those who open it."""

    arguments: dict[str, Any]
    instead: dict[str, dict[str, Any]]
    """Arguments that an address wants other than the rest: by its name."""
    sessions: dict[str, str]

    def address(self, name: str) -> str:
        if name not in PATTERNS:
            return reverse(name)
        given = self.arguments | self.instead.get(name, {})
        return reverse(name, kwargs={argument: given[argument] for argument in PATTERNS[name].pattern.converters})


@pytest.fixture(autouse=True)
def _live_server_helper() -> None:
    """Replaces pytest-django's, which would empty the database after each test; `demo` empties it once, at the end."""


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Iterator[Demo]:
    """Alder Creek, for all tests of this file: loaded by the first process that comes to them, copied by the others."""
    own: Path = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with django_db_blocker.unblock():
        yield loaded_once(shared / "alder-creek.sqlite3")
        call_command("flush", interactive=False, verbosity=0)


def loaded_once(kept: Path) -> Demo:
    """The demo in this process's database, by way of a copy of the database in the file `kept`."""
    database, rest = Path(connection.settings_dict["NAME"]), kept.with_suffix(".pickle")
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not rest.exists():
            begun = begin_things(load_demo())
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(kept)])
            rest.write_bytes(pickle.dumps(begun))
            return begun
    connections.close_all()
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)
    shutil.copyfile(kept, database)
    return pickle.loads(rest.read_bytes())  # type: ignore[no-any-return]  # noqa: S301  (written by this very run)


def begin_things(alder: District) -> Demo:
    """Begin again what the demo has finished, and note what every part of an address means."""
    cast = accounts()
    leader = cast["superintendent"]
    clients = {name: Client() for name in ("superintendent", "coach")}
    for name, client in clients.items():
        client.force_login(cast[name], backend="allauth.account.auth_backends.AuthenticationBackend")
    measured = Survey.everything.filter(district=alder, imported_from="").earliest("opened_at")
    running = prepare_pulse(district=alder, by=leader)
    offer_open_link(survey=running, offered=True, by=leader)
    promise_deletion(running, by=leader)
    tell_families(running, by=leader)
    running = open_survey(survey=running, by=leader)
    prepared = prepare_pulse(district=alder, by=leader)
    editable = next_version(version=running.version, by=leader)
    cell = SurveyCell.everything.filter(survey=running, group__kind="families", school__isnull=False)[0]
    answered = tokens.mint(running, cell.number)
    meaning = Question.everything.get(version=running.version, key="meaning")
    entrance = responses.enter(answered)
    responses.save_answer(survey=running, token=entrance.token, question=meaning, value="Making things.", language="en")
    responses.submit(survey=running, token=entrance.token)
    with SURVEY_EXPORT.open("rb") as export:
        clients["superintendent"].post(reverse("listening:import", args=[alder.slug]), {"file": export})
    set_of_files = SimpleUploadedFile("fernbrook.zip", roster_zip())
    clients["superintendent"].post(reverse("districts:roster", args=[alder.slug]), {"file": set_of_files})
    job = Job.objects.get(state=Job.State.WAITING, kind="roster check")
    jobs.run_job.func(str(job.pk))
    _invitation, secret = invite(district=alder, email="new@example.org", role=Role.COACH, by=leader)
    draft = drafting.open_draft(district=alder, by=leader)
    named: Any = {"name": "Ana Ruiz", "group": cell.group, "school": cell.school, "since": date(2026, 1, 5), "until": None}
    carrier = ambassadors.add(district=alder, by=leader, carries="Opens each meeting with the why.", **named)
    asked = board.ask(version=draft, words="What would it change for families?", by=leader)
    clause = Clause.everything.filter(version=draft).order_by("position")[0]
    tension, settled, confided = negotiate(alder, leader, cast["coach"])
    note = Note.everything.filter(district=alder, conversation__kind="three_teachers")[0]
    point = ReplyPoint.everything.filter(district=alder, kind="heard")[0]
    in_words = Question.everything.filter(version=measured.version, kind="long").exclude(key="meaning")[0]
    sample = draw_sample(
        district=alder,
        survey=measured,
        question=in_words,
        answers=Answer.everything.filter(response__survey=measured, question=in_words).values_list("pk", flat=True),
        size=12,
        second=cast["coach"].pk,
        by=leader,
    )
    say_publicly(survey=running, child="Ana Ruiz", school=None, family="Luis Ruiz")
    name_position(district=alder, by=leader, account=leader, title="School counselor")
    SafetyWord.everything.create(district=alder, words="hurts me")
    flag = mark_answer(answer=Answer.everything.filter(response__survey=measured, question__key="works")[0], by=leader)
    talk, series = hold_focus_group(alder, cast["coach"])
    prepared_talk, open_talk, waits = discuss(alder, leader)
    takes_part = take_part(open_talk)
    agreed = worked_out(Cast(alder, alder, cell.school, cell.school))
    agreed = discussions.publish(discussion=agreed, by=leader)
    rows = SimpleUploadedFile("filled-in.csv", b"id,into,translation,check\r\nnobody,en,Hello,0\r\n")
    sent: Any = clients["superintendent"].post(reverse("listening:translations", args=[alder.slug]), {"file": rows})
    return Demo(
        arguments={
            "series": series.pk,
            "upload": sent.url.rstrip("/").rsplit("/", 1)[1],
            "district": alder.slug,
            "survey": running.pk,
            "version": editable.pk,
            "question": Question.everything.filter(version=editable).latest("position").pk,
            "answer": Answer.everything.filter(response__survey=measured, question__key="meaning")[0].pk,
            "note": note.pk,
            "flag": flag.pk,
            "conversation": note.conversation_id,
            "clause": clause.pk,
            "discussion": open_talk.pk,
            "statement": waits.pk,
            "round": PriorityRound.everything.get(discussion=open_talk).pk,
            "excerpt": Excerpt.everything.filter(district=alder, answer__isnull=False).earliest("pk").pk,
            "theme": Theme.everything.filter(district=alder)[0].pk,
            "sample": sample.pk,
            "reply": point.reply_id,
            "point": point.pk,
            "ambassador": carrier.pk,
            "group": cell.group_id,
            "school": cell.school_id,
            "secret": secret,
            "job": job.pk,
            "token": tokens.mint(running, cell.number),
            "seal": kiosks.seal(running, cell.number),
            "code": running.code,
            "number": 1,
            "position": 1,
            "page": 1,
            "kind": "matrix",
            "link": signin_links.make(cast["principal"]).rstrip("/").rsplit("/", 1)[1],
            "file": AnswerFile.everything.get().pk,
            "label": "vision.Clause",
            "pk": clause.pk,
        },
        instead={
            "listening:conversation_change": {"conversation": talk.pk},
            "listening:conversation_people": {"conversation": talk.pk},
            "listening:conversation_close": {"conversation": talk.pk},
            "listening:conversation_call_off": {"conversation": talk.pk},
            "listening:note": {"note": talk.notes.get().pk},
            "listening:guide": {"kind": "focus_group"},
            "listening:survey_change": {"survey": prepared.pk},
            "listening:respond_done": {"token": answered},
            "vision:gap": {"survey": measured.pk},
            "listening:theme_figures": {"survey": measured.pk},
            "listening:results": {"survey": measured.pk},
            "vision:board_answer": {"question": asked.pk},
            **{name: {"number": tension.number} for name in SUPERINTENDENT if name.startswith("vision:trade_off_")},
            "vision:trade_off": {"number": tension.number},
            "vision:trade_off_option": {"number": tension.number, "option": tension.options.get().pk},
            "vision:trade_off_effect": {"number": tension.number, "option": tension.options.get().pk},
            "vision:trade_off_concern": {"number": tension.number, "concern": tension.concerns.get().pk},
            "vision:trade_off_take_up": {"number": settled.number},
            "vision:public_trade_off": {"number": settled.number},
            "vision:confidential_notes": {"number": tension.number},
            "vision:confidential_note": {"number": tension.number, "note": confided.pk},
            **{name: {"token": takes_part} for name in SIGNED_OUT if name.startswith("deliberation:take_part")},
            "deliberation:discussion_change": {"discussion": prepared_talk.pk},
            "deliberation:landscape": {"discussion": agreed.pk},
            "deliberation:public_agree": {"number": agreed.number},
            "deliberation:seed": {"discussion": prepared_talk.pk, "statement": prepared_talk.statements.earliest("number").pk},
            "vision:link_back": {"clause": Clause.everything.filter(district=alder, version__number=1).earliest("position").pk},
        },
        sessions={name: client.cookies[settings.SESSION_COOKIE_NAME].value for name, client in clients.items()},
    )


def discuss(alder: District, leader: User) -> tuple[Discussion, Discussion, Statement]:
    """A discussion that is being prepared, and an open one in which somebody has added a statement that waits."""
    families = Group.objects.within(alder).get(kind="families")
    texts: Any = {"en": "What should mornings be for?", "es": "¿Para qué deberían ser las mañanas?"}
    made = [
        discussions.create_discussion(
            district=alder, question=texts, groups=[families], mode="anonymous", by=leader, open_link=True
        )
        for _ in range(2)
    ]
    seeds = (
        ("Long projects belong in the morning.", "Los proyectos largos son para la mañana."),
        ("Reading comes first, every day.", "Primero la lectura, todos los días."),
        ("Phones stay in a locker until lunch.", "Los teléfonos se guardan hasta el almuerzo."),
        ("Each school decides for itself.", "Que cada escuela decida."),
        ("Mornings are for being outside.", "Las mañanas son para estar al aire libre."),
    )
    for one in made:
        for english, spanish in seeds:
            discussions.add_seed(discussion=one, texts={"en": english, "es": spanish}, by=leader)
    opened = discussions.open_discussion(discussion=made[1], by=leader)
    waits = Statement.everything.create(
        district=alder,
        discussion=opened,
        texts={"es": "Que los maestros lean en voz alta, como la señora Alvarado."},
        language="es",
        origin=Statement.Origin.PARTICIPANT,
        author="a" * 64,
        held_for=["name"],
    )
    return made[0], opened, waits


def take_part(discussion: Discussion) -> str:
    """The link of somebody who voted, wrote a statement that was not shown, and may choose priorities."""
    token = tokens.mint(discussion.survey, SurveyCell.everything.filter(survey=discussion.survey)[0].number)
    entry = enter(token)
    for number, statement in enumerate(Statement.everything.filter(discussion=discussion, state="shown")[:3]):
        cast_vote(
            discussion=discussion,
            token=entry.token,
            statement=statement,
            choice=number - 1,
            important=number == 0,
            exposure=None,
        )
    written = add_statement(discussion=discussion, token=entry.token, words="Ms. Reyes is too strict.", language="en")
    Statement.everything.filter(pk=written.pk).update(state="hidden", reason="names", reason_more="Say it without the name.")
    texts = {"en": "What should come first?", "es": "¿Qué va primero?"}
    choosing, _made = PriorityRound.everything.get_or_create(
        district=discussion.district,
        discussion=discussion,
        closed_at=None,
        defaults={"texts": texts, "limit": 2, "opened_at": timezone.now()},
    )
    for place, (english, spanish) in enumerate((("Reading", "Lectura"), ("Projects", "Proyectos")), start=1):
        PriorityOption.everything.get_or_create(
            district=discussion.district, round=choosing, number=place, defaults={"texts": {"en": english, "es": spanish}}
        )
    return token


def negotiate(alder: District, leader: User, coach: User) -> tuple[TradeOff, TradeOff, ConfidentialNote]:
    """A trade-off under way with an option, a concern, a stand and a note in confidence; and one that was settled."""
    families = Group.objects.within(alder).get(kind="families")
    names: Any = {"first": {"en": "Long blocks for projects"}, "second": {"en": "Every class keeps its hours"}}
    made = [
        trade_offs.open_trade_off(district=alder, title={"en": title, "es": title}, by=leader, **names)
        for title in ("Mornings for projects", "Who pays for the bus")
    ]
    for one in made:
        option = trade_offs.add_option(trade_off=one, texts={"en": "One block every Friday."}, by=leader)
        trade_offs.set_effect(option=option, side="first", gains={"en": "A whole morning"}, by=leader)
        trade_offs.set_effect(option=option, group=families, gains={"en": "Work to see on Fridays"}, by=leader)
        trade_offs.raise_concern(trade_off=one, kind="workload", texts={"en": "Who plans the Fridays?"}, by=leader)
        trade_offs.record_stand(
            trade_off=one,
            group=families,
            stand="dissents",
            because={"en": "Fridays are short."},
            heard_on=alder.today(),
            heard_how="meeting",
            by=leader,
        )
    note = write_note(trade_off=made[0], words="They fear for the evenings.", by=coach)
    settled = trade_offs.settle(trade_off=made[1], settlement={"en": "A block every Friday."}, on=alder.today(), by=leader)
    return made[0], settled, note


def hold_focus_group(alder: District, coach: User) -> tuple[Conversation, MeetingSeries]:
    """A focus group under way with a note and six people, and a monthly meeting that came together twice."""
    families = Group.objects.within(alder).get(kind="families")
    now = timezone.now()
    talk = meetings.plan_conversation(
        district=alder, by=coach, starts_at=now, kind="focus_group", title="Families at Riverside", place="Library", minutes=60
    )
    written = Written("We never see what they make on the computer.", families, None, "en", True)
    save_note(conversation=talk, key=uuid4(), written=written, by=coach)
    meetings.count_people(conversation=talk, counts={(families.pk, None): 6}, by=coach)
    series = meetings.begin_series(district=alder, title="Building Capacity", cadence="monthly", purpose="", by=coach)
    for weeks, people in ((8, 9), (4, 14)):
        held = meetings.plan_conversation(
            district=alder, by=coach, starts_at=now - timedelta(weeks=weeks), kind="meeting", title="Monthly", series=series
        )
        meetings.count_people(conversation=held, counts={(families.pk, None): people}, by=coach)
        meetings.hold(conversation=held, minutes=60, by=coach)
        note_stance(group=families, level=people // 5 + 1, noted_on=held.held_on, by=coach)
    place_group(group=families, influence=2, interest=5, note="They care and are seldom asked.", by=coach)
    return talk, series


def keep_picture(page: Page, name: str) -> None:
    """Where somebody asked for pictures, keep one of the whole page."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_every_page_is_in_a_list() -> None:
    asked_for = {name for name, rule in MATRIX.items() if not (isinstance(rule, Rule) and rule.method == "post")}
    opened = {*SUPERINTENDENT, *COACH, *SIGNED_OUT}
    assert asked_for - POSTED - FILES - opened == set()
    assert {name for name in opened if ":" in name} - asked_for == set()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    ("who", "names"),
    [("superintendent", SUPERINTENDENT), ("coach", COACH), (None, SIGNED_OUT)],
    ids=["leader", "coach", "anyone"],
)
def test_nothing_is_wrong_with_a_page(
    demo: Demo,
    who: str | None,
    names: tuple[str, ...],
    size: Any,
    language: str,
    new_context: NewContext,
    axe: Look,
    live_server: Any,
) -> None:
    """Every page answers and does not scroll sideways; the console is watched.

    With axe in English, in light on the phone and in dark on the desk: neither colors nor structure depend on the language,
    and colors not on the width.
    """
    context = new_context(viewport=size)
    cookies = {"django_language": language}
    if who:
        cookies[settings.SESSION_COOKIE_NAME] = demo.sessions[who]
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    page = context.new_page()
    wrong: list[str] = []
    for name in names:
        # Public pages read no cookie; a language that was chosen stands in their address.
        answer = page.goto(demo.address(name) + (f"?lang={language}" if name.startswith(PUBLIC) else ""))
        try:
            assert answer is not None
            assert answer.status == 200, f"{name} answered {answer.status}"
            assert page.locator("html").get_attribute("lang") == language, name
            keep_picture(page, f"{name.replace(':', '-')}-{language}-{size['width']}")
            axe(page, () if language == "es" else ("light",) if size is PHONE else ("dark",))
        except AssertionError as problem:
            wrong.append(str(problem))
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("vision:public", 100_000),
        ("listening:respond", 60_000),
        ("listening:respond_question", 60_000),
        ("listening:kiosk", 60_000),
        ("deliberation:take_part", 60_000),
        ("deliberation:take_part_next", 60_000),
        ("deliberation:take_part_votes", 60_000),
    ],
)
def test_pages_for_everyone_are_light(demo: Demo, name: str, most: int, wide: Page) -> None:
    """All a browser fetches to show it: the page, its styles, its script, its icon, before compression."""
    fetched: list[Response] = []
    wide.on("response", lambda response: fetched.append(response))
    wide.goto(demo.address(name), wait_until="networkidle")
    weight = sum(len(response.body()) for response in fetched)
    assert len(fetched) >= 2, "the stylesheet counts too"
    assert weight < most
