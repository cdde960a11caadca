"""Parts and conditions: nobody is asked what does not apply to them, and nothing they did not mean is counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from commonwhy.listening import tokens
from commonwhy.listening.branching import asked, parts
from commonwhy.listening.models import Answer, Question, Response, Survey
from commonwhy.listening.services.responses import StillMissing, save_answer, submit, use_up
from tests.cast import Cast
from tests.listening.opened import cell, questions_of
from tests.listening.season import EACH_PAGE, MINUTES_PAGE, MORE_PAGE, ORDER_PAGE, USES_PAGE, WHY_NOT_PAGE, open_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(cast: Cast) -> Survey:
    return open_season(cast)


@pytest.fixture
def token(cast: Cast, survey: Survey) -> str:
    return tokens.mint(survey, cell(survey, "teachers", cast.creekside).number)


def send(token: str, page: int, **fields: Any) -> Any:
    return Client().post(f"/a/{token}/{page}/", fields)


def goes_to(token: str, response: Any) -> str:
    return str(response.headers["Location"]).removeprefix(f"/a/{token}/")


def answers() -> dict[str, Any]:
    return dict(Answer.everything.values_list("question__key", "value"))


def test_next_and_back_skip_what_is_not_asked(token: str) -> None:
    assert goes_to(token, send(token, USES_PAGE, answer="no")) == f"{WHY_NOT_PAGE}/"
    assert goes_to(token, send(token, WHY_NOT_PAGE, answer="No time", go="back")) == f"{USES_PAGE}/"
    assert goes_to(token, send(token, USES_PAGE, answer="yes")) == f"{MINUTES_PAGE}/"
    assert goes_to(token, send(token, MINUTES_PAGE, answer="5")) == f"{ORDER_PAGE}/"
    assert goes_to(token, send(token, ORDER_PAGE, go="back")) == f"{MINUTES_PAGE}/"


def test_only_what_is_asked_is_counted(token: str) -> None:
    assert "Question 1 of 4" in Client().get(f"/a/{token}/{USES_PAGE}/").text
    send(token, USES_PAGE, answer="yes")
    assert "Question 2 of 5" in Client().get(f"/a/{token}/{MINUTES_PAGE}/").text
    assert "You have answered 1 of 5" in Client().get(f"/a/{token}/").text


def test_an_address_of_a_question_that_is_not_asked_leads_on(token: str) -> None:
    send(token, USES_PAGE, answer="yes")
    assert goes_to(token, Client().get(f"/a/{token}/{WHY_NOT_PAGE}/")) == f"{ORDER_PAGE}/"


def test_a_required_question_that_is_not_asked_is_not_missing(token: str) -> None:
    send(token, USES_PAGE, answer="yes")
    assert goes_to(token, send(token, MORE_PAGE, answer="")) == "done/"
    assert "1 of 5 questions answered" in Client().get(f"/a/{token}/done/").text


def test_one_that_is_asked_is(token: str) -> None:
    send(token, USES_PAGE, answer="no")
    assert goes_to(token, send(token, MORE_PAGE, answer="words")) == f"{WHY_NOT_PAGE}/?missing=1"


def test_answers_that_no_longer_apply_are_kept_until_handing_in_and_then_taken_back(token: str) -> None:
    send(token, USES_PAGE, answer="no")
    send(token, WHY_NOT_PAGE, answer="No time")
    send(token, USES_PAGE, answer="yes")
    assert answers() == {"uses": ["yes"], "why_not": "No time"}, "whoever changes their mind twice loses nothing"
    send(token, MORE_PAGE, answer="")
    assert answers() == {"uses": ["yes"]}
    assert Response.everything.get().language == "", "and the language goes with the last words"


def test_after_handing_in_they_are_taken_back_at_once(token: str) -> None:
    send(token, USES_PAGE, answer="yes")
    send(token, MINUTES_PAGE, answer="30")
    send(token, MORE_PAGE, answer="words")
    send(token, USES_PAGE, answer="no")
    assert answers() == {"uses": ["no"], "more": "words"}
    send(token, MINUTES_PAGE, answer="30")
    assert answers() == {"uses": ["no"], "more": "words"}, "another tab brings nothing back either"


def test_nothing_but_what_is_not_asked_is_nothing(survey: Survey, token: str) -> None:
    key = tokens.read(survey, token)
    save_answer(survey=survey, token=key, question=questions_of(survey)["minutes"], value=4, language="en")
    with pytest.raises(StillMissing):
        submit(survey=survey, token=key)
    assert answers() == {"minutes": 4}, "a refusal changes nothing"


def test_a_last_question_that_may_open_another_says_so_before_anything_is_sent(cast: Cast) -> None:
    yes_no = [{"key": "yes", "texts": {"en": "Yes"}}, {"key": "no", "texts": {"en": "No"}}]
    survey = open_season(cast)
    Question.everything.filter(version=survey.version).delete()
    common = {"district": cast.alder, "version": survey.version}
    Question.everything.create(**common, key="any", position=1, kind="single", texts={"en": "Any?"}, options=yes_no)
    condition = {"question": "any", "any_of": ["yes"]}
    Question.everything.create(**common, key="which", position=2, kind="short", texts={"en": "Which?"}, shown_if=condition)
    token = tokens.mint(survey, 1)
    page = Client().get(f"/a/{token}/1/").text
    assert 'name="go" value="branch"' in page
    assert "Send my answers" not in page
    assert goes_to(token, send(token, 1, go="branch", answer="yes")) == "2/"
    assert goes_to(token, send(token, 1, go="branch", answer="no")) == "1/?end=1"
    page = Client().get(f"/a/{token}/1/?end=1").text
    assert "That was the last question" in page
    assert "Send my answers" in page
    assert not Response.everything.get().submitted
    assert goes_to(token, send(token, 1, go="next", answer="no")) == "done/"


def test_parts_are_named_where_they_begin_and_counted_everywhere(token: str) -> None:
    page = Client().get(f"/a/{token}/{USES_PAGE}/").text
    assert "Part 1 of 2" in page
    assert "Your days" in page
    send(token, USES_PAGE, answer="yes")
    page = Client().get(f"/a/{token}/{MINUTES_PAGE}/").text
    assert "Part 1 of 2" in page
    assert "Your days" not in page
    page = Client().get(f"/a/{token}/{ORDER_PAGE}/?lang=es").text
    assert "Lo que importa" in page
    assert "What matters" not in Client().get(f"/a/{token}/{EACH_PAGE}/").text


def test_a_part_begins_with_its_first_question_that_is_asked() -> None:
    yes = {"question": "a", "any_of": ["yes"]}
    one = Question(key="a", kind="single", options=[{"key": "yes", "texts": {}}])
    two = Question(key="b", kind="short", section={"en": "Second"}, shown_if=yes)
    three = Question(key="c", kind="short")
    four = Question(key="d", kind="short", section={"en": "Third"}, shown_if=yes)
    everything = [one, two, three, four]
    shown = asked(everything, {})
    assert shown == [one, three]
    found = parts(everything, shown)
    assert one.pk not in found
    assert (found[three.pk].heading, found[three.pk].begins, found[three.pk].total) == ({"en": "Second"}, True, 1)
    assert asked(everything, {one.pk: ["yes"]}) == everything


def test_a_chain_of_conditions_breaks_at_its_first_link() -> None:
    one = Question(key="a", kind="single")
    two = Question(key="b", kind="multiple", shown_if={"question": "a", "any_of": ["x"]})
    three = Question(key="c", kind="short", shown_if={"question": "b", "any_of": ["y"]})
    said = {two.pk: ["y", "z"], one.pk: ["x"]}
    assert asked([one, two, three], said) == [one, two, three]
    assert asked([one, two, three], said | {one.pk: ["other"]}) == [one]


def test_a_token_that_is_used_up_keeps_nothing_and_takes_nothing(survey: Survey, token: str) -> None:
    send(token, USES_PAGE, answer="yes")
    use_up(survey=survey, token=tokens.read(survey, token))
    assert answers() == {}
    assert send(token, USES_PAGE, answer="yes").status_code == 429
    assert not Response.everything.get().submitted


def test_what_was_handed_in_is_not_used_up(survey: Survey, token: str) -> None:
    send(token, USES_PAGE, answer="yes")
    send(token, MORE_PAGE, answer="words")
    use_up(survey=survey, token=tokens.read(survey, token))
    assert answers() == {"uses": ["yes"], "more": "words"}
