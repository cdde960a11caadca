"""Which statements seem to say the same: worked out by a job, since comparing meanings loads what no request should wait for.

Statements are compared in one language (the installation's first, in which every shown one stands), so that a translation
is not taken for another thought. What comes out are pairs to look at; a person links them, or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import jobs
from commonwhy.core.models import Job
from commonwhy.deliberation.models import Discussion, Statement, StatementLink

KIND = "statements that say the same"
CLOSE = 0.72
"""Cosine from which on two statements are worth a look."""
MOST_PAIRS = 60
BLOCK = 1_000
Pair = tuple[str, str, float]


def start_looking(*, discussion: Discussion, by: User) -> Job:
    """Start the job, once the transaction around this has committed."""
    return jobs.start(
        kind=KIND,
        title=_("Looking for statements that say the same"),
        started_by=by.pk,
        district_id=discussion.district_id,
        arguments={"district": str(discussion.district_id), "discussion": str(discussion.pk)},
    )


def pairs_alike(discussion: Discussion, step: Callable[[int, int], None] = lambda done, total: None) -> list[Pair]:
    """Pairs of shown or waiting statements that are alike and not linked yet, the closest first: two keys and the cosine."""
    rows = Statement.objects.within(discussion.district_id).filter(discussion=discussion).exclude(state=Statement.State.HIDDEN)
    linked = StatementLink.objects.within(discussion.district_id).filter(statement__discussion=discussion, unlinked_on=None)
    language = settings.LANGUAGES[0][0]
    texts: list[tuple[UUID, str, str]] = [
        (pk, by_language.get(language) or next(iter(by_language.values())), language if by_language.get(language) else own)
        for pk, by_language, own in rows.exclude(pk__in=linked.values("statement"))
        .order_by("pk")
        .values_list("pk", "texts", "language")
        if by_language
    ]
    return _closest(texts, step) if len(texts) > 1 else []


def _closest(texts: list[tuple[UUID, str, str]], step: Callable[[int, int], None]) -> list[Pair]:
    import numpy as np

    from commonwhy.methods.embedding import embed_by_language

    found: list[tuple[float, int, int]] = []
    for block in embed_by_language([text for _pk, text, _code in texts], [code for _pk, _text, code in texts]):
        vectors, rows = block.embeddings.vectors, block.rows
        for begin in range(0, len(rows), BLOCK):
            step(begin, len(texts))
            near = vectors[begin : begin + BLOCK] @ vectors.T
            # Each pair once, and nothing with itself.
            near[np.arange(near.shape[1]) <= np.arange(begin, begin + len(near))[:, None]] = -1.0
            # Only the closest of a block can be among the closest of all; thousands may be close where all say alike.
            best = np.argpartition(near, -min(MOST_PAIRS, near.size), axis=None)[-MOST_PAIRS:]
            for a, b in zip(*np.unravel_index(best, near.shape), strict=True):
                if near[a, b] >= CLOSE:
                    found.append((float(near[a, b]), int(rows[begin + a]), int(rows[b])))
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    return [(str(texts[a][0]), str(texts[b][0]), round(score, 3)) for score, a, b in found[:MOST_PAIRS]]


def latest_job(discussion: Discussion) -> Job | None:
    """The last time somebody looked, or is looking."""
    rows = Job.objects.filter(kind=KIND, district_id=discussion.district_id, arguments__discussion=str(discussion.pk))
    return rows.order_by("-created_at").first()


def kept_pairs(job: Job | None) -> list[Any]:
    """What a job that is done has found."""
    return list(job.result.get("pairs", [])) if job is not None and job.state == Job.State.DONE else []
