"""Conversations for tests: a focus group of families that the coach holds, and how notes are sent to it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from commonwhy.listening.models import Conversation
from commonwhy.listening.services.meetings import plan_conversation
from tests.cast import Cast

LIST = "/d/alder-creek/listen/conversations/"


def focus_group(cast: Cast, **fields: Any) -> Conversation:
    """One that the coach holds, under way."""
    given = {"starts_at": timezone.now(), "kind": "focus_group", "title": "Families at Creekside", "minutes": 60} | fields
    return plan_conversation(district=cast.alder, by=cast.coach, **given)


def address(conversation: Conversation, page: str = "") -> str:
    return f"{LIST}{conversation.pk}/{page}"


def entry(cast: Cast, words: str, *, key: UUID | str | None = None, kind: str = "families", **more: Any) -> dict[str, Any]:
    """A note as a phone sends it."""
    group = str(cast.group(kind).pk) if kind else ""
    return {"key": str(key or uuid4()), "words": words, "group": group, "school": "", "language": "en", "may_quote": False} | more


def send(client: Client, conversation: Conversation, *notes: dict[str, Any]) -> Any:
    body = json.dumps({"notes": notes})
    return client.post(address(conversation, "notes.json"), body, content_type="application/json")
