"""Texts as they are searched: small letters without accents, in words. What is an accent, `marks` says.

It is done here and not by a database, so that every backend finds the same. Databases get words separated by blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from chat_api.search.combining_marks import MARKS, is_accent

#: Words are cut to this length, in messages and in queries alike.
WORD_MAX: Final = 64
#: So much of a folded text is searched; PostgreSQL takes a megabyte of a text at most.
FOLDED_MAX: Final = 100_000

#: Letters that Unicode does not take apart, as people without them on the keyboard write them.
_SPECIAL: Final = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "\u0131": "i",
    "ŧ": "t",
    "ŋ": "n",
    "ĸ": "q",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ə": "e",
}
#: Changes whenever the same text becomes other words, so that an index made before can be told.
FOLDING: Final = 2

#: Scripts that put no blanks between words; each of their signs is a word, a run of them a phrase.
_SIGN: Final = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD: Final = re.compile(rf"(?![\W_])[{_SIGN}][{MARKS}]*|(?:[^\W_{_SIGN}][{MARKS}]*)+")
_IS_SIGN: Final = re.compile(f"[{_SIGN}]")


class _Folding(dict[int, str]):
    """What each character becomes; worked out when it is first met."""

    #: More different characters are nobody's texts.
    _KEPT_MAX: Final = 20_000

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        # Cherokee casefolds to capital letters, which databases make small.
        folded = "".join(map(_folded, parts)).lower()
        if len(self) < self._KEPT_MAX:
            self[code] = folded
        return folded


_FOLDING: Final = _Folding()


def _folded(part: str) -> str:
    category = unicodedata.category(part)
    if category == "Cf" or (category[0] == "M" and is_accent(part)):
        # Accents, and what is there for the typesetter: soft hyphens, joiners.
        return ""
    if category in ("Nl", "No"):
        # Numbers that are signs of their own; databases take them for no part of a word.
        return " "
    return str(unicodedata.decimal(part)) if category == "Nd" else _SPECIAL.get(part, part)


def fold(text: str) -> str:
    """Give the text in small letters without accents; each character is folded by itself."""
    return text.casefold() if text.isascii() else text.translate(_FOLDING)


def words_in(folded: str) -> Iterator[tuple[str, int, int]]:
    """Give the words of a folded text with where each begins and ends."""
    for found in _WORD.finditer(folded):
        yield found.group()[:WORD_MAX], found.start(), found.end()


def is_sign(word: str) -> bool:
    """Return whether a folded word is a sign of a script without blanks, which is whole and no word's beginning."""
    return _IS_SIGN.match(word) is not None


def searchable(text: str) -> str:
    """Give the text's words as an index takes them: folded, with a blank between any two."""
    # Marks that follow each other come in one order, however they were typed.
    words = " ".join(word for word, _, _ in words_in(fold(unicodedata.normalize("NFD", text))))
    if len(words) <= FOLDED_MAX:
        return words
    return words[:FOLDED_MAX].rpartition(" ")[0]
