"""From files to votes: the votes, the statements' words, the voters' roles, and what Polis published of them.

Voters and statements are put in an order of their own (numbers first, 2 before 10), so rows may come in any order. A vote that
somebody changed counts as they left it: the last by time, or where the file tells no time, the last in the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from commonwhy.formats.messages import Message, UnreadableFile, gettext_noop
from commonwhy.formats.opinion.beside import Statements, read_published_groups, read_roles, read_statements
from commonwhy.formats.opinion.columns import Column, in_order
from commonwhy.formats.opinion.findings import Findings
from commonwhy.formats.opinion.tables import open_table
from commonwhy.formats.opinion.votes import RawVotes, is_wide, read_long, read_wide
from commonwhy.methods.opinion.votes import Votes, gather

Ints = NDArray[np.int64]
_T = TypeVar("_T")
_PACKED = (".csv", ".csv.gz")


@dataclass(frozen=True, slots=True)
class Published:
    """What Polis said itself. `group` (people,): its groups from 0 up, -1 for none. `consensus` (S,): NaN where untold."""

    group: Ints
    consensus: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VoteFile:
    """Votes with all that was found beside them. `voters` and `statements` name the indices of `votes`.

    `words` (S,): each statement's text, empty where unknown. `left_out` (S,): moderated out. `roles` (people,): each voter's
    place in `role_names`, -1 for none; None where no roles are told. `notes`: what was guessed or is worth knowing.
    """

    file: str
    votes: Votes
    voters: tuple[str, ...]
    statements: tuple[str, ...]
    words: tuple[str, ...]
    left_out: NDArray[np.bool_]
    roles: Ints | None
    role_names: tuple[str, ...]
    published: Published | None
    findings: Findings
    notes: tuple[Message, ...]
    rows: int
    changed: int
    """Votes that a later one of the same voter on the same statement replaced."""


def read_votes(path: Path, *, statements: Path | None = None, roles: Path | None = None) -> VoteFile:
    """Read a file of votes and what belongs to it.

    `path` is Polis' votes.csv (gzipped or not; comments.csv and participants-votes.csv beside it are read too), Polis'
    participants-votes.csv, a folder with such files, or a table with the columns voter, statement, vote and, where wanted,
    role. `statements` names the file with the statements' words, `roles` the one with voters' roles, which goes before a
    role column. Rows that cannot be used are in `findings`.

    Raises UnreadableFile for a file that is no table, lacks a column, is too large, or has no vote that can be read.
    """
    path = _in_folder(path)
    findings, notes = Findings(), list[Message]()
    groups: dict[str, str] = {}
    with open_table(path) as table:
        wide = is_wide(table)
        from_polis = wide or {"comment-id", "voter-id"} <= {name.casefold() for name in table.names}
        if wide:
            raw, groups = read_wide(table, findings)
        else:
            raw = read_long(table, findings)
        notes += [note.message for note in table.notes]
    if not len(raw.value):
        raise _nothing(path, raw, findings)
    said = read_statements(statements, findings) if statements is not None else Statements()
    if from_polis and statements is None and (comments := _beside(path, "comments")):
        said = _unless_foreign(comments, notes, lambda found: read_statements(found, findings)) or said
    if from_polis and not wide and (participants := _beside(path, "participants-votes")):
        groups = _unless_foreign(participants, notes, read_published_groups) or groups
    named = read_roles(roles, findings) if roles is not None else None
    return _together(path, raw, said, groups, named, findings, notes, roles)


def _together(
    path: Path,
    raw: RawVotes,
    said: Statements,
    groups: dict[str, str],
    named: dict[str, str] | None,
    findings: Findings,
    notes: list[Message],
    roles_file: Path | None,
) -> VoteFile:
    # Only who voted is counted: a name may stand in nothing but rows that could not be used.
    voters = sorted((raw.voters[code] for code in np.unique(raw.voter).tolist()), key=in_order)
    voted_on = {raw.statements[code] for code in np.unique(raw.statement).tolist()}
    statements = sorted({*voted_on, *said.words}, key=in_order)
    votes = _gathered(raw, voters, statements)
    changed = len(raw.value) - votes.count
    if changed:
        ways = (
            gettext_noop("Votes changed later: %(n)s. The last of each counts, by the time in the file.")
            if raw.time is not None
            else gettext_noop("Votes there again for the same voter and statement: %(n)s. The last in the file counts.")
        )
        notes.append(Message(ways, {"n": f"{changed:,}"}))
        if raw.times_unread:
            notes.append(Message(gettext_noop("Some timestamps are no numbers, so the order of the rows is used instead.")))
    untold = len(voted_on - said.words.keys())
    if said.words and untold:
        notes.append(
            Message(
                gettext_noop("Statements with votes and no words in the file of statements: %(n)s. Their numbers are shown."),
                {"n": f"{untold:,}"},
            )
        )
    role, role_names = _roles(path, raw, voters, named, findings)
    if named is not None and roles_file is not None and (strangers := len(named.keys() - set(voters))):
        notes.append(
            Message(
                gettext_noop("“%(file)s” names %(n)s who did not vote; they are not counted."),
                {"n": f"{strangers:,}", "file": roles_file.name},
            )
        )
    return VoteFile(
        file=path.name,
        votes=votes,
        voters=tuple(voters),
        statements=tuple(statements),
        words=tuple(said.words.get(name, "") for name in statements),
        left_out=np.array([name in said.out for name in statements], dtype=bool),
        roles=role,
        role_names=role_names,
        published=_published(voters, statements, groups, said),
        findings=findings,
        notes=tuple(notes),
        rows=raw.rows,
        changed=changed,
    )


def _gathered(raw: RawVotes, voters: list[str], statements: list[str]) -> Votes:
    person, statement = _places(raw.voters, voters)[raw.voter], _places(raw.statements, statements)[raw.statement]
    value = raw.value
    if raw.time is not None:
        order = np.argsort(raw.time, kind="stable")
        person, statement, value = person[order], statement[order], value[order]
    return gather(len(voters), len(statements), person, statement, value)


def _places(names: list[str], ordered: list[str]) -> Ints:
    """Where each of `names` stands in `ordered`."""
    place = {name: index for index, name in enumerate(ordered)}
    return np.array([place.get(name, -1) for name in names], dtype=np.int64)


def _roles(
    path: Path, raw: RawVotes, voters: list[str], named: dict[str, str] | None, findings: Findings
) -> tuple[Ints | None, tuple[str, ...]]:
    """Each voter's role, from the file of roles, else from the column beside their votes: the one most of their rows name."""
    if named is None and raw.role is not None:
        named = {}
        told = raw.role >= 0
        pairs, times = np.unique(np.stack([raw.voter[told], raw.role[told]]), axis=1, return_counts=True)
        best: dict[int, list[tuple[int, str]]] = {}
        for voter, role, n in zip(pairs[0].tolist(), pairs[1].tolist(), times.tolist(), strict=True):
            best.setdefault(voter, []).append((-n, " ".join(raw.roles[role].split())))
        for voter, found in best.items():
            if len({name for _, name in found}) > 1:
                both = ", ".join(sorted({name for _, name in found}))
                findings.add(path.name, None, Column.ROLE.value, f"{raw.voters[voter]}: {both}", _TWO_ROLES)
            named[raw.voters[voter]] = min(found)[1]
    if named is None:
        return None, ()
    held = sorted({named[voter] for voter in voters if voter in named})
    if not held:
        return None, ()
    place = {name: index for index, name in enumerate(held)}
    return np.array([place[named[voter]] if voter in named else -1 for voter in voters], dtype=np.int64), tuple(held)


