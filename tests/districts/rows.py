"""A row of any model in Alder Creek, with as little as the database asks for; models that need more say so here."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from tests.cast import Cast

from commonwhy.accounts.models import User
from commonwhy.deliberation.models import Statement
from commonwhy.districts.models import District, Group, Person
from commonwhy.listening.models import Answer, Survey

NUMBERS = itertools.count(1)


class Rows:
    """Makes rows and what they hang on. Every row is of Alder Creek."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.made: dict[type[models.Model], Any] = {User: cast.superintendent, Group: cast.group("teachers")}
        self.given: dict[str, Callable[[], dict[str, Any]]] = {
            "districts.Membership": lambda: {"role": "evaluator"},
            "listening.Response": lambda: {"week": date(2026, 9, 7)},  # a Monday
            "listening.Excerpt": lambda: {"answer": self.make(Answer), "start": 0, "end": 3},
            "listening.ParentChoice": lambda: {"child": "Somebody"},
            "listening.Coding": lambda: {"answer": self.make(Answer)},
            "listening.SafetyFlag": lambda: {"week": date(2026, 9, 7)},
            "listening.Stance": lambda: {"level": 3},
            "districts.GroupStanding": lambda: {"influence": 3, "interest": 3},
            "deliberation.StatementLink": lambda: {"same_as": self._fresh(Statement)},
            "vision.OptionEffect": lambda: {"side": "first"},
            "listening.IssuedKey": lambda: {
                "survey": self._fresh(Survey, mode="identified"),
                "mode": "identified",
                "person": self.make(Person),
            },
        }

    def make(self, model: Any) -> Any:
        """The one row of `model` this maker has made."""
        if model is District:
            return self.cast.alder
        if model not in self.made:
            assert hasattr(model, "everything"), f"say in tests/districts/rows.py how to make a {model._meta.label}"
            self.made[model] = self._fresh(model)
        return self.made[model]

    def _fresh(self, model: Any, **fields: Any) -> Any:
        fields = {**self.given.get(model._meta.label, dict)(), **fields}
        for field in model._meta.concrete_fields:
            if field.name not in fields and self._needed(field):
                fields[field.name] = self._value(field)
        return model.everything.create(**fields)

    @staticmethod
    def _needed(field: Any) -> bool:
        return not (field.primary_key or field.has_default() or field.null or (field.blank and not field.is_relation))

    def _value(self, field: Any) -> Any:
        if field.is_relation:
            return self.make(field.related_model)
        if field.choices:
            return field.choices[0][0]
        number = next(NUMBERS)
        match field:
            case models.DateTimeField():
                return timezone.now()
            case models.DateField():
                return timezone.localdate()
            case models.EmailField():
                return f"row{number}@example.org"
            case models.CharField() | models.TextField():
                return f"row {number}"[: field.max_length]
            case models.JSONField():
                return {}
            case models.BooleanField():
                return False
            case models.BinaryField():
                return b"row"
        return number
