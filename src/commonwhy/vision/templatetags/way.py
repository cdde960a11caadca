"""`{% may_here "vision.preview" as may_preview %}`: whether whoever reads holds a capability in this district."""

from __future__ import annotations

from typing import Any

from django import template

from commonwhy.districts.access import viewer_of
from commonwhy.districts.permissions import may

register = template.Library()


@register.simple_tag(takes_context=True)
def may_here(context: dict[str, Any], capability: str) -> bool:
    return may(viewer_of(context["request"]), capability, context["district"])
