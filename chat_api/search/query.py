"""Parsing of search queries. Words and quoted phrases have a meaning; every other character is data."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from chat_api.lib.errors import InvalidInput
from chat_api.search.combining_marks import indexed
from chat_api.search.normalization import fold, is_sign, words_in

QUERY_MAX: Final = 500
TERMS_MAX: Final = 20

#: A phrase in double quotes, or a piece between spaces; an unmatched quote is ignored.
_PIECE: Final = re.compile(r'"([^"]*)"|[^\s"]+')


@dataclass(frozen=True, slots=True)
class Term:
    """Consecutive words. With `prefix`, the last one is the prefix of a word."""

    words: tuple[str, ...]
    prefix: bool

    @property
    def indexed(self) -> tuple[str, ...]:
        """Return the words as the index stores them."""
        return tuple(indexed(word) for word in self.words)


@dataclass(frozen=True, slots=True)
class Query:
    """The terms that a message has to match, all of them. Without terms, nothing matches."""

    terms: tuple[Term, ...]

    @classmethod
    def parse(cls, raw: str) -> Query:
        """Parse a query. Raises `InvalidInput` (q: TOO_LONG) above QUERY_MAX characters or TERMS_MAX terms."""
        if len(raw) > QUERY_MAX:
            raise InvalidInput.field("q", "TOO_LONG")
        terms: dict[Term, None] = {}
        for piece in _PIECE.finditer(raw):
            phrase = piece.group(1)
            folded = fold(unicodedata.normalize("NFD", piece.group() if phrase is None else phrase))
            words = tuple(word for word, _, _ in words_in(folded))
            if words:
                terms[Term(words, prefix=phrase is None and not is_sign(words[-1]))] = None
        if len(terms) > TERMS_MAX:
            raise InvalidInput.field("q", "TOO_LONG")
        return cls(tuple(terms))
