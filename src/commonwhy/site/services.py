"""Founding: the first account, its district and schools, and what was noted before either was there."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any

from django.db import transaction

from commonwhy.accounts import setup_code
from commonwhy.accounts.models import User
from commonwhy.districts.models import District
from commonwhy.districts.services import add_school, create_district
from commonwhy.listening import notebook
from commonwhy.listening.models import Conversation
from commonwhy.listening.services.conversations import keep_notebook


def founding_of(cleaned: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `found` from a valid `FirstStartForm`."""
    return {
        "name": cleaned["name"],
        "email": cleaned["email"],
        "password": cleaned["password"],
        "district_name": cleaned["district"],
        "school_names": cleaned["schools"],
        "language": cleaned["language"],
    }


@transaction.atomic
def found(
    *,
    session: MutableMapping[str, Any],
    name: str,
    email: str,
    password: str,
    district_name: str,
    school_names: Sequence[str],
    language: str,
) -> tuple[User, District, Conversation | None]:
    """Make the first account and its district; all of it or nothing. The notebook moves in with them.

    Raises `setup_code.FoundedAlready` for the slower of two founders.
    """
    setup_code.claim()
    founder = User.objects.create_user(email, password, name=name)
    district = create_district(name=district_name, by=founder, language=language)
    for school in school_names:
        add_school(district=district, name=school, by=founder)
    conversation = _keep(session, district, founder) if notebook.read(session) else None
    notebook.clear(session)
    return founder, district, conversation


def _keep(session: MutableMapping[str, Any], district: District, founder: User) -> Conversation:
    notes, number = notebook.read(session), notebook.notebook_id(session)
    return keep_notebook(district=district, notes=notes, by=founder, notebook=number)
