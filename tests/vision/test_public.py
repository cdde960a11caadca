"""The public page: open to anyone and the same for everyone, light, by group and never by person."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonwhy.districts.models import Group
from commonwhy.listening.models import Conversation, Reply
from commonwhy.vision.models import ClauseVoice, LookFor, VisionVersion
from commonwhy.vision.queries import public
from commonwhy.vision.services import drafting
from tests.cast import Cast
from tests.vision.drafts import MINUTES, WHY, adopt, adopted_vision, begin, clauses_of, hold_survey, say, write_draft
from tests.vision.test_workshop_pages import many, text_of

pytestmark = pytest.mark.any_database

PAGE = "/v/alder-creek/"


def read(address: str = PAGE, **headers: str) -> Any:
    """The page as somebody reads it who was never here before."""
    return Client().get(address, **headers)


def test_anyone_reads_the_why_the_sentences_and_their_voices(cast: Cast) -> None:
    draft = write_draft(cast, "Students show their work.")
    drafting.cite(clause=clauses_of(draft)[0], excerpt=say(cast, "My game is fun.", kind="students"), by=cast.coach)
    adopt(cast, draft)
    page = text_of(read())
    for words in (WHY["en"], "Students show their work.", "My game is fun.", "A student", MINUTES["en"], "2 voices"):
        assert words in page


def test_it_is_the_same_for_everybody_signed_in_or_not(cast: Cast) -> None:
    adopted_vision(cast)
    pages = {cast.client(who).get(PAGE).content for who in (None, "superintendent", "outsider", "family")}
    assert len(pages) == 1


def test_a_draft_is_nobodys_business_but_the_districts(cast: Cast) -> None:
    write_draft(cast, "Not yet said.")
    page = read()
    assert page.status_code == 404
    assert "has not adopted a vision here yet" in text_of(page)
    for address in (f"{PAGE}1/", f"{PAGE}1/1/"):
        assert cast.client("superintendent").get(address).status_code == 404


def test_a_draft_beside_an_adopted_version_changes_nothing_in_public(cast: Cast) -> None:
    adopted_vision(cast)
    before = read().content
    draft = begin(cast)
    drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "A why of tomorrow."})
    assert read().content == before
    assert read(f"{PAGE}2/").status_code == 404


@pytest.mark.parametrize("address", ["/v/nowhere/", f"{PAGE}9/", f"{PAGE}1/9/", f"{PAGE}1/0/"])
def test_what_is_not_there_is_not_found(cast: Cast, address: str) -> None:
    adopted_vision(cast)
    assert read(address).status_code == 404


# Nothing is kept of the reader


def test_no_session_no_cookie_and_any_cache_may_keep_it(cast: Cast) -> None:
    adopted_vision(cast)
    for address in (PAGE, f"{PAGE}?lang=es", f"{PAGE}1/1/?lang=es"):
        answer = read(address)
        assert answer.status_code == 200
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
        assert answer["Cache-Control"] == "public, max-age=300"


def test_the_language_comes_from_the_address_then_the_browser_then_the_district(cast: Cast) -> None:
    adopted_vision(cast)
    assert '<html lang="es"' in read(f"{PAGE}?lang=es", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert '<html lang="es"' in read(HTTP_ACCEPT_LANGUAGE="es-MX,es;q=0.9").content.decode()
    assert '<html lang="en"' in read(f"{PAGE}?lang=xx", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    cast.alder.language = "es"
    cast.alder.save()
    assert '<html lang="es"' in read().content.decode()
    assert read()["Content-Language"] == "es"


def test_a_cookie_of_another_page_does_not_change_it(cast: Cast) -> None:
    """What a cache keeps for one reader must be right for the next."""
    adopted_vision(cast)
    client = Client()
    client.cookies["django_language"] = "es"
    assert client.get(PAGE, HTTP_ACCEPT_LANGUAGE="en").content == read(HTTP_ACCEPT_LANGUAGE="en").content


def test_a_chosen_language_goes_on_to_the_next_page(cast: Cast) -> None:
    many_version = many(cast, 3, 60)
    adopt(cast, many_version)
    page = read(f"{PAGE}?lang=es").content.decode()
    assert f'href="{PAGE}1/1/?lang=es"' in page


# By group, never by person, in their own language


def test_voices_keep_their_language_and_fall_back_texts_say_theirs(cast: Cast) -> None:
    draft = write_draft(cast, "In English only.", voices=False, why={"en": "Why in English."})
    clause = clauses_of(draft)[0]
    drafting.change_clause(clause=clause, revision=0, texts={"en": "In English only."}, by=cast.superintendent)
    drafting.cite(clause=clause, excerpt=say(cast, "En español.", language="es"), by=cast.coach)
    drafting.cite(clause=clause, excerpt=say(cast, "بالعربية", language="ar"), by=cast.coach)
    drafting.cite(clause=clause, excerpt=say(cast, "Unknown tongue.", language=""), by=cast.coach)
    adopt(cast, draft)
    english, spanish = read(f"{PAGE}?lang=en").content.decode(), read(f"{PAGE}?lang=es").content.decode()
    assert '<p lang="es" dir="auto">En español.</p>' in english
    assert '<p lang="ar" dir="auto">بالعربية</p>' in english
    assert '<p dir="auto">Unknown tongue.</p>' in english
    assert '<h1 class="why-large" lang="en">Why in English.</h1>' in spanish
    assert '<span class="sentence" lang="en">In English only.</span>' in spanish
    assert 'lang="en">Why in English' not in english


def test_speakers_are_named_by_group_and_school_and_unknown_ones_as_such(cast: Cast) -> None:
    drivers = Group.everything.create(district=cast.alder, kind="other", name="Bus drivers")
    draft = write_draft(cast, "A.", voices=False)
    clause = clauses_of(draft)[0]
    for voice in (
        say(cast, "One", kind="teachers", school=cast.creekside),
        say(cast, "Two", kind=None),
        say(cast, "Three", group=drivers),
    ):
        drafting.cite(clause=clause, excerpt=voice, by=cast.coach)
    adopt(cast, draft)
    page = text_of(read())
    assert "A teacher, Creekside Middle School" in page
    assert "Somebody in the district" in page
    assert "Three Bus drivers" in page
    assert "Bus drivers 1" in page


def test_nobody_who_wrote_marked_or_adopted_it_is_on_the_page(cast: Cast) -> None:
    adopted_vision(cast)
    page = read().content.decode()
    for account in cast.people.values():
        assert account.email not in page
    assert not {"Coach", "Superintendent"} & set(text_of(read()).split())
    for key in ClauseVoice.everything.values_list("excerpt_id", "excerpt__answer_id", "excerpt__answer__response_id"):
        assert not any(str(each) in page for each in key)


# What it says of itself


def test_a_sentence_without_a_voice_says_so_and_the_exception_is_public(cast: Cast) -> None:
    draft = write_draft(cast, "A.", voices=False)
    adopt(cast, draft, exception_reason={"en": "The ice storm took the week of the interviews."})
    page = text_of(read())
    assert "not yet traced" in page
    assert "Adopted with an exception." in page
    assert "ice storm" in page


def test_an_earlier_version_says_so_and_links_both_ways(cast: Cast) -> None:
    adopted_vision(cast)
    adopt(cast, write_draft(cast, "A newer sentence.", why={"en": "A newer why."}))
    old, new = read(f"{PAGE}1/").content.decode(), read().content.decode()
    assert "an earlier one" in old
    assert f'href="{PAGE}">' in old
    assert f'href="{PAGE}1/"' in new
    assert "an earlier one" not in new


def test_how_many_shaped_it_is_said_from_what_was_released(cast: Cast) -> None:
    adopted_vision(cast)
    assert "60 of us shaped this" in text_of(read())


def test_without_released_figures_it_says_how_many_voices_there_are(cast: Cast) -> None:
    VisionVersion.everything.create(district=cast.alder, number=1, why=WHY)
    draft = begin(cast)
    clause = drafting.add_clause(version=draft, texts={"en": "A."}, by=cast.coach)
    hold_survey(cast, {})
    drafting.cite(clause=clause, excerpt=say(cast, "Words"), by=cast.coach)
    adopt(cast, draft, exception_reason={"en": "x"})
    assert "of us shaped this" not in text_of(read())
    assert "words of one person" in text_of(read())


# Weight


def stylesheets(page: str) -> int:
    """What the page's stylesheets weigh, in bytes."""
    addresses = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert len(addresses) == 2
    weights = []
    for address in addresses:
        answer = Client().get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert answer.status_code == 200
        weights.append(len(content))
    return sum(weights)


