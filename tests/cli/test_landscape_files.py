"""The folder `--out` writes: a page that needs nothing else, a tagged PDF, JSON, and a table no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import random
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from commonwhy.cli import main
from commonwhy.cli.landscape_report import drawing, paper
from commonwhy.cli.landscape_report.measured import measure
from commonwhy.formats.opinion import read_votes
from commonwhy.methods.opinion.result import Mode

NAMES = {"index.html", "landscape.pdf", "landscape.json", "statements.csv"}
EVIL = [
    '<script>alert("1")</script> </title><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x","click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "👩‍🏫 日本語 \u202e الدراسة #eval(1) *b* ]] $x$ \\u0007",
    "\t=1+1",
]


def discussion(folder: Path, words: list[str], people: int = 60) -> list[str]:
    """Two camps on as many statements as there are words; gives the arguments of the command."""
    chance = random.Random(2)
    rows = [
        (f"v{person}", number, 1 if number < 2 or chance.random() < (0.9 if (person + number) % 2 else 0.1) else -1)
        for person in range(people)
        for number in range(len(words))
    ]
    for name, header, lines in (
        ("votes.csv", ("voter", "statement", "vote"), rows),
        ("words.csv", ("statement", "text"), list(enumerate(words))),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *lines])
    return ["landscape", str(folder / "votes.csv"), "--statements", str(folder / "words.csv"), "--mode", "polis"]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    words = [*EVIL, *(f"We want thing number {n}" for n in range(15))]
    assert main([*discussion(tmp_path, words), "--out", str(tmp_path / "out")]) == 0
    return tmp_path / "out"


class Parts(HTMLParser):
    """What a page loads, runs and says."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "srcset", "href", "data")]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_folder_is_whole_and_the_page_needs_nothing_else(written: Path) -> None:
    assert {path.name for path in written.iterdir()} == NAMES
    page = Parts()
    page.feed((written / "index.html").read_text(encoding="utf-8"))
    assert not {"script", "link", "iframe", "form"} & set(page.tags)
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("img") == 1
    assert page.tags.count("table") >= 4
    assert page.tags.count("table") == page.tags.count("caption")
    assert all(source.startswith("data:image/svg+xml;base64,") for source in page.sources)
    for words in EVIL[:3]:
        assert words in page.words
    assert page.words.index("Shared ground") < page.words.index("What divides people") < page.words.index("Where people stand")


def test_the_json_is_that_of_the_command(written: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    capsys.readouterr()
    main([*discussion(tmp_path, [*EVIL, *(f"We want thing number {n}" for n in range(15))]), "--json"])
    assert (written / "landscape.json").read_text(encoding="utf-8") == capsys.readouterr().out


def test_no_cell_of_the_table_runs_and_every_count_is_there(written: Path) -> None:
    content = (written / "statements.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 20
    assert not [cell for row in rows for cell in row.values() if cell.lstrip(" ").startswith(("=", "@", "+", "\t", "\r"))]
    assert rows[1]["text"] == "'" + EVIL[1]
    found = json.loads((written / "landscape.json").read_text(encoding="utf-8"))["statements"]
    for row, one in zip(rows, found, strict=True):
        assert [int(row[part]) for part in ("agree", "disagree", "pass")] == [one["agree"], one["disagree"], one["pass"]]
        assert int(row["n"]) == sum(int(row[f"group {group}: n"]) for group in (1, 2))
        assert row["outcome"] == one["outcome"]


def test_the_pdf_is_tagged_titled_and_in_a_language(written: Path) -> None:
    pdf = PdfReader(written / "landscape.pdf")
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Where people agree: votes.csv"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert "Shared ground" in pdf.pages[0].extract_text()


def test_an_earlier_report_is_replaced_and_other_files_are_not(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = discussion(written.parent, ["a", "b", "c", "d"])
    assert main([*arguments, "--out", str(written)]) == 0
    assert len(json.loads((written / "landscape.json").read_text(encoding="utf-8"))["statements"]) == 4
    (written / "gap.pdf").write_text("mine", encoding="utf-8")
    assert main([*arguments, "--out", str(written)]) == 2
    assert "'gap.pdf'" in capsys.readouterr().err
    assert (written / "gap.pdf").read_text(encoding="utf-8") == "mine"


def test_nothing_half_written_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paper, "pdf", full)
    assert main([*discussion(tmp_path, ["a", "b"]), "--out", str(tmp_path / "out")]) == 1
    assert "No space left" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"votes.csv", "words.csv"}


def test_ten_thousand_statements_stay_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(3)
    rows = [(person, chance.randrange(10_000), chance.choice([1, 0, -1])) for person in range(300) for _ in range(60)]
    rows += [(person, statement, 1) for person in range(300) for statement in range(20)]
    with (tmp_path / "votes.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("voter", "statement", "vote"), *rows, (0, 9_999, 1)])
    assert main(["landscape", str(tmp_path / "votes.csv"), "--mode", "polis", "--out", str(tmp_path / "out")]) == 0
    assert len(capsys.readouterr().out.splitlines()) < 80
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "out").iterdir()}
    assert sizes["index.html"] < 400_000
    assert len(PdfReader(tmp_path / "out" / "landscape.pdf").pages) < 12
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "more, in statements.csv" in page


def test_the_map_draws_everybody_or_gathers_them(tmp_path: Path) -> None:
    discussion(tmp_path, [f"w{n}" for n in range(12)], people=60)
    few = measure(read_votes(tmp_path / "votes.csv"), mode=Mode.POLIS, groups=None, seed=1)
    drawn = drawing.variants(few)
    assert set(drawn) == {"wide", "wide-dark", "narrow", "narrow-dark"}
    marks = ElementTree.fromstring(drawn["wide"])  # noqa: S314  (drawn here)
    names = [each.tag.rpartition("}")[2] for each in marks]
    assert names.count("circle") + names.count("rect") == 60 + 2 + 1  # people, the legend, the frame
    assert {"title", "desc"} <= set(names)
    assert marks.get("role") == "img"
    discussion(tmp_path, [f"w{n}" for n in range(12)], people=4_000)
    many = measure(read_votes(tmp_path / "votes.csv"), mode=Mode.POLIS, groups=None, seed=1)
    assert len(drawing.variants(many)["wide"]) < 200_000


def test_what_somebody_wrote_cannot_steer_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(discussion(tmp_path, ["\x1b[2J\x1b]0;mine\x07 hello", "\u202eolleh", "c", "d"])) == 0
    assert not set("\x1b\x07\u202e") & set(capsys.readouterr().out)
