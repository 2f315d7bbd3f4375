"""The thread in the response to a post, which is known without loading it again, is the thread that a GET returns."""

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
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    for text in ("one", "hidden", "three"):
        bobs.say(text=text)
    return [mine, bobs]


@pytest.mark.parametrize("kind", MEMBERS)
@pytest.mark.parametrize("text", ["said", "hidden"])
def test_message_of_a_member(host: None, both: list[Talk], kind: str, text: str) -> None:
    mine, _ = both
    MEMBERS[kind](mine.row)
    for _ in range(2):
        assert mine.say(text=text)["thread_data"] == mine.thread()


@pytest.mark.parametrize("kind", MEMBERS)
@pytest.mark.parametrize("sender", [None, "member", "other"])
def test_answer_of_a_member_whom_a_script_asks(
    host: None, both: list[Talk], kind: str, sender: str | None
) -> None:
    mine, bobs = both
    asked = {"variable_modifications": [["x", "x + 1"]]}
    schema = published_schema([asked, {"type": "message", "text": "hidden"}, asked, asked])
    senders = {"member": mine.user.pk, "other": bobs.user.pk}
    body = {"state": "scripted", "schema": schema.pk}
    assert mine.control(mine.user, **body).status_code == 200
    change(mine.row, automated_sender=senders.get(sender or ""))
    if kind != "closed":
        MEMBERS[kind](mine.row)
    for _ in range(3):
        assert mine.say(text="answer")["thread_data"] == mine.thread()


def test_message_of_one_who_reads_meanwhile(both: list[Talk]) -> None:
    mine, bobs = both
    assert mine.say(text="x")["thread_data"]["unread"] == 3
    assert bobs.say(text="y")["thread_data"]["unread"] == 1
    mine.client.get(f"{mine.path}/messages?limit=50")
    assert mine.say(text="z")["thread_data"]["unread"] == 0