def test_twenty_sentences_with_forty_voices_each_stay_under_100_kb(cast: Cast, django_assert_max_num_queries: Any) -> None:
    draft = many(cast)
    drafting.change_statement(
        version=draft,
        revision=draft.revision,
        by=cast.coach,
        why_more={"en": "w" * 2000},
        note={"en": "n" * 2000},
        is_lines=[{"en": "i" * 60}] * 30,
    )
    adopt(cast, draft, minutes={"en": "m" * 4000})
    with django_assert_max_num_queries(14):
        page = read().content
    assert len(page) + stylesheets(page.decode()) < 100_000
    assert "All 40 voices behind sentence 20" in text_of(read())


def test_voices_that_do_not_fit_leave_every_group_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "PAGE_BYTES", 1500)
    draft = write_draft(cast, "A.", voices=False)
    clause = clauses_of(draft)[0]
    for number in range(9):
        drafting.cite(clause=clause, excerpt=say(cast, f"Teacher {number}", kind="teachers"), by=cast.coach)
    drafting.cite(clause=clause, excerpt=say(cast, "One student", kind="students"), by=cast.coach)
    adopt(cast, draft)
    page = text_of(read())
    assert "One student" in page
    assert "10 voices" in page
    assert "All 10 voices behind sentence 1" in page
    assert page.count("A teacher") < 9


