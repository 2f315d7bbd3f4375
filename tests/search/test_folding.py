"""Folding texts, parsing queries and highlighting matches, without a database."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.lib.errors import InvalidInput
from chat_api.search.highlight import SNIPPET_MAX, highlight
from chat_api.search.normalization import WORD_MAX, fold, searchable
from chat_api.search.query import Query, Term


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "ŁÓDŹ Øre Đorđe Straße Æon Œuvre Þór İstanbul \u0131s\u0131",
            "lodz ore dorde strasse aeon oeuvre thor istanbul isi",
        ),
        ("co\u00adoperate a\u200db", "cooperate ab"),
        ("ﬁne ½ ² Ⅷ", "fine 1 2 2 viii"),
        ("snake_case it's 12-3", "snake case it s 12 3"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("東京tower", "東 京 tower"),
        ("がｶﾞか", "か\u3099 カ\u3099 か"),
        ("दिन दान", "दिन दान"),
        ("दक्\u200dष", "दक्ष"),
        ("\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u0645\u064f\u062d\u0645\u0651\u062f", "\u0645\u062d\u0645\u062f"),
        ("\u0900x\u093e \u093e", "x\u093e"),
        ("x" * 100, "x" * WORD_MAX),
        ("*() \x00 \U0001f600", ""),
    ],
)
def test_text_is_split_into_words(text: str, words: str):
    assert searchable(text) == words


@given(st.text())
def test_folding_is_idempotent_and_ignores_accents(text: str):
    once = searchable(text)
    assert searchable(once) == once
    assert searchable(unicodedata.normalize("NFD", text)) == searchable(unicodedata.normalize("NFC", text))
    assert fold(text) == "".join(map(fold, text))


def test_query_is_parsed_into_words_and_phrases():
    assert Query.parse('foo "Bar  baz" a-b "" "x" foo "open').terms == (
        Term(("foo",), prefix=True),
        Term(("bar", "baz"), prefix=False),
        Term(("a", "b"), prefix=True),
        Term(("x",), prefix=False),
        Term(("open",), prefix=True),
    )


@given(st.text(max_size=500))
def test_every_query_can_be_parsed(raw: str):
    try:
        query = Query.parse(raw)
    except InvalidInput:
        assert len(raw.split()) > 1
        return
    assert all(re.fullmatch(r"[^\W_]+", word) for term in query.terms for word in term.indexed)


@given(st.text(), st.text(max_size=100))
def test_highlight_is_the_escaped_text(text: str, raw: str):
    try:
        query = Query.parse(raw)
    except InvalidInput:
        return
    shown = highlight(text, query)
    without = shown.replace("<mark>", "").replace("</mark>", "")
    assert shown.count("<mark>") == shown.count("</mark>")
    assert without == html.escape(html.unescape(without))
    if len(text) <= SNIPPET_MAX:
        assert without == html.escape(text)


@pytest.mark.parametrize(
    ("text", "raw", "shown"),
    [
        (
            "<script>alert(1)</script>",
            "script",
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        ("cre\u0300me", "creme", "<mark>cre\u0300me</mark>"),
        ("a b c", '"a b" "b c"', "<mark>a b c</mark>"),
        ("a b c", "a b", "<mark>a</mark> <mark>b</mark> c"),
        ("Straßenbahn", "strassen", "<mark>Straßenbahn</mark>"),
        ("東京に", "京", "東<mark>京</mark>に"),
        ("nothing", "else", "nothing"),
    ],
)
def test_matches_are_highlighted(text: str, raw: str, shown: str):
    assert highlight(text, Query.parse(raw)) == shown


def test_long_text_is_cut_around_its_first_match():
    text = "before " * 200 + "the treasure & more" + " after" * 200
    shown = highlight(text, Query.parse("treasure"))
    assert shown.startswith("…before ")
    assert "the <mark>treasure</mark> &amp; more after" in shown
    assert shown.endswith(" after…")
    assert len(shown) < SNIPPET_MAX + 50
    assert highlight("x" * 1000, Query.parse("nothing")) == "x" * SNIPPET_MAX + "…"
    assert highlight("x " * 500 + "end", Query.parse("end")).endswith(" <mark>end</mark>")


def test_all_matches_in_a_snippet_are_highlighted():
    shown = highlight("word " * 1000 + "end", Query.parse("word end"))
    assert shown == "<mark>word</mark> " * 59 + "<mark>word</mark>…"
