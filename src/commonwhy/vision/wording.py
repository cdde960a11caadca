"""How people are named beside what they said: by group and school, never as themselves; and how many shaped a vision."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from commonwhy.districts.models import Group
from commonwhy.listening.models import Excerpt

ONE_OF = {
    "students": gettext_lazy("A student"),
    "families": gettext_lazy("A family member"),
    "teachers": gettext_lazy("A teacher"),
    "support_staff": gettext_lazy("A member of the support staff"),
    "building_leaders": gettext_lazy("A building leader"),
    "district_leaders": gettext_lazy("A district leader"),
    "board": gettext_lazy("A board member"),
    "union": gettext_lazy("A union member"),
    "business": gettext_lazy("Somebody from business and community"),
    "alumni": gettext_lazy("A former student"),
}
# Several people at once, so that a verb and an article can follow a group in any language.
WITHIN_A_SENTENCE = {
    "students": pgettext_lazy("within a sentence", "students"),
    "families": pgettext_lazy("within a sentence", "families"),
    "teachers": pgettext_lazy("within a sentence", "teachers"),
    "support_staff": pgettext_lazy("within a sentence", "support staff"),
    "building_leaders": pgettext_lazy("within a sentence", "building leaders"),
    "district_leaders": pgettext_lazy("within a sentence", "district leaders"),
    "board": pgettext_lazy("within a sentence", "board members"),
    "union": pgettext_lazy("within a sentence", "union members"),
    "business": pgettext_lazy("within a sentence", "business and community"),
    "alumni": pgettext_lazy("within a sentence", "alumni"),
    "other": pgettext_lazy("within a sentence", "others"),
}
SEVERAL_OF = {
    "students": gettext_lazy("%(count)s students"),
    "families": gettext_lazy("%(count)s family members"),
    "teachers": gettext_lazy("%(count)s teachers"),
    "support_staff": gettext_lazy("%(count)s support staff"),
    "building_leaders": gettext_lazy("%(count)s building leaders"),
    "district_leaders": gettext_lazy("%(count)s district leaders"),
    "board": gettext_lazy("%(count)s board members"),
    "union": gettext_lazy("%(count)s union members"),
    "business": gettext_lazy("%(count)s people from business and community"),
    "alumni": gettext_lazy("%(count)s former students"),
}


def speaker(voice: Excerpt) -> str:
    """Who said it, as far as it may be said: `A teacher, Creekside Middle School`."""
    if voice.group is None:
        who = _("Somebody in the district")
    elif voice.group.kind in ONE_OF:
        who = str(ONE_OF[voice.group.kind])
    else:
        # A group the district added has only the name it was given.
        who = str(voice.group)
    return f"{who}, {voice.school}" if voice.school else who


def heard_in_words(heard: dict[str, Any]) -> str:
    """One sentence from what `who_was_heard.released_lines` kept; empty where there is nothing to say."""
    if not heard.get("total"):
        return ""
    total = number_format(heard["total"], force_grouping=True)
    people = heard.get("surveys") == 1
    parts = [_several(group, people=people) for group in heard.get("groups", ())]
    others = heard.get("others") or {}
    if parts and others.get("count"):
        parts.append(_others(others))
    if people:
        start = ngettext("%(count)s of us shaped this", "%(count)s of us shaped this", heard["total"]) % {"count": total}
    else:
        start = _("%(count)s answers to %(surveys)s surveys shaped this") % {"count": total, "surveys": heard["surveys"]}
    return f"{start}: {get_text_list(parts, _('and'))}." if parts else f"{start}."


def _several(group: dict[str, Any], *, people: bool) -> str:
    count = number_format(group["count"], force_grouping=True)
    if people and group["kind"] in SEVERAL_OF:
        return str(SEVERAL_OF[group["kind"]]) % {"count": count}
    return _("%(count)s from the group %(group)s") % {"count": count, "group": _label(group)}


def _others(others: dict[str, Any]) -> str:
    count = number_format(others["count"], force_grouping=True)
    if not others.get("groups"):
        return _("%(count)s others") % {"count": count}
    names = get_text_list([_label(group) for group in others["groups"]], _("and"))
    return _("%(count)s others (%(groups)s, counted together)") % {"count": count, "groups": names}


def _label(group: dict[str, Any]) -> str:
    return str(group.get("name") or Group.Kind(group["kind"]).label)