def test_all_voices_of_a_sentence_have_a_page_of_their_own(cast: Cast, django_assert_max_num_queries: Any) -> None:
    draft = many(cast, 1, 50)
    adopt(cast, draft)
    with django_assert_max_num_queries(10):
        first = read(f"{PAGE}1/1/")
    assert first.status_code == 200
    second = read(f"{PAGE}1/1/?page=2")
    found = re.findall(r"Voice \d+ says", text_of(first)) + re.findall(r"Voice \d+ says", text_of(second))
    assert len(found) == len(set(found)) == 50
    assert text_of(read(f"{PAGE}1/1/?page=nonsense")) == text_of(first)
    assert len(first.content) + stylesheets(first.content.decode()) < 100_000


# Read on every staff page


def test_the_why_stands_on_top_of_every_staff_page_in_the_readers_language(cast: Cast) -> None:
    client = cast.client("teacher")
    assert "Our why" not in text_of(client.get("/d/alder-creek/"))
    adopted_vision(cast)
    for address in ("/d/alder-creek/", reverse("vision:workshop", args=["alder-creek"])):
        assert f'<p class="why"><a href="{PAGE}">' in client.get(address).content.decode()
        assert WHY["es"] in text_of(client.get(f"{address}?lang=es"))


def test_another_districts_why_is_not_ours(cast: Cast) -> None:
    adopted_vision(cast)
    assert WHY["en"] not in text_of(cast.client("outsider").get("/d/birch-valley/"))


def test_home_says_what_the_vision_needs_next(cast: Cast) -> None:
    coach, family = cast.client("coach"), cast.client("family")
    assert "Then agree on why" in text_of(coach.get("/d/alder-creek/"))
    assert "agree on why" not in text_of(family.get("/d/alder-creek/"))
    draft = write_draft(cast, "A.", voices=False)
    page = text_of(coach.get("/d/alder-creek/"))
    assert "Resting on nothing yet: sentence 1." in page
    assert "Go on with the vision" in page
    assert "Read the draft" in text_of(family.get("/d/alder-creek/"))
    adopt(cast, draft, exception_reason={"en": "x"})
    assert "in force since" in text_of(family.get("/d/alder-creek/"))


# What others show of it, and the pages around it


def test_it_says_of_itself_what_others_show_when_they_link_to_it(cast: Cast, settings: Any) -> None:
    settings.BASE_URL = "https://why.example.org"
    adopted_vision(cast)
    page = html.unescape(read(f"{PAGE}?lang=es").content.decode())
    told = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)"', page))
    assert told["og:description"] == told["og:image:alt"] == WHY["es"]
    assert told["og:url"] == "https://why.example.org/v/alder-creek/?lang=es"
    assert told["og:image"] == "https://why.example.org/v/alder-creek/1/card.png?lang=es"
    assert (told["og:locale"], told["og:locale:alternate"], told["og:type"]) == ("es_US", "en_US", "article")
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:title"].endswith("Alder Creek")
    assert re.search(r'<link rel="alternate" hreflang="en" href="https://why.example.org/v/alder-creek/\?lang=en">', page)


