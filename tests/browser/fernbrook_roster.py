"""A roster with every defect of the broken fixture, and enough ordinary people around it for figures to be shown."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

BROKEN = Path(__file__).resolve().parents[1] / "fixtures" / "oneroster" / "broken_v1p1"
EACH_SCHOOL = {"teacher": 30, "student": 40, "parent": 40}
"""How many ordinary people each of the two schools has, by OneRoster's roles."""


def roster_zip() -> bytes:
    """The fixture with all its defects, and enough people without any for figures to be shown."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(BROKEN.glob("*.csv")):
            more = ordinary_people(file) if file.name == "users.csv" else ""
            packed.writestr(file.name, file.read_bytes().rstrip() + b"\r\n" + more.encode())
    return archive.getvalue()


def ordinary_people(users: Path) -> str:
    header = users.read_text().splitlines()[0].split(",")
    lines = io.StringIO()
    writer = csv.DictWriter(lines, header)
    for school in ("fb-harbor", "fb-quarry"):
        for role, count in EACH_SCHOOL.items():
            for number in range(count):
                key = f"{school}-{role}-{number}"
                writer.writerow(
                    {
                        "sourcedId": key,
                        "status": "active",
                        "dateLastModified": "2025-08-01T06:00:00.000Z",
                        "enabledUser": "true",
                        "orgSourcedIds": school,
                        "role": role,
                        "username": key,
                        "givenName": f"Given{number}",
                        "familyNmae": f"Family-{school}-{role}",
                        "email": f"{key}@fernbrook.example",
                    }
                )
    return lines.getvalue()
