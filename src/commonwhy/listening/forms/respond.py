"""Forms on respondents' pages: one question, the code of a printed card, where somebody belongs.

A form never shortens or corrects what people wrote: what does not fit is shown to them again as they sent it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import Group, School
from commonwhy.listening import tokens
from commonwhy.listening.models import Question
from commonwhy.listening.services.responses import tidy_words
from commonwhy.listening.wording import Wording

ANSWER = "answer"
ROW = "row-"
PLACE = "place-"
TAMPERED = {"invalid_choice", "invalid_list"}
UNFINISHED = "unfinished"
# No count or amount that anybody is asked for has more digits; and every one of these is kept exactly.
MOST_DIGITS = 15
# What a typed number may look like. One comma is a decimal comma, except before three digits, where it may be either.
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
THOUSANDS = re.compile(r"-?\d{1,3},\d{3}")


class WordsField(forms.CharField):
    """Words as the services keep them; a null character, which no person types, is no reason to refuse the rest."""

    def to_python(self, value: Any) -> str:
        return tidy_words(super().to_python(value) or "")


class AnswerForm(forms.Form):
    """One question as fields: `answer`, or for each row of a matrix `row-<key>`, for each option of a ranking `place-<key>`."""

    use_required_attribute = False

    def __init__(
        self, question: Question, wording: Wording, saved: Any = None, data: Any = None, prefix: str | None = None
    ) -> None:
        self.question = question
        self.wording = wording.of(question)
        self.number: int | float | str = ""
        super().__init__(data, initial=self._initial(saved), auto_id="%s", prefix=prefix)
        for name, field in self._fields().items():
            self.fields[name] = field

    wrong = False
    """Set when the page says that something is wrong with the answer, so that its field says so too."""

    @property
    def language(self) -> str:
        return self.wording.language

    @property
    def words(self) -> str:
        """The question itself."""
        return self.wording.text(self.question.texts, self.question.plain_texts)

    @property
    def hint(self) -> str:
        return self.wording.text(self.question.hints, self.question.plain_hints)

    @property
    def unit(self) -> str:
        """What a number counts, as "minutes"."""
        return self.wording.text(self.question.limits.get("unit", {}))

    @property
    def bounds(self) -> str:
        """Between which numbers an answer lies, in words; empty where any number will do."""
        least, most = self.question.limits.get("least"), self.question.limits.get("most")
        if least is not None and most is not None:
            return gettext("From %(least)s to %(most)s.") % {"least": least, "most": most}
        if least is not None:
            return gettext("%(least)s or more.") % {"least": least}
        return gettext("%(most)s or less.") % {"most": most} if most is not None else ""

    @property
    def has_box(self) -> bool:
        """Whether it is answered in a box of its own, named by the question."""
        return self.question.is_text or self.question.kind == Question.Kind.NUMBER

    @property
    def value(self) -> Any:
        """What was sent, in the shape `Answer.value` has."""
        data = self.cleaned_data
        match self.question.kind:
            case Question.Kind.MATRIX:
                return {name.removeprefix(ROW): choice for name, choice in data.items() if choice}
            case Question.Kind.SINGLE:
                return [data[ANSWER]] if data[ANSWER] else []
            case Question.Kind.RANKING:
                placed = sorted((int(place), name.removeprefix(PLACE)) for name, place in data.items() if place)
                return [key for _place, key in placed]
            case Question.Kind.NUMBER:
                return self.number
            case _:
                return data[ANSWER]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and self.question.kind == Question.Kind.RANKING:
            self._check_places(values)
        elif not self.errors and self.question.kind == Question.Kind.NUMBER and values.get(ANSWER):
            self._check_number(values[ANSWER])
        return values

    @property
    def tampered(self) -> bool:
        """Whether something was sent that the page does not offer."""
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return bool(codes & TAMPERED)

    @property
    def unfinished(self) -> str:
        """What is still to be done before this is an answer; empty where nothing is. What was sent stays in the fields."""
        return next((str(error.message) for error in self.errors.as_data().get("__all__", []) if error.code == UNFINISHED), "")

    @property
    def empty(self) -> Any:
        """The value that takes an answer back."""
        return {} if self.question.kind == Question.Kind.MATRIX else "" if self.has_box else []

    @property
    def first_id(self) -> str:
        """Where the link of an error leads: the first box, or the first choice."""
        first = self.add_prefix(next(iter(self.fields), ANSWER))
        return first if self.has_box or self.question.kind == Question.Kind.RANKING else f"{first}_0"

    @property
    def group_id(self) -> str:
        """The id of the question's words, which name what stands below them."""
        return self.add_prefix("asked")

    @property
    def names_id(self) -> str:
        """The id of the request to leave out names."""
        return self.add_prefix("names")

    @property
    def bounds_id(self) -> str:
        return self.add_prefix("range")

    @property
    def problem_id(self) -> str:
        """The id of what is wrong."""
        return self.add_prefix("problem")

    @property
    def answer_box(self) -> SafeString:
        """The box for words or a number, tied to what is said about it below and to what is wrong."""
        below = [self.names_id] if self.question.is_text else [self.bounds_id] if self.bounds else []
        attributes: dict[str, str | bool] = {}
        if self.wrong:
            below, attributes["aria-invalid"] = [self.problem_id, *below], "true"
        if below:
            attributes["aria-describedby"] = " ".join(below)
        return self[ANSWER].as_widget(attrs=attributes)

    def _check_number(self, typed: str) -> None:
        """Read a number as people type it. One that may be meant in two ways is asked for again, never guessed."""
        text = typed.replace(" ", "").replace("\u00a0", "").replace("\u2212", "-").removeprefix("+")
        if not NUMBER.fullmatch(text) or THOUSANDS.fullmatch(text) or len(text) > MOST_DIGITS:
            self._unfinished(gettext("Please write one number with digits only, as 12. What you wrote is still here."))
            return
        exact = Decimal(text.replace(",", "."))
        number = int(exact) if exact == exact.to_integral_value() else float(exact)
        if not self.question.allows(number):
            self._unfinished(
                gettext("%(number)s does not fit here. %(range)s What you wrote is still here.")
                % {"number": typed, "range": self.bounds}
            )
            return
        self.number = number

    def _check_places(self, values: dict[str, Any]) -> None:
        """Every option has a place of its own, or none has one."""
        names = {name: str(field.label) for name, field in self.fields.items()}
        places = {name: values.get(name) for name in names}
        placed = [place for place in places.values() if place]
        for place in dict.fromkeys(placed):
            together = [names[name] for name, given in places.items() if given == place]
            if len(together) > 1:
                self._unfinished(
                    gettext("Two have place %(place)s: %(first)s; %(second)s. Give each its own. Your choices are still here.")
                    % {"place": place, "first": together[0], "second": together[1]}
                )
                return
        if placed and len(placed) < len(names):
            self._unfinished(
                ngettext(
                    "%(count)s of %(all)s has a place so far. Give every one a place, or take your answer back. Your choice"
                    " is still here.",
                    "%(count)s of %(all)s have a place so far. Give every one a place, or take your answer back. Your choices"
                    " are still here.",
                    len(placed),
                )
                % {"count": len(placed), "all": len(names)}
            )

    def _unfinished(self, message: str) -> None:
        self.add_error(None, ValidationError(message, code=UNFINISHED))

    def _initial(self, saved: Any) -> dict[str, Any]:
        match self.question.kind:
            case Question.Kind.MATRIX:
                return {f"{ROW}{row}": choice for row, choice in (saved or {}).items()}
            case Question.Kind.SINGLE:
                return {ANSWER: saved[0] if saved else ""}
            case Question.Kind.RANKING:
                return {f"{PLACE}{key}": str(place) for place, key in enumerate(saved or [], start=1)}
        return {ANSWER: saved}

    def _fields(self) -> dict[str, forms.Field]:
        question = self.question
        choices = [(option["key"], self._named(option)) for option in question.options]
        match question.kind:
            case Question.Kind.MATRIX:
                return {
                    f"{ROW}{row['key']}": forms.ChoiceField(
                        label=self._named(row), choices=choices, widget=forms.RadioSelect, required=False
                    )
                    for row in question.rows
                }
            case Question.Kind.RANKING:
                places = [("", "–"), *((str(place), str(place)) for place in range(1, len(choices) + 1))]
                return {f"{PLACE}{key}": forms.ChoiceField(label=name, choices=places, required=False) for key, name in choices}
            case Question.Kind.SINGLE:
                return {ANSWER: forms.ChoiceField(choices=choices, widget=forms.RadioSelect, required=False)}
            case Question.Kind.MULTIPLE:
                return {ANSWER: forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, required=False)}
            case Question.Kind.NUMBER:
                limits = [question.limits.get("least"), question.limits.get("most")]
                # The small keypads of phones have no minus, and the one for whole numbers has no point either.
                keypad = "text" if any(limit is not None and limit < 0 for limit in limits) else "numeric"
                if any(isinstance(limit, float) and not limit.is_integer() for limit in limits):
                    keypad = "decimal"
                box: forms.Widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": keypad})
                return {ANSWER: WordsField(widget=box, required=False)}
            case Question.Kind.SHORT:
                widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"})
            case _:
                widget = forms.Textarea(attrs={"autocomplete": "off", "dir": "auto", "rows": 6})
        return {ANSWER: WordsField(widget=widget, required=False, strip=False)}

    def _named(self, choice: dict[str, Any]) -> str:
        """An option or a row in the reader's words."""
        return self.wording.text(choice["texts"], choice.get("plain"))


