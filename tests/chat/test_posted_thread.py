"""The thread in the response to a post, which is not loaded again, equals the response to a GET."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message, UserThread
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, talks
from tests.factories import published_schema

pytestmark = pytest.mark.django_db


def visible(message: Message, user: Any) -> bool:
    return "hidden" not in message.text


def visible_of(messages: Any, user: Any) -> Any:
    return messages.exclude(text__contains="hidden")


HOSTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "filtering": {"CHAT_MESSAGE_FILTER_QUERYSET": visible_of, "CHAT_MESSAGE_USER_FILTER": visible},
    "keeping last messages": {
        "OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED": True}}
    },
    "without prepared queries": {"PREPARED_QUERIES": False},
}

MEMBERS: dict[str, Callable[[UserThread], None]] = {
    "plain": lambda member: None,
    "without unread messages": lambda member: change(member, notifications=0),
    "without notifications": lambda member: change(member, notifications=None),
    "who cannot read": lambda member: change(member, permissions=PERMISSIONS_ALL & ~Permission.MESSAGES_READ),
    "closed": lambda member: change(member, state="closed"),
}


def change(member: UserThread, **columns: Any) -> None:
    UserThread.objects.filter(pk=member.pk).update(**columns)


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, settings: Any) -> None:
    settings.CHAT_SETTINGS = HOSTS[request.param]


@pytest.fixture
def both(alice: Any, bob: Any) -> list[Talk]:
    """Alice and Bob, who has just written something that Alice has not read."""
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    for text in ("one", "hidden", "three"):
        bob_talk.say(text=text)
    return [alice_talk, bob_talk]


@pytest.mark.parametrize("kind", MEMBERS)
@pytest.mark.parametrize("text", ["said", "hidden"])
def test_message_of_a_member(host: None, both: list[Talk], kind: str, text: str) -> None:
    alice_talk, _ = both
    MEMBERS[kind](alice_talk.row)
    for _ in range(2):
        assert alice_talk.say(text=text)["thread_data"] == alice_talk.thread()


@pytest.mark.parametrize("kind", MEMBERS)
@pytest.mark.parametrize("sender", [None, "member", "other"])
def test_answer_to_a_script(host: None, both: list[Talk], kind: str, sender: str | None) -> None:
    alice_talk, bob_talk = both
    asked = {"variable_modifications": [["x", "x + 1"]]}
    schema = published_schema([asked, {"type": "message", "text": "hidden"}, asked, asked])
    senders = {"member": alice_talk.user.pk, "other": bob_talk.user.pk}
    body = {"state": "scripted", "schema": schema.pk}
    assert alice_talk.control(alice_talk.user, **body).status_code == 200
    change(alice_talk.row, automated_sender=senders.get(sender or ""))
    if kind != "closed":
        MEMBERS[kind](alice_talk.row)
    for _ in range(3):
        assert alice_talk.say(text="answer")["thread_data"] == alice_talk.thread()


def test_message_of_a_member_who_reads_meanwhile(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    assert alice_talk.say(text="x")["thread_data"]["unread"] == 3
    assert bob_talk.say(text="y")["thread_data"]["unread"] == 1
    alice_talk.client.get(f"{alice_talk.path}/messages?limit=50")
    assert alice_talk.say(text="z")["thread_data"]["unread"] == 0
