"""Compiled translations are what their sources say, and the compiler does what gettext's own does."""

from __future__ import annotations

import gettext
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from compile_messages import MalformedCatalogue, catalogues, compile_catalogue, compiled, read_catalogue
from hypothesis import given
from hypothesis import strategies as st

CATALOGUE = r"""
# Translators: a comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: somewhere.py:1
msgid "voice"
msgstr "voz"

msgctxt "a verb"
msgid "voice"
msgstr "expresar"

#, python-format
msgid "%(n)s answer"
msgid_plural "%(n)s answers"
msgstr[0] "%(n)s respuesta"
msgstr[1] "%(n)s respuestas"

msgid ""
"in two "
"pieces\n"
msgstr "en \"dos\" pedazos\n"

#, fuzzy
msgid "doubtful"
msgstr "dudoso"

msgid "not yet translated"
msgstr ""

#~ msgid "gone"
#~ msgstr "ido"
"""


def load(content: bytes) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(content))


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parent.parent.name)
def test_what_is_shipped_is_fresh(path: Path) -> None:
    shipped = path.with_suffix(".mo")
    assert shipped.exists(), "run `make messages`"
    assert shipped.read_bytes() == compiled(path), "the translations changed; run `make messages`"


def test_translations_are_found() -> None:
    spanish = load(compile_catalogue(read_catalogue(CATALOGUE)))
    assert spanish.gettext("voice") == "voz"
    assert spanish.pgettext("a verb", "voice") == "expresar"
    assert spanish.ngettext("%(n)s answer", "%(n)s answers", 1) == "%(n)s respuesta"
    assert spanish.ngettext("%(n)s answer", "%(n)s answers", 3) == "%(n)s respuestas"
    assert spanish.gettext("in two pieces\n") == 'en "dos" pedazos\n'


@pytest.mark.parametrize("untranslated", ["doubtful", "not yet translated", "gone"])
def test_what_is_not_agreed_stays_in_english(untranslated: str) -> None:
    assert load(compile_catalogue(read_catalogue(CATALOGUE))).gettext(untranslated) == untranslated


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
def test_the_same_as_gettexts_own(tmp_path: Path) -> None:
    source, target = tmp_path / "x.po", tmp_path / "x.mo"
    source.write_text(CATALOGUE, encoding="utf-8")
    subprocess.run(["msgfmt", "--output-file", str(target), str(source)], check=True)
    assert load(target.read_bytes())._catalog == load(compiled(source))._catalog  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "line"),
    [('msgid "a\nmsgstr "b"', 1), ('msgid "a"\nmsgstr b', 2), ('"stray"', 1), ('msgid "a"\nnonsense', 2)],
)
def test_a_line_that_cannot_be_read_is_named(text: str, line: int) -> None:
    with pytest.raises(MalformedCatalogue, match=f"es.po:{line}:"):
        read_catalogue(text, "es.po")


def test_the_same_sentence_twice_is_refused() -> None:
    with pytest.raises(MalformedCatalogue, match="twice"):
        read_catalogue('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n')


WORDS = st.text(st.characters(exclude_characters="\0\4", exclude_categories=["Cs"]), min_size=1)


def quoted(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(c, f"\\x{ord(c):02x}" if ord(c) < 32 else c) for c in text) + '"'


@given(st.dictionaries(WORDS, WORDS))
def test_whatever_is_written_is_read_again(messages: dict[str, str]) -> None:
    text = "\n\n".join(f"msgid {quoted(key)}\nmsgstr {quoted(value)}" for key, value in messages.items())
    assert read_catalogue(text) == messages