_TWO_ROLES = gettext_noop("This voter's rows name several roles. The one named most is used; make them one.")


def _published(voters: list[str], statements: list[str], groups: dict[str, str], said: Statements) -> Published | None:
    if not groups or not said.consensus:
        return None
    names = sorted(set(groups.values()), key=in_order)
    group = np.array([names.index(groups[voter]) if voter in groups else -1 for voter in voters], dtype=np.int64)
    return Published(group, np.array([said.consensus.get(name, np.nan) for name in statements], dtype=np.float64))


def _in_folder(path: Path) -> Path:
    """The votes of a Polis export whose folder was named."""
    if not path.is_dir():
        return path
    for stem in ("votes", "participants-votes"):
        for ending in _PACKED:
            if (path / f"{stem}{ending}").is_file():
                return path / f"{stem}{ending}"
    raise UnreadableFile(
        Message(
            gettext_noop("The folder “%(file)s” has no votes.csv or votes.csv.gz. Name the file with the votes."),
            {"file": path.name},
        ),
        file=path.name,
    )


def _beside(path: Path, stem: str) -> Path | None:
    """`comments.csv` for `votes.csv`, `town-comments.csv` for `town-votes.csv`; packed or not."""
    name = path.name.casefold().removesuffix(".gz").removesuffix(".csv")
    front = path.name[: len(name.removesuffix("votes").removesuffix("participants-"))] if name.endswith("votes") else ""
    for ending in _PACKED:
        if (found := path.with_name(f"{front}{stem}{ending}")).is_file() and found != path:
            return found
    return None


def _unless_foreign(path: Path, notes: list[Message], read: Callable[[Path], _T]) -> _T | None:
    """What is read from a file nobody named; one that cannot be read is left alone, and that is told."""
    try:
        return read(path)
    except UnreadableFile as problem:
        left = gettext_noop("“%(file)s” beside the votes was left out: %(problem)s")
        notes.append(Message(left, {"file": path.name, "problem": str(problem)}))
        return None


def _nothing(path: Path, raw: RawVotes, findings: Findings) -> UnreadableFile:
    if findings.kept:
        first = findings.kept[0]
        return UnreadableFile(
            Message(
                gettext_noop("“%(file)s”: none of its %(rows)s rows has a vote that can be read. Line %(line)s: %(reason)s"),
                {"file": path.name, "rows": f"{raw.rows:,}", "line": first.line, "reason": str(first.reason)},
            ),
            file=path.name,
            line=first.line,
        )
    return UnreadableFile(
        Message(gettext_noop("“%(file)s” names its columns but has no votes. Export it again."), {"file": path.name}),
        file=path.name,
    )
