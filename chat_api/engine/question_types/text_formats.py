"""Formats of texts: e-mail addresses, telephone numbers and URLs, as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import re2

#: As in SMTP (RFC 5321).
_EMAIL_MAX: Final = 254
_LOCAL_MAX: Final = 64
_URL_MAX: Final = 2048
#: As in E.164, from the shortest local numbers.
_DIGITS_MIN: Final = 3
_DIGITS_MAX: Final = 15
_PHONE_MAX: Final = 40

#: Bounded repetitions of these classes take more memory than RE2 has, so the length of a label is checked apart.
_LABEL: Final = r"[\pL\pN](?:[\pL\pN\pM-]*[\pL\pN\pM])?"
_LABEL_MAX: Final = 63
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL})+\.?"
_EMAIL: Final[Any] = re2.compile(rf"[\pL\pN\pM!#$%&'*+/=?^_`{{|}}~.-]+@({_LABEL}(?:\.{_LABEL})+)")
_PHONE: Final[Any] = re2.compile(r"\+?[0-9(][0-9 ().\-/]*")
_URL: Final[Any] = re2.compile(
    rf"(?i:https?)://(?:[^\s/?#@]*@)?({_HOST}|localhost|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?(?:[/?#]\S*)?"
)


def is_email(text: str) -> bool:
    """Return whether the text is an e-mail address whose domain has a dot; letters of all scripts are accepted."""
    local, _, _ = text.rpartition("@")
    is_dotted_well = not (local.startswith(".") or local.endswith(".") or ".." in local)
    return len(text) <= _EMAIL_MAX and len(local) <= _LOCAL_MAX and is_dotted_well and _has_host(_EMAIL, text)


def is_phone(text: str) -> bool:
    """Return whether the text is a telephone number: 3 to 15 digits, with the usual separators."""
    digits = sum(character.isdecimal() for character in text[: _PHONE_MAX + 1])
    return (
        len(text) <= _PHONE_MAX
        and _DIGITS_MIN <= digits <= _DIGITS_MAX
        and _matched(_PHONE, text) is not None
    )


def is_url(text: str) -> bool:
    """Return whether the text is a URL with the scheme http or https."""
    return len(text) <= _URL_MAX and _has_host(_URL, text)


def _has_host(pattern: Any, text: str) -> bool:
    """Return whether the text matches the pattern, and no label of the host, its group, is too long."""
    match = _matched(pattern, text)
    return match is not None and all(len(label) <= _LABEL_MAX for label in match[1].split("."))


def _matched(pattern: Any, text: str) -> Any:
    try:
        return pattern.fullmatch(text)
    except UnicodeError:
        return None


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = {"email": is_email, "phone": is_phone, "url": is_url}
