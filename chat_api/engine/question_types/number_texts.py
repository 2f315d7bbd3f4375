"""Numbers as people write them, read where they can mean one thing only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

#: A longer text is no number.
LENGTH_MAX: Final = 100
#: ASCII digits, a sign, one point: what front ends send, and what it means in every language.
PLAIN: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", re.ASCII)

#: Marks of direction, which Arabic and Hebrew keyboards put beside a sign.
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u061c\u200e\u200f"))
_SIGNS: Final = {"-": "-", "\u2212": "-", "\uff0d": "-", "+": "", "\uff0b": ""}
#: One of them between groups of three digits can be nothing else.
_BLANKS: Final = " \u00a0\u2007\u2009\u202f"
_APOSTROPHES: Final = "'\u2019"
_SAME_AS: Final = {
    **dict.fromkeys(_BLANKS, " "),
    **dict.fromkeys(_APOSTROPHES, "'"),
    "\u060c": ",",
    "\uff0c": ",",
    "\uff0e": ".",
}
_ARABIC_DECIMAL: Final = "\u066b"
_ARABIC_GROUP: Final = "\u066c"

#: The first group has no zero in front: 0.123.456 is no number.
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:([ ',.\u066c])[0-9]{3})(?:\1[0-9]{3})*")
#: Lakh and crore: 12,34,567.
_INDIAN: Final = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a language writes numbers: what stands before the fraction, and between groups of digits."""

    decimal: str
    group: str


def read_number(text: str, numbers: NumberFormat | None = None) -> str | None:
    """Return the number in plain notation; None if it is none, or if it could mean two numbers.

    Plain notation comes back as it is. Else the fraction follows the last separator where there are two kinds, a comma
    that is not followed by exactly three digits, or an Arabic decimal separator; blanks and apostrophes stand between
    groups of three. What is left, 1,234, is decided by `numbers`, the format of the writer's language, if that uses
    the comma. The digits may be of any script, but of one only.
    """
    if len(text) > LENGTH_MAX:
        return None
    if PLAIN.fullmatch(text):
        return text
    text = text.translate(_INVISIBLE)
    sign = _SIGNS.get(text[:1])
    digits = _ascii(text if sign is None else text[1:])
    if digits is None:
        return None
    number = _unsigned(digits, numbers)
    return None if number is None else (sign or "") + number


def is_open_to_doubt(text: str) -> bool:
    """Return whether the language of the writer decides which number it is."""
    return read_number(text) is None and any(
        read_number(text, NumberFormat(*pair)) is not None for pair in ((",", "."), (".", ","))
    )


def _ascii(text: str) -> str | None:
    """Return the text with ASCII digits and one form of each separator; None if the digits are of several scripts."""
    found, zeros = [], set()
    for character in text:
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            zeros.add(ord(character) - digit)
            found.append(str(digit))
        else:
            found.append(_SAME_AS.get(character, character))
    return "".join(found) if len(zeros) == 1 else None


def _unsigned(text: str, numbers: NumberFormat | None) -> str | None:
    if _is_doubtful(text):
        if numbers is None or "," not in (numbers.decimal, numbers.group):
            return None
        if numbers.decimal != ",":
            return text.replace(",", "")
    whole, separator, fraction = _divided(text)
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


def _is_doubtful(text: str) -> bool:
    """Return whether there is one comma, before three digits, that could be before a group or before a fraction."""
    before, _, after = text.partition(",")
    return (
        len(after) == 3 and after.isdecimal() and before.isdecimal() and len(before) <= 3 and before[0] != "0"
    )


def _divided(text: str) -> tuple[str, str, str]:
    """Return what is before the fraction, the separator before it, and the fraction; the last two may be empty."""
    place = max(text.rfind(separator) for separator in (",", ".", _ARABIC_DECIMAL))
    if place < 0:
        return text, "", ""
    separator, before = text[place], text[:place]
    # 1.234.567: what stands there several times, and nothing else, is between groups.
    if separator in before and all(character.isdecimal() or character == separator for character in before):
        return text, "", ""
    return before, separator, text[place + 1 :]
