"""Collect every sentence people read into `locale/*/LC_MESSAGES/django.po`, for whoever translates it next.

What is new comes in empty, what was reworded comes in marked `fuzzy` beside its old translation, what nobody uses any more
goes out. Then translate it in the .po file and compile it with `make messages`. Needs gettext's own programs.

    scripts/extract_messages.py [--check]

With --check nothing is written: it lists what is missing or unused, and returns 1 where there is any. The work is done in a
copy of the package, because `makemessages` writes beside every template while it reads.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from compile_messages import PACKAGE, catalogues, read_catalogue

PROGRAMS = ("xgettext", "msguniq", "msgmerge", "msgattrib", "msgen")
WHEN = re.compile(r'^"POT-Creation-Date: .*\n', re.MULTILINE)


@dataclass(frozen=True)
class Extracted:
    """What is marked in the code now: the keys of every message, and each catalogue as it would become."""

    keys: frozenset[str]
    catalogues: dict[Path, str]


def missing_programs() -> list[str]:
    """The programs of gettext that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def extract(package: Path = PACKAGE) -> Extracted:
    """Read the sources of `package`. Raises `CalledProcessError` with gettext's words where it cannot read one."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / package.name
        for source in sorted(package.rglob("*")):
            if source.suffix in {".py", ".html", ".txt", ".po"} and "migrations" not in source.parts:
                target = copy / source.relative_to(package)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "django", "makemessages", "--all", "--keep-pot"]
        command += ["--no-obsolete", "--no-wrap", "--add-location", "file"]
        subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True, text=True)
        template = copy / "locale" / "django.pot"
        filled = subprocess.run(
            ["msgen", "--no-wrap", str(template)], check=True, capture_output=True, text=True, encoding="utf-8"
        )
        found = {path: (copy / path.relative_to(package)).read_text(encoding="utf-8") for path in catalogues(package)}
        return Extracted(frozenset(read_catalogue(filled.stdout, template.name)) - {""}, found)


def differences(extracted: Extracted) -> list[str]:
    """Lines that say what each catalogue lacks, and what it holds without anybody using it."""
    found = []
    for path in extracted.catalogues:
        held = frozenset(read_catalogue(path.read_text(encoding="utf-8"), str(path))) - {""}
        language = path.parent.parent.name
        found += [f"{language}: not translated: {key!r}" for key in sorted(extracted.keys - held)]
        found += [f"{language}: not used: {key!r}" for key in sorted(held - extracted.keys)]
    return found


def main(arguments: list[str]) -> int:
    """Write what has changed, or with --check say so and return 1."""
    if arguments not in ([], ["--check"]):
        print("Usage: extract_messages.py [--check]", file=sys.stderr)
        return 2
    if missing := missing_programs():
        print(f"Not installed: {', '.join(missing)}. They come with gettext.", file=sys.stderr)
        return 1
    try:
        extracted = extract()
    except subprocess.CalledProcessError as error:
        print(error.stderr, file=sys.stderr)
        return 1
    if arguments:
        found = differences(extracted)
        print("\n".join(found) or "Every sentence is translated, and every translation is used.")
        return 1 if found else 0
    for path, text in extracted.catalogues.items():
        # The date of collecting alone is no change.
        if WHEN.sub("", text) != WHEN.sub("", path.read_text(encoding="utf-8")):
            path.write_text(text, encoding="utf-8")
            print(f"collected: {path.relative_to(PACKAGE)}")
    found = differences(extracted)
    print("\n".join(found) or "Every sentence is translated, and every translation is used.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
