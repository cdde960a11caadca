"""Tags every template has: how counts are worded, and form fields with their label, help and errors tied together."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from commonwhy.core import languages
from commonwhy.core.slots import address_of

register = template.Library()


@register.filter
def n(count: int) -> SafeString:
    """`n = 412`, the figure that stands beside every figure."""
    return format_html('<span class="n">n = {}</span>', count)


@register.filter
def voices(count: int) -> str:
    """`1 voice`, `63 voices`."""
    return ngettext("%(count)s voice", "%(count)s voices", count) % {"count": count}


@register.filter
def in_my_language(texts: dict[str, str]) -> str:
    """The reader's language of texts kept as `{"en": ..., "es": ...}`, else the first that was written."""
    return texts.get(get_language() or "", "") or next((text for text in texts.values() if text), "")


@register.filter
def language_name(code: str) -> str:
    """`Spanish` for `es`, in the reader's language."""
    return languages.language_name(code)


@register.simple_tag
def address(name: str, district: Any = None) -> str:
    """An address that a lower room gave the page frame, by its name: `{% address "home" %}`."""
    return address_of(name, district)


@register.inclusion_tag("core/field.html")
def field(bound_field: Any, hint: str = "") -> dict[str, Any]:
    """A form field with its label, help and errors tied to it."""
    return {"field": bound_field, "hint": hint}
