"""A survey's terms, as tests need them said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from commonwhy.accounts.models import User
from commonwhy.listening.models import Survey, SurveyCare
from commonwhy.listening.queries.lawful import terms_of
from commonwhy.listening.services.care import save_terms

NAMES = (
    "required",
    "federally_funded",
    "notice_on",
    "notice",
    "opt_out_until",
    "preview_from",
    "asks_under_13",
    "delete_on",
    "retention",
)


def say_terms(survey: Survey, *, by: User, **changed: Any) -> SurveyCare:
    """The survey's terms, with these changed."""
    terms = terms_of(survey)
    return save_terms(survey=survey, by=by, **({name: getattr(terms, name) for name in NAMES} | changed))


def promise_deletion(survey: Survey, *, by: User) -> SurveyCare:
    """Children under 13 are asked, and their answers are deleted in a year."""
    return say_terms(survey, by=by, asks_under_13=True, delete_on=survey.district.today() + timedelta(days=365))


def tell_families(survey: Survey, *, by: User, **changed: Any) -> SurveyCare:
    """Families were told two weeks ago, could read it since, and could say no until yesterday."""
    today = survey.district.today()
    told = {
        "notice": {"en": "We ask your child how they feel at school."},
        "notice_on": today - timedelta(days=14),
        "preview_from": today - timedelta(days=14),
        "opt_out_until": today - timedelta(days=1),
    }
    return say_terms(survey, by=by, **(told | changed))
