"""Reading the small set that is right with one thing in it spoilt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest
from tests.formats.oneroster.small_sets import ORGS, USERS, Read, manifest_for, zip_of

from commonwhy.formats.oneroster import OrgRecord, Roster, read_roster


@pytest.fixture
def read() -> Iterator[Read]:
    """Read a set: the right one, with the files named replaced; None leaves one out."""
    with ExitStack() as stack:

        def build(
            version: str = "1.1",
            mode: str = "bulk",
            known_orgs: Mapping[str, OrgRecord] | None = None,
            **files: str | bytes | None,
        ) -> Roster:
            given: dict[str, str | bytes | None] = {"orgs": ORGS, "users": USERS, **files}
            there = {name: data for name, data in given.items() if data is not None and name != "manifest"}
            made = manifest_for(version, **dict.fromkeys(there, mode))
            manifest = given.get("manifest", made)
            if manifest is not None:
                there["manifest"] = manifest
            source = zip_of({f"{name}.csv": data for name, data in there.items()})
            return stack.enter_context(read_roster(source, name="set.zip", known_orgs=known_orgs))

        yield build
