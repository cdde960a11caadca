"""`commonwhy landscape` on files: the promised keys, the same figures each time, exit codes, and errors that help."""

from __future__ import annotations

import csv
import json
import math
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commonwhy.cli import main

KEYS = [
    "n_people", "n_grouped", "n_statements", "n_votes", "k", "k_candidates", "groups", "people", "statements", "prediction",
    "flags", "method",
]  # fmt: skip
STATEMENT_KEYS = {"id", "agree", "disagree", "pass", "by_group", "by_role", "shared_ground", "interval", "outcome"}
OUTCOMES = {"shared", "divided", "open", "not enough votes"}
MODES = pytest.mark.parametrize("mode", ["commonwhy", "polis"])
Row = tuple[str, str, str]


def write(path: Path, rows: list[Row], header: str = "voter,statement,vote") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header.split(","), *rows])
    return path


def town(people: int = 120, statements: int = 20) -> list[Row]:
    """Two camps: everybody agrees with statements 1 to 5, the camps are at odds on 6 to 15, and nobody is sure of the rest."""
    chance = random.Random(4)
    rows = []
    for person in range(people):
        for statement in chance.sample(range(1, statements + 1), 14):
            side = (statement % 2) == (person % 2)
            agrees = 0.93 if statement <= 5 else (0.92 if side else 0.08) if statement <= 15 else 0.5
            vote = "0" if chance.random() < 0.05 else "1" if chance.random() < agrees else "-1"
            rows.append((f"v{person}", f"{statement}", vote))
    return rows


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    return write(tmp_path / "votes.csv", town())


