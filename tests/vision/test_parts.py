"""Beliefs, mission, words explained and look-fors: kept by language, copied on, and safe from two people at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonwhy.vision.models import Contribution, LookFor, VisionVersion
from commonwhy.vision.services import adoption, drafting
from commonwhy.vision.services.look_for_lines import look_for_texts
from tests.cast import Cast
from tests.vision.drafts import adopt, begin, clauses_of, say, write_draft
from tests.vision.test_workshop_pages import at, statement, text_of

GLOSSARY = [{"term": {"en": "mastery", "es": "dominio"}, "means": {"en": "You can do it without help."}}]


def glossary_post(*rows: dict[str, str], seen: str = "", **more: str) -> dict[str, str]:
    posted = {"rows": str(len(rows)), "seen": seen, **more}
    for place, row in enumerate(rows):
        posted |= {name.replace("_", f"_{place}_"): text for name, text in row.items()}
    return posted


def seen_on(client: Any, page: str) -> str:
    return str(client.get(at(page)).context["seen"])


def test_beliefs_and_mission_are_written_and_shown(cast: Cast) -> None:
    draft = begin(cast)
    client = cast.client("coach")
    written = {"beliefs_en": "Every child can.\nAdults learn too.", "beliefs_es": "Cada niño puede.", "mission_en": "To serve."}
    answer = client.post(at("beliefs"), {"seen": seen_on(client, "beliefs"), **written})
    assert answer["Location"] == at("workshop")
    draft.refresh_from_db()
    assert draft.beliefs == [{"en": "Every child can.", "es": "Cada niño puede."}, {"en": "Adults learn too."}]
    assert draft.mission == {"en": "To serve."}
    page = text_of(cast.client("family").get(at("workshop")))
    assert "Adults learn too." in page
    assert "To serve." in page


def test_words_are_explained_and_an_empty_row_is_taken_out(cast: Cast) -> None:
    draft = begin(cast)
    client = cast.client("coach")
    rows = [{"term_en": "mastery", "term_es": "dominio", "means_en": "You can do it."}, {"term_en": "", "means_en": ""}]
    client.post(at("glossary"), glossary_post(*rows, seen=seen_on(client, "glossary")))
    draft.refresh_from_db()
    assert draft.glossary == [{"term": {"en": "mastery", "es": "dominio"}, "means": {"en": "You can do it."}}]
    assert "You can do it." in text_of(cast.client("family").get(at("workshop")))
    client.post(at("glossary"), glossary_post({"term_en": ""}, seen=seen_on(client, "glossary")))
    draft.refresh_from_db()
    assert draft.glossary == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"means_en": "Of what?"}], "Which word does this explain?"),
        ([{"term_en": "mastery"}], "Say what it means"),
        ([{"term_en": "a", "means_en": "1"}, {"term_en": "A", "means_en": "2"}], "explained twice"),
    ],
)
def test_half_a_row_is_a_mistake_and_is_kept(cast: Cast, rows: list[dict[str, str]], words: str) -> None:
    draft = begin(cast)
    answer = cast.client("coach").post(at("glossary"), glossary_post(*rows))
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert all(text in answer.content.decode() for row in rows for text in row.values())
    draft.refresh_from_db()
    assert draft.glossary == []


@pytest.mark.parametrize("rows", ["-1", "9999999", "x", ""])
def test_a_broken_count_of_rows_breaks_nothing(cast: Cast, rows: str) -> None:
    begin(cast)
    assert cast.client("coach").post(at("glossary"), {"rows": rows, "seen": "x"}).status_code in (302, 400, 409)


def test_a_word_from_the_reading_page_is_proposed(cast: Cast) -> None:
    begin(cast)
    assert 'value="interoperability"' in cast.client("coach").get(f"{at('glossary')}?word=interoperability").content.decode()


def test_look_fors_are_kept_with_their_sentence(cast: Cast) -> None:
    draft = write_draft(cast, "Students show their work.")
    clause = clauses_of(draft)[0]
    client = cast.client("coach")
    words = {"text_en": "Students show their work.", "look_fors_en": "A wall of maps\nVisitors asking", "look_fors_es": "Mapas"}
    assert client.post(at("clause", clause.pk), {"revision": "0", **words}).status_code == 302
    assert look_for_texts(clause) == [{"en": "A wall of maps", "es": "Mapas"}, {"en": "Visitors asking"}]
    assert "A wall of maps" in text_of(cast.client("board").get(at("workshop")))
    too_many = "\n".join(str(number) for number in range(drafting.MOST_LOOK_FORS + 1))
    answer = client.post(at("clause", clause.pk), {"revision": "1", **words, "look_fors_en": too_many})
    assert answer.status_code == 400
    assert LookFor.everything.filter(clause=clause).count() == 2


def test_the_next_draft_takes_everything_with_it(cast: Cast) -> None:
    draft = write_draft(cast, "Students show their work.")
    drafting.change_statement(
        version=draft, revision=draft.revision, by=cast.coach, beliefs=[{"en": "B"}], mission={"en": "M"}, glossary=GLOSSARY
    )
    clause = clauses_of(draft)[0]
    drafting.change_clause(
        clause=clause, revision=clause.revision, texts=clause.texts, by=cast.coach, look_fors=[{"en": "One"}, {"en": "Two"}]
    )
    adopt(cast, draft)
    following = begin(cast)
    assert (following.beliefs, following.mission, following.glossary) == ([{"en": "B"}], {"en": "M"}, GLOSSARY)
    assert look_for_texts(clauses_of(following)[0]) == [{"en": "One"}, {"en": "Two"}]


# Two people at once


def test_beliefs_saved_second_show_both_texts(cast: Cast) -> None:
    draft = begin(cast)
    first, second = cast.client("coach"), cast.client("superintendent")
    seen = seen_on(first, "beliefs")
    first.post(at("beliefs"), {"seen": seen, "beliefs_en": "Theirs."})
    answer = second.post(at("beliefs"), {"seen": seen, "beliefs_en": "Mine."})
    assert answer.status_code == 409
    assert "Theirs." in text_of(answer)
    assert "Mine." in text_of(answer)
    draft.refresh_from_db()
    assert draft.beliefs == [{"en": "Theirs."}]
    assert second.post(at("beliefs"), {"seen": answer.context["seen"], "beliefs_en": "Mine."}).status_code == 302
    draft.refresh_from_db()
    assert draft.beliefs == [{"en": "Mine."}]


def test_words_saved_second_show_both_texts(cast: Cast) -> None:
    draft = begin(cast)
    first, second = cast.client("coach"), cast.client("superintendent")
    seen = seen_on(first, "glossary")
    first.post(at("glossary"), glossary_post({"term_en": "theirs", "means_en": "By them."}, seen=seen))
    answer = second.post(at("glossary"), glossary_post({"term_en": "mine", "means_en": "By me."}, seen=seen))
    assert answer.status_code == 409
    assert all(words in answer.content.decode() for words in ("theirs: By them.", "By me."))
    draft.refresh_from_db()
    assert [entry["term"]["en"] for entry in draft.glossary] == ["theirs"]


def test_look_fors_saved_second_show_both_texts(cast: Cast) -> None:
    clause = drafting.add_clause(version=begin(cast), texts={"en": "Same."}, by=cast.coach)
    cast.client("coach").post(at("clause", clause.pk), {"revision": "0", "text_en": "Same.", "look_fors_en": "Theirs"})
    answer = cast.client("principal").post(at("clause", clause.pk), {"revision": "0", "text_en": "Same.", "look_fors_en": "Mine"})
    assert answer.status_code == 409
    assert "Theirs" in text_of(answer)
    assert "Mine" in text_of(answer)
    assert look_for_texts(clause) == [{"en": "Theirs"}]


def test_two_pages_of_one_draft_do_not_stand_in_each_others_way(cast: Cast) -> None:
    begin(cast)
    first, second = cast.client("coach"), cast.client("superintendent")
    opened = {name: second.get(at(name)).context for name in ("statement", "beliefs", "glossary")}
    first.post(at("statement"), statement(0, seen=opened["statement"]["seen"], why_en="Why."))
    assert second.post(at("beliefs"), {"seen": opened["beliefs"]["seen"], "beliefs_en": "B."}).status_code == 302
    row = glossary_post({"term_en": "t", "means_en": "m"}, seen=opened["glossary"]["seen"])
    assert second.post(at("glossary"), row).status_code == 302
    version = VisionVersion.everything.get()
    assert (version.why, version.beliefs) == ({"en": "Why."}, [{"en": "B."}])


def test_a_mistake_in_between_does_not_hide_a_conflict(cast: Cast) -> None:
    begin(cast)
    first, second = cast.client("coach"), cast.client("superintendent")
    seen = seen_on(second, "beliefs")
    first.post(at("beliefs"), {"seen": seen, "beliefs_en": "Theirs."})
    mistake = second.post(at("beliefs"), {"seen": seen, "beliefs_en": "x" * 5000})
    assert mistake.status_code == 400
    assert mistake.context["seen"] == seen
    assert second.post(at("beliefs"), {"seen": seen, "beliefs_en": "Mine."}).status_code == 409


@pytest.mark.parametrize("field", ["beliefs", "glossary", "mission", "look_fors"])
def test_whoever_reads_before_adopting_learns_of_a_change_in_every_part(cast: Cast, field: str) -> None:
    draft = write_draft(cast)
    clause = clauses_of(draft)[0]
    seen = adoption.fingerprint(draft)
    if field == "look_fors":
        drafting.change_clause(clause=clause, revision=0, texts=clause.texts, by=cast.coach, look_fors=[{"en": "x"}])
    else:
        value: Any = {"beliefs": [{"en": "x"}], "glossary": GLOSSARY, "mission": {"en": "x"}}[field]
        drafting.change_statement(version=draft, revision=draft.revision, by=cast.coach, **{field: value})
    draft.refresh_from_db()
    assert adoption.fingerprint(draft) != seen
    assert Contribution.everything.filter(version=draft, account=cast.coach).exists()


def test_words_for_a_version_adopted_meanwhile_are_handed_back(cast: Cast) -> None:
    draft = write_draft(cast)
    adopt(cast, draft)
    client = cast.client("coach")
    posts = [
        (at("beliefs"), {"beliefs_en": "Kept words."}),
        (at("glossary"), glossary_post({"term_en": "word", "means_en": "Kept words."})),
        (at("checklist"), {"mastery": "Kept words."}),
    ]
    for address, written in posts:
        answer = client.post(address, written)
        assert answer.status_code == 409
        assert "Kept words." in text_of(answer)


# Who may


@pytest.mark.parametrize("page", ["beliefs", "glossary", "reading", "checklist"])
def test_readers_do_not_write(cast: Cast, page: str) -> None:
    begin(cast)
    for who in ("teacher", "board", "family"):
        assert cast.client(who).get(at(page)).status_code == 403
        assert cast.client(who).post(at(page), {"beliefs_en": "x"}).status_code in (403, 405)
    assert cast.client("outsider").get(at(page)).status_code == 404


@pytest.mark.parametrize("page", ["beliefs", "glossary", "reading", "checklist"])
def test_without_a_draft_the_pages_lead_to_the_workshop(cast: Cast, page: str) -> None:
    assert cast.client("coach").get(at(page))["Location"] == at("workshop")


def test_pages_ask_the_database_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    draft = write_draft(cast, *[f"Sentence {number}." for number in range(12)])
    for clause in clauses_of(draft):
        drafting.change_clause(
            clause=clause, revision=0, texts=clause.texts, by=cast.coach, look_fors=[{"en": "One"}, {"en": "Two"}]
        )
    client = cast.client("coach")
    for page in ("beliefs", "glossary", "reading", "checklist"):
        with django_assert_max_num_queries(14):
            assert client.get(at(page)).status_code == 200


def test_markup_in_words_stays_words(cast: Cast) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    draft = write_draft(cast, hostile)
    entry = {"term": {"en": hostile}, "means": {"en": hostile}}
    drafting.change_statement(
        version=draft,
        revision=draft.revision,
        by=cast.coach,
        beliefs=[{"en": hostile}],
        mission={"en": hostile},
        glossary=[entry],
    )
    clause = clauses_of(draft)[0]
    drafting.change_clause(clause=clause, revision=0, texts=clause.texts, by=cast.coach, look_fors=[{"en": hostile}])
    say(cast, hostile)
    client = cast.client("superintendent")
    for page in ("workshop", "beliefs", "glossary", "reading"):
        text = client.get(at(page)).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert reverse("vision:reading", args=["alder-creek"]) in client.get(at("workshop")).content.decode()
