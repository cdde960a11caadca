"""Sending a file of answers, and saying what its columns are for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonwhy.core.languages import language_choices
from commonwhy.formats.survey_exports import USE_LABELS, Column, MappingProblem, Use
from commonwhy.formats.survey_exports import Mapping as ColumnMapping
from commonwhy.listening.models import AnswerFile
from commonwhy.listening.services.imported_questions import pulse_choices
from commonwhy.listening.services.looking_through import NEW_SCHOOL

# Nothing of ours keeps a grade yet, so nobody is offered to choose it.
OFFERED = [use for use in Use if use is not Use.GRADE]


class AnswerFileForm(forms.Form):
    """A file of answers."""

    file = forms.FileField(
        label=gettext_lazy("The file with the answers"),
        help_text=gettext_lazy("As the form maker exports it: CSV, Excel, or the zip around it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.zip"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty. Export it again and choose that one."),
        },
        max_length=240,
    )


@dataclass(frozen=True)
class ColumnField:
    """One column as the page shows it: what it is, and the fields that decide about it."""

    column: Column
    reason: str
    use: Any
    ask: Any


@dataclass(frozen=True)
class ValueField:
    """One value of a role or school column, how many rows say it, and the field that decides what it means."""

    value: str
    rows: int
    field: Any
    is_guess: bool


class MappingForm(forms.Form):
    """What the columns of one file are for; its fields depend on the file."""

    title = forms.CharField(label=gettext_lazy("What to call this survey"), max_length=160)
    language = forms.ChoiceField(label=gettext_lazy("Language of the questions"), choices=language_choices)

    def __init__(self, file: AnswerFile, *, groups: Mapping[str, str], schools: Mapping[str, str], data: Any = None) -> None:
        self.file = file
        self.mapping = ColumnMapping.from_dict(file.mapping)
        self.groups, self.schools = groups, schools
        super().__init__(data, initial={"title": file.choices.get("title"), "language": file.choices.get("language")})
        for column in self.mapping.columns:
            if not column.locked:
                self._add_column(column)
        self._add_whole_file()
        self._roles = [(seen, self._add_value("role", seen, list(groups.items()), [])) for seen in file.preview.get("roles", [])]
        self._places = [(seen, self._add_place(seen)) for seen in file.preview.get("places", [])]
        self._asked = [(each, self._add_asked(each)) for each in file.preview.get("groups", []) if each["key"] in groups]

    def _add_column(self, column: Column) -> None:
        offered = OFFERED if column.kind is not Use.GRADE else [*OFFERED, Use.GRADE]
        self.fields[f"use_{column.index}"] = forms.ChoiceField(
            label=_("Used as"),
            choices=[(str(use), _("Grade (not kept)") if use is Use.GRADE else _(USE_LABELS[use])) for use in offered],
            initial=str(column.kind),
        )
        if column.kind is Use.TEXT:
            own = [("", _("A question of its own"))]
            self.fields[f"ask_{column.index}"] = forms.ChoiceField(
                label=_("Asks the same as"),
                choices=own + pulse_choices(),
                required=False,
                initial=self.file.choices.get("asks", {}).get(column.key, ""),
            )

    def _add_whole_file(self) -> None:
        for name, use, label, known in (
            ("group", Use.GROUP, _("Who answered, all of them"), self.groups),
            ("school", Use.SCHOOL, _("Their school, of all of them"), self.schools),
        ):
            if self.mapping.column_for(use) is None:
                choices = [("", _("Not said in the file")), *known.items()]
                self.fields[name] = forms.ChoiceField(
                    label=label, choices=choices, required=False, initial=getattr(self.mapping, name)
                )
        if self.mapping.column_for(Use.TIMESTAMP) is not None:
            self.fields["day_first"] = forms.BooleanField(
                label=_("In its dates the day comes before the month"), required=False, initial=self.mapping.day_first
            )
        if self.mapping.keep_unfinished or self.file.preview.get("skipped", {}).get("unfinished"):
            self.fields["keep_unfinished"] = forms.BooleanField(
                label=_("Also bring in answers that nobody finished"), required=False, initial=self.mapping.keep_unfinished
            )

    def _add_value(self, kind: str, seen: Mapping[str, Any], known: list[tuple[str, str]], more: list[tuple[str, str]]) -> str:
        decided = self.mapping.group_values if kind == "role" else self.mapping.school_values
        initial = decided.get(seen["value"], seen["key"] or seen["guess"])
        name = f"{kind}_{hashlib.sha256(seen['value'].encode('utf-8', 'replace')).hexdigest()[:12]}"
        self.fields[name] = forms.ChoiceField(
            label=seen["value"], choices=[("", _("None of these")), *more, *known], required=False, initial=initial
        )
        return name

    def _add_place(self, seen: Mapping[str, Any]) -> str:
        fresh = NEW_SCHOOL + seen["value"].strip()[:160]
        more = [] if seen["key"] and not str(seen["key"]).startswith(NEW_SCHOOL) else [(fresh, _("Add it as a new school"))]
        if not self.schools and not seen["key"] and not seen["guess"] and seen["value"] not in self.mapping.school_values:
            seen = {**seen, "guess": fresh}
        return self._add_value("place", seen, list(self.schools.items()), more)

    def _add_asked(self, each: Mapping[str, Any]) -> str:
        name = f"asked_{each['key']}"
        self.fields[name] = forms.IntegerField(
            label=self.groups[each["key"]],
            required=False,
            min_value=each["rows"],
            max_value=10_000_000,
            initial=self.file.choices.get("asked", {}).get(each["key"]),
            error_messages={"min_value": _("At least %(limit_value)s were asked, because so many answered.")},
        )
        return name

    def columns(self) -> list[ColumnField]:
        """The columns that can be decided about, in the order of the file."""
        return [
            ColumnField(
                column,
                column.reason.text(_),
                self[f"use_{column.index}"],
                self[f"ask_{column.index}"] if f"ask_{column.index}" in self.fields else None,
            )
            for column in self.mapping.columns
            if not column.locked
        ]

    def locked(self) -> list[str]:
        """The headings of columns that say who answered and are never read in."""
        return [column.header for column in self.mapping.columns if column.locked]

    def roles(self) -> list[ValueField]:
        return [self._value(seen, name) for seen, name in self._roles]

    def places(self) -> list[ValueField]:
        return [self._value(seen, name) for seen, name in self._places]

    def _value(self, seen: Mapping[str, Any], name: str) -> ValueField:
        return ValueField(seen["value"], seen["rows"], self[name], seen["key"] is None)

    def asked(self) -> list[tuple[int, Any]]:
        """Rows of a group in the file, and the field for how many of it were asked."""
        return [(each["rows"], self[name]) for each, name in self._asked]

    def whole_file(self) -> list[Any]:
        """The fields that hold for every row."""
        return [self[name] for name in ("group", "school", "day_first", "keep_unfinished") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        asks = [value for name, value in values.items() if name.startswith("ask_") and value]
        if len(set(asks)) < len(asks):
            self.add_error(None, _("Two columns ask the same of ours. Choose one for each question."))
        try:
            self.decided = self._decided(values)
        except MappingProblem as problem:
            self.add_error(None, problem.message.text(_))
        else:
            if not self.decided[0].questions:
                self.add_error(None, _("No column is used as a question, so there would be nothing to bring in."))
        return values

    def _decided(self, values: Mapping[str, Any]) -> tuple[ColumnMapping, dict[str, Any]]:
        """The mapping and the other choices, as `services.imports.choose` takes them."""
        kinds = {
            column.index: values[f"use_{column.index}"] for column in self.mapping.columns if values.get(f"use_{column.index}")
        }
        group_values = {**self.mapping.group_values, **self._decided_values(self._roles, values)}
        school_values = {**self.mapping.school_values, **self._decided_values(self._places, values)}
        mapping = self.mapping.changed(
            kinds,
            group=values.get("group", ""),
            school=values.get("school", ""),
            day_first=values.get("day_first", self.mapping.day_first),
            keep_unfinished=values.get("keep_unfinished", self.mapping.keep_unfinished),
            group_values=group_values,
            school_values=school_values,
        )
        by_index = {column.index: column for column in mapping.columns}
        asks = {
            by_index[int(name.removeprefix("ask_"))].key: value
            for name, value in values.items()
            if name.startswith("ask_") and value and by_index[int(name.removeprefix("ask_"))].kind is Use.TEXT
        }
        asked = {
            name.removeprefix("asked_"): value
            for name, value in values.items()
            if name.startswith("asked_") and value is not None
        }
        choices = {"title": values.get("title", ""), "language": values.get("language", ""), "asks": asks, "asked": asked}
        return mapping, choices

    @staticmethod
    def _decided_values(fields: list[tuple[Any, str]], values: Mapping[str, Any]) -> dict[str, str]:
        """What somebody chose for values; one that was read right by itself needs no decision."""
        chosen = [(seen, values[name]) for seen, name in fields if name in values]
        return {seen["value"]: key for seen, key in chosen if seen["key"] is None or key != seen["key"]}
