"""Users with access to threads who are not members, and whom `DEFAULT_USER_THREAD` permits to write."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message, ThreadWSSubscription, UnreadMessage, UserThread
from chat_api.tasks import deliver_pending_notifications, index_messages
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, events, question, set_state, talks
from tests.chat.test_host_permissions import CLASSES, Anybody
from tests.factories import UserFactory, published_schema
from tests.notifications.conftest import ALL_FLAGS, MemoryTransport, minutes_later, sent
from tests.realtime.conftest import _fresh_sockets, opened
from tests.realtime.sockets import CREATED, Opener, names, outside

__all__ = ["_fresh_sockets", "opened", "sent"]
pytestmark = pytest.mark.django_db

READS = int(Permission.MESSAGES_READ | Permission.THREAD_READ)
KEY = "5f0c3a4e-0000-4000-8000-000000000000"


def as_in_0_8_8(thread: Any, user: Any) -> UserThread:
    return UserThread(thread=thread, state="open", notifications=2, permissions=READS)


def closed_but_may_reopen(thread: Any, user: Any) -> UserThread:
    return UserThread(state="closed", permissions=READS | Permission.THREAD_REOPEN)


def breaks(thread: Any, user: Any) -> UserThread:
    return UserThread(state="open", permissions=READS | Permission.THREAD_BREAK_STATE)


def fails(thread: Any, user: Any) -> UserThread:
    raise RuntimeError("no such clinic")


def saved(thread: Any, user: Any) -> UserThread:
    return UserThread.objects.get(thread=thread)


def scripted(thread: Any, user: Any) -> UserThread:
    return UserThread(state="scripted", permissions=READS)


def nothing(thread: Any, user: Any) -> None:
    return None


@pytest.fixture
def inside(settings: Any, alice: Any, carol: Any) -> list[Talk]:
    """Alice, a member of a thread, and Carol, who has access by the permission class of the host only."""
    settings.CHAT_SETTINGS = {
        **{f"PERMISSIONS_{name}": Anybody for name in CLASSES},
        "DEFAULT_USER_THREAD": as_in_0_8_8,
    }
    alice_talk, carol_talk = talks(thread_with(alice), alice, carol)
    alice_talk.say(text="hello")
    return [alice_talk, carol_talk]


def test_visitor_posts_and_does_not_become_a_member(inside: list[Talk]) -> None:
    alice_talk, carol_talk = inside
    said = carol_talk.say(text="good day", meta={"a": 1})
    assert (said["sender"], said["text"], said["is_own"], said["is_read"]) == (
        carol_talk.user.pk,
        "good day",
        True,
        True,
    )
    shown = said["thread_data"]
    assert (shown["state"], shown["permissions"], shown["notifications"]) == ("open", READS, 2)
    assert shown["last_message_data"]["id"] == said["id"]
    assert [user["id"] for user in shown["users_data"]] == [alice_talk.user.pk]
    assert alice_talk.texts() == ["hello", "good day"]
    assert (alice_talk.thread()["unread"], alice_talk.thread()["last_message_data"]["id"]) == (1, said["id"])
    assert events(alice_talk.thread_id)[-1] == (CREATED, {"message": said["id"], "deleted": False})
    assert UserThread.objects.filter(thread_id=alice_talk.thread_id).count() == 1
    assert not UnreadMessage.objects.filter(user=carol_talk.user).exists()


def test_shared_default_membership_keeps_no_state(inside: list[Talk], settings: Any, bob: Any) -> None:
    _, carol_talk = inside
    shared: Any = UserThread(state="open", permissions=READS)
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": lambda thread, user: shared}
    assert carol_talk.thread()["last_message_data"]["text"] == "hello"
    bob_talk = Talk(bob, thread_with(bob, type="clinic").pk)
    bob_talk.say(text="to the clinic")
    shown = Talk(carol_talk.user, bob_talk.thread_id).thread()
    assert (shown["type"], shown["last_message_data"]["text"]) == ("clinic", "to the clinic")
    assert carol_talk.thread()["last_message_data"]["text"] == "hello"
    assert (shared.last_message_id, shared.user_id) == (None, None)


def test_visitor_post_sent_again_is_stored_once(inside: list[Talk]) -> None:
    _, carol_talk = inside
    said = carol_talk.say(text="once", client_id=KEY)
    again = carol_talk.post(text="other", client_id=KEY)
    assert (again.status_code, again.json()["id"]) == (200, said["id"])
    assert again.json()["thread_data"]["last_message_data"]["id"] == said["id"]
    assert Message.objects.filter(text="once").count() == 1
    carol_talk.client.delete(f"{carol_talk.path}/messages/{said['id']}")
    gone = carol_talk.post(text="once", client_id=KEY)
    assert (gone.status_code, gone.json()) == (410, {"client_id": ["DELETED"]})


def test_visitor_can_edit_attach_and_be_found_by_search(inside: list[Talk]) -> None:
    alice_talk, carol_talk = inside
    video = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}
    said = carol_talk.say(text="with a zebrafinch", attachments=[video])
    assert len(said["attachments_data"]) == 1
    path = f"{carol_talk.path}/messages/{said['id']}"
    changed = carol_talk.client.patch(path, {"text": "with a nightingale"}, format="json")
    assert (changed.status_code, changed.json()["text"]) == (200, "with a nightingale")
    index_messages()
    assert [row["id"] for row in alice_talk.messages("&q=nightingale")] == [said["id"]]
    assert [row["id"] for row in alice_talk.messages(f"&q={carol_talk.user.first_name}")] == [said["id"]]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"text": "x", "answers": [10**6]}, {"answers"}),
        ({"text": "x", "question": 10**6}, {"question"}),
        ({"text": "x", "type": "automated_message"}, {"type"}),
        ({"text": "x", "break_state": True}, {"break_state"}),
    ],
)
def test_visitor_is_refused_as_a_member_would_be(
    inside: list[Talk], body: dict[str, Any], errors: set[str]
) -> None:
    alice_talk, carol_talk = inside
    assert carol_talk.refused(**body).keys() == errors
    assert alice_talk.texts() == ["hello"]


def test_visitor_can_reopen_or_break_if_the_default_permits_it(
    inside: list[Talk], settings: Any, bob: Any
) -> None:
    alice_talk, carol_talk = inside
    set_state(alice_talk, state="closed")
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": closed_but_may_reopen}
    carol_talk.say(text="open again")
    assert alice_talk.thread()["state"] == "open"
    schema = published_schema([{"text": "who?"}])
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": breaks}
    alice_talk.control(alice_talk.user, state="scripted", schema=schema.pk)
    assert alice_talk.thread()["question"] == question(schema, 1).pk
    carol_talk.say(text="enough", break_state=True)
    assert (alice_talk.thread()["state"], alice_talk.thread()["question"]) == ("open", None)


def test_former_member_is_a_visitor(inside: list[Talk]) -> None:
    alice_talk, _ = inside
    bob = UserFactory.create()
    UserThread.objects.create(thread_id=alice_talk.thread_id, user=bob, permissions=PERMISSIONS_ALL)
    bob_talk = Talk(bob, alice_talk.thread_id)
    bob_talk.say(text="as a member")
    assert bob_talk.client.delete(bob_talk.path).status_code == 204
    assert bob_talk.say(text="as a visitor")["thread_data"]["permissions"] == READS


@pytest.mark.parametrize("hook", [fails, saved, scripted, nothing])
def test_failing_default_shows_nothing_and_refuses_the_post(
    inside: list[Talk], settings: Any, hook: Any, caplog: Any
) -> None:
    alice_talk, carol_talk = inside
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": hook}
    shown = carol_talk.thread()
    assert (shown["state"], shown["permissions"], shown["last_message_data"]) == ("closed", 0, None)
    assert "DEFAULT_USER_THREAD" in caplog.text
    refused = carol_talk.post(text="x")
    assert (refused.status_code, refused.json()["code"]) == (503, "HOST_ERROR")
    assert alice_talk.texts() == ["hello"]


def without_messages(thread: Any, user: Any) -> UserThread:
    return UserThread(state="open", permissions=Permission.THREAD_READ)


@pytest.mark.parametrize("hook", [fails, without_messages])
@pytest.mark.parametrize("who", ["carol", "nobody"])
def test_visitor_without_reading_gets_no_message(
    inside: list[Talk], settings: Any, hook: Any, who: str
) -> None:
    alice_talk, carol_talk = inside
    everybody = "rest_framework.permissions.AllowAny"
    names = (
        "MESSAGES_LIST_BY_THREAD_ID",
        "MESSAGE_OBJECT_BY_THREAD_ID",
        "ATTACHMENTS_LIST_BY_MESSAGE_ID",
        "ATTACHMENT_OBJECT_BY_MESSAGE_ID",
    )
    settings.CHAT_SETTINGS = {
        **{f"PERMISSIONS_{name}": everybody for name in names},
        "DEFAULT_USER_THREAD": hook,
    }
    video = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}
    said = alice_talk.say(text="secret", attachments=[video])
    message = f"{alice_talk.path}/messages/{said['id']}"
    attachment = f"{message}/attachments/{said['attachments_data'][0]['id']}"
    client = carol_talk.client if who == "carol" else client_of(None)
    for path in (f"{alice_talk.path}/messages?limit=9", message, f"{message}/attachments", attachment):
        for method in ("get", "head", "options"):
            assert getattr(client, method)(path).status_code == 403, (method, path)
    for path in (message, attachment):
        refused = client.patch(path, {"text": "x"}, format="json")
        assert refused.status_code == (503 if (hook, who) == (fails, "carol") else 403)
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": as_in_0_8_8}
    assert client.get(message).json()["text"] == "secret"
    assert client.get(attachment).status_code == 200


def test_visitor_cannot_change_anything_if_the_function_fails(
    inside: list[Talk], settings: Any, bob: Any
) -> None:
    alice_talk, carol_talk = inside
    UserThread.objects.create(thread_id=alice_talk.thread_id, user=bob, permissions=PERMISSIONS_ALL)
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": fails}
    message = Message.objects.get()
    requests = [
        carol_talk.client.delete(f"{carol_talk.path}/messages/{message.pk}"),
        carol_talk.client.patch(carol_talk.path, {"title": "Hers"}, format="json"),
        carol_talk.client.delete(f"{carol_talk.path}/users/{bob.pk}"),
        carol_talk.client.post(f"{carol_talk.path}/users", {"user": carol_talk.user.pk}, format="json"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in requests} == {(503, "HOST_ERROR")}
    assert alice_talk.texts() == ["hello"]
    assert alice_talk.thread()["title"] != "Hers"
    assert UserThread.objects.filter(thread_id=alice_talk.thread_id).count() == 2


@pytest.mark.django_db(transaction=True)
def test_members_are_notified_of_a_visitor(inside: list[Talk], settings: Any, sent: list[Any]) -> None:
    alice_talk, carol_talk = inside
    path = f"{MemoryTransport.__module__}.MemoryTransport"
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "NOTIFICATION_TRANSPORTS": {"email": path}}
    set_state(alice_talk, notifications=ALL_FLAGS)
    carol_talk.say(text="for you")
    deliver_pending_notifications()
    with minutes_later(10):
        deliver_pending_notifications()
    assert [(delivery.user, [m.text for m in delivery.messages]) for delivery in sent] == [
        (alice_talk.user, ["for you"])
    ]


@pytest.mark.django_db(transaction=True)
async def test_frames_reach_members_and_subscribers(inside: list[Talk], opened: Opener, bob: Any) -> None:
    alice_talk, carol_talk = inside
    await outside(ThreadWSSubscription.objects.create, user=carol_talk.user, thread_id=alice_talk.thread_id)
    member, visitor = await opened(alice_talk.user), await opened(carol_talk.user)
    said = await outside(carol_talk.say, text="live")
    for socket, own in ((member, False), (visitor, True)):
        frames = await socket.news()
        assert names(frames) == [CREATED]
        data = frames[0]["data"]
        assert (data["id"], data["sender"], data["is_own"]) == (said["id"], carol_talk.user.pk, own)
    assert data["thread_data"]["state"] == "open"


def test_anonymous_visitor_can_read_and_cannot_post(inside: list[Talk], settings: Any) -> None:
    alice_talk, _ = inside
    settings.CHAT_SETTINGS = {
        "DEFAULT_USER_THREAD": as_in_0_8_8,
        "PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": "rest_framework.permissions.AllowAny",
        "PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID": "rest_framework.permissions.AllowAny",
    }
    client = client_of(None)
    assert client.get(alice_talk.path).json()["state"] == "open"
    assert client.post(f"{alice_talk.path}/messages", {"text": "x"}, format="json").status_code == 403
