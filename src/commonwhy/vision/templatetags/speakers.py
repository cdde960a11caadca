"""`{{ voice|speaker }}`: who said it, by group and school."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from commonwhy.core.templatetags.commonwhy import voices
from commonwhy.vision import wording
from commonwhy.vision.queries.public import PublicClause
from commonwhy.vision.services import together

register = template.Library()
register.filter("speaker", wording.speaker)
register.filter("answer_digest", together.digest_of)


@register.filter
def statements(count: int) -> str:
    """`1 statement`, `3 statements`."""
    return ngettext("%(count)s statement", "%(count)s statements", count) % {"count": count}


@register.filter
def trade_offs(count: int) -> str:
    """`1 trade-off`, `2 trade-offs`."""
    return ngettext("%(count)s trade-off", "%(count)s trade-offs", count) % {"count": count}


@register.filter
def behind(clause: Any) -> str:
    """How many of each kind a sentence rests on, the kinds it has: `12 voices, 2 statements`. Empty: it rests on nothing.

    For a sentence of a page (`PublicClause`) or of the workshop (a clause annotated with its counts).
    """
    counts = counts_of(clause)
    kinds = (voices, statements, trade_offs)
    return ", ".join(told(count) for count, told in zip(counts, kinds, strict=True) if count)


def counts_of(clause: Any) -> tuple[int, int, int]:
    """Voices, statements and trade-offs behind it."""
    if isinstance(clause, PublicClause):
        return clause.count, len(clause.statements), len(clause.trade_offs)
    return clause.voice_count, clause.statement_count, clause.trade_off_count


@register.simple_tag
def spoken_in(texts: dict[str, str]) -> SafeString:
    """The `lang` of a text where it is not the page's, since a missing translation falls back to the original."""
    now = get_language() or ""
    if texts.get(now):
        return SafeString("")
    code: Any = next((code for code, text in texts.items() if text), "")
    return format_html(' lang="{}"', code) if code else SafeString("")