def landscape(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> tuple[int, str, str]:
    code = main(["landscape", str(path), *options])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def report(capsys: pytest.CaptureFixture[str], path: Path, *options: str, code: int = 0) -> dict[str, Any]:
    found, out, _ = landscape(capsys, path, "--json", *options)
    assert found == code
    whole: dict[str, Any] = json.loads(out, parse_constant=lambda wrong: pytest.fail(f"{wrong} is no JSON"))
    return whole


@MODES
def test_the_json_has_the_promised_keys(capsys: pytest.CaptureFixture[str], votes: Path, mode: str) -> None:
    found = report(capsys, votes, "--mode", mode)
    assert list(found) == KEYS
    assert (found["n_people"], found["n_statements"], found["n_votes"], found["k"]) == (120, 20, 120 * 14, 2)
    assert all(set(each) == {"k", "score", "stability"} for each in found["k_candidates"])
    assert all({"id", "n", "representative"} <= set(each) for each in found["groups"])
    assert all(set(each) == {"voter", "x", "y", "group", "confidence"} for each in found["people"])
    assert all(set(each) == STATEMENT_KEYS for each in found["statements"])
    assert {each["outcome"] for each in found["statements"]} <= OUTCOMES
    assert found["method"]["mode"] == mode
    assert found["prediction"]["brier"] < found["prediction"]["brier_of_means"]
    assert found["prediction"]["accuracy"] > found["prediction"]["accuracy_of_means"]


@MODES
def test_what_was_planted_is_found(capsys: pytest.CaptureFixture[str], votes: Path, mode: str) -> None:
    found = report(capsys, votes, "--mode", mode)
    outcome = {each["id"]: each["outcome"] for each in found["statements"]}
    assert {outcome[f"{number}"] for number in range(1, 6)} == {"shared"}
    assert {outcome[f"{number}"] for number in range(6, 16)} == {"divided"}
    alike = [int(each["voter"][1:]) % 2 == each["group"] % 2 for each in found["people"]]
    assert max(alike.count(True), alike.count(False)) >= 0.97 * 120


@MODES
def test_counts_are_those_of_the_file(capsys: pytest.CaptureFixture[str], votes: Path, mode: str) -> None:
    rows = town()
    for each in report(capsys, votes, "--mode", mode)["statements"]:
        wanted = [sum(row[1:] == (each["id"], vote) for row in rows) for vote in ("1", "-1", "0")]
        assert [each["agree"], each["disagree"], each["pass"]] == wanted
        assert sum(part["agree"] for part in each["by_group"]) <= each["agree"]


def test_polis_shared_ground_is_the_product_over_groups(capsys: pytest.CaptureFixture[str], votes: Path) -> None:
    for each in report(capsys, votes, "--mode", "polis")["statements"]:
        shares = [(part["agree"] + 1) / (part["agree"] + part["disagree"] + part["pass"] + 2) for part in each["by_group"]]
        assert each["shared_ground"] == pytest.approx(math.prod(shares))


@MODES
def test_shuffled_rows_give_the_same_bytes(capsys: pytest.CaptureFixture[str], votes: Path, tmp_path: Path, mode: str) -> None:
    rows = town()
    random.Random(9).shuffle(rows)
    (tmp_path / "again").mkdir()
    other = write(tmp_path / "again" / "votes.csv", rows)
    options = ("--mode", mode, "--seed", "3", "--json")
    first = landscape(capsys, votes, *options)
    assert first == landscape(capsys, votes, *options)
    assert first == landscape(capsys, other, *options)


@MODES
@pytest.mark.parametrize("asked", [1, 2])
def test_groups_can_be_asked_for(capsys: pytest.CaptureFixture[str], votes: Path, mode: str, asked: int) -> None:
    assert report(capsys, votes, "--mode", mode, "--groups", str(asked))["k"] == asked


def test_pure_noise_is_one_group(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chance = random.Random(1)
    rows = [(f"{n}", f"{s}", chance.choice(["1", "-1", "0"])) for n in range(150) for s in range(20)]
    path = write(tmp_path / "noise.csv", rows)
    assert report(capsys, path)["k"] == 1
    # Polis always finds groups; they foretell nothing, and so nothing is said to divide people.
    found = report(capsys, path, "--mode", "polis")
    assert "no better than means" in [each["kind"] for each in found["flags"]]
    assert "divided" not in {each["outcome"] for each in found["statements"]}


def test_the_terminal_says_shared_ground_first_with_n_beside_each_figure(capsys: pytest.CaptureFixture[str], votes: Path) -> None:
    code, out, err = landscape(capsys, votes)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("Every group agrees with 5 of 20 statements; 1")
    assert out.index("Shared ground:") < out.index("What divides people:") < out.index("What too few have seen:")
    shared = out[out.index("Shared ground:") : out.index("What divides people:")]
    assert {line.strip() for line in shared.splitlines() if line.startswith("  “")} == {f"“Statement {n}”" for n in range(1, 6)}
    assert shared.startswith("Shared ground: 5 statements that every group agrees with")
    figures = [line for line in out.splitlines() if line.startswith("    agree:")]
    assert len(figures) == 10
    assert all(line.count("(n = ") >= 1 for line in figures)


@MODES
def test_roles_are_counted_apart(capsys: pytest.CaptureFixture[str], votes: Path, tmp_path: Path, mode: str) -> None:
    roles = tmp_path / "roles.csv"
    lines = [f"v{n},{'family' if n < 60 else 'student'}" for n in range(0, 120, 2)]
    roles.write_text("voter,role\n" + "\n".join(lines), encoding="utf-8")
    found = report(capsys, votes, "--mode", mode, "--roles", str(roles))
    wanted = sum(row[1] == "1" and row[2] == "1" and int(row[0][1:]) % 2 == 0 and int(row[0][1:]) < 60 for row in town())
    first = next(each for each in found["statements"] if each["id"] == "1")
    assert [each["role"] for each in first["by_role"]] == ["family", "student"]
    assert first["by_role"][0]["agree"] == wanted


@MODES
def test_a_statement_moderated_out_is_counted_and_never_concluded_from(
    capsys: pytest.CaptureFixture[str], votes: Path, tmp_path: Path, mode: str
) -> None:
    comments = tmp_path / "words.csv"
    lines = [f"{n},Statement number {n},{-1 if n == 3 else 1}" for n in range(1, 21)]
    comments.write_text("comment-id,comment-body,moderated\n" + "\n".join(lines), encoding="utf-8")
    found = report(capsys, votes, "--mode", mode, "--statements", str(comments))
    third = next(each for each in found["statements"] if each["id"] == "3")
    assert (third["outcome"], found["n_statements"], found["n_votes"]) == ("open", 20, 120 * 14)
    assert third["agree"] == sum(row[1:] == ("3", "1") for row in town())
    assert sum(part["agree"] for part in third["by_group"]) == third["agree"]
    assert {"kind": "moderated out", "statements": ["3"]} in found["flags"]
    of = {each["id"]: each for each in found["statements"]}
    said = [(group["id"], each) for group in found["groups"] for each in group["representative"]]
    assert said
    for group, each in said:
        counts = of[each["statement"]]["by_group"][group - 1]
        assert each["statement"] != "3"
        assert each["n"] == counts["agree"] + counts["disagree"] + counts["pass"]
        assert of[each["statement"]]["outcome"] == "divided"
    code, out, _ = landscape(capsys, votes, "--mode", mode, "--statements", str(comments))
    assert code == 0
    assert "“Statement number 3”" not in out
    assert "Every group agrees with 4 of 19 statements" in out


def test_a_polis_export_is_checked_against_what_was_published(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Groups of one and two people: (1+1)/(1+2) · (1+1)/(2+2) = 1/3, and by nobody's vote ½ · ½."""
    (tmp_path / "votes.csv").write_text(
        "timestamp,comment-id,voter-id,vote\n1,0,0,1\n2,0,1,1\n3,0,2,1\n4,0,2,-1\n5,0,3,1\n", encoding="utf-8"
    )
    (tmp_path / "comments.csv").write_text(
        "comment-id,moderated,group-informed-consensus,comment-body\n0,1,0.3333333333,Parks\n1,-1,0.25,Spam\n", encoding="utf-8"
    )
    (tmp_path / "participants-votes.csv").write_text(
        "participant,xid,group-id,0,1\n0,,0,1,\n1,,1,1,\n2,,1,-1,\n3,,,1,\n", encoding="utf-8"
    )
    found = report(capsys, tmp_path, "--mode", "polis")
    assert found["method"]["published_consensus_largest_difference"] == pytest.approx(0, abs=1e-9)
    assert found["method"]["changed_votes"] == 1


@MODES
@pytest.mark.parametrize(
    ("rows", "shape"),
    [
        ([("a", "1", "1")], (1, 1)),
        ([("a", f"{n}", "1" if n % 2 else "-1") for n in range(20)], (1, 20)),
        ([(f"{n}", "1", "1" if n % 2 else "-1") for n in range(40)], (40, 1)),
        ([(f"{n}", f"{s}", "1") for n in range(30) for s in range(8)], (30, 8)),
        ([(f"{n}", f"{s}", "pass") for n in range(30) for s in range(8)], (30, 8)),
        ([(f"{n}", f"{n}", "1") for n in range(30)], (30, 30)),
    ],
    ids=["one vote", "one person", "one statement", "everybody agrees", "everybody passes", "nobody saw the same"],
)
def test_discussions_with_little_in_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rows: list[Row], shape: tuple[int, int], mode: str
) -> None:
    path = write(tmp_path / "small.csv", rows)
    found = report(capsys, path, "--mode", mode)
    assert (found["n_people"], found["n_statements"]) == shape
    assert found["k"] <= 1 or min(each["n"] for each in found["groups"]) > 1
    code, out, err = landscape(capsys, path, "--mode", mode, "--out", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    assert out.strip()
    assert len(list((tmp_path / "out").iterdir())) == 4


@pytest.mark.parametrize(
    ("vote", "words"), [("1", "Most people agree with 8 of 8 statements"), ("0", "everybody passed on everything")]
)
def test_everybody_alike_is_said_plainly(capsys: pytest.CaptureFixture[str], tmp_path: Path, vote: str, words: str) -> None:
    rows = [(f"{n}", f"{s}", vote) for n in range(60) for s in range(8)]
    assert words in landscape(capsys, write(tmp_path / "alike.csv", rows))[1]


def test_rows_that_cannot_be_used_are_told_and_the_rest_is_measured(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [*town(), ("x", "1", "perhaps"), *[("", "2", "1")] * 50]
    path = write(tmp_path / "votes.csv", rows)
    code, out, err = landscape(capsys, path)
    assert code == 1
    assert "120 people cast" in out
    assert "votes.csv, line 1682, column 'vote': 'perhaps'. This is no vote we know" in err
    assert "and 31 more like these" in err
    assert report(capsys, path, code=1)["flags"][-1] == {"kind": "rows not counted", "n": 51}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--statements", "none.csv"], "there is nothing at none.csv"),
        (["--roles", "none.csv"], "there is nothing at none.csv"),
        (["--out", "/nowhere/at/all"], "Make it first"),
    ],
)
def test_misuse_says_what_would_be_right(capsys: pytest.CaptureFixture[str], votes: Path, options: list[str], words: str) -> None:
    code, out, err = landscape(capsys, votes, *options)
    assert (code, out) == (2, "")
    assert words in err


def test_no_file_is_misuse_and_no_table_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert landscape(capsys, tmp_path / "none.csv")[0] == 2
    (tmp_path / "x.csv").write_text("name,answer\na,b\n", encoding="utf-8")
    code, out, err = landscape(capsys, tmp_path / "x.csv", "--out", str(tmp_path / "out"))
    assert (code, out) == (1, "")
    assert "no column is called voter" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "options",
    [["--seed", "-1"], ["--seed", "x"], ["--groups", "0"], ["--groups", "21"], ["--groups", "two"], ["--mode", "other"]],
)
def test_wrong_options_are_misuse(capsys: pytest.CaptureFixture[str], votes: Path, options: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        landscape(capsys, votes, *options)
    assert stopped.value.code == 2


@MODES
def test_no_settings_and_no_django_are_needed(votes: Path, tmp_path: Path, mode: str) -> None:
    code = (
        "import sys\nfrom commonwhy.cli import main\n"
        f"main(['landscape', {str(votes)!r}, '--mode', {mode!r}, '--json', '--out', {str(tmp_path / 'out')!r}])\n"
        "print('django' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={})
    assert done.stderr.strip() == "False"
