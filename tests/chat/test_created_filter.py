"""Filters of messages by creation time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chat_api.chat.models import Message
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.fixture
def talk(alice: Any, bob: Any) -> Talk:
    talk = Talk(alice, thread_with(alice, bob).pk)
    other = Talk(alice, thread_with(alice, bob).pk)
    for hours, text in enumerate("abcd"):
        pk = talk.say(text=text)["id"]
        Message.objects.filter(pk=pk).update(created=BEGIN + timedelta(hours=hours))
    other.say(text="elsewhere")
    return talk


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("created__gte=2026-11-01T10:00:00Z", "cd"),
        ("created__gt=2026-11-01T10:00:00Z", "d"),
        ("created__lt=2026-11-01T09:00:00Z", "a"),
        (f"created__lte={quote('2026-11-01T10:00:00+01:00')}", "ab"),
        ("created__gte=2026-11-01T09:00:00Z&created__lt=2026-11-01T11:00:00Z", "bc"),
        ("created__gte=2026-11-01", "abcd"),
        ("created__gte=2026-11-02", ""),
        ("created__gte=20261101T100000Z", "cd"),
        ("created__gte=2026-11-01%2010:00", "cd"),
        ("created__gte=%202026-11-01T10:00:00Z%20", "cd"),
        ("created__gte=2026-11-01T09:59:59,5Z", "cd"),
        ("created__gte=2026-W44-7T10", "cd"),
        ("ordering=-created", "dcba"),
    ],
)
def test_messages_are_filtered_by_created(query: str, found: str, talk: Talk) -> None:
    assert "".join(message["text"] for message in talk.messages(f"&{query}")) == found


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2026-13-01",
        "1",
        "%00",
        "%20",
        "2026-11-01T25:00:00Z",
        "2026-11-01T10:00:00+01:00",  # In a URL, `+` is a space.
        "11/01/2026",
        "11/01/2026%2010:00",
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_invalid_value_names_the_filter(value: str, talk: Talk) -> None:
    answer = talk.client.get(f"{talk.path}/messages?limit=5&created__gte={value}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"created__gte"}
