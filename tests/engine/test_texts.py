"""Texts with variables: plain data in, plain text out."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.templates import RENDERED_MAX, names_in, render, unreadable_places
from tests.engine.scripts import cases


@pytest.mark.parametrize("case", cases("texts"), ids=lambda case: case["template"])
def test_a_text_is_filled_in_from_plain_data_alone(case):
    escape = html.escape if case.get("escaped") else None
    assert render(case["template"], case.get("context", {}), escape=escape) == case["shown"]


class Touchy:
    touched = False

    def __getattr__(self, name):
        Touchy.touched = True
        return "reached"

    def __str__(self):
        return "shown"


@pytest.mark.parametrize("name", ["thing", "thing.attribute", "thing.method", "thing.x.y"])
def test_an_object_is_neither_shown_nor_looked_into(name):
    assert render("[{{ " + name + " }}]", {"thing": Touchy()}) == "[]"
    assert not Touchy.touched


def test_a_value_is_escaped_exactly_once():
    assert render("{{ x }}", {"x": "&lt;"}, escape=html.escape) == "&amp;lt;"


def test_the_output_is_capped():
    assert len(render("{{ x }}" * 1000, {"x": "y" * 1000})) == RENDERED_MAX
    assert render("ab{{ x }}cd", {"x": "yyy"}, limit=4) == "abyy"
    assert render("abcdef", {}, limit=4) == "abcd"


def test_a_gigantic_number_is_not_written_out():
    assert render("[{{ x }}]", {"x": 10**5000}) == "[]"


def test_the_names_of_a_text_are_found():
    text = 'Hi {{ user.name|fallback:"{{ no }}" }}, {{variables.score}} of {{ nothing() }}'
    assert names_in(text) == {"user.name", "variables.score"}
    assert unreadable_places(text) == ["{{ nothing() }}"]


@given(template=st.text(alphabet='{} x._|fallback:"', max_size=60), value=st.text(max_size=20))
def test_rendering_never_fails(template, value):
    shown = render(template, {"x": {"x": value}, "f": value}, escape=html.escape)
    assert len(shown) <= RENDERED_MAX
