"""Which of the languages that a text is written in somebody reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.formats import get_format, get_format_modules
from django.utils.translation import check_for_language

from chat_api.engine.question_types.number_texts import NumberFormat
from chat_api.lib.hooks import degraded
from chat_api.settings import chat_settings

#: A language tag as Django writes it: pl, pt-br, zh-hans.
_CODE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}")
_LANGUAGES_MAX: Final = 200


def language_of(user: Any) -> str | None:
    """Give the user's language by the host's USER_LANGUAGE; None where that says nothing, or fails, which is logged."""
    if user is None or not chat_settings.has("USER_LANGUAGE"):
        return None
    found = degraded("USER_LANGUAGE", lambda: chat_settings.USER_LANGUAGE(user), fallback=None)
    return found if isinstance(found, str) and found else None


def fallbacks(code: str | None) -> tuple[str, ...]:
    """Give the languages to look in, best first: as Django does, `pt-br` falls back to `pt`, then to LANGUAGE_CODE.

    None means the language that is active now.
    """
    wanted = [code or translation.get_language() or "", settings.LANGUAGE_CODE]
    codes = [part for each in wanted for part in _with_generic(each.lower().replace("_", "-"))]
    return tuple(dict.fromkeys(part for part in codes if part))


def number_format_of(user: Any) -> NumberFormat | None:
    """Return how the user's language, by USER_LANGUAGE, writes numbers as Django knows it; None where it does not.

    Django answers with the project's own separators for a language whose formats it does not have: those do not count.
    """
    language = language_of(user)
    tags = _with_generic((language or "").lower().replace("_", "-"))
    code = next((tag for tag in tags if check_for_language(tag)), None)
    if not code:
        return None
    modules = get_format_modules(code)
    for name in ("DECIMAL_SEPARATOR", "THOUSAND_SEPARATOR"):
        if not any(hasattr(module, name) for module in modules):
            return None
    decimal = get_format("DECIMAL_SEPARATOR", lang=code, use_l10n=True)
    group = get_format("THOUSAND_SEPARATOR", lang=code, use_l10n=True)
    return NumberFormat(str(decimal), str(group))


def _with_generic(code: str) -> list[str]:
    parts = code.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def chosen(text: str, translations: Mapping[str, str] | None, codes: tuple[str, ...]) -> str:
    """Give the text in the first of the languages that there is a translation for, else the text itself."""
    if not translations:
        return text
    return next((translations[code] for code in codes if translations.get(code)), text)


def translation_errors(raw: Any) -> list[str]:
    """Say what keeps `raw` from being a dict of texts by language."""
    if not isinstance(raw, dict):
        return ["Give the texts by language, {“pl”: “…”}."]
    if len(raw) > _LANGUAGES_MAX:
        return [f"More than {_LANGUAGES_MAX} languages."]
    errors = []
    for code, text in raw.items():
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            errors.append(f"{str(code)[:30]!r} is no language; write pl, or pt-br.")
        elif not isinstance(text, str):
            errors.append(f"The text for {code} is no text.")
    return errors
