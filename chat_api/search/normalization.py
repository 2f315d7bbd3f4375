"""Normalization of texts for the search: lower case, without accents, split into words.

`combining_marks` defines the accents. This is done here and not in a database, so that every backend finds the same.
Databases get words separated by spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from chat_api.search.combining_marks import MARKS, is_accent

#: Words are cut to this length, in messages and in queries alike.
WORD_MAX: Final = 64
#: How many characters of a normalized text are searched; PostgreSQL limits a text to a megabyte.
FOLDED_MAX: Final = 100_000

#: Letters that Unicode does not decompose, as people without them on the keyboard type them.
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
#: The version of the normalization. It changes whenever a text results in different words, to detect older indexes.
FOLDING: Final = 2

#: Signs of scripts without spaces between words; each is a word, and a run of them is a phrase.
_SIGN: Final = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD: Final = re.compile(rf"(?![\W_])[{_SIGN}][{MARKS}]*|(?:[^\W_{_SIGN}][{MARKS}]*)+")
_IS_SIGN: Final = re.compile(f"[{_SIGN}]")


class _Folding(dict[int, str]):
    """The normalized form of each character, computed on first use."""

    #: Real texts do not contain more distinct characters than this.
    _KEPT_MAX: Final = 20_000

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        # Cherokee case-folds to capital letters, which databases convert to lower case.
        folded = "".join(map(_folded, parts)).lower()
        if len(self) < self._KEPT_MAX:
            self[code] = folded
        return folded


_FOLDING: Final = _Folding()


def _folded(part: str) -> str:
    category = unicodedata.category(part)
    if category == "Cf" or (category[0] == "M" and is_accent(part)):
        # Accents and formatting characters like soft hyphens and joiners.
        return ""
    if category in ("Nl", "No"):
        # Number signs; databases do not treat them as part of a word.
        return " "
    return str(unicodedata.decimal(part)) if category == "Nd" else _SPECIAL.get(part, part)


def fold(text: str) -> str:
    """Return the text in lower case without accents, normalized character by character."""
    return text.casefold() if text.isascii() else text.translate(_FOLDING)


def words_in(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a normalized text, with the start and end of each."""
    for found in _WORD.finditer(folded):
        yield found.group()[:WORD_MAX], found.start(), found.end()


def is_sign(word: str) -> bool:
    """Return whether a normalized word is a sign of a script without spaces, which is never the prefix of a word."""
    return _IS_SIGN.match(word) is not None


def searchable(text: str) -> str:
    """Return the normalized words of the text, separated by spaces, as the index expects them."""
    if text.isascii():
        folded = text.casefold()
    else:
        # Put consecutive marks in canonical order, however they were typed.
        folded = fold(unicodedata.normalize("NFD", text))
    words = " ".join([word[:WORD_MAX] for word in _WORD.findall(folded)])
    if len(words) <= FOLDED_MAX:
        return words
    return words[:FOLDED_MAX].rpartition(" ")[0]
