"""Forms with which a questionnaire is written: what stands around the questions, one question at a time, and for whom it is
looked at beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundWidget
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_choices
from commonwhy.districts.models import Group, Person, School
from commonwhy.listening.branching import DECIDING
from commonwhy.listening.models import Question, QuestionnaireVersion, Survey
from commonwhy.listening.models.question import in_language
from commonwhy.listening.services.questionnaires import QuestionnaireRefused
from commonwhy.listening.services.questions import CHOOSES, Choices, Written, choices_from_lines
from commonwhy.listening.shipped import Shipped, shipped

LONGEST_TEXT = 4_000
LONGEST_HEADING = 160
Texts = dict[str, str]
ByLanguage = tuple[str, Any, list[forms.BoundField]]


def language_name(code: str) -> Any:
    """A language as pages call it."""
    return dict(settings.LANGUAGES).get(code, code)


class NewQuestionnaireForm(forms.Form):
    """Start from a shipped questionnaire, or with an empty one."""

    start = forms.ChoiceField(label=_("Start with"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title of an empty one"), max_length=160, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages of an empty one"), choices=language_choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    EMPTY = "empty"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)

        language = get_language() or settings.LANGUAGE_CODE
        choices: list[tuple[str, Any]] = [(key, in_language(each.title, language)) for key, each in shipped().items()]
        self.fields["start"].choices = [*choices, (self.EMPTY, _("An empty one: we write our own questions"))]  # type: ignore[attr-defined]
        self.fields["start"].initial = choices[0][0]

    @property
    def offers(self) -> list[tuple[BoundWidget, Shipped | None, str]]:
        """Each choice, the questionnaire it stands for (None: the empty one), and the groups it was written for."""
        found: list[tuple[BoundWidget, Shipped | None, str]] = []
        for choice in self["start"]:
            each = shipped().get(str(choice.data["value"]))
            kinds = [str(Group.Kind(kind).label) for kind in each.groups] if each else []
            found.append((choice, each, ", ".join(kinds)))
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("start") == self.EMPTY:
            if not values.get("title", "").strip():
                self.add_error("title", _("Give it a title."))
            if not values.get("languages"):
                self.add_error("languages", _("Choose at least one language."))
        return values


class VersionForm(forms.Form):
    """Title, languages and, in each language, the term asked about and what people read first and last."""

    title = forms.CharField(label=_("Title"), max_length=160)
    languages = forms.MultipleChoiceField(label=_("Languages"), choices=language_choices, widget=forms.CheckboxSelectMultiple)
    plain_bands = forms.MultipleChoiceField(
        label=_("Students who find the plain words first"),
        choices=Person.GradeBand.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Where most students of a school are in these grades. Everybody can switch on every page."),
    )

    def __init__(self, version: QuestionnaireVersion, data: Any = None) -> None:
        self.version = version
        initial: dict[str, Any] = {
            "title": version.questionnaire.title,
            "languages": version.languages,
            "plain_bands": version.plain_bands,
        }
        super().__init__(data, initial=initial)
        self.parts = list(dict.fromkeys([*version.languages, *(code for code, _name in settings.LANGUAGES)]))
        for code in self.parts:
            self.fields[f"term-{code}"] = forms.CharField(
                label=_("The term asked about"), max_length=80, required=False, initial=version.term.get(code, "")
            )
            for name, label in (
                ("intro", _("What people read first")),
                ("thanks", _("What people read last")),
                ("plain_intro", _("What people read first, in plain words")),
                ("plain_thanks", _("What people read last, in plain words")),
            ):
                self.fields[f"{name}-{code}"] = forms.CharField(
                    label=label,
                    max_length=LONGEST_TEXT,
                    required=False,
                    initial=getattr(version, name).get(code, ""),
                    widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
                )

    @property
    def by_language(self) -> list[ByLanguage]:
        """For each language its code, its name and its fields."""
        return [_fields(self, code, ("term", "intro", "thanks")) for code in self.parts]

    @property
    def plain_by_language(self) -> list[ByLanguage]:
        """The same for what stands there in plain words."""
        return [_fields(self, code, ("plain_intro", "plain_thanks")) for code in self.parts]

    @property
    def has_plain(self) -> bool:
        """Whether plain words are there already or were just sent, so that they stand open."""
        return bool(self.version.plain_intro or self.version.plain_thanks or self.version.plain_bands or self.is_bound)

    def arguments(self) -> dict[str, Any]:
        """What `change_version` takes, from a valid form. The first language stays the source while it is chosen."""
        values = self.cleaned_data
        chosen = [code for code in self.parts if code in values["languages"]]

        def texts(name: str) -> Texts:
            return {code: values[f"{name}-{code}"] for code in chosen}

        return {
            "title": values["title"],
            "languages": chosen,
            "term": texts("term"),
            "intro": texts("intro"),
            "thanks": texts("thanks"),
            "plain_intro": texts("plain_intro"),
            "plain_thanks": texts("plain_thanks"),
            "plain_bands": values["plain_bands"],
        }


class QuestionForm(forms.Form):
    """One question of a kind, in every language of its version. Choices are written one on each line.

    `earlier` are the questions that stand before it: those with answers to choose from may decide whether it is asked.
    """

    required = forms.BooleanField(label=_("It has to be answered"), required=False)

    def __init__(
        self,
        version: QuestionnaireVersion,
        kind: str,
        data: Any = None,
        question: Question | None = None,
        earlier: Sequence[Question] = (),
    ) -> None:
        self.version, self.kind, self.question = version, kind, question
        self.deciding = {f"if-{each.key}": each for each in earlier if each.kind in DECIDING}
        before = question or Question(version=version, kind=kind)
        super().__init__(data, initial={"required": before.required})
        for code in version.languages:
            self._add(f"text-{code}", _("Question"), code, before.texts.get(code, ""), 2)
            self._add(f"hint-{code}", _("A hint below it"), code, before.hints.get(code, ""), 1)
            self._add(f"plain_text-{code}", _("Question, in plain words"), code, before.plain_texts.get(code, ""), 2)
            self._add(f"plain_hint-{code}", _("The hint, in plain words"), code, before.plain_hints.get(code, ""), 1)
            if self.has_rows:
                self._add_lines("rows", _("Lines to be answered, one on each line"), code, before.rows)
            if self.has_options:
                self._add_lines("options", _("Answers to choose from, one on each line"), code, before.options)
            if self.is_number:
                unit = before.limits.get("unit", {}).get(code, "")
                self._add(f"unit-{code}", _("What is counted, as “minutes”"), code, unit, 1)
            self._add(f"section-{code}", _("Heading"), code, before.section.get(code, ""), 1, LONGEST_HEADING)
        self.fields[f"text-{version.languages[0]}"].required = True
        if self.is_number:
            for name, label in (("least", _("The smallest number that fits")), ("most", _("The largest number that fits"))):
                self.fields[name] = forms.FloatField(label=label, required=False, initial=before.limits.get(name))
        for name, each in self.deciding.items():
            chosen = before.shown_if.get("any_of", []) if before.shown_if.get("question") == each.key else []
            self.fields[name] = forms.MultipleChoiceField(
                label=version.words(each.texts, version.languages[0]),
                choices=[(one["key"], version.words(one["texts"], version.languages[0])) for one in each.options],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=chosen,
            )

    @property
    def has_options(self) -> bool:
        return self.kind in CHOOSES

    @property
    def has_rows(self) -> bool:
        return self.kind == Question.Kind.MATRIX

    @property
    def is_number(self) -> bool:
        return self.kind == Question.Kind.NUMBER

    @property
    def _lists(self) -> list[str]:
        return [*(["rows"] if self.has_rows else []), *(["options"] if self.has_options else [])]

    @property
    def by_language(self) -> list[ByLanguage]:
        """For each language its code, its name and its fields."""
        names = ["text", "hint", *self._lists, *(["unit"] if self.is_number else [])]
        return [_fields(self, code, names) for code in self.version.languages]

    @property
    def plain_by_language(self) -> list[ByLanguage]:
        """The same in plain words."""
        names = ["plain_text", "plain_hint", *(f"plain_{name}" for name in self._lists)]
        return [_fields(self, code, names) for code in self.version.languages]

    @property
    def headings(self) -> list[ByLanguage]:
        """The heading of the section it begins, by language."""
        return [_fields(self, code, ["section"]) for code in self.version.languages]

    @property
    def conditions(self) -> list[forms.BoundField]:
        """For each question that may decide, its answers."""
        return [self[name] for name in self.deciding]

    @property
    def has_plain(self) -> bool:
        return self._is_there("plain_")

    @property
    def has_heading(self) -> bool:
        return self._is_there("section-")

    @property
    def has_condition(self) -> bool:
        return self._is_there("if-")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            self.options = self._choices("options", values, self.question.options if self.question else [])
            self.rows = self._choices("rows", values, self.question.rows if self.question else [])
        except QuestionnaireRefused as refusal:
            self.add_error(None, str(refusal))
        if sum(bool(values.get(name)) for name in self.deciding) > 1:
            self.add_error(None, _("Choose answers of one question only: that one decides whether this one is asked."))
        return values

    def written(self) -> Written:
        """What `add_question` and `change_question` take, from a valid form."""
        values = self.cleaned_data
        return Written(
            texts=self._texts("text"),
            hints=self._texts("hint"),
            options=self.options,
            rows=self.rows,
            required=values["required"],
            section=self._texts("section"),
            shown_if=next(
                ({"question": each.key, "any_of": values[name]} for name, each in self.deciding.items() if values[name]), {}
            ),
            limits=self._limits(),
            plain_texts=self._texts("plain_text"),
            plain_hints=self._texts("plain_hint"),
        )

    def _limits(self) -> dict[str, Any]:
        if not self.is_number:
            return {}
        unit = {code: text for code, text in self._texts("unit").items() if text.strip()}
        found: dict[str, Any] = {"unit": unit} if unit else {}
        for name in ("least", "most"):
            number = self.cleaned_data[name]
            if number is not None:
                found[name] = int(number) if number.is_integer() else number
        return found

    def _texts(self, name: str) -> Texts:
        return {code: self.cleaned_data[f"{name}-{code}"] for code in self.version.languages}

    def _choices(self, name: str, values: dict[str, Any], before: Choices) -> Choices:
        lines, plain = (
            {code: values.get(f"{beside}{name}-{code}", "") for code in self.version.languages} for beside in ("", "plain_")
        )
        return choices_from_lines(lines, self.version.languages, before, plain)

    def _is_there(self, start: str) -> bool:
        return any(bound.value() or bound.errors for bound in self if bound.name.startswith(start))

    def _add_lines(self, name: str, label: Any, code: str, before: Choices) -> None:
        self._add(f"{name}-{code}", label, code, _lines([choice["texts"] for choice in before], code), 6)
        # Where some lines are plain already, they stand there once more, so that the lines can be counted.
        beside = [choice["texts"] | choice.get("plain", {}) for choice in before]
        plain = _lines(beside, code) if any(code in choice.get("plain", {}) for choice in before) else ""
        self._add(f"plain_{name}-{code}", _("The same lines, in plain words"), code, plain, 6)

    def _add(self, name: str, label: Any, code: str, initial: str, rows: int, most: int = LONGEST_TEXT) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "lang": code, "class": "brief" if rows < 3 else ""})
        self.fields[name] = forms.CharField(label=label, max_length=most, required=False, initial=initial, widget=widget)


class CopyForm(forms.Form):
    """The title of a questionnaire that begins as a copy."""

    title = forms.CharField(label=_("Title of the copy"), max_length=160)


class ReviewForm(forms.Form):
    """What somebody who knows the field said of a version."""

    reviewer = forms.CharField(label=_("Who reviewed it"), max_length=160)
    knows = forms.CharField(
        label=_("What they know well"), max_length=200, help_text=_("Role or field, as: school psychologist.")
    )
    reviewed_on = forms.DateField(label=_("When"), widget=forms.DateInput(attrs={"type": "date"}))
    said = forms.CharField(label=_("What they said"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))
    outcome = forms.CharField(
        label=_("What was changed, or why not"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PreviewForm(forms.Form):
    """As whom a questionnaire is looked at: nothing is kept, everything stands in the address."""

    group = forms.ChoiceField(label=_("Group"), required=False)
    school = forms.ChoiceField(label=_("School"), required=False)
    words = forms.ChoiceField(
        label=_("Words"),
        choices=[("", _("as they find them")), ("full", _("full words")), ("plain", _("plain words"))],
        required=False,
    )
    mode = forms.ChoiceField(label=_("Mode"), required=False)

    def __init__(
        self, version: QuestionnaireVersion, groups: Sequence[Group], schools: Sequence[School], survey: Survey | None, data: Any
    ) -> None:
        super().__init__(data)
        self._groups = {str(group.pk): group for group in groups}
        self._schools = {str(school.pk): school for school in schools}
        self.fields["in"] = forms.ChoiceField(label=_("Language"), required=False)
        for name, choices in (
            ("group", [(key, str(group)) for key, group in self._groups.items()]),
            ("school", [("", _("no particular school")), *((key, str(school)) for key, school in self._schools.items())]),
            ("in", [(code, language_name(code)) for code in version.languages]),
            ("mode", [(mode.value, mode.label.partition(":")[0]) for mode in Survey.Mode]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self._survey = survey
        if survey is not None:
            # Its mode is decided; nobody can be asked in another.
            del self.fields["mode"]

    @property
    def group_chosen(self) -> Group | None:
        return self._groups.get(self._value("group")) or next(iter(self._groups.values()), None)

    @property
    def school_chosen(self) -> School | None:
        return self._schools.get(self._value("school"))

    @property
    def mode_chosen(self) -> str:
        mode = self._survey.mode if self._survey else self._value("mode")
        return mode if mode in Survey.Mode.values else Survey.Mode.ANONYMOUS

    @property
    def words_chosen(self) -> str:
        words = self._value("words")
        return words if words in ("plain", "full") else ""

    def _value(self, name: str) -> str:
        return str(self.data.get(name, ""))


def _fields(form: forms.Form, code: str, names: Sequence[str]) -> ByLanguage:
    return code, language_name(code), [form[f"{name}-{code}"] for name in names]


def _lines(texts: Sequence[Texts], code: str) -> str:
    found = [each.get(code, "") for each in texts]
    return "\n".join(found) if all(found) else ""
