"""`commonwhy roster`: what machines and people read from it, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cast import Cast
from tests.districts.rosters import BROKEN, DELTA, on_record, small

from commonwhy.cli import main
from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import Person

FINDING = {"file", "line", "column", "value", "reason", "guess", "severity", "rule"}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["roster", *arguments])
    said = capsys.readouterr()
    return code, json.loads(said.out) if "--json" in arguments and said.out else said.out, said.err


def test_check_needs_no_district_and_no_database(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _err = run(capsys, "check", str(BROKEN), "--json")
    assert code == 1
    assert {"findings", "counts"} <= set(told)
    assert all(set(finding) == FINDING for finding in told["findings"])
    assert {"added", "changed", "ended", "rejected"} <= set(told["counts"])
    wizard = next(one for one in told["findings"] if one["value"] == "wizard")
    assert (wizard["file"], wizard["line"], wizard["column"]) == ("users.csv", 24, "role")
    assert "role" in wizard["reason"]
    guessed = next(one for one in told["findings"] if one["guess"] == "familyName")
    assert guessed["column"] == "familyNmae"


def test_check_counts_the_rows_that_were_rejected_as_an_import_does(capsys: pytest.CaptureFixture[str], cast: Cast) -> None:
    _code, checked, _err = run(capsys, "check", str(BROKEN), "--json")
    _code, compared, _err = run(capsys, "check", str(BROKEN), "--district", "alder-creek", "--json")
    _code, imported, _err = run(capsys, "import", str(BROKEN), "--district", "alder-creek", "--json")
    for name in ("added", "changed", "rejected"):
        assert checked["counts"][name] == compared["counts"][name] == imported["counts"][name]
    assert checked["findings"] == imported["findings"]


def test_a_set_without_a_fault_ends_with_zero(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    path.write_bytes(small().getvalue())
    code, told, _err = run(capsys, "check", str(path), "--json")
    assert (code, told["findings"], told["counts"]["added"]) == (0, [], 3)


@pytest.mark.django_db
def test_comparing_with_a_district_writes_nothing(capsys: pytest.CaptureFixture[str], cast: Cast) -> None:
    _code, told, _err = run(capsys, "check", str(BROKEN), "--district", "alder-creek", "--json")
    assert told["counts"]["added"] > 0
    assert on_record(cast.alder) == {}


@pytest.mark.django_db
def test_import_brings_it_in_once(capsys: pytest.CaptureFixture[str], cast: Cast) -> None:
    code, told, _err = run(capsys, "import", str(BROKEN), "--district", "alder-creek", "--json")
    assert code == 1  # there are findings
    assert len(on_record(cast.alder)) == told["counts"]["added"]
    _code, again, _err = run(capsys, "import", str(BROKEN), "--district", "alder-creek", "--json")
    assert (again["counts"]["added"], again["counts"]["unchanged"]) == (0, told["counts"]["added"])
    assert AuditEntry.objects.filter(actor="commonwhy roster import").count() == 1


@pytest.mark.django_db
def test_a_delta_ends_and_changes(capsys: pytest.CaptureFixture[str], cast: Cast) -> None:
    run(capsys, "import", str(BROKEN), "--district", "alder-creek")
    _code, told, _err = run(capsys, "import", str(DELTA), "--district", "alder-creek", "--json")
    assert (told["counts"]["added"], told["counts"]["ended"]) == (2, 1)


@pytest.mark.django_db
def test_all_or_nothing_says_that_nothing_was_changed(capsys: pytest.CaptureFixture[str], cast: Cast) -> None:
    code, told, err = run(capsys, "import", str(BROKEN), "--district", "alder-creek", "--all-or-nothing", "--json")
    assert code == 1
    assert "nothing was changed" in err
    assert told["findings"]
    assert not Person.objects.within(cast.alder).exists()


@pytest.mark.django_db
def test_people_read_the_counts_and_the_findings(capsys: pytest.CaptureFixture[str], cast: Cast) -> None:
    _code, told, _err = run(capsys, "import", str(BROKEN), "--district", "alder-creek")
    assert told.splitlines()[0].startswith("20 added") or " added, " in told.splitlines()[0]
    assert "users.csv:24 role “wizard”" in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "/nowhere/at/all"], 2, "there is nothing at"),
        (["import", str(BROKEN), "--district", "nowhere"], 2, "no district is called 'nowhere'"),
        (["check", __file__], 1, ""),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr(
    capsys: pytest.CaptureFixture[str], cast: Cast, arguments: list[str], code: int, words: str
) -> None:
    ended, told, err = run(capsys, *arguments)
    assert ended == code
    assert words in err
    assert "Traceback" not in err + str(told)


def test_import_without_a_district_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["roster", "import", str(BROKEN)])
    assert ended.value.code == 2
