"""Parsing of numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.numbers import PLAIN
from chat_api.engine.question_types.number_texts import NumberFormat, is_ambiguous, read_number

pytestmark = pytest.mark.sqlite_only

ENGLISH, GERMAN, POLISH = NumberFormat(".", ","), NumberFormat(",", "."), NumberFormat(",", "\u00a0")
SWISS = NumberFormat(".", "\u00a0")
LANGUAGES = (None, ENGLISH, GERMAN, POLISH, SWISS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["1.234", "5", "-5", "+5", "007", "1.", ".5", "-0.250", "1234567.8"])
def test_plain_notation_is_unchanged_in_every_language(text, language):
    assert read_number(text, language) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "plain"),
    [
        # A comma that is not followed by exactly three digits, or cannot separate groups.
        *(("36,6", "36.6"), ("-0,25", "-0.25"), ("1,2345", "1.2345"), (",5", "0.5"), ("5,", "5")),
        *(("0,234", "0.234"), ("1234,567", "1234.567")),
        # Spaces and apostrophes between groups of three.
        *(("1 000", "1000"), ("1\u00a0000", "1000"), ("12\u202f345\u202f678", "12345678")),
        *(("1'000", "1000"), ("1\u2019000.50", "1000.50"), ("1 000,5", "1000.5"), ("1 000,500", "1000.500")),
        # Both separators: the last one is the decimal separator, unless it is repeated.
        *(("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("1.234,567", "1234.567")),
        *(("1,234,567", "1234567"), ("1.234.567", "1234567"), ("12,34,567", "1234567")),
        *(("1,234,567.8", "1234567.8"), ("12,34,567.8", "1234567.8")),
        # Other signs and digits.
        *(("\u22125", "-5"), ("+1 000", "1000"), ("\u061c-\u0665", "-5"), ("\uff11\uff12", "12")),
        *(("\u0663\u0666\u066b\u0666", "36.6"), ("\u0661\u066c\u0662\u0663\u0664", "1234")),
        *(("\u0661\u0662\u060c\u0665", "12.5"), ("\u0967\u0968.\u096b", "12.5"), ("\u06f1\u06f2", "12")),
    ],
)
def test_unambiguous_number_is_read_in_every_language(text, plain, language):
    assert read_number(text, language) == plain
    assert not is_ambiguous(text)


@pytest.mark.parametrize(
    ("text", "english", "others"),
    [
        ("1,234", "1234", "1.234"),
        ("-12,345", "-12345", "-12.345"),
        ("\u0967,\u0968\u0969\u096a", "1234", "1.234"),
    ],
)
def test_language_decides_ambiguous_number(text, english, others):
    assert is_ambiguous(text)
    assert read_number(text, ENGLISH) == english
    assert read_number(text, GERMAN) == read_number(text, POLISH) == others
    assert read_number(text) is read_number(text, SWISS) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "+", ".", ",", "-,", "--5", "- 5", "5-", "1 00", "12 34", "1000 000", "1  000", " 1"),
        *("1,2,3", "1.2.3", "1,234,5", "1.234.5", "1,234.5,6", "1,234.567.8", "1 000'000", "1,000 000"),
        *(
            "1e3",
            "0x10",
            "1_000",
            "nan",
            "inf",
            "\u221e",
            "\u00b2",
            "\u2167",
            "\u00bd",
            "5%",
            "$5",
            "1/2",
            "five",
        ),
        # A group with a leading zero.
        *("0.123.456", "0,123,456", "0 123", "00 123.5", "0,12,345"),
        # Digits of two scripts.
        *("1\u0662", "\u0661\u0967"),
        *("1" * 101, "1 " * 50 + "1"),
    ],
)
def test_other_texts_are_not_numbers(text, language):
    assert read_number(text, language) is None
    assert not is_ambiguous(text)


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    st.sampled_from([(" ", ","), (" ", "."), ("\u202f", ","), ("'", "."), (",", "."), (".", ","), ("", ",")]),
    st.sampled_from([0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50]),
    st.sampled_from(LANGUAGES),
)
def test_number_survives_every_notation(number, separators, zero, language):
    group, point = separators
    text = f"{number:,.2f}".replace(",", "g").replace(".", point).replace("g", group)
    text = "".join(chr(zero + int(c)) if c in "0123456789" else c for c in text)
    assert Decimal(read_number(text, language)) == number


@given(
    st.text(alphabet="0123456789,.' -+\u0661\u0967\u066b\u066c\u00a0\u2212", max_size=12) | st.text(),
    st.sampled_from(LANGUAGES),
)
def test_result_is_in_plain_notation(text, language):
    plain = read_number(text, language)
    if plain is not None:
        assert PLAIN.fullmatch(plain)
        assert read_number(plain) == plain
