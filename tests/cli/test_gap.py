"""`commonwhy gap` on any CSV: the keys, the same figures each time, a folder whole or not at all, and errors that help."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from commonwhy.cli import main
from commonwhy.cli.gap_report import folder, paper

KEYS = ["n", "dropped", "groups", "centre", "spread", "meanings", "pairs", "verdict", "warnings", "method"]
TEACHERS = ["students making films for an audience", "publishing student work to the town", "projects that matter outside"]
FAMILIES = ["seeing grades online", "messages from the teacher on my phone", "knowing what homework is due"]
ENDS = ["at our school", "every day", "when it works", "this year", "with some help", "most of the time"]
EVIL = '<script>alert("1")</script> </title> making films =HYPERLINK("http://x") 🎬 日本語 #eval("1") *b* \\u0007'


def write(path: Path, rows: list[list[str]], header: list[str] | None = None, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([header or ["role", "school", "says"], *rows])
    return path


def answers(teachers: int, families: int) -> list[list[str]]:
    chance = random.Random(5)
    said = [("teacher", TEACHERS)] * teachers + [("family", FAMILIES)] * families
    return [
        [role, chance.choice(["Oak", "Elm", "Ash"]), f"{chance.choice(words)} {chance.choice(ENDS)} {chance.choice(ENDS)}"]
        for role, words in said
    ]


@pytest.fixture
def apart(tmp_path: Path) -> Path:
    return write(tmp_path / "answers.csv", answers(60, 60))


def gap(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> tuple[int, str, str]:
    code = main(["gap", str(path), "--text", "says", "--by", "role", *options])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def report(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> dict[str, Any]:
    code, out, _ = gap(capsys, path, "--json", *options)
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_json_has_the_promised_keys(capsys: pytest.CaptureFixture[str], apart: Path) -> None:
    found = report(capsys, apart)
    assert list(found) == KEYS
    assert found["groups"] == [{"name": "family", "n": 60}, {"name": "teacher", "n": 60}]
    assert {"statistic", "p", "share", "interval"} <= set(found["centre"])
    assert {"statistic", "p", "by_group"} <= set(found["spread"])
    assert all({"id", "words", "n", "share", "quotes", "by_group"} <= set(meaning) for meaning in found["meanings"])
    assert all({"a", "b", "overlap", "interval"} <= set(pair) for pair in found["pairs"])
    assert found["verdict"]["code"] == "apart"
    assert found["method"]["embedding"]


def test_quotes_are_verbatim(capsys: pytest.CaptureFixture[str], apart: Path) -> None:
    with apart.open(encoding="utf-8", newline="") as stream:
        said = {row["says"] for row in csv.DictReader(stream)}
    quotes = [quote for meaning in report(capsys, apart)["meanings"] for quote in meaning["quotes"]]
    assert quotes
    assert set(quotes) <= said


def test_the_same_input_and_seed_give_the_same_bytes(capsys: pytest.CaptureFixture[str], apart: Path) -> None:
    first = gap(capsys, apart, "--json", "--seed", "4", "--within", "school")
    assert first == gap(capsys, apart, "--json", "--seed", "4", "--within", "school")
    assert first != gap(capsys, apart, "--json", "--seed", "5", "--within", "school")


def test_every_row_is_counted_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [*answers(30, 30), ["", "Oak", "no role"], ["teacher", "Oak", "  "], ["teacher", "Oak", "🎉🎉"], ["family"]]
    found = report(capsys, write(tmp_path / "a.csv", rows))
    assert (found["n"], found["dropped"]) == (60, 4)


def test_the_terminal_says_the_finding_first(capsys: pytest.CaptureFixture[str], apart: Path) -> None:
    code, out, err = gap(capsys, apart)
    assert code == 0
    assert err == ""
    assert out.splitlines()[0] == "Family and teacher mean different things."
    assert "family 60, teacher 60" in out


def test_noise_is_not_called_a_gap(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chance = random.Random(11)
    words = ["learn", "students", "computer", "work", "home", "laptop", "games", "books", "math", "online", "video", "paper"]
    found = 0
    for seed in range(12):
        rows = [[chance.choice("xyz"), "Oak", " ".join(chance.choices(words, k=9))] for _ in range(120)]
        found += report(capsys, write(tmp_path / f"{seed}.csv", rows))["verdict"]["code"] == "apart"
    assert found <= 3


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["teacher", "Oak", "making films"], ["family", "Oak", "seeing grades"]], "not_enough_voices"),
        ([["teacher", "Oak", "making films"], ["family", "Oak", "seeing grades"], ["family", "Elm", "films"]], "side_by_side"),
        ([["teacher", "Oak", f"making films {n}"] for n in range(30)], "one_group"),
    ],
    ids=["two answers", "three answers", "one group"],
)
def test_small_files_infer_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path, rows: list[list[str]], code: str) -> None:
    found = report(capsys, write(tmp_path / "a.csv", rows), "--out", str(tmp_path / "out"))
    assert found["verdict"]["code"] == code
    assert found["centre"]["p"] is None
    assert found["spread"]["p"] is None
    assert ("side_by_side" in found) == (code == "side_by_side")


def test_answers_that_are_all_the_same_are_no_gap(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [["teacher" if n % 2 else "family", "Oak", "learning is learning"] for n in range(60)]
    found = report(capsys, write(tmp_path / "a.csv", rows))
    assert found["verdict"]["code"] != "apart"
    assert "many_the_same" in [warning["code"] for warning in found["warnings"]]


def test_only_one_language_is_compared_and_the_rest_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    spanish = [["family", "Oak", f"que yo pueda ver las tareas de mis hijos y las notas {n}"] for n in range(12)]
    path = write(tmp_path / "a.csv", [*answers(30, 30), *spanish])
    found = report(capsys, path)
    assert (found["n"], found["dropped"]) == (60, 12)
    assert {"code": "other_language", "language": "es", "n": 12} in found["warnings"]
    rows = [[*row, "es" if row in spanish else "en"] for row in [*answers(30, 30), *spanish]]
    told = write(tmp_path / "b.csv", rows, ["role", "school", "says", "lang"])
    assert report(capsys, told, "--language", "lang")["n"] == 60
    assert report(capsys, path, "--language", "en")["n"] == 72


class Words(HTMLParser):
    """What a page loads and runs."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "srcset", "href", "data")]
        assert not [name for name, _ in attrs if name.startswith("on")]


