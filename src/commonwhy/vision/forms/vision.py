"""Forms of the workshop."""

from __future__ import annotations

from typing import Any, TypedDict

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from commonwhy.vision.forms.texts import LANGUAGES, Difference, InLanguagesForm, Texts
from commonwhy.vision.models import Clause, VisionVersion
from commonwhy.vision.services import drafting
from commonwhy.vision.services.look_for_lines import look_for_texts

EACH_LINE = _("One on each line. A line and its translation stand at the same height; leave it empty where one is missing.")


class Written(TypedDict):
    """A sentence as its form gives it."""

    texts: Texts
    note: Texts
    look_fors: list[Texts]


class StatementForm(InLanguagesForm):
    """The why, what the term is and is not, and the years it is for. `seen` is what stood there when the page was opened."""

    PARTS = ("why", "why_more", "term", "is_lines", "is_not_lines", "begins_year", "ends_year", "note")
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)
    begins_year = forms.IntegerField(label=_("From the year"), required=False, min_value=2000, max_value=2100)
    ends_year = forms.IntegerField(label=_("to the year"), required=False, min_value=2000, max_value=2100)

    def __init__(self, *args: Any, version: VisionVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        why = _("One sentence that a parent could repeat: why are we doing this at all?")
        self.add_texts("why", _("Our why"), rows=3, most=400, value=version.why, help_text=why)
        self.add_texts("why_more", _("A paragraph beside it"), rows=5, most=2000, value=version.why_more)
        self.add_texts("term", _("The term"), rows=1, most=80, value=version.term, help_text=_("What you are defining."))
        for name, label in (("is_lines", _("It is")), ("is_not_lines", _("It is not"))):
            value = getattr(version, name)
            self.add_texts(name, label, rows=6, most=2000, value=value, help_text=EACH_LINE, keep_height=True)
        changed = _("What changed since the last version, and who was heard in between")
        self.add_texts("note", changed, rows=4, most=2000, value=version.note)
        self.labels |= {name: self.fields[name].label for name in ("begins_year", "ends_year")}
        for name in ("revision", "begins_year", "ends_year"):
            self.initial.setdefault(name, getattr(version, name))
        self.initial.setdefault("seen", drafting.part_digest(version, self.PARTS))

    def years(self) -> list[Any]:
        """The bound fields of the horizon."""
        return [self["begins_year"], self["ends_year"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("begins_year"), cleaned.get("ends_year")
        if begins and ends and ends < begins:
            self.add_error("ends_year", _("This is before it begins."))
        if ends and not begins and "begins_year" not in self.errors:
            self.add_error("begins_year", _("Say from which year."))
        return cleaned

    def statement(self) -> dict[str, Any]:
        """The fields of the version from a valid form."""
        return {
            **{name: self.texts_of(name) for name in ("why", "term")},
            **{name: self.texts_of(name, several_lines=True) for name in ("why_more", "note")},
            **{name: self.lines_of(name) for name in ("is_lines", "is_not_lines")},
            **{name: self.cleaned_data[name] for name in ("begins_year", "ends_year")},
        }

    def theirs(self, version: VisionVersion) -> list[Difference]:
        """Where `version`, as somebody else saved it, is not what stands in this form."""
        mine = self.statement()
        return self.differences(mine, {name: getattr(version, name) for name in mine})


class BeliefsForm(InLanguagesForm):
    """What we believe, and the mission that the district has already."""

    PARTS = ("beliefs", "mission")
    seen = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)

    def __init__(self, *args: Any, version: VisionVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        believe = _("What we believe about children, adults and learning, so that what follows has a ground to stand on.")
        self.add_texts(
            *("beliefs", _("What we believe")),
            rows=8,
            most=4000,
            value=version.beliefs,
            help_text=format_lazy("{} {}", believe, EACH_LINE),
            keep_height=True,
        )
        cited = _("Cite it as it was adopted. It stands beside the why, so that everyone sees how the two belong together.")
        self.add_texts("mission", _("The district's mission"), rows=4, most=1000, value=version.mission, help_text=cited)
        self.initial.setdefault("seen", drafting.part_digest(version, self.PARTS))

    def statement(self) -> dict[str, Any]:
        """The fields of the version from a valid form."""
        return {"beliefs": self.lines_of("beliefs"), "mission": self.texts_of("mission", several_lines=True)}

    def theirs(self, version: VisionVersion) -> list[Difference]:
        """Where `version`, as somebody else saved it, is not what stands in this form."""
        return self.differences(self.statement(), {name: getattr(version, name) for name in self.PARTS})


class ClauseForm(InLanguagesForm):
    """One sentence of the vision, why it stands there, and what one would see if it were true."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, clause: Clause | None = None, begun: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_texts("text", _("The sentence"), rows=3, most=400, value=clause.texts if clause else {})
        self.add_texts("note", _("Why it stands here"), rows=2, most=400, value=clause.note if clause else {})
        see = _("What would somebody walking in see or hear, if this were true?")
        self.add_texts(
            *("look_fors", _("What one would see")),
            rows=4,
            most=2400,
            value=look_for_texts(clause) if clause else [],
            help_text=format_lazy("{} {}", see, EACH_LINE),
            keep_height=True,
        )
        self.initial.setdefault("revision", clause.revision if clause else 0)
        self.initial.update({name: words for name, words in (begun or {}).items() if name in self.fields})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.words():
            self.add_error(f"text_{LANGUAGES[0]}", _("Write the sentence in one language at least."))
        if len(self.look_fors()) > drafting.MOST_LOOK_FORS:
            most = _("At most %(most)s: nobody looks for more at once.") % {"most": drafting.MOST_LOOK_FORS}
            self.add_error(f"look_fors_{LANGUAGES[0]}", most)
        return cleaned

    def written(self) -> Written:
        """What `drafting.add_clause` and `change_clause` take, from a valid form."""
        return {"texts": self.words(), "note": self.note(), "look_fors": self.look_fors()}

    def words(self) -> Texts:
        """The sentence by language, from a valid form."""
        return self.texts_of("text")

    def note(self) -> Texts:
        """Why it stands there, by language, from a valid form."""
        return self.texts_of("note")

    def look_fors(self) -> list[Texts]:
        """What one would see, line by line, from a valid form."""
        return self.lines_of("look_fors")

    def theirs(self, clause: Clause) -> list[Difference]:
        """Where `clause`, as somebody else saved it, is not what stands in this form."""
        mine = {"text": self.words(), "note": self.note(), "look_fors": self.look_fors()}
        stored = {"text": clause.texts, "note": clause.note, "look_fors": look_for_texts(clause)}
        return self.differences(mine, stored)


class AdoptionForm(InLanguagesForm):
    """The board's decision. `seen` is the draft as it was read on the page."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=32)
    on = forms.DateField(label=_("Date of the decision"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, exception_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        public = _("The motion, and its result in words, such as “Carried, 6 to 1”. Anyone will be able to read this.")
        self.add_texts("minutes", _("What the minutes say"), rows=5, most=4000, help_text=public)
        if exception_needed:
            only_if = _("Something above does not hold yet. Mend it, or say why you adopt it all the same; anyone can read it.")
            self.add_texts("exception_reason", _("Reason for the exception"), rows=3, most=2000, help_text=only_if)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.texts_of("minutes"):
            self.add_error(f"minutes_{LANGUAGES[0]}", _("Write what the minutes say, in one language at least."))
        return cleaned

    def decision(self) -> dict[str, Any]:
        """The arguments of `adoption.adopt` from a valid form."""
        texts = {name: self.texts_of(name, several_lines=True) for name in self.labels}
        return {"on": self.cleaned_data["on"], "seen": self.cleaned_data["seen"], **texts}


class VoiceSearchForm(forms.Form):
    """Words to look for among the voices, and who said them. Choices with one entry are not worth a field."""

    q = forms.CharField(label=_("Words to look for"), required=False, max_length=100)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "group": (_("Who said it"), _("Anyone")),
            "school": (_("School"), _("Any school")),
            "language": (_("Language"), _("Any language")),
        }
        for name, (label, anything) in labels.items():
            if len(choices.get(name, [])) > 1:
                self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", anything), *choices[name]])
        self.fields["uncited"] = forms.BooleanField(label=_("Only voices that no sentence rests on yet"), required=False)

    @property
    def filled(self) -> bool:
        """Whether anything was asked for."""
        return any(self.data.get(name) for name in self.fields)

    def wanted(self) -> dict[str, Any]:
        """The arguments of `queries.voices_to_cite`; a choice that is not offered is no choice."""
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}
