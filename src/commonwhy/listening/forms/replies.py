"""Writing a reply: whom it answers, its title and opening, and one point after another, in every language of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_name
from commonwhy.listening.models import Conversation, Excerpt, Reply, ReplyPoint, Survey
from commonwhy.listening.services.replies import digest_of

Texts = dict[str, str]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


class NewReplyForm(forms.Form):
    """Whom the reply answers."""

    surveys = forms.MultipleChoiceField(label=_("Surveys"), required=False, widget=forms.CheckboxSelectMultiple)
    conversations = forms.MultipleChoiceField(
        label=_("Conversations you have held"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, data: Any, surveys: Sequence[Survey], conversations: Sequence[Conversation], chosen: Sequence[str] = ()
    ) -> None:
        super().__init__(data, initial={"surveys": list(chosen)})
        self._there: dict[str, dict[str, Any]] = {
            "surveys": {str(each.pk): each for each in surveys},
            "conversations": {str(each.pk): each for each in conversations},
        }
        for name, there in self._there.items():
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = [(pk, str(each)) for pk, each in there.items()]
            if not there:
                field.widget = forms.MultipleHiddenInput()

    def chosen(self, name: str) -> list[Any]:
        return [self._there[name][pk] for pk in self.cleaned_data[name]]


@dataclass(frozen=True)
class Boxes:
    """One text with a bound field for each language."""

    name: str
    label: Any
    hint: Any
    fields: tuple[Any, ...]


@dataclass(frozen=True)
class Theirs:
    """A text as somebody else saved it meanwhile."""

    label: Any
    texts: tuple[tuple[str, str], ...]


class TextsForm(forms.Form):
    """Texts with a box for each language; `seen` is a digest of what stood there when the form was shown."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    parts: tuple[tuple[str, Any, Any, int, int], ...] = ()
    """Name, label, hint, rows, and the most characters."""

    def __init__(self, record: Reply | ReplyPoint, data: Any = None) -> None:
        super().__init__(data, initial={"seen": digest_of(record)})
        self.record = record
        for name, label, _hint, rows, most in self.parts:
            texts: Texts = getattr(record, name)
            for code in LANGUAGES:
                both = _now("%(text)s, in %(language)s") % {"text": label, "language": language_name(code)}
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=language_name(code),
                    required=False,
                    max_length=most,
                    initial=texts.get(code, ""),
                    widget=forms.Textarea(attrs={"rows": rows, "lang": code, "dir": "auto", "aria-label": both}),
                )

    @property
    def boxes(self) -> list[Boxes]:
        def fields(name: str) -> tuple[Any, ...]:
            return tuple(self[f"{name}_{code}"] for code in LANGUAGES)

        return [Boxes(name, label, hint, fields(name)) for name, label, hint, _rows, _most in self.parts]

    def texts_of(self, name: str) -> Texts:
        """What was written, by language, without those left empty."""
        written = {code: self.cleaned_data.get(f"{name}_{code}") or "" for code in LANGUAGES}
        return {code: text.replace("\r\n", "\n").strip() for code, text in written.items() if text.strip()}

    def theirs(self, current: Reply | ReplyPoint) -> list[Theirs]:
        """What somebody else saved, where it is not what stands in this form."""
        found = []
        for name, label, _hint, _rows, _most in self.parts:
            stored: Texts = getattr(current, name)
            if stored != self.texts_of(name):
                found.append(Theirs(label, tuple(stored.items())))
        return found

    def based_on(self, current: Reply | ReplyPoint) -> None:
        """Let the next save replace what stands there now, since it has been shown."""
        data = QueryDict(mutable=True)
        data.update({name: value for name, value in self.data.items() if name != "seen"})
        data["seen"] = digest_of(current)
        self.data = data


class ReplyWordsForm(TextsForm):
    parts = (
        ("title", _("Title"), "", 2, 160),
        ("intro", _("Opening"), _("A sentence or two: thank people, and say what this answers."), 4, 2_000),
    )


class HeardForm(TextsForm):
    parts = (("texts", _("What we heard"), _("In their sense, not in yours. Their own words can stand below it."), 4, 2_000),)


class ChangedForm(TextsForm):
    parts = (("texts", _("What changed"), _("What is different now, and since when."), 4, 2_000),)


class NotChangedForm(TextsForm):
    parts = (
        ("texts", _("What did not change"), "", 3, 2_000),
        ("why", _("Why"), _("People accept a no with a reason. Without one they stop answering."), 4, 2_000),
    )


FORMS: dict[str, type[TextsForm]] = {
    ReplyPoint.Kind.HEARD: HeardForm,
    ReplyPoint.Kind.CHANGED: ChangedForm,
    ReplyPoint.Kind.NOT_CHANGED: NotChangedForm,
}


class QuotesForm(forms.Form):
    """Which marked words stand below a point."""

    excerpt = forms.MultipleChoiceField(label=_("In their words"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any, voices: Sequence[Excerpt], chosen: Sequence[Any]) -> None:
        super().__init__(data, initial={"excerpt": [str(pk) for pk in chosen]})
        self.voices = voices
        field = self.fields["excerpt"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(voice.pk), voice.words) for voice in voices]

    @property
    def rows(self) -> list[tuple[Excerpt, bool]]:
        """Each voice and whether it is ticked."""
        ticked = set(self["excerpt"].value() or [])
        return [(voice, str(voice.pk) in ticked) for voice in self.voices]
