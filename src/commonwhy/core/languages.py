"""Languages by their names, in the reader's own language: `Español` for a code `es`, as labels and lists write it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language_info


def language_name(code: str) -> str:
    """The name with a capital, as it stands alone. A code that nobody here knows (a roster may hold any) stays as it is."""
    try:
        name = str(dict(settings.LANGUAGES).get(code) or get_language_info(code)["name_translated"])
    except KeyError:
        return code
    return name[:1].upper() + name[1:]


def language_choices() -> list[tuple[str, str]]:
    """The languages of the pages, to choose from."""
    return [(code, language_name(code)) for code, _name in settings.LANGUAGES]
