"""Text made to break things: it finds nothing, runs nowhere, and costs no more than other text."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse

from commonwhy.listening.services.excerpts import sentences
from commonwhy.listening.services.names import KnownNames, suggest_names
from commonwhy.listening.services.responses import LONGEST_ANSWER
from tests.cast import Cast


@pytest.mark.parametrize("name", ["districts:people", "listening:marked", "listening:voices"])
def test_a_null_character_in_a_search_breaks_no_page(cast: Cast, name: str) -> None:
    """PostgreSQL takes none."""
    page = cast.client("superintendent").get(reverse(name, args=[cast.alder.slug]), {"q": "a\x00b", "words": "a\x00b"})
    assert page.status_code == 200


@pytest.mark.parametrize(
    "piece", [". ", "!\"'", "a. A", "Dr. ", "Mr A-", "mr ", "A-", "a@b.", "12 34 ", "(1)", "1999-2000", "\u0301a", "\n", "ﷺ"]
)
def test_the_longest_answer_is_read_in_no_time_whatever_it_is_made_of(piece: str) -> None:
    """Anybody with a link may send one, and whoever opens it waits."""
    words = (piece * LONGEST_ANSWER)[:LONGEST_ANSWER]
    began = time.process_time()
    sentences(words)
    suggest_names(words, KnownNames(frozenset({"ana"}), frozenset()))
    assert time.process_time() - began < 1.5
