"""FIELD rule 11: names of staff and children are taken out before anything is quoted or shown to other participants.

`tests/listening/test_names.py` holds how names are found, `test_excerpts.py` how they are taken out, `tests/vision/
test_gap_measuring.py` how the gap quotes. Here one answer that names two people goes every way there is to a reader.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonwhy.districts.models import Membership, Person
from commonwhy.listening.models import Answer, Excerpt, Reply, ReplyPoint, Survey, SurveyCare
from commonwhy.listening.services import excerpts
from commonwhy.listening.services.disposal import delete_due
from commonwhy.listening.services.names import known_names, suggest_names
from commonwhy.vision.models import Clause, ClauseVoice, GapAnalysis, VisionVersion
from commonwhy.vision.services.gap import measuring
from tests.cast import Cast
from tests.listening.opened import open_survey
from tests.vision.gap_survey import add, make_survey, plain_pictures

pytestmark = pytest.mark.any_database

__all__ = ["plain_pictures"]
CHILD, TEACHER = "Xiomara Quispe", "Mr. Tolliver"
WORDS = f"seeing grades online, and {TEACHER} shows {CHILD} how"


@pytest.fixture
def survey(cast: Cast) -> Survey:
    Person.everything.create(district=cast.alder, name=CHILD, group=cast.group("students"), school=cast.creekside)
    Person.everything.create(district=cast.alder, name="Jim Tolliver", group=cast.group("teachers"), school=cast.creekside)
    return open_survey(cast, closed_at=timezone.now())


@pytest.fixture
def answer(survey: Survey) -> Answer:
    return add(survey, "families", None, WORDS, number=1)


def url(name: str, cast: Cast, *more: Any) -> str:
    return reverse(f"listening:{name}", args=[cast.alder.slug, *more])


def names_in(text: str) -> list[str]:
    return [name for name in ("Xiomara", "Quispe", "Tolliver") if name in text]


def test_both_names_are_known_and_surely_so(cast: Cast, answer: Answer) -> None:
    sure = {suggestion.name for suggestion in suggest_names(answer.value, known_names(cast.alder)) if suggestion.sure}
    assert names_in(" ".join(sure)) == ["Xiomara", "Quispe", "Tolliver"]


def test_a_whole_answer_with_a_name_is_not_marked_with_one_press(cast: Cast, answer: Answer) -> None:
    """Neither alone nor with many: somebody looks at it first."""
    client = cast.client("coach")
    answered = client.post(url("mark_whole", cast, answer.pk))
    assert answered.headers["Location"].startswith(url("mark_answer", cast, answer.pk))
    client.post(url("mark_many", cast), {"answer": [str(answer.pk)]})
    assert not Excerpt.everything.exists()


def test_what_is_marked_holds_no_name_that_was_ticked_and_they_come_ticked(cast: Cast, answer: Answer) -> None:
    client = cast.client("coach")
    page = client.get(url("mark_answer", cast, answer.pk))
    form = page.context["form"]
    shown = page.context["shown"]
    assert not names_in(shown)
    sent = {
        "start": 0,
        "end": len(WORDS),
        "seen": page.context["seen"],
        "mark": "1",
        "name": form["name"].value(),
    }
    assert client.post(url("mark_answer", cast, answer.pk), sent).status_code == 302
    excerpt = Excerpt.everything.get()
    assert not names_in(excerpt.words)
    assert "[name]" in excerpt.words


def test_nobody_reads_the_names_where_the_words_are_cited(cast: Cast, answer: Answer) -> None:
    """The marked list, the public vision, a reply, for everybody; before and after the answer itself is deleted."""
    excerpt = excerpts.mark_answer(
        answer=answer, start=0, end=len(WORDS), names=["Tolliver", "Xiomara", "Quispe", CHILD, TEACHER], by=cast.coach
    )
    version = VisionVersion.everything.create(district=cast.alder, number=1, why={"en": "Because."})
    clause = Clause.everything.create(district=cast.alder, version=version, position=1, texts={"en": "A sentence."})
    ClauseVoice.everything.create(district=cast.alder, clause=clause, excerpt=excerpt)
    VisionVersion.everything.update(state="adopted", adopted_on=cast.alder.today(), minutes={"en": "Carried."})
    reply = Reply.everything.create(district=cast.alder, number=1)
    point = ReplyPoint.everything.create(district=cast.alder, reply=reply, kind=ReplyPoint.Kind.values[0], position=1)
    point.excerpts.add(excerpt)
    pages = [reverse("vision:public", args=[cast.alder.slug]), reverse("vision:public_sentence", args=[cast.alder.slug, 1, 1])]
    for _once in ("before", "after it is deleted"):
        for page in pages:
            shown = Client().get(page, {"lang": "en"})
            assert shown.status_code == 200
            assert not names_in(shown.content.decode())
        assert "seeing grades online" in Client().get(pages[1], {"lang": "en"}).content.decode()
        assert not names_in(cast.client("coach").get(url("marked", cast)).content.decode())
        SurveyCare.everything.get_or_create(
            district=cast.alder, survey=answer.response.survey, defaults={"delete_on": cast.alder.today()}
        )
        delete_due()
    assert Excerpt.everything.get().answer is None


def test_the_gap_quotes_and_compares_without_names(cast: Cast, plain_pictures: None) -> None:
    Person.everything.create(district=cast.alder, name=CHILD, group=cast.group("students"), school=cast.creekside)
    survey = make_survey(cast)
    for answer in Answer.everything.filter(response__survey=survey):
        Answer.everything.filter(pk=answer.pk).update(value=f"{answer.value}, as {TEACHER} told {CHILD}")
    measuring.measure(district=cast.alder, survey=survey)
    kept = " ".join(str([row.released, row.charts]) for row in GapAnalysis.everything.all())
    assert "[name]" in kept, "something was quoted"
    assert not names_in(kept)


def test_those_who_read_unredacted_words_are_few_and_named_by_their_role(cast: Cast, answer: Answer) -> None:
    """Everybody else meets what was marked, and nothing before that."""
    for who in ("principal", "teacher", "board", "family", None):
        client = cast.client(who)
        for name, more in (("voices", []), ("mark_answer", [answer.pk]), ("marked", []), ("mark_many", [])):
            shown = client.get(url(name, cast, *more))
            assert shown.status_code in (302, 403), (who, name)
    assert Membership.everything.filter(account=cast.coach, role="coach").exists()
