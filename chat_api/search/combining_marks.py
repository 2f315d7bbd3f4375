"""Combining marks: accents, which are removed, and marks that are part of a word, which the index encodes.

In Latin, Greek, Cyrillic, Hebrew and Arabic, people omit marks when they type a query and expect to find the word. In
Devanagari, Bengali, Thai or Japanese, a mark is a vowel or changes a consonant: without it, it is a different word.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import Final

#: First and last code points of the marks that are removed, by script; source: the Unicode code charts.
_ACCENTS: Final = (
    # Latin, Greek, and general marks.
    *((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)),
    # Cyrillic.
    *((0x0483, 0x0489), (0x2DE0, 0x2DFF), (0xA66F, 0xA69F)),
    # Hebrew.
    *((0x0591, 0x05C7), (0xFB1E, 0xFB1E)),
    # Arabic.
    *((0x0610, 0x061A), (0x064B, 0x0670), (0x06D6, 0x06ED), (0x0897, 0x08FF), (0x10EAB, 0x10EFF)),
    # Variation selectors choose a glyph and carry no meaning.
    *((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)),
)
#: The code point after the last plane that contains marks of words.
_MARKS_END: Final = 0x20000
#: A pair of these signs encodes a mark in the index: every database treats them as letters, and words do not contain
#: such pairs.
_FIRST: Final = 0x4E00
_SECOND: Final = 0x5200


def is_accent(mark: str) -> bool:
    """Return whether a combining mark is removed."""
    code = ord(mark)
    return any(first <= code <= last for first, last in _ACCENTS)


def _marks_of_words() -> str:
    """Return the marks that are part of words, as ranges for a character class of a regular expression."""
    ranges: list[list[int]] = []
    for code in range(0x0300, min(_MARKS_END, sys.maxunicode)):
        if unicodedata.category(chr(code))[0] != "M" or is_accent(chr(code)):
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS: Final = _marks_of_words()
_MARK: Final = re.compile(f"[{MARKS}]")


def indexed(words: str) -> str:
    """Return normalized words as the index stores them, with letters in place of marks.

    The tokenizers of databases split words at marks. Different words stay different, and a prefix stays a prefix.
    """
    if words.isascii():
        return words
    return _MARK.sub(
        lambda mark: chr(_FIRST + (ord(mark[0]) >> 8)) + chr(_SECOND + (ord(mark[0]) & 0xFF)), words
    )