def test_out_writes_a_page_that_needs_nothing_else(capsys: pytest.CaptureFixture[str], apart: Path, tmp_path: Path) -> None:
    rows = [*answers(60, 60), *[["teacher", "Oak", f"{EVIL} {n}"] for n in range(12)]]
    target = tmp_path / "out"
    code, _, _ = gap(capsys, write(tmp_path / "evil.csv", rows), "--out", str(target))
    assert code == 0
    assert {path.name for path in target.iterdir()} == {"index.html", "gap.pdf", "gap.json"}
    page = Words()
    page.feed((target / "index.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert page.sources
    assert all(source.startswith("data:image/svg+xml;base64,") for source in page.sources)
    assert page.tags.count("h1") == 1
    assert list(json.loads((target / "gap.json").read_text(encoding="utf-8"))) == KEYS


def test_the_pdf_is_tagged_titled_and_in_a_language(capsys: pytest.CaptureFixture[str], apart: Path, tmp_path: Path) -> None:
    gap(capsys, apart, "--out", str(tmp_path / "out"))
    pdf = PdfReader(tmp_path / "out" / "gap.pdf")
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert pdf.metadata is not None
    assert pdf.metadata.title == "How far apart: says, by role"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert "mean different things" in pdf.pages[0].extract_text()


def test_the_pdf_is_made_whatever_people_wrote(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    odd = ["👩‍🏫 teaching 🔥 films", "Привет films", "日本語 films", "ក films", "الدراسة films", "\u202efilms", "𝔣𝔦𝔩𝔪 films"]
    rows = [[role, "Oak", f"{said} {n}"] for n in range(6) for said in odd for role in ("teacher", "family")]
    code, _, err = gap(capsys, write(tmp_path / "odd.csv", rows), "--out", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    assert len(PdfReader(tmp_path / "out" / "gap.pdf").pages) >= 1


def test_an_earlier_report_is_replaced_and_other_files_are_not(
    capsys: pytest.CaptureFixture[str], apart: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    assert gap(capsys, apart, "--out", str(target))[0] == 0
    assert gap(capsys, apart, "--out", str(target), "--seed", "9")[0] == 0
    assert json.loads((target / "gap.json").read_text(encoding="utf-8"))["method"]["seed"] == 9
    (target / "mine.txt").write_text("keep", encoding="utf-8")
    code, _, err = gap(capsys, apart, "--out", str(target))
    assert code == 2
    assert "'mine.txt'" in err
    assert (target / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_nothing_half_written_is_left(
    capsys: pytest.CaptureFixture[str], apart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paper, "pdf", full)
    code, _, err = gap(capsys, apart, "--out", str(tmp_path / "out"))
    assert code == 1
    assert "No space left" in err
    assert [path.name for path in tmp_path.iterdir()] == ["answers.csv"]


def test_a_failed_replacement_keeps_the_earlier_report(
    capsys: pytest.CaptureFixture[str], apart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    gap(capsys, apart, "--out", str(target))
    before = (target / "gap.json").read_bytes()
    monkeypatch.setattr(folder, "_put", lambda *_: (_ for _ in ()).throw(OSError(13, "Permission denied")))
    assert gap(capsys, apart, "--out", str(target), "--seed", "3")[0] == 1
    assert (target / "gap.json").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--text", "sayz"], ["answers.csv, line 1", "'sayz'", "--text", "Did you mean 'says'?", "'role', 'school', 'says'"]),
        (["--by", "zzz"], ["'zzz'", "--by", "The columns are"]),
        (["--within", "Schol"], ["Did you mean 'school'?"]),
        (["--language", "fr"], ["'fr'", "--language"]),
        (["--out", "/nowhere/at/all"], ["/nowhere/at", "Make it first"]),
    ],
)
def test_a_wrong_option_says_what_would_be_right(
    capsys: pytest.CaptureFixture[str], apart: Path, options: list[str], words: list[str]
) -> None:
    code, out, err = gap(capsys, apart, *options)
    assert (code, out) == (2, "")
    assert all(word in err for word in words), err


@pytest.mark.parametrize("seed", ["-1", "x", "1.5"])
def test_a_seed_is_a_whole_number(capsys: pytest.CaptureFixture[str], apart: Path, seed: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        gap(capsys, apart, "--seed", seed)
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", 1, "is empty"),
        (b"role,school,says\n", 1, "no rows below"),
        (bytes(range(256)) * 20, 1, "not a text file"),
        (b"role,says\nteacher,\nfamily,\n", 1, "every one of the 2 rows is blank"),
        (b"role,says\n,films\n,grades\n", 1, "no answer can be used"),
        (b"role,role,says\na,b,films\n", 2, "2 columns called 'role'"),
        (b"role,lang,says\na,English please!,films\n", 1, "line 2, column 'lang'"),
        (b"role,says\n" + b"".join(b"id%d,films\n" % n for n in range(80)), 2, "80 different values"),
    ],
)
def test_a_file_that_cannot_be_measured_says_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, code: int, words: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    options = ["--language", "lang"] if b"lang" in content else []
    found, out, err = gap(capsys, path, *options, "--out", str(tmp_path / "out"))
    assert (found, out) == (code, "")
    assert words in err
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_misuse(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert gap(capsys, tmp_path / "none.csv")[0] == 2


def test_other_encodings_and_delimiters_are_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [["teacher" if n % 2 else "family", "Oak", f"mañana después del café {n}"] for n in range(30)]
    path = write(tmp_path / "latin.csv", rows, encoding="cp1252")
    code, out, err = gap(capsys, path, "--json")
    assert code == 0
    assert "Windows-1252" in err
    assert json.loads(out)["n"] == 30
    text = "Role ;SAYS\n" + "".join(f"{'ab'[n % 2]};making film {n}\n" for n in range(30))
    (tmp_path / "semi.csv").write_text(text, encoding="utf-16")
    assert report(capsys, tmp_path / "semi.csv")["n"] == 30


def test_no_settings_and_no_django_are_needed(apart: Path) -> None:
    code = (
        "import sys\nfrom commonwhy.cli import main\n"
        f"main(['gap', {str(apart)!r}, '--text', 'says', '--by', 'role', '--json'])\n"
        "print('django' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={})
    assert done.stderr.strip() == "False"
