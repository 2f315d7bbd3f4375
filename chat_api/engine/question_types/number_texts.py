"""Parsing of numbers as people write them; a text that could mean two numbers is ambiguous, not guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from chat_api.engine.numbers import PLAIN

#: Longer texts are rejected unparsed.
LENGTH_MAX: Final = 100

#: Directional marks, which Arabic and Hebrew keyboards insert next to a sign.
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u061c\u200e\u200f"))
_SIGNS: Final = {"-": "-", "\u2212": "-", "\uff0d": "-", "+": "", "\uff0b": ""}
#: Between groups of three digits these can only be group separators.
_SPACES: Final = " \u00a0\u2007\u2009\u202f"
_APOSTROPHES: Final = "'\u2019"
_CANONICAL: Final = {
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_APOSTROPHES, "'"),
    "\u060c": ",",
    "\uff0c": ",",
    "\uff0e": ".",
}
_ARABIC_DECIMAL: Final = "\u066b"
_ARABIC_GROUP: Final = "\u066c"

#: The first group has no leading zero: 0.123.456 is invalid.
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:([ ',.\u066c])[0-9]{3})(?:\1[0-9]{3})*")
#: Indian grouping (lakh and crore): 12,34,567.
_INDIAN: Final = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The decimal and the group separator of a language."""

    decimal: str
    group: str


def read_number(text: str, number_format: NumberFormat | None = None) -> str | None:
    """Return the number in plain notation; None if the text is not a number or is ambiguous.

    Plain notation is returned unchanged. Otherwise the decimal separator is the last separator where there are two
    kinds, a comma that is not followed by exactly three digits, or the Arabic decimal separator; spaces and
    apostrophes separate groups of three digits. The remaining case, 1,234, is decided by `number_format`, that of the
    author's language, if it uses the comma. The digits may be of any script, but all of the same one.
    """
    if len(text) > LENGTH_MAX:
        return None
    if PLAIN.fullmatch(text):
        return text
    text = text.translate(_INVISIBLE)
    sign = _SIGNS.get(text[:1])
    digits = to_ascii(text if sign is None else text[1:])
    if digits is None:
        return None
    number = _parse_unsigned(digits, number_format)
    return None if number is None else (sign or "") + number


def is_ambiguous(text: str) -> bool:
    """Return whether the text is a number only once the language of its author is known."""
    return read_number(text) is None and any(
        read_number(text, NumberFormat(*pair)) is not None for pair in ((",", "."), (".", ","))
    )


def to_ascii(text: str) -> str | None:
    """Return the text with ASCII digits and one character for each kind of separator; None if scripts are mixed."""
    found, zeros = [], set()
    for character in text:
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            zeros.add(ord(character) - digit)
            found.append(str(digit))
        else:
            found.append(_CANONICAL.get(character, character))
    return "".join(found) if len(zeros) == 1 else None


def _parse_unsigned(text: str, number_format: NumberFormat | None) -> str | None:
    if _has_ambiguous_comma(text):
        if number_format is None or "," not in (number_format.decimal, number_format.group):
            return None
        if number_format.decimal != ",":
            return text.replace(",", "")
    whole, separator, fraction = _split_fraction(text)
    if fraction and not fraction.isdecimal():
        return None
    if whole and not whole.isdecimal():
        if _INDIAN.fullmatch(whole):
            pass
        elif (grouped := _GROUPED.fullmatch(whole)) is None or grouped[1] == separator:
            return None
        whole = re.sub(r"[^0-9]", "", whole)
    if not whole and not fraction:
        return None
    return f"{whole or '0'}.{fraction}" if fraction else whole


def _has_ambiguous_comma(text: str) -> bool:
    """Return whether the only separator is a comma before three digits: it may be a decimal or a group separator."""
    before, _, after = text.partition(",")
    return (
        len(after) == 3 and after.isdecimal() and before.isdecimal() and len(before) <= 3 and before[0] != "0"
    )


def _split_fraction(text: str) -> tuple[str, str, str]:
    """Return the whole part, the decimal separator and the fraction; the last two may be empty."""
    position = max(text.rfind(separator) for separator in (",", ".", _ARABIC_DECIMAL))
    if position < 0:
        return text, "", ""
    separator, before = text[position], text[:position]
    # 1.234.567: a separator that is repeated, and is the only kind, separates groups.
    if separator in before and all(character.isdecimal() or character == separator for character in before):
        return text, "", ""
    return before, separator, text[position + 1 :]
