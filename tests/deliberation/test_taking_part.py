"""The pages of whoever takes part: first page, statements, own votes, own statements, thanks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonwhy.deliberation.fates import Fate, fates
from commonwhy.deliberation.models import Discussion, PriorityOption, PriorityRound, Statement, Vote
from commonwhy.deliberation.queries.taking_part import Part, enter
from commonwhy.deliberation.services import moderation, voting
from commonwhy.deliberation.services.duplicates import link as link_same
from commonwhy.deliberation.services.statements import add_statement
from commonwhy.listening import kiosks, tokens
from commonwhy.listening.models import Response, Survey, SurveyCell
from tests.cast import Cast
from tests.deliberation.made import opened, told
from tests.deliberation.test_voting import link, vote
from tests.listening.opened import open_survey

pytestmark = pytest.mark.django_db
PAGES = ("", "next/", "votes/", "add/", "mine/", "choose/", "thanks/")


class Guest:
    """Somebody at the pages of one link, without a script."""

    def __init__(self, client: Client, token: str) -> None:
        self.client, self.token = client, token

    def address(self, page: str = "") -> str:
        return f"/take-part/{self.token}/{page}"

    def get(self, name: str = "", **query: str) -> Any:
        return self.client.get(self.address(name), query)

    def post(self, page: str, **fields: Any) -> Any:
        return self.client.post(self.address(page), fields)

    def hidden(self) -> dict[str, str]:
        """What the form of the statement just shown carries."""
        html = self.get("next/").content.decode()
        return {name: re.search(f'name="{name}" value="([^"]*)"', html)[1] for name in ("statement", "drawn")}  # type: ignore[index]

    def say(self, choice: str = "1", **more: str) -> Any:
        return self.post("next/", choice=choice, **self.hidden(), **more)


@pytest.fixture
def discussion(cast: Cast) -> Discussion:
    return opened(cast, open_link=True)


@pytest.fixture
def token(discussion: Discussion) -> str:
    return link(discussion)


@pytest.fixture
def guest(client: Client, token: str) -> Guest:
    return Guest(client, token)


class TestTheWayIn:
    """Every page that opens a survey leads to the discussion held on it."""

    def test_the_link_of_a_mail_and_of_a_card_leads_here(self, client: Client, token: str) -> None:
        for address in (f"/a/{token}/", f"/a/{token}/1/", f"/a/{tokens.for_paper(token).lower()}/", f"/a/{token}/done/"):
            assert client.get(address).headers["Location"] == f"/take-part/{token}/"

    def test_a_typed_code_leads_here(self, client: Client, token: str) -> None:
        answer = client.post("/a/", {"code": tokens.for_paper(token)}, follow=True)
        assert answer.redirect_chain[-1][0] == f"/take-part/{token}/"

    def test_the_open_link_leads_here(self, client: Client, cast: Cast, discussion: Discussion) -> None:
        answer = client.post(f"/o/{discussion.survey.code}/", {"group": cast.group("families").pk}, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/take-part/")
        assert answer.status_code == 200

    def test_a_survey_without_a_discussion_stays_where_it_is_answered(self, client: Client, cast: Cast) -> None:
        survey = open_survey(cast)
        assert client.get(f"/a/{tokens.mint(survey, 1)}/").status_code == 200

    def test_a_shared_tablet_says_why_not(self, client: Client, discussion: Discussion) -> None:
        number = SurveyCell.everything.filter(survey=discussion.survey).first().number  # type: ignore[union-attr]
        for answer in (
            client.get(f"/k/{kiosks.seal(discussion.survey, number)}/"),
            client.post(f"/k/{kiosks.seal(discussion.survey, number)}/"),
        ):
            assert answer.status_code == 404
            assert "not held on a shared tablet" in answer.content.decode()
        assert not Response.everything.exists()


@pytest.mark.parametrize("name", PAGES)
def test_a_forged_link_opens_nothing(client: Client, token: str, name: str) -> None:
    forged = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
    for answer in (client.get(f"/take-part/{forged}/{name}"), client.post(f"/take-part/{forged}/{name}")):
        assert answer.status_code == 404
        assert "does not open" in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_before_it_opens_the_link_is_good_and_shows_nothing(guest: Guest, discussion: Discussion, name: str) -> None:
    Survey.everything.filter(pk=discussion.survey_id).update(opened_at=None)
    answer = guest.get(name)
    assert answer.status_code == 404
    assert "has not opened yet" in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_looks_for_a_session_or_keeps_the_link(guest: Guest, name: str) -> None:
    answer = guest.get(name)
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("name", PAGES)
def test_opening_a_page_writes_nothing(guest: Guest, name: str) -> None:
    guest.get(name)
    assert not Response.everything.exists()
    assert not Vote.everything.exists()


@pytest.mark.parametrize(("name", "most"), [("", 16), ("next/", 14), ("votes/", 12), ("mine/", 12), ("thanks/", 12)])
def test_each_page_asks_little(
    guest: Guest, discussion: Discussion, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    for number in range(1, 4):
        vote(guest.token, number)
    for words in ("One more.", "Another one."):
        entry = enter(guest.token)
        add_statement(discussion=entry.discussion, token=entry.token, words=words, language="en")
    with django_assert_max_num_queries(most):
        answer = guest.get(name)
    assert answer.status_code == 200
    assert len(answer.content) < 60_000


class TestTheFirstPage:
    """What it is, who sees what, the mode, how long."""

    def test_it_says_all_of_it(self, guest: Guest) -> None:
        html = guest.get().content.decode()
        for said in (
            "What should learning look like?",
            "5 statements, one at a time.",
            "come back with the same link",
            "Anonymous.",
            "Nobody sees a single vote",
            "Start",
        ):
            assert said in html

    def test_students_see_where_help_is(self, client: Client, cast: Cast) -> None:
        students = opened(cast, groups=[cast.group("students")])
        html = client.get(f"/take-part/{link(students)}/").content.decode()
        assert "988" in html
        assert "nobody can be helped through it" in html

    def test_in_spanish_too(self, guest: Guest) -> None:
        html = guest.get(lang="es").content.decode()
        assert "¿Cómo debería ser el aprendizaje?" in html
        assert guest.get("next/").content.decode().count("(es)")


class TestOneStatementAtATime:
    """Voting without a script."""

    def test_a_vote_is_kept_with_the_chance_it_was_drawn_with_and_the_next_follows(self, guest: Guest) -> None:
        first = guest.hidden()
        answer = guest.post("next/", choice="1", important="on", **first)
        assert answer.status_code == 302
        kept = Vote.everything.get()
        assert (kept.choice, kept.important) == (1, True)
        assert kept.exposure == pytest.approx(1 / 5)
        html = guest.client.get(answer.headers["Location"]).content.decode()
        assert "You have answered 1 of 5" in html
        assert "Saved." in html
        assert guest.hidden()["statement"] != first["statement"]

    def test_the_same_post_twice_is_one_vote(self, guest: Guest) -> None:
        first = guest.hidden()
        for _time in range(3):
            assert guest.post("next/", choice="-1", **first).status_code == 302
        assert Vote.everything.count() == 1

    def test_a_forged_chance_is_no_chance_and_the_vote_counts(self, guest: Guest) -> None:
        guest.post("next/", choice="1", **(guest.hidden() | {"drawn": "WyJ4IiwxLjBd:forged"}))
        assert Vote.everything.get().exposure is None

    def test_all_the_way_to_the_thanks(self, guest: Guest) -> None:
        for _statement in range(5):
            guest.say("0")
        assert guest.get("next/").headers["Location"] == guest.address("thanks/")
        html = guest.get("thanks/").content.decode()
        assert "You have answered 5 of 5" in html
        assert "seen all there are" in html

    def test_where_we_agree_is_offered_once_it_is_public(self, guest: Guest, discussion: Discussion) -> None:
        agree = f'href="/agree/{discussion.district.slug}/{discussion.number}/"'
        assert agree not in guest.get("thanks/").content.decode()
        Discussion.everything.update(published_on=discussion.district.today())
        for name in ("", "thanks/"):
            assert agree in guest.get(name).content.decode()

    def test_seen_enough_is_always_there(self, guest: Guest) -> None:
        assert f'href="{guest.address("thanks/")}"' in guest.get("next/").content.decode()
        assert "Nothing is kept of you" in guest.get("thanks/").content.decode()
        guest.post("add/", words="My own words.")
        assert "Nothing is kept of you" not in guest.get("thanks/").content.decode()

    @pytest.mark.parametrize("choice", ["", "2", "yes", "١", "back "])
    def test_no_choice_keeps_nothing_and_shows_the_same_statement(self, guest: Guest, choice: str) -> None:
        first = guest.hidden()
        answer = guest.post("next/", choice=choice, important="on", **first)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "choose one of the three" in html
        assert first["statement"] in html
        assert " checked" in html
        assert not Vote.everything.exists()

    def test_a_statement_that_was_hidden_meanwhile_leads_to_another(self, guest: Guest, cast: Cast) -> None:
        first = guest.hidden()
        hidden = Statement.everything.get(pk=first["statement"])
        moderation.hide(statement=hidden, reason="names", more="", by=cast.coach)
        answer = guest.post("next/", choice="1", **first)
        assert answer.status_code == 422
        assert str(hidden) not in answer.content.decode()
        assert "not shown any more" in answer.content.decode()
        assert not Vote.everything.exists()

    def test_a_page_of_another_site_cannot_vote(self, token: str, discussion: Discussion) -> None:
        careful = Guest(Client(enforce_csrf_checks=True), token)
        answer = careful.say()
        assert answer.status_code == 403
        assert "not saved yet" in answer.content.decode()
        assert not Vote.everything.exists()

    def test_a_script_is_told_to_come_back_tomorrow(self, guest: Guest) -> None:
        guest.say()
        Response.everything.update(saves=voting.MOST_CHANGES)
        assert guest.say().status_code == 429
        assert Vote.everything.count() == 1

    def test_a_whole_school_behind_one_address_votes(self, client: Client, discussion: Discussion) -> None:
        for _pupil in range(60):
            pupil = Guest(client, link(discussion))
            for number in range(2):
                assert pupil.say(str(number)).status_code == 302
        assert Vote.everything.count() == 120

    def test_without_statements_there_is_a_page_that_says_so(self, guest: Guest) -> None:
        Statement.everything.all().delete()
        assert guest.get("next/").status_code == 302
        assert guest.get("thanks/").status_code == 200
        assert guest.get().status_code == 200

    def test_a_discussion_in_a_language_a_statement_lacks_says_which_it_is(self, guest: Guest) -> None:
        Statement.everything.update(texts={"en": "Only English."}, language="en")
        assert 'lang="en" dir="auto"' in guest.get("next/", lang="es").content.decode()


class TestMyVotes:
    """Seeing, changing and taking back."""

    def test_every_vote_is_there_and_can_be_changed(self, guest: Guest) -> None:
        vote(guest.token, 1, 1)
        vote(guest.token, 2, -1)
        html = guest.get("votes/").content.decode()
        assert "My 2 votes" in html
        assert html.count('aria-pressed="true"') == 2
        first = Vote.everything.get(statement__number=1)
        answer = guest.post("votes/", statement=str(first.statement_id), choice="-1", important="on")
        assert answer.status_code == 302
        first.refresh_from_db()
        assert (first.choice, first.important) == (-1, True)
        assert "Changed and saved." in guest.client.get(answer.headers["Location"].split("#")[0]).content.decode()

    def test_one_can_be_taken_back(self, guest: Guest) -> None:
        vote(guest.token, 1)
        guest.post("votes/", statement=str(Vote.everything.get().statement_id), choice="back")
        assert not Vote.everything.exists()
        assert "took everything back" in guest.get("votes/").content.decode()

    def test_words_that_were_hidden_are_not_shown_here_either(self, guest: Guest, cast: Cast, discussion: Discussion) -> None:
        vote(guest.token, 1)
        statement = Statement.everything.get(discussion=discussion, number=1)
        moderation.hide(statement=statement, reason="names", more="", by=cast.coach)
        html = guest.get("votes/").content.decode()
        assert str(statement) not in html
        assert "not shown any more" in html
        assert "Take this vote back" in html

    def test_nobody_sees_the_votes_of_somebody_else(self, guest: Guest, discussion: Discussion) -> None:
        vote(link(discussion), 1)
        assert "have not voted yet" in guest.get("votes/").content.decode()

    @pytest.mark.parametrize("number", ["0", "99", "x", "-1", "1&x=<b>"])
    def test_any_page_number_shows_a_page(self, guest: Guest, number: str) -> None:
        vote(guest.token, 1)
        assert guest.get("votes/", page=number).status_code == 200

    def test_many_come_in_pages(self, guest: Guest, discussion: Discussion) -> None:
        for number in range(6, 60):
            told(discussion, f"Number {number}.", state="shown", number=number)
            vote(guest.token, number)
        answer = guest.get("votes/")
        assert len(answer.content) < 60_000
        assert "?page=2" in answer.content.decode()


class TestClosed:
    """Afterwards the link still shows what one said, and takes nothing."""

    @pytest.fixture(autouse=True)
    def closed(self, guest: Guest, discussion: Discussion) -> None:
        vote(guest.token, 1)
        entry = enter(guest.token)
        add_statement(discussion=entry.discussion, token=entry.token, words="My own words.", language="en")
        self.form = guest.hidden()
        Survey.everything.filter(pk=discussion.survey_id).update(closed_at=timezone.now())

    def test_a_late_vote_is_told_so(self, guest: Guest) -> None:
        for name in ("next/", "votes/"):
            answer = guest.post(name, choice="-1", **self.form)
            assert answer.status_code == 410
            assert "came too late" in answer.content.decode()
        assert Vote.everything.get().choice == 1

    def test_a_late_statement_comes_back_to_whoever_wrote_it(self, guest: Guest) -> None:
        answer = guest.post("add/", words="Later words.")
        assert answer.status_code == 410
        assert "Later words." in answer.content.decode()

    def test_ones_own_votes_and_statements_are_still_there(self, guest: Guest) -> None:
        votes = guest.get("votes/").content.decode()
        assert "My 1 vote" in votes
        assert "<button" not in votes
        assert "My own words." in guest.get("mine/").content.decode()
        assert guest.get("next/").status_code == 302
        assert "is closed" in guest.get().content.decode()


class TestMyStatements:
    """Adding one, and what becomes of it."""

    def test_one_is_added_and_waits(self, guest: Guest) -> None:
        answer = guest.post("add/", words="Let us read more.", contact="")
        assert answer.status_code == 302
        html = guest.client.get(answer.headers["Location"]).content.decode()
        assert "Let us read more." in html
        assert "Waiting" in html
        assert Statement.everything.get(origin="participant").state == "waiting"

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"words": ""}, "write one sentence"),
            ({"words": "?!"}, "write one sentence"),
            ({"words": "x" * 401}, "Please shorten it"),
            ({"words": "Good words.", "contact": "nobody"}, "not a complete e-mail"),
        ],
    )
    def test_what_cannot_be_kept_comes_back(self, guest: Guest, fields: dict[str, str], said: str) -> None:
        answer = guest.post("add/", **fields)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert said in html
        assert fields["words"] in html
        assert not Statement.everything.filter(origin="participant").exists()

    def test_where_none_are_taken_none_is_offered(self, guest: Guest, discussion: Discussion) -> None:
        Discussion.everything.update(takes_statements=False)
        assert f'href="{guest.address("add/")}"' not in guest.get().content.decode()
        assert guest.get("add/").status_code == 302
        assert guest.post("add/", words="All the same.").status_code == 422

    def test_a_hidden_one_says_why_and_can_be_asked_about_once(self, guest: Guest, cast: Cast) -> None:
        guest.post("add/", words="Our principal sleeps.")
        mine = Statement.everything.get(origin="participant")
        moderation.hide(statement=mine, reason="names", more="Say it without the person.", by=cast.coach)
        html = guest.get("mine/").content.decode()
        assert "it names or describes a person" in html
        assert "Say it without the person." in html
        assert guest.post("mine/", statement=str(mine.pk), words="").status_code == 422
        assert guest.post("mine/", statement=str(mine.pk), words="It is true of many.").status_code == 302
        mine.refresh_from_db()
        assert mine.appeal == "It is true of many."
        assert guest.post("mine/", statement=str(mine.pk), words="Again.").status_code == 422
        moderation.answer_appeal(statement=mine, shown=False, answer="We read it twice.", by=cast.coach)
        assert "We read it twice." in guest.get("mine/").content.decode()

    def test_nobody_asks_about_the_statement_of_somebody_else(self, guest: Guest, cast: Cast, discussion: Discussion) -> None:
        theirs = told(discussion, "Not mine.")
        moderation.hide(statement=theirs, reason="names", more="", by=cast.coach)
        for pk in (str(theirs.pk), "x", ""):
            assert guest.post("mine/", statement=pk, words="Show it.").status_code in (400, 422)
        theirs.refresh_from_db()
        assert not theirs.appeal
        assert "Not mine." not in guest.get("mine/").content.decode()

    def test_one_that_says_the_same_names_the_other(self, guest: Guest, cast: Cast, discussion: Discussion) -> None:
        guest.post("add/", words="Homework should be less.")
        mine = Statement.everything.get(origin="participant")
        moderation.show(statement=mine, texts=mine.texts | {"es": "Menos tareas."}, by=cast.coach)
        other = Statement.everything.get(discussion=discussion, texts__en="Less homework.")
        link_same(statement=mine, same_as=other, by=cast.coach)
        html = guest.get("mine/").content.decode()
        assert "It says the same as this one" in html
        assert "Less homework." in html

    def test_what_became_of_it_stands_there(self, guest: Guest) -> None:
        guest.post("add/", words="Let us read more.")
        fates.register("test", lambda statement: [Fate("A sentence of the vision", f"We read. ({statement})", "/v/1/")])
        try:
            html = guest.get("mine/").content.decode()
        finally:
            fates._items.pop("test")
        assert "We read. (Let us read more.)" in html
        assert 'href="/v/1/?lang=en"' in html


class TestChoosingPriorities:
    """A ballot at the same link while a round is open."""

    @pytest.fixture
    def choosing(self, discussion: Discussion) -> PriorityRound:
        texts = {"en": "What comes first?", "es": "¿Qué va primero?"}
        made = PriorityRound.everything.create(
            district=discussion.district, discussion=discussion, texts=texts, limit=2, opened_at=timezone.now()
        )
        for number, words in enumerate(("Reading", "Projects", "Outdoors"), start=1):
            PriorityOption.everything.create(
                district=discussion.district, round=made, number=number, texts={"en": words, "es": words}
            )
        return made

    def test_a_ballot_is_kept_changed_and_taken_back(self, guest: Guest, choosing: PriorityRound) -> None:
        assert "Choose priorities" in guest.get().content.decode()
        assert "Reading" in guest.get("choose/").content.decode()
        assert guest.post("choose/", approved=["1", "3"]).status_code == 302
        assert choosing.ballots.get().approved == [1, 3]
        assert guest.get("choose/").content.decode().count(" checked") == 2
        guest.post("choose/", approved=["2"])
        assert choosing.ballots.get().approved == [2]
        assert Response.everything.get().submitted
        guest.post("choose/")
        assert not choosing.ballots.exists()
        assert not Response.everything.get().submitted

    def test_what_is_none_of_the_options_is_refused(self, guest: Guest, choosing: PriorityRound) -> None:
        for sent in (["9"], ["x"], ["1", "9"]):
            assert guest.post("choose/", approved=sent).status_code == 400
        assert not choosing.ballots.exists()

    def test_a_round_that_closed_takes_nothing(self, guest: Guest, choosing: PriorityRound) -> None:
        guest.post("choose/", approved=["1"])
        PriorityRound.everything.update(closed_at=timezone.now())
        assert guest.post("choose/", approved=["2"]).status_code == 410
        assert choosing.ballots.get().approved == [1]
        assert guest.get("choose/").status_code == 302
        assert "Choose priorities" not in guest.get().content.decode()


def test_ten_thousand_statements_draw_one_in_few_queries(
    guest: Guest, discussion: Discussion, django_assert_max_num_queries: Any
) -> None:
    rows = [
        Statement(
            district_id=discussion.district_id,
            discussion=discussion,
            texts={"en": f"{number}", "es": f"{number}"},
            language="en",
            origin="seed",
            state="shown",
            number=number,
        )
        for number in range(6, 10_001)
    ]
    Statement.everything.bulk_create(rows, batch_size=2_000)
    with django_assert_max_num_queries(14):
        answer = guest.get("next/")
    assert "of 10000" in answer.content.decode().replace(",", "")
    assert len(Part(enter(guest.token)).shown) == 10_000
