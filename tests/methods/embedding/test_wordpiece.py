"""Texts are cut as BERT's own tokenizer cuts them, except that emoji stand alone."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commonwhy.methods.embedding.static_table import PACKAGED
from commonwhy.methods.embedding.wordpiece import LONGEST_WORD, WordPieces, words

VOCABULARY = (PACKAGED / "vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
PIECES = WordPieces(VOCABULARY)


def cut(text: str) -> list[str]:
    return [VOCABULARY[number] for number in PIECES.numbers(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        # tokenizers 0.23.3 gives the same, see the last test here.
        ("Chromebooks in every classroom", ["chrome", "##books", "in", "every", "classroom"]),
        ("Élève's own pace", ["el", "##eve", "'", "s", "own", "pace"]),
        ("don\u2019t", ["don", "\u2019", "t"]),
        ("a\x00b\u200bc\ufffd", ["abc"]),
        ("tab\there\nthere", ["tab", "here", "there"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_cuts_like_the_reference(text, pieces):
    assert cut(text) == pieces


def test_special_pieces_cannot_be_written_in_an_answer():
    assert cut("[UNK] [PAD]") == ["[", "un", "##k", "]", "[", "pad", "]"]


def test_an_emoji_does_not_take_the_word_beside_it_along():
    assert cut("so fun🎉🎉") == cut("so fun")
    assert words("❤️ok") == ["❤", "ok"]


def test_a_stuck_key_is_no_word():
    assert cut("a" * (LONGEST_WORD + 1)) == []
    assert cut("a" * 1_000_000 + " end") == ["end"]


def test_half_a_surrogate_pair_does_no_harm():
    assert cut("good\ud83d idea") == ["good", "idea"]


# Latin, Greek and Cyrillic with general punctuation, without the symbols we treat differently. In other scripts the Unicode
# tables of the two are of different years.
ordinary = st.characters(max_codepoint=0x052F, exclude_categories=("So", "Sk", "Cn")) | st.characters(
    min_codepoint=0x2000, max_codepoint=0x206F, exclude_categories=("Cn",)
)


@pytest.fixture(scope="module")
def peer():
    tokenizers = pytest.importorskip("tokenizers")
    numbers = {piece: number for number, piece in enumerate(VOCABULARY)}
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(numbers, unk_token="[UNK]", max_input_chars_per_word=LONGEST_WORD))
    made.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    return made


@given(st.text(ordinary, max_size=60) | st.text(st.sampled_from("abc iéÑß'’-,.!?$+1中\t\n"), max_size=60))
@example("Chromebooks in every classroom")
@example("Élève's own pace")
@example("don\u2019t")
@example("a\x00b\u200bc\ufffd")
@settings(max_examples=300, deadline=None)
def test_cuts_any_ordinary_text_like_the_tokenizers_library(peer, text):
    wanted = [piece for piece in peer.encode(text, add_special_tokens=False).tokens if piece != "[UNK]"]
    assert cut(text) == wanted, [unicodedata.name(character, "?") for character in text]
