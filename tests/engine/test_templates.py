"""Rendering of texts with placeholders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.templates import RENDERED_MAX, invalid_placeholders, names_in, render
from tests.engine.scripts import cases

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("case", cases("templates"), ids=lambda case: case["template"])
def test_placeholders_are_filled_from_plain_data_only(case):
    assert render(case["template"], case.get("context", {})) == case["shown"]


class Recorder:
    accessed = False

    def __getattr__(self, name):
        Recorder.accessed = True
        return "reached"

    def __str__(self):
        return "shown"


@pytest.mark.parametrize("name", ["thing", "thing.attribute", "thing.method", "thing.x.y"])
def test_objects_are_neither_shown_nor_accessed(name):
    assert render("[{{ " + name + " }}]", {"thing": Recorder()}) == "[]"
    assert not Recorder.accessed


def test_values_are_inserted_as_they_are():
    assert render("{{ x }}", {"x": "<b> &lt; {{ y }}", "y": 1}) == "<b> &lt; {{ y }}"


def test_output_is_truncated():
    assert len(render("{{ x }}" * 1000, {"x": "y" * 1000})) == RENDERED_MAX
    assert render("ab{{ x }}cd", {"x": "yyy"}, limit=4) == "abyy"
    assert render("abcdef", {}, limit=4) == "abcd"


def test_huge_number_is_not_shown():
    assert render("[{{ x }}]", {"x": 10**5000}) == "[]"


def test_names_and_invalid_placeholders_are_found():
    text = 'Hi {{ user.name|fallback:"{{ no }}" }}, {{variables.score}} of {{ nothing() }}'
    assert names_in(text) == {"user.name", "variables.score"}
    assert invalid_placeholders(text) == ["{{ nothing() }}"]


@given(template=st.text(alphabet='{} x._|fallback:"', max_size=60), value=st.text(max_size=20))
def test_rendering_never_fails(template, value):
    shown = render(template, {"x": {"x": value}, "f": value})
    assert len(shown) <= RENDERED_MAX
