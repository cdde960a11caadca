"""Forms of those who run a discussion: the draft, a statement in each language, and looking for voices."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_name
from commonwhy.deliberation.services.discussions import LONGEST_QUESTION
from commonwhy.deliberation.services.holding import LONGEST_STATEMENT
from commonwhy.districts.models import District, Group
from commonwhy.listening.forms.surveys import ClosingForm
from commonwhy.listening.models import Survey

Texts = dict[str, str]
LANGUAGES: list[str] = [code for code, _name in settings.LANGUAGES]


class InEachLanguage(forms.Form):
    """A form with one text that has a box for each language."""

    def add_text(self, label: Any, *, most: int, rows: int, value: Texts | None = None) -> None:
        for code in LANGUAGES:
            both = _("%(text)s, in %(language)s") % {"text": label, "language": language_name(code)}
            self.fields[f"text_{code}"] = forms.CharField(
                label=language_name(code),
                required=False,
                max_length=most,
                initial=(value or {}).get(code, ""),
                widget=forms.Textarea(attrs={"rows": rows, "class": "brief", "lang": code, "dir": "auto", "aria-label": both}),
            )

    @property
    def boxes(self) -> list[Any]:
        """The bound field of each language."""
        return [self[f"text_{code}"] for code in LANGUAGES]

    def texts(self) -> Texts:
        """What was written, by language, each on one line."""
        written = {code: " ".join((self.cleaned_data.get(f"text_{code}") or "").split()) for code in LANGUAGES}
        return {code: text for code, text in written.items() if text}


class DiscussionForm(InEachLanguage, ClosingForm):
    """What is discussed, by whom, and how."""

    groups = forms.MultipleChoiceField(
        label=_("Who takes part"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one group.")},
    )
    mode = forms.ChoiceField(
        label=_("Who can know who said what"),
        choices=Survey.Mode.choices,
        widget=forms.RadioSelect,
        initial=Survey.Mode.ANONYMOUS,
        help_text=_("Everybody you ask reads this on the first page. It cannot be changed once the discussion is open."),
    )
    takes_statements = forms.BooleanField(
        label=_("People may add statements of their own; you read each before others do"), required=False, initial=True
    )
    open_link = forms.BooleanField(label=_("Anyone with the link may take part (only when it is anonymous)"), required=False)

    def __init__(self, district: District, *args: Any, question: Texts | None = None, **options: Any) -> None:
        super().__init__(district, *args, **options)
        self.add_text(_("The question"), most=LONGEST_QUESTION, rows=2, value=question)
        self._groups = {str(group.pk): group for group in Group.objects.within(district).filter(not_here="")}
        order = Group.Kind.values
        named = sorted(self._groups.items(), key=lambda pair: (order.index(pair[1].kind), pair[1].name))
        cast(forms.ChoiceField, self.fields["groups"]).choices = [(key, str(group)) for key, group in named]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.texts():
            self.add_error(f"text_{LANGUAGES[0]}", _("Write the question in one language at least."))
        if values.get("open_link") and values.get("mode") not in (None, Survey.Mode.ANONYMOUS):
            self.add_error("open_link", _("An open link knows nobody's name. Use it when it is anonymous only."))
        return values

    def arguments(self) -> dict[str, Any]:
        """What `create_discussion` and `change_discussion` take, from a valid form."""
        values = self.cleaned_data
        return {
            "question": self.texts(),
            "groups": [self._groups[key] for key in values["groups"]],
            "mode": values["mode"],
            "takes_statements": values["takes_statements"],
            "closes_at": values["closes_at"],
            "open_link": values["open_link"],
        }


class StatementForm(InEachLanguage):
    """A statement in each language."""

    def __init__(self, data: Any = None, *, texts: Texts | None = None) -> None:
        super().__init__(data)
        self.add_text(_("The statement"), most=LONGEST_STATEMENT, rows=3, value=texts)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.texts() and not self.errors:
            self.add_error(f"text_{LANGUAGES[0]}", _("Write the statement first."))
        return values
