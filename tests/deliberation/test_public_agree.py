"""Where we agree, for anyone: once it is published, the same for everybody, in their language, and never by person."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.deliberation.services import landscape
from tests.cast import Cast
from tests.deliberation.landscapes import LIBRARY, held, hold, statements_of, worked_out
from tests.deliberation.test_landscape_pages import text_of

pytestmark = pytest.mark.any_database

PAGE, LIST = "/agree/alder-creek/1/", "/agree/alder-creek/"


def published(cast: Cast, **options: Any) -> Discussion:
    discussion = worked_out(cast, **options)
    Discussion.everything.filter(pk=discussion.pk).update(published_on=timezone.localdate())
    return discussion


def test_before_it_is_published_it_is_nobodys_business_but_the_districts(cast: Cast) -> None:
    worked_out(cast)
    for address in (PAGE, f"{PAGE}table.csv", f"{PAGE}map.svg"):
        assert Client().get(address).status_code == 404
        assert cast.client("superintendent").get(address).status_code == 404
    assert "Nothing is published yet" in text_of(Client().get(LIST))


def test_anyone_reads_what_is_shared_and_what_divides_in_their_language(cast: Cast) -> None:
    published(cast)
    page = text_of(Client().get(PAGE))
    assert "What should our schools do?" in page
    assert f"Statement number {LIBRARY + 1}." in page.split("What everybody could live with")[1].split("What divides us")[0]
    assert f"Frase número {LIBRARY + 1}." in text_of(Client().get(PAGE, {"lang": "es"}))
    assert "One statement that everybody we heard could live with." in text_of(Client().get(LIST))


def test_it_is_the_same_for_everybody_and_keeps_no_cookie(cast: Cast) -> None:
    published(cast)
    answers = [cast.client(who).get(PAGE) for who in (None, "superintendent", "outsider", "family")]
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert not answer.cookies
        assert "public" in answer["Cache-Control"]


def test_pictures_and_file_come_in_the_language_of_the_page(cast: Cast) -> None:
    discussion = published(cast)
    divided = statements_of(discussion)[1]
    picture = Client().get(f"{PAGE}{divided.pk}.svg", {"lang": "es"}).content.decode()
    assert 'lang="es"' in picture
    assert "Frase número 2." in picture
    assert f"{divided.pk}.svg?v=wide&amp;lang=es" in Client().get(PAGE, {"lang": "es"}).content.decode()
    assert "Frase número 2." in Client().get(f"{PAGE}table.csv", {"lang": "es"}).content.decode()


def test_a_statement_that_is_hidden_is_counted_with_its_reason_and_never_read(cast: Cast) -> None:
    discussion = published(cast)
    hidden = statements_of(discussion)[4]
    Statement.everything.filter(pk=hidden.pk).update(state="hidden", reason="names")
    page = text_of(Client().get(PAGE))
    assert "Statement number 5." not in page
    assert "1 statement that somebody added is not shown: it names or describes a person (1)" in page


@pytest.mark.parametrize("closed", [True, False])
def test_published_with_nothing_to_show_yet_says_so(cast: Cast, closed: bool) -> None:
    discussion = hold(cast, {"families": 80}, closed=closed)
    Discussion.everything.filter(pk=discussion.pk).update(published_on=timezone.localdate())
    page = text_of(Client().get(PAGE))
    assert "Where do we agree?" in page
    assert ("Nobody has taken part" if closed else "Too few have taken part so far") in page
    assert Client().get(f"{PAGE}table.csv").status_code == 404


def test_one_districts_page_is_not_found_under_anothers_address(cast: Cast) -> None:
    published(cast)
    assert Client().get("/agree/birch-valley/1/").status_code == 404
    assert Client().get("/agree/nowhere/1/").status_code == 404


def test_the_thread_of_a_statement_leads_to_its_discussion_and_its_voice(cast: Cast) -> None:
    discussion = published(cast)
    statement = statements_of(discussion)[LIBRARY]
    thread = reverse("site:thread", args=["alder-creek", "deliberation.Statement", statement.pk])
    page = text_of(cast.client("teacher").get(thread))
    assert "Statement that everybody could live with" in page
    assert "What should our schools do?" in page
    Statement.everything.filter(pk=statement.pk).update(state="hidden", reason="names")
    assert cast.client("teacher").get(thread).status_code == 404
    assert cast.client("coach").get(thread).status_code == 200


def test_the_pages_take_a_few_queries_however_much_there_is(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    published(cast, people={"families": 30, "teachers": 30}, statements=40)
    with django_assert_max_num_queries(12):
        Client().get(PAGE)
    with django_assert_max_num_queries(8):
        Client().get(LIST)


def test_working_it_out_again_changes_no_page_of_a_closed_discussion(cast: Cast) -> None:
    discussion = held(cast)
    Discussion.everything.filter(pk=discussion.pk).update(published_on=timezone.localdate())
    landscape.work_out(discussion)
    before = Client().get(PAGE).content
    landscape.work_out(discussion)
    assert Client().get(PAGE).content == before
