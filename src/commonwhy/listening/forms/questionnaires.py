"""Forms with which a questionnaire is written: what stands around the questions, and one question at a time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_choices
from commonwhy.listening.models import Question, QuestionnaireVersion
from commonwhy.listening.models.question import in_language
from commonwhy.listening.services.questionnaires import Choices, QuestionnaireRefused, choices_from_lines
from commonwhy.listening.shipped import shipped

LONGEST_TEXT = 4_000
Texts = dict[str, str]


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
        choices: list[tuple[str, Any]] = [
            (key, f"{in_language(each.title, language)} ({each.licence}). {in_language(each.about, language)}")
            for key, each in shipped().items()
        ]
        self.fields["start"].choices = [*choices, (self.EMPTY, _("An empty one: we write our own questions"))]  # type: ignore[attr-defined]
        self.fields["start"].initial = choices[0][0]

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

    def __init__(self, version: QuestionnaireVersion, data: Any = None) -> None:
        self.version = version
        initial: dict[str, Any] = {"title": version.questionnaire.title, "languages": version.languages}
        super().__init__(data, initial=initial)
        self.parts = list(dict.fromkeys([*version.languages, *(code for code, _name in settings.LANGUAGES)]))
        for code in self.parts:
            self.fields[f"term-{code}"] = forms.CharField(
                label=_("The term asked about"), max_length=80, required=False, initial=version.term.get(code, "")
            )
            for name, label in (("intro", _("What people read first")), ("thanks", _("What people read last"))):
                self.fields[f"{name}-{code}"] = forms.CharField(
                    label=label,
                    max_length=LONGEST_TEXT,
                    required=False,
                    initial=getattr(version, name).get(code, ""),
                    widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
                )

    @property
    def by_language(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """For each language its code, its name and its fields."""
        return [
            (code, language_name(code), [self[f"{name}-{code}"] for name in ("term", "intro", "thanks")]) for code in self.parts
        ]

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
        }


class QuestionForm(forms.Form):
    """One question of a kind, in every language of its version. Choices are written one on each line."""

    required = forms.BooleanField(label=_("It has to be answered"), required=False)

    def __init__(self, version: QuestionnaireVersion, kind: str, data: Any = None, question: Question | None = None) -> None:
        self.version, self.kind, self.question = version, kind, question
        super().__init__(data, initial={"required": bool(question and question.required)})
        for code in version.languages:
            self._add(f"text-{code}", _("Question"), code, question.texts.get(code, "") if question else "", 2)
            self._add(f"hint-{code}", _("A hint below it"), code, question.hints.get(code, "") if question else "", 1)
            if self.has_rows:
                before = _lines(question.rows, code) if question else ""
                self._add(f"rows-{code}", _("Lines to be answered, one on each line"), code, before, 5)
            if self.has_options:
                before = _lines(question.options, code) if question else ""
                self._add(f"options-{code}", _("Answers to choose from, one on each line"), code, before, 6)
        self.fields[f"text-{version.languages[0]}"].required = True
        self.order_fields([name for name in self.fields if name != "required"])

    @property
    def has_options(self) -> bool:
        return self.kind in (Question.Kind.SINGLE, Question.Kind.MULTIPLE, Question.Kind.MATRIX)

    @property
    def has_rows(self) -> bool:
        return self.kind == Question.Kind.MATRIX

    @property
    def by_language(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """For each language its code, its name and its fields."""
        names = ["text", "hint", *(["rows"] if self.has_rows else []), *(["options"] if self.has_options else [])]
        return [(code, language_name(code), [self[f"{name}-{code}"] for name in names]) for code in self.version.languages]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            self.options = self._choices("options", values, self.question.options if self.question else [])
            self.rows = self._choices("rows", values, self.question.rows if self.question else [])
        except QuestionnaireRefused as refusal:
            self.add_error(None, str(refusal))
        return values

    def arguments(self) -> dict[str, Any]:
        """What `add_question` and `change_question` take, from a valid form."""
        values = self.cleaned_data
        codes = self.version.languages
        return {
            "texts": {code: values[f"text-{code}"] for code in codes},
            "hints": {code: values[f"hint-{code}"] for code in codes},
            "options": self.options,
            "rows": self.rows,
            "required": values["required"],
        }

    def _choices(self, name: str, values: dict[str, Any], before: Choices) -> Choices:
        lines = {code: values.get(f"{name}-{code}", "") for code in self.version.languages}
        return choices_from_lines(lines, self.version.languages, before)

    def _add(self, name: str, label: Any, code: str, initial: str, rows: int) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "lang": code, "class": "brief" if rows < 3 else ""})
        self.fields[name] = forms.CharField(label=label, max_length=LONGEST_TEXT, required=False, initial=initial, widget=widget)


def _lines(choices: Choices, code: str) -> str:
    found = [choice["texts"].get(code, "") for choice in choices]
    return "\n".join(found) if all(found) else ""
