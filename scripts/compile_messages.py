"""Compile translations: each `django.po` to the `django.mo` that is shipped beside it.

The compiled files are in the repository, so that a clone speaks Spanish without any gettext program; a test fails when
one is older than its source. Compiling has to give the same bytes everywhere, and needs only the standard library.
(Collecting new sentences is a developer's work and does use gettext: `scripts/extract_messages.py`.)

    scripts/compile_messages.py [--check]

Format: GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files" (revision 0, no hash table).
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "commonwhy"
MAGIC = 0x950412DE
HEADER_BYTES = 28
LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+)?(".*")')


class MalformedCatalogue(ValueError):
    """A line of a .po file that cannot be read; the message names the file and the line."""


@dataclass
class Message:
    """One entry of a catalogue as it is read."""

    parts: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False

    def compiled(self) -> tuple[str, str] | None:
        """Key and translation as an .mo file holds them; None for an entry that has no agreed translation."""
        if "msgid" not in self.parts:
            return None
        key = self.parts["msgid"]
        forms = [self.parts[name] for name in sorted(self.parts) if name.startswith("msgstr")]
        if (self.fuzzy and key) or not all(forms) or not forms:
            return None
        if "msgid_plural" in self.parts:
            key += "\0" + self.parts["msgid_plural"]
        if "msgctxt" in self.parts:
            key = self.parts["msgctxt"] + "\4" + key
        return key, "\0".join(forms)


def read_catalogue(text: str, name: str = "catalogue") -> dict[str, str]:
    """The translations in the text of a .po file, key to translation. Raises `MalformedCatalogue`."""
    found: dict[str, str] = {}
    message, current = Message(), ""
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        stripped = line.strip()
        # An entry ends at an empty line, at a comment, or where the next one's key begins.
        starts_next = stripped.startswith(("msgctxt", "msgid ", 'msgid"')) and any(p.startswith("msgstr") for p in message.parts)
        if not stripped or starts_next or (stripped.startswith("#") and message.parts):
            if entry := message.compiled():
                if entry[0] in found:
                    raise MalformedCatalogue(f"{name}:{number}: {entry[0]!r} stands here twice")
                found[entry[0]] = entry[1]
            message, current = Message(), ""
        if not stripped:
            continue
        if stripped.startswith("#"):
            message.fuzzy |= stripped.startswith("#,") and "fuzzy" in stripped
            continue
        match = LINE.fullmatch(stripped)
        if match is None or (match[1] is None and not current):
            raise MalformedCatalogue(f"{name}:{number}: cannot read {stripped!r}")
        if match[1]:
            current = f"{match[1]}[{match[2]}]" if match[2] else match[1]
            message.parts[current] = ""
        message.parts[current] += unquoted(match[3], f"{name}:{number}")
    return found


def unquoted(literal: str, where: str) -> str:
    """The text between the quotation marks; PO escapes as C does, and Python reads those alike."""
    try:
        value = ast.literal_eval(literal)
    except (SyntaxError, ValueError):
        value = None
    if not isinstance(value, str):
        raise MalformedCatalogue(f"{where}: cannot read {literal}")
    return value


def compile_catalogue(messages: dict[str, str]) -> bytes:
    """The bytes of an .mo file: header, two tables of (length, offset), then keys and translations."""
    keys = sorted(messages, key=lambda key: key.encode())
    columns = [[key.encode() for key in keys], [messages[key].encode() for key in keys]]
    offset = HEADER_BYTES + 16 * len(keys)
    tables, texts = bytearray(), bytearray()
    for column in columns:
        for text in column:
            tables += struct.pack("<2I", len(text), offset + len(texts))
            texts += text + b"\0"
    after = HEADER_BYTES + 8 * len(keys)
    header = struct.pack("<7I", MAGIC, 0, len(keys), HEADER_BYTES, after, 0, offset)
    return header + bytes(tables) + bytes(texts)


def catalogues(package: Path = PACKAGE) -> list[Path]:
    """Every .po file of the project."""
    return sorted(package.glob("**/LC_MESSAGES/*.po"))


def compiled(path: Path) -> bytes:
    """What the .mo file beside the given .po file has to hold."""
    return compile_catalogue(read_catalogue(path.read_text(encoding="utf-8"), str(path)))


def main(arguments: list[str]) -> int:
    """Write what has changed, or with --check say so and return 1."""
    if arguments not in ([], ["--check"]):
        print("Usage: compile_messages.py [--check]", file=sys.stderr)
        return 2
    try:
        wanted = {path.with_suffix(".mo"): compiled(path) for path in catalogues()}
    except MalformedCatalogue as error:
        print(error, file=sys.stderr)
        return 1
    stale = [path for path, content in wanted.items() if not path.exists() or path.read_bytes() != content]
    for path in stale:
        if not arguments:
            path.write_bytes(wanted[path])
        print(f"{'stale' if arguments else 'compiled'}: {path.relative_to(PACKAGE)}")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
