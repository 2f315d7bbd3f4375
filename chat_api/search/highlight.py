"""Highlighting of matches in messages."""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import accumulate
from typing import Final

from chat_api.search.normalization import fold, words_in
from chat_api.search.query import Query, Term

#: The length of the snippet that a longer text is cut to, around the first match.
SNIPPET_MAX: Final = 300
_BEFORE: Final = 80
_CUT: Final = "…"

_Span = tuple[int, int]


def highlight(text: str, query: Query) -> str:
    """Return the plain text as HTML with matches in `<mark>` tags, cut to a snippet if it is long.

    The text is escaped, so that these are the only tags. If only the sender's name matched, nothing is marked.
    """
    spans = _merged(_matches(text, query.terms))
    begin, end = _window(text, spans)
    shown = [_CUT] if begin else []
    at = begin
    for first, last in spans:
        if last <= begin or first >= end:
            continue
        first, last = max(first, begin), min(last, end)
        shown += [html.escape(text[at:first]), "<mark>", html.escape(text[first:last]), "</mark>"]
        at = last
    shown.append(html.escape(text[at:end]))
    if end < len(text):
        shown.append(_CUT)
    return "".join(shown)


def _matches(text: str, terms: Sequence[Term]) -> Iterator[_Span]:
    """Yield where the terms occur in the text, in order; in a long text, only those in the snippet."""
    folded = [fold(character) for character in text]
    places = [place for place, becomes in enumerate(folded) for _ in becomes]
    words = list(words_in("".join(folded)))
    # Words contain no spaces, so the spaces around them mark whole words.
    joined = " ".join(["", *(word for word, _, _ in words), ""])
    begins = list(accumulate((len(word) + 1 for word, _, _ in words), initial=0))
    last_shown = None
    for at, length in merge(*(_found(joined, term) for term in terms)):
        number = bisect_left(begins, at)
        first = places[words[number][1]]
        if last_shown is None:
            last_shown = first + SNIPPET_MAX if len(text) > SNIPPET_MAX else len(text)
        if first > last_shown:
            return
        yield first, _with_marks(folded, places[words[number + length - 1][2] - 1] + 1)


def _found(joined: str, term: Term) -> Iterator[tuple[int, int]]:
    """Yield where the term begins (the space before it) and how many words it has."""
    wanted = " " + " ".join(term.words) + ("" if term.prefix else " ")
    at = joined.find(wanted)
    while at >= 0:
        yield at, len(term.words)
        at = joined.find(wanted, at + 1)


def _with_marks(folded: Sequence[str], end: int) -> int:
    """Return the end after any accents that follow as separate characters."""
    while end < len(folded) and not folded[end]:
        end += 1
    return end


def _merged(spans: Iterator[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for first, last in sorted(spans):
        if merged and first < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _window(text: str, spans: Sequence[_Span]) -> _Span:
    """Return the range to show, at most SNIPPET_MAX characters, cut at spaces if there are any nearby."""
    if len(text) <= SNIPPET_MAX:
        return 0, len(text)
    begin = max(0, spans[0][0] - _BEFORE) if spans else 0
    end = min(len(text), begin + SNIPPET_MAX)
    begin = max(0, end - SNIPPET_MAX)
    if begin:
        blank = text.find(" ", begin, spans[0][0])
        begin = blank + 1 if blank >= 0 else begin
    if end < len(text):
        blank = text.rfind(" ", begin + SNIPPET_MAX // 2, end)
        end = blank if blank >= 0 else end
    return begin, end
