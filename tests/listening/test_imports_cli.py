"""`commonwhy answers`: the same on the command line, with exit codes that a script can trust."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from commonwhy.cli import main
from commonwhy.core.models import AuditEntry
from commonwhy.listening.models import AnswerFile, Question, Response, Survey
from tests.cast import Cast
from tests.listening.test_imports import FIXTURES, rows, table


@pytest.fixture
def spring(tmp_path: Path) -> Path:
    path = tmp_path / "spring (Responses).csv"
    path.write_bytes(table(rows(12)))
    return path


def test_check_needs_no_district_and_no_django(capsys: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom commonwhy.cli import main\ncode = main(sys.argv[1:])\n"
            "assert 'django' not in sys.modules\nsys.exit(code)",
            "answers",
            "check",
            str(FIXTURES / "google_forms_en.csv"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Google Forms" in done.stdout


def test_check_says_line_column_value_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["answers", "check", str(FIXTURES / "qualtrics_en.csv"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["file"]["vendor"] == "qualtrics"
    finding = found["summary"]["findings"][0]
    assert {"file", "line", "column", "value", "reason", "guess"} <= set(finding)
    assert main(["answers", "check", str(FIXTURES / "qualtrics_en.csv")]) == 1
    assert "qualtrics_en.csv:10" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["answers"], ["answers", "check"], ["answers", "import", "x.csv"], ["answers", "nonsense"]]
)
def test_misuse_is_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_a_file_that_is_not_there_is_misuse_and_one_that_cannot_be_read_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["answers", "check", str(tmp_path / "none.csv")]) == 2
    (tmp_path / "odd.csv").write_bytes(b"%PDF-1.7 not a table")
    assert main(["answers", "check", str(tmp_path / "odd.csv")]) == 1
    (tmp_path / "map.json").write_text("[1, 2")
    assert main(["answers", "check", str(tmp_path / "odd.csv"), "--map", str(tmp_path / "map.json")]) == 2
    assert capsys.readouterr().err.count("commonwhy: ") == 3


def test_import_brings_it_in_once(cast: Cast, spring: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["answers", "import", str(spring), "--district", cast.alder.slug, "--title", "Spring", "--json"]
    assert main(arguments) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["added"], result["already"], result["findings"]) == (12, 0, [])
    assert Survey.everything.get().title == "Spring"
    assert AuditEntry.objects.get(verb="brought in").actor == "commonwhy answers import"
    assert main(arguments) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["added"] == 0
    assert "brought in before" in again["message"]
    assert Response.everything.count() == 12
    assert AnswerFile.everything.count() == 1
    assert main([*arguments[:3], "--district", "nowhere"]) == 2


def test_a_mapping_that_somebody_changed_is_used(
    cast: Cast, spring: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["answers", "check", str(spring), "--json"])
    checked = json.loads(capsys.readouterr().out)
    checked["mapping"]["columns"][5]["kind"] = "ignore"
    (tmp_path / "map.json").write_text(json.dumps(checked), encoding="utf-8")
    arguments = ["answers", "import", str(spring), "--district", cast.alder.slug, "--map", str(tmp_path / "map.json")]
    assert main(arguments) == 0
    assert list(Question.everything.values_list("key", flat=True)) == ["meaning"]
    checked["mapping"]["columns"][1]["kind"] = "question_text"
    (tmp_path / "map.json").write_text(json.dumps(checked), encoding="utf-8")
    assert main(arguments) in (1, 2)
    assert "says who answered" in capsys.readouterr().err


def test_a_role_nobody_knows_is_a_finding(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "odd.csv").write_bytes(table([*rows(12), *rows(11, role="Facilities crew", start=30)]))
    assert main(["answers", "import", str(tmp_path / "odd.csv"), "--district", cast.alder.slug]) == 1
    assert "Facilities crew" in capsys.readouterr().out
    assert Response.everything.count() == 23


def test_a_refused_file_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    before = set((Path(settings.VAR) / "uploads").glob("*"))
    (tmp_path / "empty.csv").write_bytes(table([]))
    assert main(["answers", "import", str(tmp_path / "empty.csv"), "--district", cast.alder.slug]) == 1
    assert not AnswerFile.everything.exists()
    assert set((Path(settings.VAR) / "uploads").glob("*")) == before
