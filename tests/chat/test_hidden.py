"""Messages that the host hides from some: they are nowhere to be seen."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Attachment, Message, Thread, UnreadMessage
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, begin, events, led, talks
from tests.factories import MemberFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db


def visible_messages(messages: Any, user: Any) -> Any:
    return messages if user.is_superuser else messages.exclude(type="secret")


def is_visible(message: Message, user: Any) -> bool:
    return bool(user.is_superuser) or message.type != "secret"


BOTH = {
    "CHAT_MESSAGE_FILTER_QUERYSET": "tests.chat.test_hidden.visible_messages",
    "CHAT_MESSAGE_USER_FILTER": "tests.chat.test_hidden.is_visible",
}
QUERYSET_ONLY = {"CHAT_MESSAGE_FILTER_QUERYSET": BOTH["CHAT_MESSAGE_FILTER_QUERYSET"]}


@pytest.fixture
def root(db: None) -> Any:
    return UserFactory.create(is_superuser=True)


@pytest.fixture(params=[BOTH, QUERYSET_ONLY], ids=["both filters", "queryset filter"])
def everybody(request: pytest.FixtureRequest, settings: Any, alice: Any, bob: Any, root: Any) -> list[Talk]:
    settings.CHAT_SETTINGS = request.param
    return talks(thread_with(alice, bob, root), alice, bob, root)


def test_a_hidden_message_is_not_listed_nor_found(everybody: list[Talk]) -> None:
    mine, bobs, roots = everybody
    mine.say(text="plain")
    said = roots.say(text="hush", type="secret")
    assert bobs.texts() == ["plain"]
    assert roots.texts() == ["plain", "hush"]
    for query in ("type=secret", f"id={said['id']}", "ordering=-id", f"around={said['id']}"):
        assert "hush" not in str(bobs.messages(f"&{query}"))
    path = f"{bobs.path}/messages/{said['id']}"
    for method in ("get", "patch", "put", "delete"):
        assert getattr(bobs.client, method)(path).status_code == 404
    assert Message.objects.filter(pk=said["id"]).exists()


def test_a_hidden_message_is_not_unread(everybody: list[Talk]) -> None:
    mine, bobs, roots = everybody
    mine.say(text="plain")
    roots.say(text="hush", type="secret")
    assert (bobs.thread()["unread"], roots.thread()["unread"]) == (1, 1)
    listed = bobs.client.get(f"/api/accounts/{bobs.user.pk}/threads/chat?limit=5").json()["results"]
    assert [thread["unread"] for thread in listed] == [1]


def test_a_hidden_message_is_nobodys_last_one_who_may_not_see_it(everybody: list[Talk]) -> None:
    mine, bobs, roots = everybody
    mine.say(text="plain")
    roots.say(text="hush", type="secret")
    assert "hush" not in str(bobs.thread()["last_message_data"])
    assert roots.thread()["last_message_data"]["text"] == "hush"


def test_the_last_message_is_the_last_visible_one(
    settings: Any, alice: Any, bob: Any, root: Any, carol: Any
) -> None:
    settings.CHAT_SETTINGS = BOTH
    thread = thread_with(alice, bob, root)
    mine, bobs, roots = talks(thread, alice, bob, root)
    mine.say(text="plain")
    before = bobs.row.updated
    secret = roots.say(text="hush", type="secret")
    assert bobs.thread()["last_message_data"]["text"] == "plain"
    # A hidden message does not push the thread up in his list.
    assert bobs.row.updated == before
    assert roots.row.updated > before
    MemberFactory.create(thread=thread, user=carol)
    assert Talk(carol, thread.pk).thread()["last_message_data"]["text"] == "plain"
    roots.client.delete(f"{roots.path}/messages/{secret['id']}")
    assert roots.thread()["last_message_data"]["text"] == "plain"
    assert not UnreadMessage.objects.filter(user=bob, message_id=secret["id"]).exists()


def test_after_a_deletion_the_last_message_is_one_that_he_may_see(everybody: list[Talk]) -> None:
    mine, bobs, roots = everybody
    mine.say(text="plain")
    roots.say(text="hush", type="secret")
    last = mine.say(text="gone")
    mine.client.delete(f"{mine.path}/messages/{last['id']}")
    assert "hush" not in str(bobs.thread()["last_message_data"])
    assert roots.thread()["last_message_data"]["text"] == "hush"


def test_an_attachment_of_a_hidden_message_is_not_served(everybody: list[Talk]) -> None:
    _, bobs, roots = everybody
    said = roots.say(text="hush", type="secret")
    attachment = Attachment.objects.create(message_id=said["id"], type="youtube", url="https://youtu.be/x")
    Message.objects.filter(pk=said["id"]).update(has_attachments=True)
    for tail in ("", f"/{attachment.pk}"):
        path = f"{bobs.path}/messages/{said['id']}/attachments{tail}"
        assert bobs.client.get(path).status_code == 404
        assert roots.client.get(path).status_code == 200


def test_reading_up_to_a_message_leaves_hidden_ones_alone(everybody: list[Talk]) -> None:
    mine, bobs, roots = everybody
    plain = mine.say(text="plain")
    secret = roots.say(text="hush", type="secret")
    bobs.client.post(f"{bobs.path}/read", {"up_to": secret["id"]}, format="json")
    name, data = events(mine.thread_id)[-1]
    assert (name, data["messages"]) == ("messages_read", [plain["id"]])
    before = len(events(mine.thread_id))
    bobs.client.post(f"{bobs.path}/read", {"messages": [secret["id"]]}, format="json")
    assert len(events(mine.thread_id)) == before


def test_who_sends_a_message_that_he_may_not_see_still_gets_his_answer(everybody: list[Talk]) -> None:
    mine, _, _ = everybody
    said = mine.say(text="for the doctors", type="secret")
    assert said["text"] == "for the doctors"
    assert mine.texts() == []
    assert "doctors" not in str(mine.thread()["last_message_data"])
    assert "doctors" not in str(said["thread_data"]["last_message_data"])


def test_a_script_may_ask_in_a_way_that_others_do_not_see(everybody: list[Talk]) -> None:
    mine, bobs, roots = everybody
    led(mine, published_schema([{"show_as_type": "secret"}]), roots.user)
    assert bobs.texts() == []
    assert bobs.thread()["last_message_data"] is None
    assert roots.texts() == ["Question 1?"]


def test_a_member_led_by_hidden_questions_still_answers(settings: Any, alice: Any) -> None:
    settings.CHAT_SETTINGS = BOTH
    talk = begin(alice, published_schema([{"show_as_type": "secret"}]), permissions=PERMISSIONS_ALL)
    assert talk.thread()["last_message_data"] is None
    assert talk.say(text="a")["thread_data"]["state"] == "open"


def test_filters_may_be_functions_themselves(settings: Any, alice: Any, bob: Any) -> None:
    settings.CHAT_SETTINGS = {
        "CHAT_MESSAGE_FILTER_QUERYSET": lambda messages, user: messages.filter(sender=user),
        "CHAT_MESSAGE_USER_FILTER": lambda message, user: message.sender_id == user.pk,
    }
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    mine.say(text="mine")
    bobs.say(text="his")
    assert (mine.texts(), bobs.texts()) == (["mine"], ["his"])
    assert mine.thread()["last_message_data"]["text"] == "mine"
    assert Thread.objects.get().last_message is not None
