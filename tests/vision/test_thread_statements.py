"""The thread through statements and trade-offs, both ways; each step no more than its reader may see."""

from __future__ import annotations

import pytest

from commonwhy.core.thread import ThreadStep, outcomes_of, sources_of
from commonwhy.deliberation.fates import fates_of
from commonwhy.deliberation.models import Discussion, Landscape, Statement
from commonwhy.districts.viewers import PUBLIC, Viewer
from commonwhy.vision.models import Clause, LookFor, LookForSource, VisionVersion
from commonwhy.vision.services import citing, drafting
from tests.cast import Cast
from tests.vision.drafts import adopt, clauses_of, say, write_draft
from tests.vision.rests_on import figures, hold_discussion, state, trade_off, work_out

WORDS = "Every class makes something for the town."


@pytest.fixture
def statement(cast: Cast) -> Statement:
    discussion = hold_discussion(cast)
    made = state(discussion, 1, WORDS, es="Cada clase hace algo para el pueblo.")
    work_out(discussion, figures(made, roles=[("families", 102, 81), ("teachers", 40, None)]))
    return made


@pytest.fixture
def draft(cast: Cast, statement: Statement) -> VisionVersion:
    """A draft whose first sentence rests on all three kinds, with a look-for that was taken from the statement."""
    written = write_draft(cast)
    first = clauses_of(written)[0]
    citing.cite_statement(clause=first, statement=statement, by=cast.coach)
    citing.cite_trade_off(clause=first, trade_off=trade_off(cast, dissent="No hour is left."), by=cast.coach)
    drafting.change_clause(clause=first, revision=first.revision, texts=first.texts, by=cast.coach, look_fors=[{"en": "Maps"}])
    LookForSource.everything.create(district=cast.alder, look_for=LookFor.everything.get(clause=first), statement=statement)
    return written


def sources(clause: Clause, viewer: Viewer) -> dict[str, ThreadStep]:
    return {step.model: step for step in sources_of(clause, viewer)}


def fresh(version: VisionVersion) -> Clause:
    return clauses_of(version)[0]


def test_a_sentence_leads_to_all_three_kinds(cast: Cast, draft: VisionVersion, statement: Statement) -> None:
    found = sources(fresh(draft), cast.viewer("coach"))
    assert {"listening.Excerpt", "deliberation.Statement", "vision.TradeOff"} <= set(found)
    step = found["deliberation.Statement"]
    assert (step.text, step.pk) == (WORDS, str(statement.pk))
    assert "Families 81 percent (n = 102)" in step.kind
    assert "Teachers: not shown, small numbers" in step.kind
    assert found["vision.TradeOff"].text == "One hour a week together."


def test_anyone_walks_it_once_it_is_adopted_with_the_figures_of_that_day(
    cast: Cast, draft: VisionVersion, statement: Statement
) -> None:
    assert not sources_of(fresh(draft), PUBLIC)
    adopt(cast, draft)
    Landscape.everything.update(released={"statements": [figures(statement, roles=[("families", 300, 9)])]})
    step = sources(fresh(draft), PUBLIC)["deliberation.Statement"]
    assert "Families 81 percent (n = 102)" in step.kind
    assert step.url == f"/agree/alder-creek/{statement.discussion.number}/"


def test_a_statement_leads_to_what_came_of_it(cast: Cast, draft: VisionVersion, statement: Statement) -> None:
    came = [step.text for step in outcomes_of(statement, cast.viewer("coach"))]
    assert fresh(draft).texts["en"] in came
    assert "Maps" in came
    assert fresh(draft).texts["en"] not in [step.text for step in outcomes_of(statement, PUBLIC)]
    look_for = LookFor.everything.select_related("clause__version", "clause__district").get()
    assert WORDS in [step.text for step in sources_of(look_for, cast.viewer("coach"))]


def test_its_author_is_told_what_anyone_may_read_and_nothing_of_a_draft(
    cast: Cast, draft: VisionVersion, statement: Statement
) -> None:
    assert fates_of(statement) == []
    adopt(cast, draft)
    fate = fates_of(statement)[0]
    assert str(fate.what) == "a sentence of the shared vision"
    assert fate.words == fresh(draft).texts["en"]
    assert fate.url == "/v/alder-creek/1/1/"


def test_a_statement_that_is_hidden_since_says_nothing_to_anybody(cast: Cast, draft: VisionVersion, statement: Statement) -> None:
    adopt(cast, draft)
    Statement.everything.filter(pk=statement.pk).update(state="hidden", reason="names")
    for viewer in (PUBLIC, cast.viewer("coach")):
        assert "deliberation.Statement" not in sources(fresh(draft), viewer)


def test_an_unpublished_discussion_is_read_by_nobody_outside(cast: Cast, draft: VisionVersion, statement: Statement) -> None:
    adopt(cast, draft)
    Discussion.everything.update(published_on=None)
    assert "deliberation.Statement" not in sources(fresh(draft), PUBLIC)
    page = cast.client(None).get("/v/alder-creek/1/1/").content.decode()
    assert WORDS not in page
    assert "cannot be read here" in page


def test_the_public_pages_show_all_three_kinds(cast: Cast, draft: VisionVersion, statement: Statement) -> None:
    say(cast, "Another voice")
    adopt(cast, draft)
    for address in ("/v/alder-creek/1/", "/v/alder-creek/1/1/"):
        page = " ".join(cast.client(None).get(address).content.decode().split())
        assert WORDS in page
        assert "81 percent agreed" in page
        assert "n = 102" in page
        assert "not shown, small numbers" in page
        assert "One hour a week together." in page
        assert "No hour is left." in page
        assert "Teachers, who dissent" in page
    assert "1 voice, 1 statement, 1 trade-off" in cast.client(None).get("/v/alder-creek/1/").content.decode()


def test_the_public_sentence_in_spanish(cast: Cast, draft: VisionVersion) -> None:
    adopt(cast, draft)
    page = cast.client(None).get("/v/alder-creek/1/1/?lang=es").content.decode()
    assert "Cada clase hace algo para el pueblo." in page
    assert "Una hora a la semana juntos." in page


def test_the_paper_holds_all_three_kinds(cast: Cast, draft: VisionVersion) -> None:
    adopt(cast, draft)
    made = cast.client(None).get("/v/alder-creek/1/vision.pdf?lang=en")
    assert made.status_code == 200
    assert made.content.startswith(b"%PDF")


def test_the_workshop_says_how_many_of_each(cast: Cast, draft: VisionVersion) -> None:
    page = cast.client("coach").get("/d/alder-creek/vision/").content.decode()
    assert "1 voice, 1 statement, 1 trade-off" in page
