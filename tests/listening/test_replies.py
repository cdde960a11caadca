"""The reply: drafted from what is there, edited by two, published, read by anyone, sent to everyone who was asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commonwhy.core.jobs import run_job
from commonwhy.core.models import AuditEntry, Job
from commonwhy.districts.models import Person
from commonwhy.districts.viewers import PUBLIC
from commonwhy.listening.models import (
    Excerpt,
    ParentChoice,
    Reply,
    ReplyMailing,
    ReplyPoint,
    Survey,
)
from commonwhy.listening.queries.replies import owed, people_owed, published
from commonwhy.listening.services import replies as services
from commonwhy.listening.services.excerpts import ExcerptRefused, mark_answer, take_back
from commonwhy.listening.services.replies import ReplyConflict, ReplyRefused, digest_of
from commonwhy.listening.services.reply_drafting import draft, fill
from commonwhy.listening.services.reply_reminders import remind_of_replies
from commonwhy.vision.models import Clause, ClauseVoice, VisionVersion
from tests.cast import Cast
from tests.listening.opened import open_survey
from tests.listening.surveying import enrol
from tests.listening.test_themes import code, page, post, theme
from tests.listening.test_voices import many, say

WORDS = "We have too many tools and too little time."


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_survey(cast, closed_at=timezone.now())


def written(cast: Cast, survey: Survey, **more: Any) -> Reply:
    """A reply with everything it needs to be published."""
    reply = services.begin(district=cast.alder, surveys=[survey], conversations=[], by=cast.coach)
    services.add_point(
        reply=reply, kind="heard", texts={"en": "Too many tools.", "es": "Demasiadas herramientas."}, by=cast.coach
    )
    services.add_point(reply=reply, kind="not_changed", texts={"en": "The bell."}, why={"en": "Buses."}, by=cast.coach)
    return reply


def quoted(cast: Cast, survey: Survey, words: str = WORDS) -> Excerpt:
    many(survey, 12)
    answer = say(survey, words)
    return mark_answer(answer=answer, start=0, end=len(words), names=(), by=cast.coach)


def adopt(cast: Cast, excerpt: Excerpt, words: str = "Students have time to make things.", state: str = "adopted") -> Clause:
    version = VisionVersion.everything.create(district=cast.alder, number=1, why={"en": "Because."})
    clause = Clause.everything.create(district=cast.alder, version=version, position=1, texts={"en": words})
    ClauseVoice.everything.create(district=cast.alder, clause=clause, excerpt=excerpt)
    if state == "adopted":
        VisionVersion.everything.filter(pk=version.pk).update(
            state=state, adopted_on=date(2026, 3, 2), minutes={"en": "Carried."}
        )
    return clause


def points(reply: Reply, kind: str) -> list[ReplyPoint]:
    return list(ReplyPoint.everything.filter(reply=reply, kind=kind).order_by("position"))


def test_a_draft_proposes_what_was_heard_and_what_came_of_it_and_asks_what_did_not_change(cast: Cast, survey: Survey) -> None:
    excerpt = quoted(cast, survey)
    load, rare = theme(cast, "Too many tools"), theme(cast, "Rare")
    assert excerpt.answer is not None
    code(excerpt.answer, load, cast.coach)
    for answer in many(survey, 2):
        code(answer, load, cast.coach)
    code(say(survey, "Something else."), rare, cast.coach)
    clause = adopt(cast, excerpt)
    made = post(cast, "coach", "reply_new", surveys=[str(survey.pk)])
    reply = Reply.everything.get()
    assert made["Location"].endswith(f"/{reply.pk}/")
    heard = points(reply, "heard")
    assert [point.theme for point in heard] == [load, rare]
    assert list(heard[0].excerpts.all()) == [excerpt]
    assert heard[0].texts == {"en": "You told us about this: Too many tools."}
    (changed,) = points(reply, "changed")
    assert (changed.target_label, changed.target_id) == ("vision.Clause", clause.pk)
    assert changed.texts == {"en": "Students have time to make things."}
    assert list(changed.excerpts.all()) == [excerpt]
    assert [point.texts for point in points(reply, "not_changed")] == [{}]
    assert len(services.missing(reply)) == 1


def test_what_nobody_may_read_yet_is_not_proposed_as_changed(cast: Cast, survey: Survey) -> None:
    adopt(cast, quoted(cast, survey), state="draft")
    reply = draft(district=cast.alder, surveys=[survey], conversations=[], viewer=cast.viewer("coach"), by=cast.coach)
    assert points(reply, "changed") == []


def test_proposing_again_adds_only_what_is_new(cast: Cast, survey: Survey) -> None:
    load = theme(cast)
    code(say(survey, "Too much."), load, cast.coach)
    reply = draft(district=cast.alder, surveys=[survey], conversations=[], viewer=cast.viewer("coach"), by=cast.coach)
    assert fill(reply=reply, viewer=cast.viewer("coach"), by=cast.coach) == 0
    assert len(points(reply, "heard")) == 1


def test_a_reply_answers_somebody(cast: Cast, survey: Survey) -> None:
    assert post(cast, "coach", "reply_new").status_code == 400
    other = open_survey(cast)  # still open: nothing to answer yet
    assert post(cast, "coach", "reply_new", surveys=[str(other.pk)]).status_code == 400
    assert not Reply.everything.exists()


@pytest.mark.parametrize("who", ["principal", "teacher", "board", "family"])
def test_others_write_publish_and_send_nothing(cast: Cast, survey: Survey, who: str) -> None:
    reply = written(cast, survey)
    (heard,) = points(reply, "heard")
    for name, args in (
        ("reply_new", ()),
        ("reply_words", (reply.pk,)),
        ("reply_point", (heard.pk,)),
        ("reply_publish", (reply.pk,)),
    ):
        assert page(cast, who, name, *args).status_code == 403
        assert post(cast, who, name, *args).status_code == 403
    assert post(cast, who, "reply_send", reply.pk).status_code == 403
    reply.refresh_from_db()
    assert (reply.published_at, reply.revision) == (None, 2)
    assert not Job.objects.exists()


def test_two_editors_lose_nothing(cast: Cast, survey: Survey) -> None:
    (heard,) = points(written(cast, survey), "heard")
    seen = digest_of(heard)
    services.change_point(point=heard, seen=seen, texts={"en": "Theirs."}, why={}, by=cast.superintendent)
    answer = post(cast, "coach", "reply_point", heard.pk, seen=seen, texts_en="Mine.")
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Theirs." in shown
    assert "Mine." in shown
    assert ReplyPoint.everything.get(pk=heard.pk).texts == {"en": "Theirs."}
    again = shown.split('name="seen" value="')[1].split('"')[0]
    assert post(cast, "coach", "reply_point", heard.pk, seen=again, texts_en="Both.").status_code == 302
    assert ReplyPoint.everything.get(pk=heard.pk).texts == {"en": "Both."}


def test_title_and_opening_are_kept_from_each_other_too(cast: Cast, survey: Survey) -> None:
    reply = written(cast, survey)
    seen = digest_of(reply)
    services.change_words(reply=reply, seen=seen, title={"en": "One"}, intro={}, by=cast.coach)
    with pytest.raises(ReplyConflict):
        services.change_words(reply=reply, seen=seen, title={"en": "Two"}, intro={}, by=cast.superintendent)
    same = services.change_words(reply=reply, seen="", title={"en": "One"}, intro={}, by=cast.superintendent)
    assert same.revision == 3


def test_it_is_published_with_something_heard_and_a_why_for_what_did_not_change(cast: Cast, survey: Survey) -> None:
    reply = services.begin(district=cast.alder, surveys=[survey], conversations=[], by=cast.coach)
    with pytest.raises(ReplyRefused, match="nothing yet that was heard"):
        services.publish(reply=reply, by=cast.coach)
    services.add_point(reply=reply, kind="heard", texts={"en": "Tools."}, by=cast.coach)
    kept = services.add_point(reply=reply, kind="not_changed", texts={"en": "The bell."}, by=cast.coach)
    answer = post(cast, "coach", "reply_publish", reply.pk)
    assert answer.status_code == 302
    reply.refresh_from_db()
    assert reply.published_at is None
    assert "nobody says why" in page(cast, "coach", "reply", reply.pk).content.decode()
    post(cast, "coach", "reply_point", kept.pk, seen=digest_of(kept), texts_en="The bell.", why_en="The buses.")
    post(cast, "coach", "reply_publish", reply.pk)
    reply.refresh_from_db()
    assert reply.published_at is not None


def test_anyone_reads_what_is_published_in_their_language_and_nothing_before(cast: Cast, survey: Survey, client: Any) -> None:
    reply = written(cast, survey)
    address = reverse("listening:public_reply", args=[cast.alder.slug, reply.number])
    assert client.get(address).status_code == 404
    assert "Nothing is published yet" in client.get(reverse("listening:public_replies", args=[cast.alder.slug])).content.decode()
    assert published(PUBLIC, cast.alder) == []
    services.publish(reply=reply, by=cast.coach)
    shown = client.get(address, {"lang": "es"})
    assert "Demasiadas herramientas." in shown.content.decode()
    assert 'lang="en">The bell.' in shown.content.decode()
    assert shown.headers["Cache-Control"] == "public, max-age=300"
    assert not shown.cookies
    assert shown.headers["Content-Language"] == "es"
    assert "Too many tools." in client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert [each.pk for each, _address in published(PUBLIC, cast.alder)] == [reply.pk]
    assert client.get(reverse("listening:public_reply", args=[cast.birch.slug, reply.number])).status_code == 404


def test_a_published_reply_quotes_only_what_was_marked_and_leads_only_where_anyone_may_go(
    cast: Cast, survey: Survey, client: Any, django_assert_max_num_queries: Any
) -> None:
    excerpt = quoted(cast, survey, "Ask Ana about the tools we have.")
    Excerpt.everything.filter(pk=excerpt.pk).update(words="Ask [name] about the tools we have.")
    drafted = adopt(cast, excerpt, state="draft")
    reply = written(cast, survey)
    services.add_point(
        reply=reply,
        kind="changed",
        texts={"en": "Fewer tools."},
        excerpts=[excerpt.pk],
        target=("vision.Clause", drafted.pk),
        by=cast.coach,
    )
    services.publish(reply=reply, by=cast.coach)
    address = reverse("listening:public_reply", args=[cast.alder.slug, reply.number])
    with django_assert_max_num_queries(15):
        shown = client.get(address).content.decode()
    assert "Ask [name] about the tools we have." in shown
    assert "Ana" not in shown
    assert "Read it where it stands" not in shown
    VisionVersion.everything.filter(pk=drafted.version_id).update(
        state="adopted", adopted_on=date(2026, 3, 2), minutes={"en": "Carried."}
    )
    assert "Read it where it stands" in client.get(address).content.decode()


def test_a_correction_after_publishing_is_dated_and_nothing_is_emptied(cast: Cast, survey: Survey, client: Any) -> None:
    reply = written(cast, survey)
    services.publish(reply=reply, by=cast.coach)
    (heard,) = points(reply, "heard")
    address = reverse("listening:public_reply", args=[cast.alder.slug, reply.number])
    assert "corrected" not in client.get(address).content.decode()
    with pytest.raises(ReplyRefused, match="cannot be empty"):
        services.change_point(point=heard, seen=digest_of(heard), texts={}, why={}, by=cast.coach)
    with pytest.raises(ReplyRefused, match="at least one thing"):
        services.remove_point(point=heard, by=cast.coach)
    with pytest.raises(ReplyRefused, match="not removed"):
        services.discard(reply=reply, by=cast.coach)
    services.change_point(point=heard, seen=digest_of(heard), texts={"en": "Far too many tools."}, why={}, by=cast.coach)
    shown = client.get(address).content.decode()
    assert "Far too many tools." in shown
    assert "corrected" in shown
    assert AuditEntry.objects.filter(verb="changed", detail__published=True).exists()


def test_points_move_and_keep_their_places(cast: Cast, survey: Survey) -> None:
    reply = written(cast, survey)
    for words in ("b", "c"):
        services.add_point(reply=reply, kind="heard", texts={"en": words}, by=cast.coach)
    first, second, third = points(reply, "heard")
    post(cast, "coach", "reply_point_arrange", third.pk, up="1")
    post(cast, "coach", "reply_point_arrange", first.pk, up="1")
    assert [(point.pk, point.position) for point in points(reply, "heard")] == [(first.pk, 1), (third.pk, 2), (second.pk, 3)]
    post(cast, "coach", "reply_point_arrange", third.pk, remove="1")
    assert [point.position for point in points(reply, "heard")] == [1, 2]


def test_words_a_reply_quotes_are_not_taken_back(cast: Cast, survey: Survey) -> None:
    excerpt = quoted(cast, survey)
    reply = written(cast, survey)
    services.add_point(reply=reply, kind="heard", texts={"en": "x"}, excerpts=[excerpt.pk], by=cast.coach)
    with pytest.raises(ExcerptRefused, match="A reply quotes"):
        take_back(excerpt=excerpt, by=cast.coach)
    assert Excerpt.everything.filter(pk=excerpt.pk).exists()


def test_the_database_keeps_numbers_positions_and_targets(cast: Cast, survey: Survey) -> None:
    reply = written(cast, survey)
    for broken in (
        lambda: Reply.everything.create(district=cast.alder, number=reply.number),
        lambda: ReplyPoint.everything.create(district=cast.alder, reply=reply, kind="heard", position=1),
        lambda: ReplyPoint.everything.create(
            district=cast.alder, reply=reply, kind="heard", position=9, target_label="vision.Clause"
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


# Sending


def send(cast: Cast, reply: Reply) -> Job:
    job = services.start_sending(reply=reply, by=cast.coach)
    run_job.func(str(job.pk))
    job.refresh_from_db()
    return job


@pytest.fixture
def published_reply(cast: Cast, survey: Survey) -> Reply:
    return services.publish(reply=written(cast, survey), by=cast.coach)


def test_everyone_who_was_asked_gets_it_once_in_their_language_whoever_answered(cast: Cast, published_reply: Reply) -> None:
    enrol(cast, "teachers", 3, cast.creekside)
    families = enrol(cast, "families", 2, language="es-MX")
    enrol(cast, "board", 2)  # was not asked
    left = enrol(cast, "families", 1, cast.maple)[0]
    Person.everything.filter(pk=left.pk).update(ended=True)
    shown = page(cast, "coach", "reply_send", published_reply.pk).content.decode()
    assert "5 addresses get it" in shown
    job = send(cast, published_reply)
    assert (job.state, job.result) == (Job.State.DONE, {"sent": 5, "failed": 0})
    assert len({each.to[0] for each in mail.outbox}) == len(mail.outbox) == 5
    spanish = next(each for each in mail.outbox if each.to == [families[0].email])
    assert "Demasiadas herramientas." in spanish.body
    assert f"/r/{cast.alder.slug}/{published_reply.number}/?lang=es" in spanish.body
    english = next(each for each in mail.outbox if "teachers" in each.to[0])
    assert "Too many tools." in english.body
    assert "Buses." in english.body


def test_a_family_that_said_no_and_a_shared_address_are_respected(cast: Cast) -> None:
    asked: dict[tuple[str, str | None], int | None] = {("students", None): 3, ("families", None): 2}
    survey = open_survey(cast, asked=asked, closed_at=timezone.now())
    students = enrol(cast, "students", 3)
    ParentChoice.everything.create(
        district=cast.alder, survey=survey, person=students[0], kind="opt_out", given_on=timezone.localdate()
    )
    both = enrol(cast, "families", 2)
    Person.everything.filter(pk__in=[each.pk for each in both]).update(email="Home@example.org")
    Person.everything.filter(pk=both[0].pk).update(email="home@example.org")
    reply = services.publish(reply=written(cast, survey), by=cast.coach)
    send(cast, reply)
    assert sorted(each.to[0].lower() for each in mail.outbox) == ["home@example.org", *(s.email for s in students[1:])]


def test_cut_off_it_goes_on_where_it_stopped_and_writes_to_nobody_twice(
    cast: Cast, published_reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(cast, "teachers", 6, cast.creekside)
    from django.core.mail import EmailMessage

    original, sent = EmailMessage.send, []

    def three_then_gone(self: Any, *args: Any, **options: Any) -> int:
        if len(sent) == 3:
            raise ConnectionResetError("words of the server with an address in them")
        sent.append(self.to[0])
        return original(self, *args, **options)

    monkeypatch.setattr(EmailMessage, "send", three_then_gone)
    job = send(cast, published_reply)
    assert job.state == Job.State.REFUSED
    assert "words of the server" not in job.note
    monkeypatch.setattr(EmailMessage, "send", original)
    send(cast, published_reply)
    mailing = ReplyMailing.everything.get()
    # The one at which the server went may have gone out, so nobody knows and it is not tried again.
    assert (mailing.sent, mailing.failed, mailing.finished) == (5, 1, True)
    assert len({each.to[0] for each in mail.outbox}) == len(mail.outbox) == 5
    with pytest.raises(ReplyRefused, match="sent already"):
        services.start_sending(reply=published_reply, by=cast.coach)


def test_nothing_is_sent_before_it_is_published_nor_to_nobody_nor_twice_at_once(cast: Cast, survey: Survey) -> None:
    reply = written(cast, survey)
    with pytest.raises(ReplyRefused, match="Publish it first"):
        services.start_sending(reply=reply, by=cast.coach)
    services.publish(reply=reply, by=cast.coach)
    with pytest.raises(ReplyRefused, match="has an address"):
        services.start_sending(reply=reply, by=cast.coach)
    enrol(cast, "teachers", 1, cast.creekside)
    services.start_sending(reply=reply, by=cast.coach)
    with pytest.raises(ReplyRefused, match="being sent already"):
        services.start_sending(reply=reply, by=cast.superintendent)
    assert mail.outbox == []


def test_no_person_address_or_answer_stands_in_the_job_the_mailing_or_the_audit(cast: Cast, published_reply: Reply) -> None:
    people = enrol(cast, "teachers", 3, cast.creekside)
    job = send(cast, published_reply)
    kept = f"{job.arguments} {job.result} {job.note} {ReplyMailing.everything.values().get()}"
    kept += " ".join(str(entry.detail) + entry.object_label for entry in AuditEntry.objects.all())
    for person in people:
        assert person.email not in kept
        assert str(person.pk) not in kept


# Overdue


def late(cast: Cast, days: int = 31, **fields: Any) -> Survey:
    ended = timezone.now() - timedelta(days=days)
    return open_survey(cast, opened_at=ended - timedelta(days=10), closed_at=ended, **fields)


def test_after_thirty_days_the_home_page_and_the_survey_say_what_is_owed(cast: Cast) -> None:
    survey = late(cast)
    late(cast, days=29)
    late(cast, imported_from="google-forms")
    every = owed(cast.viewer("coach"), cast.alder)
    assert [each.survey for each in every] == [survey]
    assert (every[0].asked, people_owed(cast.viewer("coach"), every)) == (570, 570)
    home = cast.client("superintendent").get(reverse("site:district", args=[cast.alder.slug])).content.decode()
    assert "You owe 570 people a reply" in home
    assert "heard nothing back yet" in page(cast, "coach", "survey", survey.pk).content.decode()
    assert "You owe" not in cast.client("teacher").get(reverse("site:district", args=[cast.alder.slug])).content.decode()
    reply = written(cast, survey)
    assert owed(cast.viewer("coach"), cast.alder), "a draft is no reply"
    services.publish(reply=reply, by=cast.coach)
    assert owed(cast.viewer("coach"), cast.alder) == []


def test_somebody_asked_twice_is_owed_once(cast: Cast) -> None:
    late(cast)
    late(cast, days=60)
    assert people_owed(cast.viewer("coach"), owed(cast.viewer("coach"), cast.alder)) == 570


def test_a_survey_whose_time_ran_out_is_owed_a_reply_too(cast: Cast) -> None:
    ended = timezone.now() - timedelta(days=40)
    ran_out = open_survey(cast, opened_at=ended - timedelta(days=5), closes_at=ended)
    assert [each.survey for each in owed(cast.viewer("coach"), cast.alder)] == [ran_out]


def test_leaders_are_reminded_once_for_each_survey(cast: Cast) -> None:
    late(cast)
    assert remind_of_replies() == 1
    assert [each.to for each in mail.outbox] == [["superintendent@example.org"]]
    assert "/listen/replies/new/?survey=" in mail.outbox[0].body
    assert remind_of_replies() == 0
    late(cast, days=45)
    assert remind_of_replies() == 1
    assert len(mail.outbox) == 2


# The thread


def test_the_thread_leads_from_a_voice_to_the_reply_and_back(cast: Cast, survey: Survey) -> None:
    excerpt, load = quoted(cast, survey), theme(cast)
    assert excerpt.answer is not None
    code(excerpt.answer, load, cast.coach)
    reply = draft(district=cast.alder, surveys=[survey], conversations=[], viewer=cast.viewer("coach"), by=cast.coach)
    (heard,) = points(reply, "heard")

    def thread(who: str, label: str, pk: Any) -> str:
        shown = cast.client(who).get(reverse("site:thread", args=[cast.alder.slug, label, pk]))
        return str(shown.content.decode())

    from_voice = thread("coach", "listening.Excerpt", excerpt.pk)
    assert "Workload" in from_voice
    assert "You told us about this" in from_voice
    assert WORDS in thread("coach", "listening.Theme", load.pk)
    assert WORDS in thread("coach", "listening.ReplyPoint", heard.pk)
    # A draft is on nobody's thread but theirs who work on it.
    assert "You told us about this" not in thread("teacher", "listening.Excerpt", excerpt.pk)


def test_reply_pages_ask_the_database_little(cast: Cast, survey: Survey, django_assert_max_num_queries: Any) -> None:
    excerpt = quoted(cast, survey)
    reply = written(cast, survey)
    for number in range(12):
        services.add_point(reply=reply, kind="heard", texts={"en": str(number)}, excerpts=[excerpt.pk], by=cast.coach)
    (heard, *_rest) = points(reply, "heard")
    client = cast.client("coach")
    for name, args in (
        ("replies", ()),
        ("reply", (reply.pk,)),
        ("reply_point", (heard.pk,)),
        ("reply_new", ()),
        ("reply_publish", (reply.pk,)),
        ("reply_send", (reply.pk,)),
    ):
        with django_assert_max_num_queries(25):
            assert client.get(reverse(f"listening:{name}", args=[cast.alder.slug, *args])).status_code == 200