def test_a_why_with_quotes_stays_inside_its_attribute(cast: Cast) -> None:
    adopt(cast, write_draft(cast, "A.", why={"en": '"><script>alert(1)</script>'}))
    page = read().content.decode()
    assert "<script" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_how_it_came_about_is_told_with_real_days_and_no_small_number(cast: Cast) -> None:
    hold_survey(cast)
    hold_survey(cast, {"teachers": 3}, title="A small one")
    for number in range(2):
        Conversation.everything.create(
            district=cast.alder, title=f"Talk {number}", held_on=date(2026, 2, 3 + number), state="held"
        ).facilitators.add(cast.coach)
    adopted_vision(cast)
    way = text_of(read()).split("How it came about")[1]
    assert "We asked: What does it mean? 60 people answered." in way
    assert "We asked: A small one" in way
    assert "3 people" not in way
    assert "Feb. 3, 2026 to Feb. 4, 2026 We talked with people." in way
    assert "Groups said where they stand." in way
    assert "The board adopted it." in way
    assert "Talk 0" not in way


def test_beliefs_mission_words_and_look_fors_are_there(cast: Cast) -> None:
    draft = write_draft(cast, "A.")
    LookFor.everything.create(district=cast.alder, clause=clauses_of(draft)[0], position=1, texts={"en": "Two works a year."})
    VisionVersion.everything.filter(pk=draft.pk).update(
        beliefs=[{"en": "Every child is curious."}],
        glossary=[{"term": {"en": "Audience"}, "means": {"en": "Somebody who answers."}}],
        mission={"en": "Ready for life."},
    )
    adopt(cast, draft)
    page = text_of(read())
    for words in ("Two works a year.", "Every child is curious.", "Audience", "Somebody who answers.", "Ready for life."):
        assert words in page


def test_the_reply_is_there_once_it_is_published(cast: Cast) -> None:
    adopted_vision(cast)
    reply = Reply.everything.create(district=cast.alder, number=1, title={"en": "What we heard from you"})
    assert "What we heard from you" not in text_of(read())
    Reply.everything.filter(pk=reply.pk).update(published_at=timezone.now())
    assert "What we heard from you" in text_of(read())


def test_every_version_that_was_adopted_is_listed(cast: Cast) -> None:
    assert read(f"{PAGE}versions/").status_code == 404
    adopted_vision(cast)
    adopt(cast, write_draft(cast, "A newer sentence.", why={"en": "A newer why."}))
    drafting.change_statement(version=begin(cast), revision=0, by=cast.coach, why={"en": "A why of tomorrow."})
    page = read(f"{PAGE}versions/")
    assert "2 versions were adopted." in text_of(page)
    assert "A newer why." in text_of(page)
    assert "A why of tomorrow." not in text_of(page)
    assert f'href="{PAGE}1/"' in page.content.decode()


# The why in one line


def test_the_why_fills_a_screen_and_nothing_changes_by_itself(cast: Cast) -> None:
    assert read(f"{PAGE}line/").status_code == 404
    adopted_vision(cast)
    page = read(f"{PAGE}line/").content.decode()
    assert WHY["en"] in page
    assert "refresh" not in page
    assert f'href="{PAGE}line/?lang=en&amp;every=20"' in page


def test_a_screen_nobody_touches_goes_from_language_to_language(cast: Cast) -> None:
    adopted_vision(cast)
    english = read(f"{PAGE}line/?lang=en&every=20").content.decode()
    assert f'<meta http-equiv="refresh" content="20; url={PAGE}line/?lang=es&amp;every=20">' in english
    spanish = read(f"{PAGE}line/?lang=es&every=20").content.decode()
    assert WHY["es"] in spanish
    assert f"url={PAGE}line/?lang=en&amp;every=20" in spanish


@pytest.mark.parametrize("asked", ["0", "-4", "x", "99999", "20;url=//evil"])
def test_nonsense_turns_nothing(cast: Cast, asked: str) -> None:
    adopted_vision(cast)
    page = Client().get(f"{PAGE}line/", {"every": asked})
    assert page.status_code == 200
    assert "refresh" not in page.content.decode()


def test_in_one_language_there_is_nothing_to_turn_to(cast: Cast) -> None:
    adopt(cast, write_draft(cast, "A.", why={"en": "Because."}))
    assert "refresh" not in read(f"{PAGE}line/?lang=en&every=20").content.decode()
    assert "every=" not in read(f"{PAGE}line/").content.decode()
