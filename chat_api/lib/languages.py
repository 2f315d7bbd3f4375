"""The languages of users, and the choice of a translation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, get_format, get_format_modules, time_format
from django.utils.translation import check_for_language

from chat_api.engine.numbers import format_number
from chat_api.engine.question_types.base import DateOrder, Notation
from chat_api.engine.question_types.number_texts import NumberFormat
from chat_api.lib.hooks import degraded
from chat_api.lib.time_zones import time_zone_of
from chat_api.settings import chat_settings

#: A language tag as Django writes it: pl, pt-br, zh-hans.
_CODE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}")
_LANGUAGES_MAX: Final = 200

#: By letter of Django's date formats.
_DATE_PARTS: Final = {
    **dict.fromkeys("dj", "D"),
    **dict.fromkeys("bEFmMnN", "M"),
    **dict.fromkeys("oyY", "Y"),
}
_ORDERS: Final[Mapping[str, DateOrder]] = {"DMY": "DMY", "MDY": "MDY", "YMD": "YMD"}


def language_of(user: Any) -> str | None:
    """Return the user's language by USER_LANGUAGE; None if it is not set, returns none, or fails (which is logged)."""
    if user is None or not chat_settings.has("USER_LANGUAGE"):
        return None
    found = degraded("USER_LANGUAGE", lambda: chat_settings.USER_LANGUAGE(user), fallback=None)
    return found if isinstance(found, str) and found else None


def fallbacks(code: str | None) -> tuple[str, ...]:
    """Return the languages to try, best first: as in Django, `pt-br` falls back to `pt`, then to LANGUAGE_CODE.

    None stands for the active language.
    """
    wanted = [code or translation.get_language() or "", settings.LANGUAGE_CODE]
    codes = [part for each in wanted for part in _with_generic(each.lower().replace("_", "-"))]
    return tuple(dict.fromkeys(part for part in codes if part))


def number_format_of(user: Any) -> NumberFormat | None:
    """Return the number format of the user's language (USER_LANGUAGE); None if Django has none for it.

    For such a language Django returns the separators of the project, which would be wrong.
    """
    found = _formats_of(user, "DECIMAL_SEPARATOR", "THOUSAND_SEPARATOR")
    return None if found is None else NumberFormat(*found)


def date_order_of(user: Any) -> DateOrder | None:
    """Return the order of dates in digits in the user's language (USER_LANGUAGE); None if Django has none for it."""
    found = _formats_of(user, "SHORT_DATE_FORMAT")
    letters = "" if found is None else re.sub(r"\\.", "", found[0])
    order = "".join(part for letter in letters if (part := _DATE_PARTS.get(letter)))
    return _ORDERS.get(order)


def notation_of(user: Any) -> Notation:
    """Return how the user writes numbers and dates in replies.

    Their language and time zone are looked up only where they decide.
    """
    return Notation(
        number_format=lambda: number_format_of(user),
        date_order=lambda: date_order_of(user),
        zone=lambda: time_zone_of(user),
    )


def _formats_of(user: Any, *names: str) -> tuple[str, ...] | None:
    """Return Django's formats of the user's language; None if it has not all of them."""
    language = language_of(user)
    tags = _with_generic((language or "").lower().replace("_", "-"))
    code = next((tag for tag in tags if check_for_language(tag)), None)
    if not code:
        return None
    modules = get_format_modules(code)
    if not all(any(hasattr(module, name) for module in modules) for name in names):
        return None
    return tuple(str(get_format(name, lang=code, use_l10n=True)) for name in names)


def shown_value(value: Any, language: str | None) -> str | None:
    """Return a number, date, time, datetime or boolean as texts in that language show it (None: the active one).

    Numbers have no separators of thousands. Returns None for values of all other kinds.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        separator = get_format("DECIMAL_SEPARATOR", lang=language, use_l10n=True)
        return format_number(value).replace(".", str(separator))
    shown = _DATE_FORMATS.get(type(value))
    if shown is None:
        return None
    with translation.override(language or translation.get_language()):
        return date_format(value, shown) if shown != "TIME_FORMAT" else time_format(value, shown)


_DATE_FORMATS: Final = {date: "DATE_FORMAT", datetime: "DATETIME_FORMAT", time: "TIME_FORMAT"}


def _with_generic(code: str) -> list[str]:
    parts = code.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def chosen(text: str, translations: Mapping[str, str] | None, codes: tuple[str, ...]) -> str:
    """Return the translation into the first language that has one, else the text itself."""
    if not translations:
        return text
    return next((translations[code] for code in codes if translations.get(code)), text)


def translation_errors(raw: Any) -> list[str]:
    """Return the reasons why `raw` is not a dict of texts by language."""
    if not isinstance(raw, dict):
        return ["Enter the texts by language: {“pl”: “…”}."]
    if len(raw) > _LANGUAGES_MAX:
        return [f"Enter at most {_LANGUAGES_MAX} languages."]
    errors = []
    for code, text in raw.items():
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            errors.append(f"{str(code)[:30]!r} is not a language; write pl, or pt-br.")
        elif not isinstance(text, str):
            errors.append(f"The text for {code} is not a string.")
    return errors
