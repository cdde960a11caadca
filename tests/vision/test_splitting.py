"""What a document seems to say: by its headings, and by a guess where it has none. No word is dropped."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commonwhy.formats.documents import HEADING, ITEM, TEXT, Document, Paragraph, read_pasted
from commonwhy.vision.splitting import split

ENGLISH = """Alder Creek Technology Vision

Our mission
To serve every child in the valley.

Why we do this
So that every child makes something that matters. We owe it to them.

Our vision
Students make things for others. Adults learn in the open.

We believe:
- Every child can.
- Adults learn too.
"""


def test_headings_say_what_is_what() -> None:
    found = split(read_pasted(ENGLISH))
    assert found.why == "So that every child makes something that matters."
    assert found.why_more == "We owe it to them."
    assert found.mission == "To serve every child in the valley."
    assert found.sentences == ("Students make things for others.", "Adults learn in the open.")
    assert found.beliefs == ("Every child can.", "Adults learn too.")
    assert found.named
    assert found.left == ()


def test_spanish_headings_too() -> None:
    found = split(read_pasted("Nuestra visión\n\nCada niño crea. Los adultos aprenden.\n\nCREEMOS\n\n- En cada niño.\n"))
    assert found.beliefs == ("En cada niño.",)
    assert found.why == "Cada niño crea."
    assert not found.named


def test_without_headings_the_sentence_with_a_reason_is_the_why() -> None:
    found = split(read_pasted("Students make things for others. We do it so that every child matters. Adults learn."))
    assert found.why == "We do it so that every child matters."
    assert found.sentences == ("Students make things for others.", "Adults learn.")


def test_one_sentence_is_both_why_and_sentence() -> None:
    found = split(read_pasted("Every learner, every day, everywhere in our schools and beyond them."))
    assert (found.why,) == found.sentences


def test_what_belongs_nowhere_is_handed_back() -> None:
    text = "Our vision\n\nStudents make things for others.\n\nCommittee members\n\nAnna Smith, Bob Jones and others took part.\n"
    found = split(read_pasted(text))
    assert found.sentences == ("Students make things for others.",)
    assert found.left == ("Committee members", "Anna Smith, Bob Jones and others took part.")


def test_an_empty_document_proposes_nothing() -> None:
    assert split(Document("x", ())).why == ""


kinds = st.sampled_from([HEADING, TEXT, ITEM])
texts = st.sampled_from(
    ["Our vision", "We believe", "Mission", "Why", "Other", "Maps matter. We draw.", "One thing", "Because so."]
)


@given(st.lists(st.builds(Paragraph, kinds, texts), max_size=12))
def test_no_words_are_lost_but_the_headings_that_were_understood(paragraphs: list[Paragraph]) -> None:
    found = split(Document("x", tuple(paragraphs)))
    everything = " ".join([found.why, found.why_more, found.mission, *found.beliefs, *found.sentences, *found.left])
    for one in paragraphs:
        if one.kind != HEADING:
            assert one.text in everything or all(part in everything for part in ("Maps matter.", "We draw."))
