"""Users who are let into threads without being members, where `DEFAULT_USER_THREAD` lets them write."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message, ThreadWSSubscription, UnreadMessage, UserThread
from chat_api.tasks import deliver_pending_notifications, index_messages
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, events, question, set_state, talks
from tests.chat.test_hosts import CLASSES, Anybody
from tests.factories import UserFactory, published_schema
from tests.notifications.conftest import ALL_FLAGS, MemoryTransport, minutes_later, sent
from tests.realtime.conftest import _sockets_begin_anew, opened
from tests.realtime.sockets import CREATED, Opener, names, outside

__all__ = ["_sockets_begin_anew", "opened", "sent"]
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
    """Alice in her thread, and Carol, whom only the host lets in."""
    settings.CHAT_SETTINGS = {
        **{f"PERMISSIONS_{name}": Anybody for name in CLASSES},
        "DEFAULT_USER_THREAD": as_in_0_8_8,
    }
    mine, carols = talks(thread_with(alice), alice, carol)
    mine.say(text="hello")
    return [mine, carols]


def test_visitor_posts_and_does_not_become_a_member(inside: list[Talk]) -> None:
    mine, carols = inside
    said = carols.say(text="good day", meta={"a": 1})
    assert (said["sender"], said["text"], said["is_own"], said["is_read"]) == (
        carols.user.pk,
        "good day",
        True,
        True,
    )
    shown = said["thread_data"]
    assert (shown["state"], shown["permissions"], shown["notifications"]) == ("open", READS, 2)
    assert shown["last_message_data"]["id"] == said["id"]
    assert [user["id"] for user in shown["users_data"]] == [mine.user.pk]
    assert mine.texts() == ["hello", "good day"]
    assert (mine.thread()["unread"], mine.thread()["last_message_data"]["id"]) == (1, said["id"])
    assert events(mine.thread_id)[-1] == (CREATED, {"message": said["id"], "deleted": False})
    assert UserThread.objects.filter(thread_id=mine.thread_id).count() == 1
    assert not UnreadMessage.objects.filter(user=carols.user).exists()


def test_default_membership_that_the_host_returns_again_and_again_keeps_nothing(
    inside: list[Talk], settings: Any, bob: Any
) -> None:
    _, carols = inside
    shared: Any = UserThread(state="open", permissions=READS)
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": lambda thread, user: shared}
    assert carols.thread()["last_message_data"]["text"] == "hello"
    bobs = Talk(bob, thread_with(bob, type="clinic").pk)
    bobs.say(text="to the clinic")
    shown = Talk(carols.user, bobs.thread_id).thread()
    assert (shown["type"], shown["last_message_data"]["text"]) == ("clinic", "to the clinic")
    assert carols.thread()["last_message_data"]["text"] == "hello"
    assert (shared.last_message_id, shared.user_id) == (None, None)


def test_visitor_post_sent_again_is_stored_once(inside: list[Talk]) -> None:
    _, carols = inside
    said = carols.say(text="once", client_id=KEY)
    again = carols.post(text="other", client_id=KEY)
    assert (again.status_code, again.json()["id"]) == (200, said["id"])
    assert again.json()["thread_data"]["last_message_data"]["id"] == said["id"]
    assert Message.objects.filter(text="once").count() == 1
    carols.client.delete(f"{carols.path}/messages/{said['id']}")
    gone = carols.post(text="once", client_id=KEY)
    assert (gone.status_code, gone.json()) == (410, {"client_id": ["DELETED"]})


def test_visitor_edits_attaches_and_is_found(inside: list[Talk]) -> None:
    mine, carols = inside
    video = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}
    said = carols.say(text="with a zebrafinch", attachments=[video])
    assert len(said["attachments_data"]) == 1
    path = f"{carols.path}/messages/{said['id']}"
    changed = carols.client.patch(path, {"text": "with a nightingale"}, format="json")
    assert (changed.status_code, changed.json()["text"]) == (200, "with a nightingale")
    index_messages()
    assert [row["id"] for row in mine.messages("&q=nightingale")] == [said["id"]]
    assert [row["id"] for row in mine.messages(f"&q={carols.user.first_name}")] == [said["id"]]


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
    mine, carols = inside
    assert carols.refused(**body).keys() == errors
    assert mine.texts() == ["hello"]


def test_visitor_may_reopen_or_break_where_the_default_has_the_flag(
    inside: list[Talk], settings: Any, bob: Any
) -> None:
    mine, carols = inside
    set_state(mine, state="closed")
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": closed_but_may_reopen}
    carols.say(text="open again")
    assert mine.thread()["state"] == "open"
    schema = published_schema([{"text": "who?"}])
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": breaks}
    mine.control(mine.user, state="scripted", schema=schema.pk)
    assert mine.thread()["question"] == question(schema, 1).pk
    carols.say(text="enough", break_state=True)
    assert (mine.thread()["state"], mine.thread()["question"]) == ("open", None)


def test_former_member_is_a_visitor(inside: list[Talk]) -> None:
    mine, _ = inside
    bob = UserFactory.create()
    UserThread.objects.create(thread_id=mine.thread_id, user=bob, permissions=PERMISSIONS_ALL)
    bobs = Talk(bob, mine.thread_id)
    bobs.say(text="as a member")
    assert bobs.client.delete(bobs.path).status_code == 204
    assert bobs.say(text="as a visitor")["thread_data"]["permissions"] == READS


@pytest.mark.parametrize("hook", [fails, saved, scripted, nothing])
def test_failing_function_shows_nothing_and_refuses_the_post(
    inside: list[Talk], settings: Any, hook: Any, caplog: Any
) -> None:
    mine, carols = inside
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": hook}
    shown = carols.thread()
    assert (shown["state"], shown["permissions"], shown["last_message_data"]) == ("closed", 0, None)
    assert "DEFAULT_USER_THREAD" in caplog.text
    refused = carols.post(text="x")
    assert (refused.status_code, refused.json()["code"]) == (503, "HOST_ERROR")
    assert mine.texts() == ["hello"]


def without_messages(thread: Any, user: Any) -> UserThread:
    return UserThread(state="open", permissions=Permission.THREAD_READ)


@pytest.mark.parametrize("hook", [fails, without_messages])
@pytest.mark.parametrize("who", ["carol", "nobody"])
def test_visitor_without_reading_gets_no_message(
    inside: list[Talk], settings: Any, hook: Any, who: str
) -> None:
    mine, carols = inside
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
    said = mine.say(text="secret", attachments=[video])
    message = f"{mine.path}/messages/{said['id']}"
    attachment = f"{message}/attachments/{said['attachments_data'][0]['id']}"
    client = carols.client if who == "carol" else client_of(None)
    for path in (f"{mine.path}/messages?limit=9", message, f"{message}/attachments", attachment):
        for method in ("get", "head", "options"):
            assert getattr(client, method)(path).status_code == 403, (method, path)
    for path in (message, attachment):
        refused = client.patch(path, {"text": "x"}, format="json")
        assert refused.status_code == (503 if (hook, who) == (fails, "carol") else 403)
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": as_in_0_8_8}
    assert client.get(message).json()["text"] == "secret"
    assert client.get(attachment).status_code == 200


def test_visitor_does_nothing_where_the_function_fails(inside: list[Talk], settings: Any, bob: Any) -> None:
    mine, carols = inside
    UserThread.objects.create(thread_id=mine.thread_id, user=bob, permissions=PERMISSIONS_ALL)
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "DEFAULT_USER_THREAD": fails}
    message = Message.objects.get()
    requests = [
        carols.client.delete(f"{carols.path}/messages/{message.pk}"),
        carols.client.patch(carols.path, {"title": "Hers"}, format="json"),
        carols.client.delete(f"{carols.path}/users/{bob.pk}"),
        carols.client.post(f"{carols.path}/users", {"user": carols.user.pk}, format="json"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in requests} == {(503, "HOST_ERROR")}
    assert mine.texts() == ["hello"]
    assert mine.thread()["title"] != "Hers"
    assert UserThread.objects.filter(thread_id=mine.thread_id).count() == 2


@pytest.mark.django_db(transaction=True)
def test_members_are_notified_of_a_visitor(inside: list[Talk], settings: Any, sent: list[Any]) -> None:
    mine, carols = inside
    path = f"{MemoryTransport.__module__}.MemoryTransport"
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "NOTIFICATION_TRANSPORTS": {"email": path}}
    set_state(mine, notifications=ALL_FLAGS)
    carols.say(text="for you")
    deliver_pending_notifications()
    with minutes_later(10):
        deliver_pending_notifications()
    assert [(delivery.user, [m.text for m in delivery.messages]) for delivery in sent] == [
        (mine.user, ["for you"])
    ]


@pytest.mark.django_db(transaction=True)
async def test_frames_reach_members_and_subscribers(inside: list[Talk], opened: Opener, bob: Any) -> None:
    mine, carols = inside
    await outside(ThreadWSSubscription.objects.create, user=carols.user, thread_id=mine.thread_id)
    member, visitor = await opened(mine.user), await opened(carols.user)
    said = await outside(carols.say, text="live")
    for socket, own in ((member, False), (visitor, True)):
        frames = await socket.news()
        assert names(frames) == [CREATED]
        data = frames[0]["data"]
        assert (data["id"], data["sender"], data["is_own"]) == (said["id"], carols.user.pk, own)
    assert data["thread_data"]["state"] == "open"


def test_anonymous_visitor_sees_what_the_function_says_and_never_posts(
    inside: list[Talk], settings: Any
) -> None:
    mine, _ = inside
    settings.CHAT_SETTINGS = {
        "DEFAULT_USER_THREAD": as_in_0_8_8,
        "PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": "rest_framework.permissions.AllowAny",
        "PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID": "rest_framework.permissions.AllowAny",
    }
    client = client_of(None)
    assert client.get(mine.path).json()["state"] == "open"
    assert client.post(f"{mine.path}/messages", {"text": "x"}, format="json").status_code == 403
