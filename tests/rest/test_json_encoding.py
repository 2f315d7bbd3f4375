"""JSON encoded by orjson is parsed to the same values as JSON of the standard encoder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import example, given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIClient

from chat_api.chat.api.threads import ThreadDetailView
from chat_api.lib.rest import json_encoding
from chat_api.lib.rest.json_encoding import FastJSONRenderer, ascii_json
from tests.factories import MemberFactory
from tests.openapi.watching import unwatched

#: Lone surrogates are not characters, but Python decodes and encodes them.
texts = st.text(st.characters(codec=None), max_size=20)
numbers = st.integers() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(params=["orjson", "without orjson"])
def encoder(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without orjson":
        monkeypatch.setattr(json_encoding, "orjson", None)
    else:
        pytest.importorskip("orjson")


@given(values)
@example({"lone": ["\ud800", "a\udfff"]})
@example([10**30, -(10**30), 2**63, 2**64])
@example({"\u2028": "\u2029"})
def test_any_json_is_parsed_to_the_same_value(value: Any) -> None:
    assert same(json.loads(FastJSONRenderer().render(value) or b"null"), value)
    assert same(json.loads(ascii_json(value)), value)


def same(one: Any, other: Any) -> bool:
    """Return whether values and types are equal: 1, 1.0 and True are three JSON values."""
    return repr(one) == repr(other)


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True, "é\u2028"]},
        {"when": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "id": uuid4(), "price": Decimal("1.5")},
        {"lazy": gettext_lazy("Yes"), "pair": (1, 2), 3: "a number as a key"},
        [10**30],
        {"parts": (part for part in "ab")},
    ],
    ids=lambda value: type(value).__name__,
)
def test_responses_are_the_same_as_those_of_drf(value: Any) -> None:
    listed = [*value["parts"]] if isinstance(value, dict) and "parts" in value else None
    assert FastJSONRenderer().render({"parts": iter(listed)} if listed else value) == JSONRenderer().render(
        {"parts": listed} if listed else value
    )


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1, {"a": -float("inf")}]])
def test_nan_and_infinity_are_never_sent_as_null(value: Any) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        FastJSONRenderer().render(value)
    assert "null" not in ascii_json(value)


@pytest.mark.usefixtures("encoder")
def test_frames_are_ascii_so_that_characters_are_bytes() -> None:
    assert ascii_json({"text": "é", "n": 1}) == '{"text":"\\u00e9","n":1}'


def test_lone_surrogates_are_escaped() -> None:
    assert FastJSONRenderer().render({"text": "\ud800"}) == b'{"text":"\\ud800"}'


@pytest.mark.usefixtures("encoder")
def test_requested_indent_is_kept() -> None:
    body = FastJSONRenderer().render({"a": 1}, "application/json; indent=2")
    assert body == b'{\n  "a": 1\n}'


class ShoutingRenderer(JSONRenderer):
    """A JSON renderer of the host."""

    def render(self, *args: Any, **kwargs: Any) -> Any:
        return super().render(*args, **kwargs).upper()


@pytest.mark.django_db
def test_renderer_of_the_host_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    member = MemberFactory.create()
    client = APIClient()
    client.force_authenticate(member.user)
    path = f"/api/threads/{member.thread_id}?fields=id"
    assert client.get(path).content == b'{"id":%d}' % member.thread_id
    monkeypatch.setattr(ThreadDetailView, "renderer_classes", [ShoutingRenderer])
    with unwatched("No document describes what a host renders."):
        assert client.get(path).content == b'{"ID":%d}' % member.thread_id
