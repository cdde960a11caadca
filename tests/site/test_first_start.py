"""The first start: whoever reads the server's terminal founds the district, once; and the door for everybody after."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.cast import Cast

from commonwhy.accounts import setup_code
from commonwhy.accounts.models import User
from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import District, Membership, School
from commonwhy.districts.services import create_district
from commonwhy.listening.models import Conversation
from commonwhy.site import services

START = "/start/"
PASSWORD = "one long enough to keep"


@pytest.fixture(autouse=True)
def _var(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def fields(**changes: str) -> dict[str, str]:
    code = setup_code.current() or ""
    given = {
        "district": "Alder Creek",
        "schools": "Creekside\nMaple Street\n\nCreekside\n",
        "language": "en",
        "name": "Carla",
        "email": "carla@example.org",
        "password": PASSWORD,
        "code": code,
    }
    return {**given, **changes}


@pytest.mark.django_db
def test_the_founder_gets_a_district_its_schools_and_is_signed_in() -> None:
    client = Client()
    answer = client.post(START, fields())
    assert answer.url == "/d/alder-creek/"  # type: ignore[attr-defined]
    district = District.everything.get()
    assert set(School.objects.within(district).values_list("name", flat=True)) == {"Creekside", "Maple Street"}
    assert Membership.objects.within(district).get().role == "administrator"
    assert client.get("/d/alder-creek/").status_code == 200
    assert User.objects.get().check_password(PASSWORD)
    assert PASSWORD not in str(list(AuditEntry.objects.values()))


@pytest.mark.django_db
def test_what_was_noted_moves_in() -> None:
    client = Client()
    for words in ("Screens", "Making", "Rules"):
        client.post("/three-teachers/", {"words": words, "kind": "teachers", "school": "Hilltop", "language": "en"})
    answer = client.post(START, fields(schools=""))
    conversation = Conversation.everything.get()
    assert answer.url == f"/d/alder-creek/listen/conversations/{conversation.pk}/"  # type: ignore[attr-defined]
    assert [note.words for note in conversation.notes.all()] == ["Screens", "Making", "Rules"]
    assert "three_teachers" not in client.session
    assert client.session.get_expiry_age() <= 12 * 3600


@pytest.mark.django_db
def test_the_terminals_link_fills_the_code_in() -> None:
    code = setup_code.current()
    assert f'value="{code}"' in Client().get(f"{START}?code={code}").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code", "0" * 12),
        ("code", ""),
        ("code", "ñ"),
        ("district", ""),
        ("district", "x" * 161),
        ("email", "nothing"),
        ("password", "short"),
        ("password", "password1234"),
        ("language", "xx"),
        ("schools", "\n".join(f"School {number}" for number in range(301))),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_founded(name: str, value: str) -> None:
    answer = Client().post(START, fields(**{name: value}))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'id="id_{name}_error"' in page
    assert PASSWORD not in page  # a password is not sent back
    assert not User.objects.exists()
    assert not District.everything.exists()


@pytest.mark.django_db
def test_the_code_is_the_files_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    code = setup_code.current()
    assert code == setup_code.current()
    path = tmp_path / "setup_code"
    assert path.read_text() == code
    assert path.stat().st_mode & 0o777 == 0o600
    assert setup_code.accepts(f" {str(code).upper()} ")


@pytest.mark.django_db
def test_after_the_first_account_it_is_closed(tmp_path: Path) -> None:
    given = fields()
    Client().post(START, given)
    for answer in (Client().get(START), Client().post(START, {**given, "email": "other@example.org"})):
        assert "set up here already" in answer.content.decode()
    assert not setup_code.accepts(given["code"])
    assert setup_code.current() is None
    assert not (tmp_path / "setup_code").exists()
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_failure_in_the_middle_founds_nothing_and_keeps_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.post("/three-teachers/", {"words": "Screens", "kind": "teachers", "school": "", "language": "en"})
    with monkeypatch.context() as broken:
        broken.setattr(services, "keep_notebook", lambda **_: 1 / 0)
        assert client.post(START, fields()).status_code == 500
    assert not User.objects.exists()
    assert not District.everything.exists()
    assert len(client.session["three_teachers"]) == 1
    assert client.post(START, fields()).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_founders_at_once_one_wins() -> None:
    """Both have the code and press at the same moment."""
    gate, answers = threading.Barrier(2), []

    def found(number: int) -> None:
        try:
            given = services.founding_of(
                {"name": "", "email": f"f{number}@example.org", "password": PASSWORD, "district": f"D {number}"}
                | {"schools": [], "language": "en"}
            )
            gate.wait(10)
            services.found(session={}, **given)
            answers.append("won")
        except setup_code.FoundedAlready:
            answers.append("lost")
        finally:
            connection.close()

    threads = [threading.Thread(target=found, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["lost", "won"]
    assert (User.objects.count(), District.everything.count()) == (1, 1)


@pytest.mark.django_db
def test_the_slower_founder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    given = fields()

    def claimed() -> None:
        raise setup_code.FoundedAlready

    monkeypatch.setattr(setup_code, "claim", claimed)
    answer = Client().post(START, given)
    assert answer.status_code == 409
    assert "set up here already" in answer.content.decode()


# The door


@pytest.mark.django_db
def test_a_visitor_reads_what_it_is_and_how_to_begin(cast: Cast) -> None:
    page = Client().get("/").content.decode()
    assert "Ask three teachers" in page
    assert 'href="/accounts/login/"' in page
    assert "Set up your district" not in page


@pytest.mark.django_db
def test_before_the_first_account_the_door_leads_to_the_set_up() -> None:
    assert 'href="/start/"' in Client().get("/").content.decode()


@pytest.mark.django_db
def test_a_member_of_one_district_goes_there_and_of_two_chooses(cast: Cast) -> None:
    client = cast.client("coach")
    assert client.get("/").url == "/d/alder-creek/"  # type: ignore[attr-defined]
    create_district(name="Second", by=cast.coach)
    page = client.get("/").content.decode()
    assert "Alder Creek" in page
    assert "Second" in page
    assert "Birch Valley" not in page


@pytest.mark.django_db
def test_an_account_without_a_district_is_told_what_to_do(cast: Cast) -> None:
    User.objects.create_user("new@example.org")
    client = Client()
    client.force_login(User.objects.get(email="new@example.org"), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/").content.decode()
    assert "You are in no district yet." in page
    assert 'href="/three-teachers/"' in page


@pytest.mark.django_db
def test_the_wrong_verbs_are_refused() -> None:
    assert Client().post("/").status_code == 405
    assert Client().put(START).status_code == 405
