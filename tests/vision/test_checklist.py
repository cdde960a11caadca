"""The checklist and the plain-language reading: they help authors look again, and never grade them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from commonwhy.vision import checklist
from commonwhy.vision.checklist import ACCESS_KEYS, KEYS, horizon_advice
from commonwhy.vision.models import ChecklistNote
from commonwhy.vision.plain_language import advise
from commonwhy.vision.services import checklist as notes
from commonwhy.vision.services import drafting
from tests.cast import Cast
from tests.vision.drafts import adopt, begin, write_draft
from tests.vision.test_workshop_pages import at, text_of

COUNTED = re.compile(r"\d+\s*(?:/|of|out of|de)\s*\d+|\d+\s*%|\bscore\b|\bgrade \d|\bcompleted?\b|☑|✓|✔", re.IGNORECASE)


def opened(client: Any) -> dict[str, str]:
    """The hidden fields of the page as a browser sends them back."""
    page = client.get(at("checklist")).content.decode()
    return dict(re.findall(r'name="(was-[\w-]+)" value="(\w*)"', page))


def test_every_requirement_has_its_question_and_the_grid_is_two_by_two_by_three() -> None:
    assert len(KEYS) == len(set(KEYS))
    assert len(ACCESS_KEYS) == 2 * 2 * 3
    assert all(len(key) <= ChecklistNote._meta.get_field("key").max_length for key in KEYS)
    assert {"student-centred", "where-to-be", "bigger-picture", "community-view", "mastery", "beyond-devices"} <= set(KEYS)


def test_a_note_is_kept_shown_again_and_taken_out(cast: Cast) -> None:
    draft = begin(cast)
    client = cast.client("coach")
    assert client.post(at("checklist"), {**opened(client), "mastery": "Ask Pedro."}).status_code == 302
    assert ChecklistNote.everything.get().words == "Ask Pedro."
    assert "Ask Pedro." in text_of(client.get(at("checklist")))
    client.post(at("checklist"), {**opened(client), "mastery": ""})
    assert not ChecklistNote.everything.filter(version=draft).exists()


def test_two_who_note_at_once_lose_nothing(cast: Cast) -> None:
    begin(cast)
    coach, leader = cast.client("coach"), cast.client("superintendent")
    before = opened(leader)
    coach.post(at("checklist"), {**opened(coach), "mastery": "Theirs."})
    answer = leader.post(at("checklist"), {**before, "mastery": "Mine.", "critical-thinking": "Also mine."})
    assert answer.status_code == 409
    assert "Theirs." in text_of(answer)
    assert "Mine." in text_of(answer)
    assert dict(ChecklistNote.everything.values_list("key", "words")) == {"mastery": "Theirs.", "critical-thinking": "Also mine."}
    again = dict(re.findall(r'name="(was-[\w-]+)" value="(\w*)"', answer.content.decode()))
    saved = leader.post(at("checklist"), {**again, "mastery": "Both.", "critical-thinking": "Also mine."})
    assert saved.status_code == 302
    assert ChecklistNote.everything.get(key="mastery").words == "Both."


def test_a_box_left_alone_does_not_undo_what_somebody_else_noted(cast: Cast) -> None:
    begin(cast)
    coach, leader = cast.client("coach"), cast.client("superintendent")
    before = opened(leader)
    coach.post(at("checklist"), {**opened(coach), "mastery": "Theirs."})
    assert leader.post(at("checklist"), {**before, "mastery": "", "personal": "Mine."}).status_code == 302
    assert ChecklistNote.everything.get(key="mastery").words == "Theirs."


def test_only_questions_of_the_list_are_kept(cast: Cast) -> None:
    with pytest.raises(ValueError, match="not on the checklist"):
        notes.note(version=begin(cast), notes={"price": "x"}, was={}, by=cast.coach)


def test_notes_go_on_with_the_next_draft_and_an_adopted_version_takes_none(cast: Cast) -> None:
    draft = write_draft(cast)
    notes.note(version=draft, notes={"mastery": "Keep."}, was={"mastery": notes.digest_of("")}, by=cast.coach)
    adopted = adopt(cast, draft)
    with pytest.raises(drafting.NotADraftError):
        notes.note(version=adopted, notes={"mastery": "x"}, was={}, by=cast.coach)
    assert ChecklistNote.everything.get(version=begin(cast)).words == "Keep."


def test_nothing_is_counted_ticked_or_scored(cast: Cast) -> None:
    """The list is guidance. Whoever adds a total, a share or a tick makes this fail."""
    draft = write_draft(cast, "Students demonstrate understanding through competency-based progressions " + "and more " * 20)
    every = dict.fromkeys(KEYS, "Noted.")
    notes.note(version=draft, notes=every, was=dict.fromkeys(KEYS, notes.digest_of("")), by=cast.coach)
    client = cast.client("coach")
    for page in ("checklist", "reading"):
        main = client.get(at(page)).content.decode().split("<main", 1)[1].split("</main>")[0]
        words = " ".join(re.sub(r"<[^>]+>", " ", main).split())
        assert not COUNTED.search(words), COUNTED.search(words)
        assert str(len(KEYS)) not in words
        assert "<progress" not in main
        assert "<meter" not in main
        assert 'type="checkbox"' not in main


@pytest.mark.parametrize(
    ("begins", "ends", "says"), [(None, None, "Three to five"), (2026, 2027, "2026 to 2027"), (2026, 2040, "2040")]
)
def test_the_years_are_advised_and_not_forced(begins: int | None, ends: int | None, says: str) -> None:
    assert says in horizon_advice(begins, ends)


@pytest.mark.parametrize("ends", [2029, 2030, 2031])
def test_three_to_five_years_need_no_advice(ends: int) -> None:
    assert horizon_advice(2026, ends) == ""


def test_every_question_asks() -> None:
    assert all("?" in str(question.words) for section in checklist.SECTIONS for question in section.questions)


# Plain language


def test_a_long_sentence_is_told_its_length() -> None:
    [advice] = advise({"en": "we go " * 20 + "on."})
    assert advice.tips == ("This sentence has 41 words; two would be easier.",)


def test_words_few_know_are_named_until_they_are_explained() -> None:
    texts = {"en": "We value interoperability."}
    assert advise(texts)[0].words == ("interoperability",)
    assert advise(texts, frozenset({"interoperability"})) == ()


def test_each_language_is_read_by_itself() -> None:
    texts = {"en": "Every child makes things.", "es": "Demostramos responsabilidad personalizada."}
    assert [one.lang for one in advise(texts)] == ["es"]


def test_an_easy_draft_gets_no_advice_and_says_so(cast: Cast) -> None:
    write_draft(cast, "Every child makes things.")
    assert "Nothing to point at" in text_of(cast.client("coach").get(at("reading")))


def test_the_page_names_the_sentence_and_offers_the_glossary(cast: Cast) -> None:
    write_draft(cast, "We value interoperability.")
    page = cast.client("coach").get(at("reading")).content.decode()
    assert f'href="{at("glossary")}?word=interoperability"' in page
