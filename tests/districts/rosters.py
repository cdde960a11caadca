"""Rosters to bring in: the repository's own broken set and delta, and small ones made on the spot."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from tests.formats.oneroster.small_sets import ORGS, USERS, manifest_for, zip_of

from commonwhy.districts import roster
from commonwhy.districts.models import District, Person, School

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "oneroster"
BROKEN, DELTA = FIXTURES / "broken_v1p1", FIXTURES / "delta_v1p2"

USERS_HEADER = USERS.splitlines()[0] + "\n"
ADA, BEN, CLEO = (line + "\n" for line in USERS.splitlines()[1:])


def small(mode: str = "bulk", **files: str) -> io.BytesIO:
    """The small set that is right, with files replaced."""
    given: Mapping[str, str] = {"orgs": ORGS, "users": USERS, **files}
    data = {f"{name}.csv": text for name, text in given.items()}
    return zip_of({**data, "manifest.csv": manifest_for("1.1", **dict.fromkeys(given, mode))})


def zipped(folder: Path) -> io.BytesIO:
    return zip_of({path.name: path.read_bytes() for path in folder.glob("*.csv")})


def bring_in(district: District, source: Path | BinaryIO, **options: Any) -> dict[str, int]:
    """Compare and apply; the counts that are not zero."""
    with roster.stage(district, source, name="set.zip" if not isinstance(source, Path) else None) as staged:
        counts = roster.apply(staged, by="test", **options)
    return {name: count for name, count in counts.items() if count}


def on_record(district: District) -> dict[str, tuple[Any, ...]]:
    """Everybody in the district by the roster's id: all that is stored about them."""
    people = Person.objects.within(district).select_related("group", "school")
    return {
        one.roster_key: (
            one.name,
            one.email,
            one.group.kind,
            one.school.name if one.school else None,
            one.grade_band,
            one.language,
            one.ended,
        )
        for one in people
    }


def schools(district: District) -> dict[str, tuple[str, bool]]:
    """Every school's name with the roster's id and whether it ended."""
    return {school.name: (school.roster_key, school.ended) for school in School.objects.within(district)}
