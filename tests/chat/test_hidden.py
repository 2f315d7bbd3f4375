"""Messages that the host hides from some users are not shown to them anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Attachment, Message, Thread, UnreadMessage
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, begin, events, start_script, talks
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


def test_hidden_message_is_neither_listed_nor_found(everybody: list[Talk]) -> None:
    alice_talk, bob_talk, root_talk = everybody
    alice_talk.say(text="plain")
    said = root_talk.say(text="hush", type="secret")
    assert bob_talk.texts() == ["plain"]
    assert root_talk.texts() == ["plain", "hush"]
    for query in ("type=secret", f"id={said['id']}", "ordering=-id", f"around={said['id']}"):
        assert "hush" not in str(bob_talk.messages(f"&{query}"))
    path = f"{bob_talk.path}/messages/{said['id']}"
    for method in ("get", "patch", "put", "delete"):
        assert getattr(bob_talk.client, method)(path).status_code == 404
    assert Message.objects.filter(pk=said["id"]).exists()


def test_hidden_message_is_not_unread(everybody: list[Talk]) -> None:
    alice_talk, bob_talk, root_talk = everybody
    alice_talk.say(text="plain")
    root_talk.say(text="hush", type="secret")
    assert (bob_talk.thread()["unread"], root_talk.thread()["unread"]) == (1, 1)
    listed = bob_talk.client.get(f"/api/accounts/{bob_talk.user.pk}/threads/chat?limit=5").json()["results"]
    assert [thread["unread"] for thread in listed] == [1]


def test_hidden_message_is_not_shown_as_the_last_message(everybody: list[Talk]) -> None:
    alice_talk, bob_talk, root_talk = everybody
    alice_talk.say(text="plain")
    root_talk.say(text="hush", type="secret")
    assert "hush" not in str(bob_talk.thread()["last_message_data"])
    assert root_talk.thread()["last_message_data"]["text"] == "hush"


def test_last_message_is_the_last_visible_one(
    settings: Any, alice: Any, bob: Any, root: Any, carol: Any
) -> None:
    settings.CHAT_SETTINGS = BOTH
    thread = thread_with(alice, bob, root)
    alice_talk, bob_talk, root_talk = talks(thread, alice, bob, root)
    alice_talk.say(text="plain")
    before = bob_talk.row.updated
    secret = root_talk.say(text="hush", type="secret")
    assert bob_talk.thread()["last_message_data"]["text"] == "plain"
    # A hidden message does not move the thread up in Bob's list.
    assert bob_talk.row.updated == before
    assert root_talk.row.updated > before
    MemberFactory.create(thread=thread, user=carol)
    assert Talk(carol, thread.pk).thread()["last_message_data"]["text"] == "plain"
    root_talk.client.delete(f"{root_talk.path}/messages/{secret['id']}")
    assert root_talk.thread()["last_message_data"]["text"] == "plain"
    assert not UnreadMessage.objects.filter(user=bob, message_id=secret["id"]).exists()


def test_last_message_after_a_deletion_is_visible_to_the_user(everybody: list[Talk]) -> None:
    alice_talk, bob_talk, root_talk = everybody
    alice_talk.say(text="plain")
    root_talk.say(text="hush", type="secret")
    last = alice_talk.say(text="gone")
    alice_talk.client.delete(f"{alice_talk.path}/messages/{last['id']}")
    assert "hush" not in str(bob_talk.thread()["last_message_data"])
    assert root_talk.thread()["last_message_data"]["text"] == "hush"


def test_attachment_of_a_hidden_message_is_not_served(everybody: list[Talk]) -> None:
    _, bob_talk, root_talk = everybody
    said = root_talk.say(text="hush", type="secret")
    attachment = Attachment.objects.create(message_id=said["id"], type="youtube", url="https://youtu.be/x")
    Message.objects.filter(pk=said["id"]).update(has_attachments=True)
    for tail in ("", f"/{attachment.pk}"):
        path = f"{bob_talk.path}/messages/{said['id']}/attachments{tail}"
        assert bob_talk.client.get(path).status_code == 404
        assert root_talk.client.get(path).status_code == 200


def test_reading_up_to_a_message_ignores_hidden_ones(everybody: list[Talk]) -> None:
    alice_talk, bob_talk, root_talk = everybody
    plain = alice_talk.say(text="plain")
    secret = root_talk.say(text="hush", type="secret")
    bob_talk.client.post(f"{bob_talk.path}/read", {"up_to": secret["id"]}, format="json")
    name, data = events(alice_talk.thread_id)[-1]
    assert (name, data["messages"]) == ("messages_read", [plain["id"]])
    before = len(events(alice_talk.thread_id))
    bob_talk.client.post(f"{bob_talk.path}/read", {"messages": [secret["id"]]}, format="json")
    assert len(events(alice_talk.thread_id)) == before


def test_sender_of_a_hidden_message_still_gets_it_in_the_response(everybody: list[Talk]) -> None:
    alice_talk, _, _ = everybody
    said = alice_talk.say(text="for the doctors", type="secret")
    assert said["text"] == "for the doctors"
    assert alice_talk.texts() == []
    assert "doctors" not in str(alice_talk.thread()["last_message_data"])
    assert "doctors" not in str(said["thread_data"]["last_message_data"])


def test_question_of_a_script_can_be_hidden_from_others(everybody: list[Talk]) -> None:
    alice_talk, bob_talk, root_talk = everybody
    start_script(alice_talk, published_schema([{"show_as_type": "secret"}]), root_talk.user)
    assert bob_talk.texts() == []
    assert bob_talk.thread()["last_message_data"] is None
    assert root_talk.texts() == ["Question 1?"]


def test_member_can_answer_hidden_questions(settings: Any, alice: Any) -> None:
    settings.CHAT_SETTINGS = BOTH
    talk = begin(alice, published_schema([{"show_as_type": "secret"}]), permissions=PERMISSIONS_ALL)
    assert talk.thread()["last_message_data"] is None
    assert talk.say(text="a")["thread_data"]["state"] == "open"


def test_filters_can_be_callables(settings: Any, alice: Any, bob: Any) -> None:
    settings.CHAT_SETTINGS = {
        "CHAT_MESSAGE_FILTER_QUERYSET": lambda messages, user: messages.filter(sender=user),
        "CHAT_MESSAGE_USER_FILTER": lambda message, user: message.sender_id == user.pk,
    }
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    alice_talk.say(text="mine")
    bob_talk.say(text="yours")
    assert (alice_talk.texts(), bob_talk.texts()) == (["mine"], ["yours"])
    assert alice_talk.thread()["last_message_data"]["text"] == "mine"
    assert Thread.objects.get().last_message is not None
