"""`{{ voice|speaker }}`: who said it, by group and school."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from commonwhy.vision import wording
from commonwhy.vision.services import together

register = template.Library()
register.filter("speaker", wording.speaker)
register.filter("answer_digest", together.digest_of)


@register.simple_tag
def spoken_in(texts: dict[str, str]) -> SafeString:
    """The `lang` of a text where it is not the page's, since a missing translation falls back to the original."""
    now = get_language() or ""
    if texts.get(now):
        return SafeString("")
    code: Any = next((code for code, text in texts.items() if text), "")
    return format_html(' lang="{}"', code) if code else SafeString("")
