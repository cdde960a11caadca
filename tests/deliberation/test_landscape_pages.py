"""The page "Where we agree" holds what was planted: shared ground first, then what divides and whom, then what too few saw."""

from __future__ import annotations

import csv
import io
import random
import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from commonwhy.core.models import Job
from commonwhy.deliberation.models import Discussion, Landscape, Statement
from commonwhy.deliberation.services import landscape
from tests.cast import Cast
from tests.deliberation.landscapes import LIBRARY, PHONES, held, hold, statements_of, vote, worked_out

pytestmark = pytest.mark.any_database

SHARED, DIVIDED = "What everybody could live with", "What divides us, and whom"


def address(discussion: Discussion, name: str = "landscape", **more: Any) -> str:
    return reverse(f"deliberation:{name}", kwargs={"district": "alder-creek", "discussion": discussion.pk, **more})


def text_of(response: Any) -> str:
    """The words of a page."""
    assert response.status_code == 200, response.status_code
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\u00a0", " ").split())


def part(page: str, heading: str, until: str) -> str:
    return page.split(heading, 1)[1].split(until, 1)[0]


def test_the_planted_shared_statement_comes_first_with_the_group_in_which_fewest_agree(cast: Cast) -> None:
    discussion = worked_out(cast)
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert "One statement that everybody we heard could live with." in page
    shared = part(page, SHARED, DIVIDED)
    assert f"Statement number {LIBRARY + 1}." in shared
    assert re.search(r"At least \d+ % agree in every group we heard", shared)
    assert re.search(r"Lowest: (Students|Families|Teachers|Opinion group \d), \d+ % \(n = \d+\)", shared)


def test_the_planted_divided_statement_names_who_stands_where(cast: Cast) -> None:
    discussion = worked_out(cast)
    page = text_of(cast.client("teacher").get(address(discussion)))
    divided = part(page, DIVIDED, "Who votes alike")
    told = part(divided, f"Statement number {PHONES + 1}.", "Chart").split("More disagree than agree:")
    assert "Families" in told[0]
    assert "Teachers" in told[1]
    assert "Families" not in told[1].split(". ")[0]


def test_a_statement_that_a_small_role_dissents_from_is_not_shared(cast: Cast) -> None:
    def says(kind: str, person: int, place: int, dice: random.Random) -> int:
        if place == LIBRARY:
            return -1 if kind == "support_staff" else 1
        return dice.choice([1, 1, 1, -1])

    discussion = worked_out(cast, {"families": 400, "support_staff": 12}, says)
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert f"Statement number {LIBRARY + 1}." not in part(page, SHARED, DIVIDED)
    divided = part(page, DIVIDED, "Who votes alike")
    assert "Support staff" in part(divided, f"Statement number {LIBRARY + 1}.", "Chart").split("More disagree")[1]


def test_everybody_agreeing_gives_shared_ground_and_no_camps(cast: Cast) -> None:
    discussion = worked_out(cast, {"families": 40, "teachers": 30}, lambda *_: 1)
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert "12 statements that everybody we heard could live with." in page
    assert "We found no separate camps" in page
    assert "Nearly everybody agrees with nearly everything" in page
    assert "Opinion group 1" not in page


def test_everybody_passing_is_neither_shared_nor_divided(cast: Cast) -> None:
    discussion = worked_out(cast, {"families": 40, "teachers": 30}, lambda *_: 0)
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert "Nothing yet that everybody surely could live with." in page
    assert "Nearly everybody passes on nearly everything" in page
    assert "Opinion group 1" not in page


def test_a_discussion_with_one_person_shows_nothing_of_that_person(cast: Cast) -> None:
    pages = []
    for choice in (1, -1):
        discussion = worked_out(cast, {"families": 1}, lambda *_, choice=choice: choice)  # type: ignore[misc]
        kept = Landscape.everything.get(discussion=discussion)
        pages.append({**kept.released, "statements": [{**one, "statement": ""} for one in kept.released["statements"]]})
        page = text_of(cast.client("teacher").get(address(discussion)))
        assert "Not enough votes yet" in page
        assert "n = 1" not in page
    for kept_of in pages:
        kept_of["roles"] = []
    assert pages[0] == pages[1]


def test_nobody_having_voted_says_so_and_keeps_nothing(cast: Cast) -> None:
    discussion = hold(cast, {"families": 30})
    with pytest.raises(landscape.LandscapeRefused, match="Nobody took part"):
        landscape.work_out(discussion)
    assert not Landscape.everything.exists()
    page = text_of(cast.client("coach").get(address(discussion)))
    assert "Work out where we agree" in page
    assert "Work out where we agree" not in text_of(cast.client("teacher").get(address(discussion)))


def test_too_few_votes_on_a_statement_are_no_judgment_of_it(cast: Cast) -> None:
    def says(kind: str, person: int, place: int, dice: random.Random) -> int | None:
        if place == LIBRARY:
            return 1 if person < 3 else None
        return dice.choice([1, -1])

    discussion = worked_out(cast, {"families": 60}, says)
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert f"Statement number {LIBRARY + 1}." in part(page, "Too few have reacted to 1 statement", "Who votes alike")


