"""Votes from a Polis export and from plain tables: what counts, what is a finding, and what is refused with a way out."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.opinion import VoteFile, read_votes
from commonwhy.formats.opinion.columns import vote_of

POLIS_VOTES = """timestamp,datetime,comment-id,voter-id,vote
1000,Fri Sep 20 14:29:43 CDT 2024,0,0,1
1001,Fri Sep 20 14:29:44 CDT 2024,0,1,-1
1003,Fri Sep 20 14:29:46 CDT 2024,2,10,0
1002,Fri Sep 20 14:29:45 CDT 2024,2,0,1
1009,Fri Sep 20 14:29:52 CDT 2024,0,2,1
1004,Fri Sep 20 14:29:47 CDT 2024,0,2,-1
"""
POLIS_COMMENTS = """timestamp,comment-id,author-id,agrees,disagrees,moderated,is-meta,group-informed-consensus,comment-body
900,0,0,1,1,1,false,0.25,"Parks, please
and benches"
901,2,1,1,0,-1,false,0.333,"Off topic"
902,7,1,0,0,0,false,0.25,"Nobody saw this"
"""
POLIS_PEOPLE = """participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,0,2,7
0,,0,1,2,2,0,1,1,
1,,1,2,1,0,1,-1,,
2,,0,0,1,1,0,1,,
10,,,0,1,0,0,,0,
"""


def write(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "-").replace("_", ".")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def table(folder: Path, content: str | bytes, name: str = "votes.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def said(file: VoteFile) -> set[tuple[str, str, int]]:
    """Who said what of which statement, by their names."""
    votes = file.votes
    return {
        (file.voters[person], file.statements[statement], int(value))
        for person, statement, value in zip(votes.person, votes.statement, votes.value, strict=True)
    }


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write(tmp_path, votes_csv=POLIS_VOTES, comments_csv=POLIS_COMMENTS, participants__votes_csv=POLIS_PEOPLE)


EXPORTED = {("0", "0", 1), ("1", "0", -1), ("10", "2", 0), ("0", "2", 1), ("2", "0", 1)}


def test_a_polis_export_with_what_lies_beside_it(export: Path) -> None:
    file = read_votes(export / "votes.csv")
    assert file.voters == ("0", "1", "2", "10")
    assert file.statements == ("0", "2", "7")
    assert said(file) == EXPORTED
    assert file.words == ("Parks, please\nand benches", "Off topic", "Nobody saw this")
    assert file.left_out.tolist() == [False, True, False]
    assert file.published is not None
    assert file.published.group.tolist() == [0, 1, 0, -1]
    assert file.published.consensus == pytest.approx([0.25, 0.333, 0.25])
    assert (file.rows, file.changed, file.findings.total) == (6, 1, 0)


def test_the_later_vote_wins_by_its_time_not_by_its_row(export: Path) -> None:
    file = read_votes(export / "votes.csv")
    assert ("2", "0", 1) in said(file)
    assert any("by the time" in str(note) for note in file.notes)


def test_without_a_time_the_last_row_wins(tmp_path: Path) -> None:
    file = read_votes(table(tmp_path, "voter,statement,vote\na,1,1\na,1,-1\n"))
    assert said(file) == {("a", "1", -1)}
    assert any("last in the file" in str(note) for note in file.notes)


def test_a_time_that_is_no_number_gives_way_to_the_order_of_rows(tmp_path: Path) -> None:
    file = read_votes(table(tmp_path, "voter,statement,vote,timestamp\na,1,1,later\na,1,-1,3\n"))
    assert said(file) == {("a", "1", -1)}
    assert any("no numbers" in str(note) for note in file.notes)


def test_gzipped_files_and_folders_are_read(export: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    packed = tmp_path_factory.mktemp("packed")
    for path in export.iterdir():
        (packed / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert said(read_votes(packed)) == said(read_votes(export)) == EXPORTED
    assert read_votes(packed / "votes.csv.gz").published is not None


def test_files_that_carry_a_name_in_front_find_each_other(tmp_path: Path) -> None:
    table(tmp_path, POLIS_VOTES, "Town-2024-votes.csv")
    table(tmp_path, POLIS_COMMENTS, "Town-2024-comments.csv")
    assert read_votes(tmp_path / "Town-2024-votes.csv").words[1] == "Off topic"


def test_participants_votes_alone_hold_every_vote(tmp_path: Path) -> None:
    file = read_votes(table(tmp_path, POLIS_PEOPLE, "participants-votes.csv"))
    assert said(file) == EXPORTED
    assert file.statements == ("0", "2", "7")[: file.votes.statements]


def test_a_table_of_its_own_does_not_take_a_strangers_comments(tmp_path: Path) -> None:
    table(tmp_path, POLIS_COMMENTS, "comments.csv")
    file = read_votes(table(tmp_path, "voter,statement,vote\na,0,1\n"))
    assert file.words == ("",)
    assert not file.left_out.any()


def test_a_file_beside_that_is_something_else_is_left_alone_and_told(tmp_path: Path) -> None:
    table(tmp_path, "date,remark\n1,hello\n", "comments.csv")
    file = read_votes(table(tmp_path, POLIS_VOTES))
    assert said(file) == EXPORTED
    assert any("comments.csv” beside the votes was left out" in str(note) for note in file.notes)


@pytest.mark.parametrize(
    "content",
    [
        "vote,role,statement,voter\nagree,family,s1,ana\ndisagree,family,s2,ana\npass,teacher,s1,ben\n",
        "Voto;Rol;Declaración;Votante\r\nDe acuerdo;family;s1;ana\r\nen desacuerdo;family;s2;ana\r\npaso;teacher;s1;ben\r\n",
        '"vote","role","statement","voter"\n"1","family","s1","ana"\n"-1.0","family"," s2 ","ana"\n"0","teacher","s1","ben"\n',
        "voter\tstatement\tvote\trole\nana\ts1\t+1\tfamily\n\nana\ts2\t\u22121\tfamily\nben\ts1\t0.0\tteacher\n",
        "voter,statement,vote,role\rana,s1,YES,family\rana,s2,No,family\rben,s1,unsure,teacher\r",
    ],
    ids=["any order", "Spanish", "quoted", "tabs and signs", "old line ends"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_plain_tables(tmp_path: Path, content: str, encoding: str) -> None:
    file = read_votes(table(tmp_path, content.encode(encoding)))
    assert said(file) == {("ana", "s1", 1), ("ana", "s2", -1), ("ben", "s1", 0)}
    assert file.role_names == ("family", "teacher")
    assert file.roles is not None
    assert file.roles.tolist() == [0, 1]
    assert file.findings.total == 0


@pytest.mark.parametrize(
    ("cell", "vote"),
    [("1", 1), ("-1", -1), ("0", 0), ("-0", 0), ("AGREE", 1), ("Sí", 1), ("estoy en desacuerdo", -1), ("No estoy segura", 0)],
)
def test_ways_to_write_a_vote(cell: str, vote: int) -> None:
    assert vote_of(cell) == vote


@pytest.mark.parametrize("cell", ["", "2", "-2", "11", "maybe", "agree to disagree", "1e0", "nan", "true"])
def test_what_is_no_vote(cell: str) -> None:
    assert vote_of(cell) is None


BAD = "voter,statement,vote\na,1,1\nb,1,maybe\n,1,1\nc, ,1\nd,1,\ne,1\nf,2,pass\n"


@pytest.mark.parametrize("content", [BAD, BAD.replace("maybe", '"maybe"')], ids=["plain", "quoted"])
def test_every_row_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, content: str) -> None:
    file = read_votes(table(tmp_path, content))
    assert said(file) == {("a", "1", 1), ("f", "2", 0)}
    told = {(each.file, each.line, each.column, each.value) for each in file.findings.kept}
    assert told == {
        ("votes.csv", 3, "vote", "maybe"),
        ("votes.csv", 4, "voter", ""),
        ("votes.csv", 5, "statement", ""),
        ("votes.csv", 6, "vote", ""),
        ("votes.csv", 7, "", "e,1"),
    }
    assert file.findings.total == 5
    assert all(str(each.reason).rstrip(".").count(".") for each in file.findings.kept)
    assert file.rows == 7


def test_people_and_statements_of_unusable_rows_alone_are_not_counted(tmp_path: Path) -> None:
    file = read_votes(table(tmp_path, "voter,statement,vote\na,1,1\nb,2,maybe\n"))
    assert (file.voters, file.statements) == (("a",), ("1",))


def test_a_million_bad_rows_are_counted_and_the_first_kept(tmp_path: Path) -> None:
    file = read_votes(table(tmp_path, "voter,statement,vote\na,1,1\n" + "b,1,x\n" * 30_000))
    assert file.findings.total == 30_000
    assert len(file.findings.kept) == 200


def test_lines_are_right_deep_in_a_long_file(tmp_path: Path) -> None:
    rows = [f"p{n},{n % 50},1" for n in range(40_000)]
    rows[31_234] = "p1,3,oops"
    rows[20_000] = ""
    file = read_votes(table(tmp_path, "voter,statement,vote\n" + "\n".join(rows)))
    assert [each.line for each in file.findings.kept] == [31_236]
    assert file.votes.count == 39_998


def test_files_with_and_without_quotation_marks_read_the_same(tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    rows = [f"{a},{b},{v},{r}" for a, b, v, r in zip(*(chance.integers(-1, 40, (2, 5_000))), chance.integers(-1, 3, 5_000),
                                                      chance.choice(["x", "y", ""], 5_000), strict=True)]  # fmt: skip
    rows[7], rows[9], rows[4_000] = "1,2", "", "1,2,1,x,more,and more"
    plain = read_votes(table(tmp_path, "voter,statement,vote,role\n" + "\n".join(rows), "a.csv"))
    quoted = read_votes(table(tmp_path, 'voter,statement,"vote",role\n' + "\n".join(rows), "b.csv"))
    assert said(plain) == said(quoted)
    assert plain.votes.count > 1_000
    assert plain.rows == quoted.rows
    assert plain.findings.counts == quoted.findings.counts
    assert [each.line for each in plain.findings.kept[:50]] == [each.line for each in quoted.findings.kept[:50]]
    assert plain.roles is not None
    assert quoted.roles is not None
    assert plain.roles.tolist() == quoted.roles.tolist()


def test_roles_from_a_file_go_before_the_column(tmp_path: Path) -> None:
    votes = table(tmp_path, "voter,statement,vote,role\na,1,1,family\nb,1,1,family\nc,1,0,family\n")
    roles = table(tmp_path, "rol,votante\nstudent,a\n teacher ,b\n,c\nstudent,nobody\nteacher,a\n,\n", "roles.csv")
    file = read_votes(votes, roles=roles)
    assert file.role_names == ("student", "teacher")
    assert file.roles is not None
    assert file.roles.tolist() == [0, 1, -1]
    assert {(each.file, each.line) for each in file.findings.kept} == {("roles.csv", 6)}
    assert any("“roles.csv” names 1 who did not vote" in str(note) for note in file.notes)


def test_two_roles_of_one_voter_are_a_finding(tmp_path: Path) -> None:
    file = read_votes(table(tmp_path, "voter,statement,vote,role\na,1,1,family\na,2,1,teacher\na,3,1,teacher\n"))
    assert (file.role_names, file.findings.kept[0].value) == (("teacher",), "a: family, teacher")


def test_statements_from_a_plain_file(tmp_path: Path) -> None:
    words = table(tmp_path, 'text,statement\n"One, two",1\nSí,2\nOther words,2\nNo id,\n', "words.csv")
    file = read_votes(table(tmp_path, "voter,statement,vote\na,1,1\na,2,1\na,9,1\n"), statements=words)
    assert file.words == ("One, two", "Sí", "")
    assert [(each.line, each.value) for each in file.findings.kept] == [(4, "2"), (5, "")]
    assert any("no words" in str(note) for note in file.notes)


def test_rows_in_any_order_read_the_same(tmp_path: Path) -> None:
    lines = POLIS_VOTES.splitlines()
    first = read_votes(table(tmp_path, POLIS_VOTES, "a.csv"))
    turned = read_votes(table(tmp_path, "\n".join([lines[0], *reversed(lines[1:])]), "b.csv"))
    assert first.voters == turned.voters
    assert first.votes.value.tolist() == turned.votes.value.tolist()
    assert first.votes.person.tolist() == turned.votes.person.tolist()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"voter,statement,vote\n", "has no votes"),
        (b"voter,statement\na,1\n", "no column is called vote"),
        (b"votr,statement,vote\na,1,1\n", "Is it 'votr'?"),
        (b"voter,voter-id,statement,vote\na,a,1,1\n", "several columns hold the voter"),
        (b"voter,statement,vote\na,1,x\n", "none of its 1 rows has a vote"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"\x1f\x8b\x08garbage", "could not be unpacked"),
        (gzip.compress(POLIS_VOTES.encode())[:-9], "could not be unpacked"),
        (b"PK\x03\x04 a workbook", "workbook"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=r"votes\.csv") as refused:
        read_votes(table(tmp_path, content))
    assert words in str(refused.value)


def test_a_folder_without_votes_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"no votes\.csv"):
        read_votes(tmp_path)


ODD = ["1", "0", "-1", "agree", "no", "a", "b", "", '"', "\n", "\r", ",", "\0", "é", "9" * 30]
ROWS = st.lists(st.lists(st.sampled_from(ODD) | st.text(), max_size=5).map(",".join), max_size=30).map("\n".join)
HEADS = [b"", b"voter,statement,vote\n", b"voter,statement,vote,role,timestamp\n", b"participant,xid,group-id,1,2\n", b"\x1f\x8b"]


@settings(max_examples=150, deadline=None)
@given(
    head=st.sampled_from(HEADS),
    body=st.binary(max_size=400) | ROWS.map(lambda text: text.encode("utf-8", "replace")),
    beside=st.binary(max_size=200),
)
def test_any_bytes_end_in_votes_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, body: bytes, beside: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    roles = table(folder, b"voter,role\n" + beside, "roles.csv")
    try:
        file = read_votes(table(folder, head + body), roles=roles)
    except UnreadableFile:
        return
    assert file.votes.count > 0
    assert len(file.voters) == file.votes.people
    assert len(file.words) == len(file.left_out) == file.votes.statements
    assert set(file.votes.value.tolist()) <= {-1, 0, 1}
    assert all(str(each.reason) for each in file.findings.kept)
