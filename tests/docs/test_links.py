"""What the documentation names is there: its links, its commands, its make targets, its examples, its buttons."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from commonwhy.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted((ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
EXAMPLE = re.compile(r"^```console\n\$ commonwhy (?P<command>.+)\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE)
LEFT_OUT = "…"
TUTORIAL = ROOT / "docs" / "tutorial" / "first-listening.md"


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchor(heading: str) -> str:
    """The fragment by which Markdown viewers link to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in LINK.finditer(document.read_text()):
        path, _hash, fragment = link["target"].partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{name(document)} links to {link['target']}"
        assert ROOT in target.parents, f"{name(document)} links out of the repository: {link['target']}"
        if fragment:
            assert fragment in map(anchor, HEADING.findall(target.read_text())), f"{name(document)} links to {link['target']}"


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_pictures_say_what_is_on_them(document: Path) -> None:
    for link in LINK.finditer(document.read_text()):
        assert not link.group().startswith("!") or len(link["text"]) > 40, f"{link['target']} needs a text instead"


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_commands_exist(document: Path) -> None:
    text = document.read_text()
    commands = re.findall(
        r"^(?:\$ )?(?:\S*bin/)?commonwhy ([a-z][a-z-]+)|`(?:\S*bin/)?commonwhy ([a-z][a-z-]+)", text, re.MULTILINE
    )
    assert {one or other for one, other in commands} <= set(COMMANDS)
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )?make ([a-z-]+)(?=`|$)", text, re.MULTILINE)) <= targets


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    listed = {(ROOT / "docs" / link["target"]).resolve() for link in LINK.finditer((ROOT / "docs/README.md").read_text())}
    pages = {page for page in PAGES if "docs" in page.parts and page.parent.name != "adr"}
    assert pages - {ROOT / "docs/README.md"} <= listed


def examples() -> list[tuple[str, str]]:
    """Those of README.md, which use files of this repository; elsewhere they name files of the reader's own."""
    return [(match["command"], match["output"]) for match in EXAMPLE.finditer((ROOT / "README.md").read_text())]


@pytest.mark.parametrize(("command", "shown"), examples())
def test_examples_print_what_is_shown(
    command: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line that is shown is printed, in this order; `…` stands for lines left out."""
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(command)) in (0, 1)
    printed = iter(capsys.readouterr().out.splitlines())
    for line in shown.splitlines():
        assert line == LEFT_OUT or line in printed, f"not printed, or not in this order: {line}"


def test_the_tutorial_names_what_is_on_the_pages() -> None:
    """Everything in bold is a text of a page, word for word."""
    sources = [*(ROOT / "src").rglob("*.html"), *(ROOT / "src").rglob("*.py")]
    texts = "\n".join(source.read_text() for source in sources)
    bold = re.findall(r"\*\*([^*]+)\*\*", TUTORIAL.read_text())
    assert len(bold) > 20
    for words in bold:
        said = re.escape(" ".join(words.split())).replace("1", r"(?:1|\{\{ \w+ \}\})")
        assert re.search(rf"(?<=[\">}}]){said}(?=[\"<{{:])", texts), f"no page says “{words}”"
