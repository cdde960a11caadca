"""The figures of where we agree as a file: the very cells of the page, a row for each statement and group."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _

from commonwhy.deliberation.queries.landscape import Page
from commonwhy.formats.delimited import write_rows


def as_csv(page: Page) -> bytes:
    """A row for each statement and column, what is not shown with the same words as on the page."""
    outcomes = {
        "shared": _("shared"),
        "divided": _("divided"),
        "open": _("open"),
        "not enough votes": _("not enough votes yet"),
    }
    rows = []
    for one in (*page.shared, *page.divided, *page.open, *page.too_few):
        everyone = [one.everyone] if one.everyone else []
        for column in (*everyone, *one.columns):
            kind = _("opinion group") if column.camp else _("group")
            shares = [column.agree.words, column.passed.words, column.disagree.words]
            n = column.n.removeprefix("n ").removeprefix("= ")
            rows.append([str(one.number), one.words, outcomes[one.outcome], one.between, kind, column.name, n, *shares])
        if not one.columns:
            rows.append([str(one.number), one.words, outcomes[one.outcome], "", "", "", "", "", "", ""])
    header = [
        _("number"),
        _("statement"),
        _("outcome"),
        _("agreement where it is lowest, credible interval"),
        _("by"),
        _("who"),
        "n",
        _("agree"),
        _("pass"),
        _("disagree"),
    ]
    stream = io.BytesIO()
    write_rows(stream, header, rows, mark=True)
    return stream.getvalue()