class CodeForm(forms.Form):
    """The code of a printed card, or the short code of an open survey."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("As it stands on your card. Dashes, spaces and small letters do not matter."),
    )

    def clean_code(self) -> str:
        return tokens.tidy(self.cleaned_data["code"])


class PlaceForm(forms.Form):
    """Where somebody belongs who came by the open link."""

    group = forms.ChoiceField(label=_("Who you are"), widget=forms.RadioSelect)
    school = forms.ChoiceField(label=_("Your school"), required=False)

    def __init__(self, groups: list[Group], schools: list[School], data: Any = None) -> None:
        super().__init__(data)
        self._groups = {str(group.pk): group for group in groups}
        self._schools = {str(school.pk): school for school in schools}
        self.fields["group"].choices = [(key, str(group)) for key, group in self._groups.items()]  # type: ignore[attr-defined]
        none = ("", _("None of these, or more than one"))
        self.fields["school"].choices = [none, *((key, str(school)) for key, school in self._schools.items())]  # type: ignore[attr-defined]
        if not schools:
            del self.fields["school"]

    @property
    def group_chosen(self) -> Group:
        return self._groups[self.cleaned_data["group"]]

    @property
    def school_chosen(self) -> School | None:
        return self._schools.get(self.cleaned_data.get("school", ""))
