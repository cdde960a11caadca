"""How long reading a large district's roster takes, beside a floor: the standard library's CSV reader over the same
bytes.

Makes a OneRoster 1.1 zip of invented people in a temporary folder, reads and checks it, streams everybody, and
compares the set with itself as an import would. Prints seconds, the ratio to the floor, and the most memory this
process held.

    python benchmarks/roster_parse.py [--users 100000]
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from commonwhy.formats.oneroster import compare, read_roster

Rows = Iterator[list[str]]

GIVEN = ("Ada", "Ben", "Cleo", "Dov", "Elin", "Femi", "Gita", "Hugo", "Ines", "Jae", "Kofi", "Lena", "Milo")
FAMILY = ("Abara", "Brandt", "Castillo", "Dube", "Eriksen", "Fontaine", "Garza", "Hidalgo", "Ito", "Jensen")

HEADERS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
    "classes": "sourcedId,title,grades,courseSourcedId,classType,schoolSourcedId,termSourcedIds",
    "enrollments": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
}


def make_set(path: Path, users: int) -> None:
    """A zip with one school per 600 users, six enrolments per student, one teacher and five parents in sixteen."""
    schools, classes = max(1, users // 600), max(1, users // 25)
    chance = random.Random(7)

    def orgs() -> Rows:
        yield ["org-0", "", "", "Invented Unified", "district", "", ""]
        yield from ([f"org-{n}", "", "", f"School {n}", "school", "", "org-0"] for n in range(1, schools + 1))

    def people() -> Rows:
        for n in range(users):
            role = "teacher" if n % 16 == 0 else "parent" if n % 16 < 6 else "student"
            names = [chance.choice(GIVEN), chance.choice(FAMILY)]
            start = [f"usr-{n:07}", "", "", "true", f"org-{n % schools + 1}", role, f"u{n}", ""]
            grade = f"{n % 12 + 1:02}" if role == "student" else ""
            yield [*start, *names, "", "", f"u{n}@example.org", "", "", "", grade, ""]

    def rooms() -> Rows:
        return ([f"cls-{n}", "Class", "", "", "scheduled", f"org-{n % schools + 1}", ""] for n in range(classes))

    def enrolments() -> Rows:
        for n in (n for n in range(users) if n % 16 >= 6):
            for part in range(6):
                at = chance.randrange(classes)
                where = [f"cls-{at}", f"org-{at % schools + 1}", f"usr-{n:07}"]
                yield [f"enr-{n}-{part}", *where, "student", "", "", ""]

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        modes = "".join(f"file.{name},bulk\r\n" for name in HEADERS)
        archive.writestr("manifest.csv", f"propertyName,value\r\noneroster.version,1.1\r\n{modes}")
        for name, rows in zip(HEADERS, (orgs(), people(), rooms(), enrolments()), strict=True):
            with archive.open(f"{name}.csv", "w") as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as out:
                out.write(HEADERS[name] + "\r\n")
                csv.writer(out).writerows(rows)


def floor(path: Path) -> tuple[float, int]:
    """Seconds the standard library needs to split the same bytes into cells, and the rows there are."""
    started, count = time.perf_counter(), 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as raw:
                count += sum(1 for _ in csv.reader(io.TextIOWrapper(raw, encoding="utf-8", newline="")))
    return time.perf_counter() - started, count


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    users = parser.parse_args().users
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.zip"
        make_set(path, users)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        bare, rows = floor(path)
        started = time.perf_counter()
        with read_roster(path) as roster:
            checked = time.perf_counter()
            with compare({}, roster.people(), absent_have_left=roster.absent_have_left) as first:
                counts = first.counts
            staged = time.perf_counter()
            existing = {person.sourced_id: person.digest() for person in roster.people()}
            with compare(existing, roster.people(), absent_have_left=True) as again:
                repeated = again.counts
            findings = len(roster.findings)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{users:,} users, {rows:,} rows in all")
    print(f"read and check   {checked - started:6.2f} s   {(checked - started) / bare:5.1f} x the bare CSV reader ({bare:.2f} s)")
    print(f"compare (first)  {staged - checked:6.2f} s   {counts}")
    print(f"compare (again)           {repeated}")
    print(f"memory at most   {peak:6.0f} MB  ({before:.0f} MB before reading), findings {findings}")


if __name__ == "__main__":
    main()
