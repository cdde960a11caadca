"""Forms of the trade-off board. What is settled is public, so each of them has names looked for before anything is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import District, Group
from commonwhy.listening.models.question import in_language
from commonwhy.listening.services.names import redacted
from commonwhy.vision.forms.texts import LANGUAGES, Difference, InLanguagesForm, Texts
from commonwhy.vision.forms.way import day_field
from commonwhy.vision.models import (
    ConfidentialNote,
    OptionEffect,
    Side,
    TradeOff,
    TradeOffConcern,
    TradeOffOption,
    TradeOffStand,
)
from commonwhy.vision.services import endorsement, trade_offs

PUBLIC = _("Anyone can read it once this is settled, so no names.")


class WithoutNamesForm(InLanguagesForm):
    """Texts in which a person looks for names before they are kept (FIELD rule 11).

    `looked`: a digest of the texts in which they have looked. `seen`: what stood there when the page was opened.
    """

    ASKED: ClassVar[Sequence[str]] = ()
    """The fields beside the texts, in their order."""
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    looked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    name = forms.MultipleChoiceField(label=_("Take these out"), required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label=_("Other names to take out"), required=False, max_length=400, help_text=_("Separate them with commas.")
    )

    def asked(self) -> list[Any]:
        """The bound fields beside the texts."""
        return [self[name] for name in self.ASKED if name in self.fields]

    def offer_names(self, district: District) -> None:
        """Show what may be names in what was typed, the sure ones ticked until the person has chosen."""
        typed = {str(place): self.data.get(one.html_name, "") for place, one in enumerate(self._boxes())}
        suggestions = endorsement.names_in(district, typed)
        field = self.fields["name"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(suggestion.name, suggestion.name) for suggestion in suggestions]
        self.initial["name"] = [suggestion.name for suggestion in suggestions if suggestion.sure]

    @property
    def has_to_be_looked_at(self) -> bool:
        """Whether something may be a name, and nobody has looked yet. Of a valid form."""
        return bool(getattr(self.fields["name"], "choices", ())) and self.cleaned_data["looked"] != self.digest()

    def digest(self) -> str:
        typed = [self.cleaned_data.get(one.name) for one in self._boxes()]
        return hashlib.sha256(json.dumps(typed).encode()).hexdigest()

    def words(self, name: str) -> Texts:
        """A text from a valid form, the ticked names taken out."""
        typed = [one.strip() for one in self.cleaned_data["others"].replace(";", ",").split(",")]
        names = [one for one in (*self.cleaned_data["name"], *typed) if one]
        return {code: redacted(text, names) for code, text in self.texts_of(name, several_lines=True).items()}

    def require(self, name: str, otherwise: Any) -> None:
        """For `clean`: refuse where a text was left empty in every language."""
        if not self.texts_of(name):
            self.add_error(f"{name}_{LANGUAGES[0]}", otherwise)

    def _boxes(self) -> list[Any]:
        return [box for text in self.texts() for box in text.fields]


class TradeOffForm(WithoutNamesForm):
    """What it is called, and the two priorities."""

    def __init__(self, *args: Any, trade_off: TradeOff | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        short = _("A few words by which everyone knows it again.")
        self.add_texts("title", _("What it is about"), rows=1, most=120, help_text=short, value=trade_off and trade_off.title)
        fair = _("Say it as those who hold it would.")
        self.add_texts("first", _("The one priority"), rows=2, most=400, help_text=fair, value=trade_off and trade_off.first)
        self.add_texts("second", _("The other one"), rows=2, most=400, value=trade_off and trade_off.second)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.require("title", _("Give it a name, in one language at least."))
        self.require("first", _("Write the one priority, in one language at least."))
        self.require("second", _("Write the other priority, in one language at least."))
        return cleaned

    def names(self) -> dict[str, Texts]:
        return {name: self.words(name) for name in ("title", "first", "second")}

    def theirs(self, current: TradeOff) -> list[Difference]:
        return self.differences(self.names(), {name: getattr(current, name) for name in self.names()})


class OptionForm(WithoutNamesForm):
    """Something that could be done, and what each side gains and gives up with it."""

    def __init__(self, *args: Any, trade_off: TradeOff, option: TradeOffOption | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = _("What would be done, by whom, from when?")
        self.add_texts("text", _("What could be done"), rows=2, most=600, help_text=told, value=option and option.texts)
        now = get_language() or LANGUAGES[0]
        for side, texts in ((Side.FIRST, trade_off.first), (Side.SECOND, trade_off.second)):
            gains, gives_up = trade_offs.on_side(option, side) if option else ({}, {})
            who = {"priority": Truncator(in_language(texts, now)).chars(90)}
            self.add_texts(f"{side}_gains", _("What “%(priority)s” gains") % who, rows=2, most=600, value=gains)
            self.add_texts(f"{side}_gives_up", _("What “%(priority)s” gives up") % who, rows=2, most=600, value=gives_up)
        self.initial.setdefault("seen", trade_offs.option_digest(option) if option else "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.require("text", _("Write what could be done, in one language at least."))
        return cleaned

    def sides(self) -> dict[str, tuple[Texts, Texts]]:
        return {side: (self.words(f"{side}_gains"), self.words(f"{side}_gives_up")) for side in Side.values}

    def theirs(self, current: TradeOffOption) -> list[Difference]:
        mine, stored = {"text": self.words("text")}, {"text": current.texts}
        for side, both in self.sides().items():
            for name, written, kept in zip(("gains", "gives_up"), both, trade_offs.on_side(current, side), strict=True):
                mine[f"{side}_{name}"], stored[f"{side}_{name}"] = written, kept
        return self.differences(mine, stored)


class EffectForm(WithoutNamesForm):
    """What is in an option for one group."""

    def __init__(self, *args: Any, effect: OptionEffect | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = _("Tie it to their day, and to what students get from it.")
        self.add_texts("gains", _("What is in it for them"), rows=3, most=600, help_text=asked, value=effect and effect.gains)
        self.add_texts("gives_up", _("What it asks of them"), rows=3, most=600, value=effect and effect.gives_up)
        self.initial.setdefault("seen", self.digest_of(effect))

    @staticmethod
    def digest_of(effect: OptionEffect | None) -> str:
        return trade_offs.digest_of(effect.gains, effect.gives_up) if effect else trade_offs.digest_of({}, {})

    def theirs(self, current: OptionEffect) -> list[Difference]:
        mine = {name: self.words(name) for name in ("gains", "gives_up")}
        return self.differences(mine, {name: getattr(current, name) for name in mine})


class ConcernForm(WithoutNamesForm):
    """A concern in the words of who raised it, and what was answered."""

    ASKED = ("kind", "group")
    kind = forms.ChoiceField(label=_("What it is about"), choices=TradeOffConcern.Kind.choices)

    def __init__(self, *args: Any, groups: Sequence[Group], concern: TradeOffConcern | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        choices = [("", _("Nobody in particular")), *((pk, str(group)) for pk, group in self.groups.items())]
        self.fields["group"] = forms.ChoiceField(label=_("Who raised it"), choices=choices, required=False)
        self.add_texts("text", _("The concern"), rows=3, most=1000, help_text=PUBLIC, value=concern and concern.texts)
        told = _("What is done about it, or why nothing can be. Leave it empty until you know.")
        self.add_texts("answer", _("The answer"), rows=3, most=1000, help_text=told, value=concern and concern.answer)
        if concern:
            self.initial.setdefault("kind", concern.kind)
            self.initial.setdefault("group", str(concern.group_id or ""))
            self.initial.setdefault("seen", trade_offs.concern_digest(concern))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.require("text", _("Write the concern, in one language at least."))
        return cleaned

    def raised(self) -> dict[str, Any]:
        """The arguments of `raise_concern` and `change_concern`."""
        group = self.groups.get(self.cleaned_data["group"])
        given = {"kind": self.cleaned_data["kind"], "group": group}
        return {**given, "texts": self.words("text"), "answer": self.words("answer")}

    def theirs(self, current: TradeOffConcern) -> list[Difference]:
        mine = {
            "kind": str(dict(TradeOffConcern.Kind.choices)[self.cleaned_data["kind"]]),
            "group": str(self.groups.get(self.cleaned_data["group"]) or ""),
            "text": self.words("text"),
            "answer": self.words("answer"),
        }
        self.labels |= {name: self.fields[name].label for name in self.ASKED}
        group = str(current.group or "")
        kept = {"kind": str(current.get_kind_display()), "group": group, "text": current.texts, "answer": current.answer}
        return self.differences(mine, kept)


class TradeOffStandForm(WithoutNamesForm):
    """Where a group stands and why. No number: a settlement is not what most raised a hand for."""

    ASKED = ("stand", "heard_on", "heard_how")
    stand = forms.ChoiceField(label=_("Where they stand"), choices=TradeOffStand.Stand.choices, widget=forms.RadioSelect)
    heard_on = day_field(_("When they said it"))
    heard_how = forms.ChoiceField(label=_("How we know"), choices=TradeOffStand.Heard.choices)

    def __init__(self, *args: Any, recorded: TradeOffStand | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        public = _("In their words, without names; anyone can read it once this is settled. Who dissents says why.")
        self.add_texts("because", _("Because"), rows=3, most=1000, help_text=public, value=recorded and recorded.because)
        for name in self.ASKED if recorded else ():
            self.initial.setdefault(name, getattr(recorded, name))
        self.initial.setdefault("heard_on", today)
        self.initial.setdefault("seen", trade_offs.stand_digest(recorded))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("stand") == TradeOffStand.Stand.DISSENTS:
            self.require("because", _("Write why they dissent, in one language at least."))
        return cleaned

    def said(self) -> dict[str, Any]:
        """The arguments of `record_stand`."""
        return {**{name: self.cleaned_data[name] for name in self.ASKED}, "because": self.words("because")}

    def theirs(self, current: TradeOffStand) -> list[Difference]:
        mine = {
            "stand": str(dict(TradeOffStand.Stand.choices)[self.cleaned_data["stand"]]),
            "because": self.words("because"),
        }
        self.labels["stand"] = self.fields["stand"].label
        return self.differences(mine, {"stand": str(current.get_stand_display()), "because": current.because})


class SettlementForm(WithoutNamesForm):
    """What was agreed, when, and which option it follows. `seen` is the revision that was read."""

    ASKED = ("option", "on")
    on = day_field(_("Agreed on"))

    def __init__(self, *args: Any, trade_off: TradeOff, options: Sequence[tuple[str, TradeOffOption]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = {str(option.pk): option for _letter, option in options}
        if options:
            choices = [(str(option.pk), f"{letter}. {option}") for letter, option in options]
            self.fields["option"] = forms.ChoiceField(
                label=_("It follows"),
                choices=[*choices, ("", _("none of them as it is"))],
                required=False,
                widget=forms.RadioSelect,
            )
        public = _("In words that everybody in the district can hold you to. Anyone can read it.")
        self.add_texts("settlement", _("What was agreed"), rows=4, most=2000, help_text=public, value=trade_off.settlement)
        self.initial.setdefault("on", trade_off.district.today())
        self.initial.setdefault("seen", str(trade_off.revision))
        chosen = next((pk for pk, option in self.options.items() if option.chosen), "")
        self.initial.setdefault("option", chosen)

    def agreed(self) -> dict[str, Any]:
        """The arguments of `settle`."""
        seen = self.cleaned_data["seen"]
        return {
            "settlement": self.words("settlement"),
            "on": self.cleaned_data["on"],
            "option": self.options.get(self.cleaned_data.get("option", "")),
            "revision": int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
        }


class TradeOffReasonForm(WithoutNamesForm):
    """Why it is set aside, or taken up again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_texts("reason", _("Because"), rows=3, most=1000, help_text=_("Anyone can read it."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.require("reason", _("Write the reason, in one language at least."))
        return cleaned


class ConfidentialNoteForm(forms.Form):
    """A note in confidence. `was`: the words as the page showed them."""

    was = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    words = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}))
    shared = forms.BooleanField(label=_("The other facilitators may read it"), required=False)

    def __init__(self, *args: Any, note: ConfidentialNote | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if note:
            for name, value in (("words", note.words), ("was", note.words), ("shared", note.shared)):
                self.initial[name] = value