def test_a_statement_on_which_no_group_was_heard_by_itself_is_not_called_shared(cast: Cast) -> None:
    def says(kind: str, person: int, place: int, dice: random.Random) -> int | None:
        if place == LIBRARY:
            return 1 if person < 6 else None
        return dice.choice([1, -1])

    discussion = worked_out(cast, {"families": 40, "teachers": 40, "students": 40}, says)
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert f"Statement number {LIBRARY + 1}." not in part(page, SHARED, DIVIDED)
    assert f"Statement number {LIBRARY + 1}." in part(page, "Too few have reacted to 1 statement", "Who votes alike")


def test_a_role_that_too_few_spoke_for_is_named_as_not_heard(cast: Cast) -> None:
    discussion = worked_out(cast, {"families": 60, "teachers": 45, "board": 3})
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert "Not heard yet: Board" in page
    assert "Not heard enough on this: Board" in page


def test_a_statement_hidden_since_is_gone_at_once_with_its_picture(cast: Cast) -> None:
    discussion = worked_out(cast)
    phones = statements_of(discussion)[PHONES]
    client = cast.client("teacher")
    assert client.get(address(discussion, "landscape_chart", chart=str(phones.pk))).status_code == 200
    Statement.everything.filter(pk=phones.pk).update(state="hidden", reason="names")
    assert "Statement number 2." not in text_of(client.get(address(discussion)))
    assert client.get(address(discussion, "landscape_chart", chart=str(phones.pk))).status_code == 404
    assert "Statement number 2." not in client.get(address(discussion, "landscape_table")).content.decode()


def test_the_file_holds_the_very_cells_of_the_page(cast: Cast) -> None:
    discussion = worked_out(cast)
    library = statements_of(discussion)[LIBRARY]
    library.texts["en"] = "=1+1"
    library.save()
    answer = cast.client("teacher").get(address(discussion, "landscape_table"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    page = text_of(cast.client("teacher").get(address(discussion)))
    first = rows[1]
    assert first[1] == "'=1+1", "nothing a spreadsheet would work out"
    assert first[2] == "shared"
    for cell in first[7:]:
        assert cell.replace("\u00a0", " ") in page


def test_the_map_shows_no_cell_of_fewer_than_k_and_no_exact_number(cast: Cast) -> None:
    discussion = worked_out(cast)
    kept = Landscape.everything.get(discussion=discussion).released
    assert kept["map"]["cells"]
    assert all(cell["size"] >= kept["k"] and cell["size"] % kept["k"] == 0 for cell in kept["map"]["cells"])
    assert sum(cell["size"] for cell in kept["map"]["cells"]) < kept["people"]
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert "10 or more people" in page
    answer = cast.client("teacher").get(address(discussion, "landscape_chart", chart="map"), {"v": "file"})
    assert answer["Content-Type"] == "image/svg+xml"
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("chart", ["map", "nothing", "../../secret", "00000000-0000-0000-0000-000000000000"])
def test_no_picture_but_those_that_were_drawn(cast: Cast, chart: str) -> None:
    discussion = held(cast)
    base = address(discussion)
    assert cast.client("teacher").get(f"{base}{chart}.svg").status_code == 404


def test_whoever_runs_it_starts_the_job_and_others_may_not(cast: Cast) -> None:
    discussion = held(cast)
    start = address(discussion, "landscape_work_out")
    assert cast.client("teacher").post(start).status_code == 403
    assert not Job.objects.exists()
    answer = cast.client("coach").post(start)
    job = Job.objects.get()
    assert answer.url == reverse("core:job", args=[job.pk])
    assert job.arguments == {"district": str(cast.alder.pk), "discussion": str(discussion.pk)}
    cast.client("coach").post(start)
    assert Job.objects.count() == 1, "one that waits is not started twice"


def test_the_page_takes_as_many_queries_for_many_statements_as_for_few(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    discussion = worked_out(cast, {"families": 30, "teachers": 30}, statements=40)
    client = cast.client("teacher")
    with django_assert_max_num_queries(22):
        client.get(address(discussion))


def test_people_come_in_by_the_week_and_the_page_says_so(cast: Cast) -> None:
    discussion = hold(cast, {"families": 80}, closed=False)
    vote(discussion, cast.group("families"), 60, lambda *_: 1)
    landscape.work_out(discussion)
    page = text_of(cast.client("teacher").get(address(discussion)))
    assert "Still running" in page
    assert "what you say today does not change a figure today" in page


def test_home_says_what_is_discussed_and_where_we_agree(cast: Cast) -> None:
    discussion = hold(cast, {"families": 80}, closed=False)
    home = reverse("site:district", args=["alder-creek"])
    assert "Open now: What should our schools do?" in text_of(cast.client("teacher").get(home))
    vote(discussion, cast.group("families"), 60, lambda *_: 1)
    landscape.work_out(discussion)
    page = text_of(cast.client("teacher").get(home))
    assert "12 statements that everybody we heard could live with." in page


def test_search_finds_statements_in_any_language_and_only_shown_ones(cast: Cast) -> None:
    discussion = worked_out(cast)
    hidden = statements_of(discussion)[4]
    Statement.everything.filter(pk=hidden.pk).update(state="hidden", reason="names", texts={"en": "Zebra hidden."})
    Statement.everything.filter(pk=statements_of(discussion)[1].pk).update(texts={"en": "Phones.", "es": "Teléfonos."})
    search = reverse("site:search", args=["alder-creek"])
    assert "Phones." in text_of(cast.client("teacher").get(search, {"q": "telefonos"}))
    assert "Zebra hidden" not in text_of(cast.client("teacher").get(search, {"q": "zebra"}))
