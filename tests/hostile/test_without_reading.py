"""Members without MESSAGES_READ get no byte of a message, attachment or file from any interface of the library.

The exceptions are their own current question and the responses to their own posts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, Final

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from rest_framework.test import APIClient

from chat_api.chat.actions import ScriptPlan, start_script, stop_script
from chat_api.chat.choices import PERMISSIONS_ALL, TRANSPORT_FLAGS, Permission
from chat_api.chat.delivery.frames import _DATA
from chat_api.chat.models import Attachment, Message, Thread, UnreadMessage, UserThread
from chat_api.notifications.models import NotificationDelivery
from chat_api.realtime.events import FlagRaised
from chat_api.realtime.socket.commands import COMMANDS
from chat_api.realtime.socket.frames import SKIPPED
from chat_api.tasks import deliver_pending_notifications, index_messages
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, begin, set_state, talks
from tests.factories import MemberFactory, UserFactory, published_schema
from tests.notifications.conftest import ALL_FLAGS, MemoryTransport, minutes_later, sent
from tests.openapi.watching import unwatched
from tests.permissions import OWNER, ROWS, Row, World
from tests.realtime.conftest import _fresh_sockets, opened
from tests.realtime.sockets import Opener, outside
from tests.search.conftest import backend, elastic, elastic_server, index_all
from tests.test_permission_matrix import ENDPOINTS, METHODS

pytestmark = pytest.mark.slow

__all__ = ["_fresh_sockets", "backend", "elastic", "elastic_server", "opened", "sent"]

SECRET: Final = "zebrafinch"
#: All permissions except MESSAGES_READ.
BLIND: Final = PERMISSIONS_ALL & ~Permission.MESSAGES_READ
QUERIES: Final = (
    "",
    f"q={SECRET}",
    f"q={SECRET[:4]}&ordering=-rank",
    f"text__icontains={SECRET}",
    "include_fields=last_message_data,attachments_data,answers",
    "fields=last_message_data,text,attachments_data,meta,unread",
    "after=0",
    "around=1",
    "format=api",
)


class SecretWorld(World):
    """The world of the permission matrix, with the secret in every message and an owner without MESSAGES_READ."""

    def __post_init__(self) -> None:
        super().__post_init__()
        stored = default_storage.save(f"attachments/{SECRET}.pdf", ContentFile(SECRET.encode()))
        Message.objects.update(text=f"a {SECRET} sings", meta={SECRET: SECRET}, type=SECRET)
        Attachment.objects.update(
            file=stored, title=SECRET, description=SECRET, options={SECRET: 1}, url=f"https://x.test/{SECRET}"
        )
        last = Message.objects.latest("pk")
        Thread.objects.update(last_message=last)
        UserThread.objects.update(last_message=last)
        owner = self.users[OWNER]
        UserThread.objects.filter(user=owner).update(permissions=BLIND)
        UnreadMessage.objects.create(message=last, thread=self.thread, user=owner, type=self.thread.type)


@pytest.fixture
def world(db: None, settings: Any) -> World:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    return SecretWorld()


def requests(name: str) -> Iterator[tuple[str, Row]]:
    for method in (*METHODS, "head", "options"):
        rows = ROWS.get((name, method), [Row(frozenset()), Row(frozenset(), at="another's")])
        yield from ((method, row) for row in rows)


def bytes_of(response: Any) -> bytes:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{key}: {value}" for key, value in response.headers.items())
    return bytes(body) + headers.encode()


@pytest.mark.parametrize("name", ENDPOINTS)
def test_no_endpoint_serves_a_byte_of_hidden_messages(world: World, backend: Any, name: str) -> None:
    index_all()
    index_messages()
    client = APIClient()
    client.force_authenticate(world.users[OWNER])
    asked = 0
    for method, row in requests(name):
        for query in QUERIES:
            path = world.path(name, row.at, OWNER)
            if not path.removeprefix("/api/"):
                continue
            url = f"{path}?limit=50&{query}"
            body = {} if method in ("get", "head") else {"data": world.body(row), "format": "json"}
            page = unwatched("DRF's page for browsers is 200, whatever is done")
            with page if query == "format=api" else nullcontext():
                response = getattr(client, method)(url, **body)
            assert response.status_code < 500, (method, url)
            said = bytes_of(response).replace(query.encode(), b"")
            # The forms of the browsable API repeat the path of the request.
            assert SECRET.encode() not in said.replace(url.encode(), b""), (method, url, said)
            asked += 1
    assert asked >= len(QUERIES)


def test_search_does_not_reveal_messages(world: World, backend: Any) -> None:
    index_all()
    index_messages()
    owner = world.users[OWNER]
    client = APIClient()
    client.force_authenticate(owner)
    path = f"/api/accounts/{owner.pk}/threads/chat?limit=50"
    assert [row["id"] for row in client.get(path).json()["results"]] == [world.thread.pk]
    assert client.get(f"{path}&q={SECRET}").json()["results"] == []
    assert client.get(f"/api/threads/{world.thread.pk}/messages?limit=5&q={SECRET}").status_code == 403
    UserThread.objects.filter(user=owner).update(permissions=Permission.MESSAGES_READ)
    assert [row["id"] for row in client.get(f"{path}&q={SECRET}").json()["results"]] == [world.thread.pk]
    UserThread.objects.filter(user=owner).update(permissions=None)
    assert client.get(f"{path}&q={SECRET}").json()["results"] == []


def test_thread_has_no_last_message_and_none_unread(world: World) -> None:
    owner = world.users[OWNER]
    client = APIClient()
    client.force_authenticate(owner)
    shown = client.get(f"/api/threads/{world.thread.pk}").json()
    assert (shown["last_message_data"], shown["unread"]) == (None, 0)
    (listed,) = client.get(f"/api/accounts/{owner.pk}/threads/chat?limit=5").json()["results"]
    assert (listed["last_message_data"], listed["unread"]) == (None, 0)
    UserThread.objects.filter(user=owner).update(permissions=PERMISSIONS_ALL)
    shown = client.get(f"/api/threads/{world.thread.pk}").json()
    assert SECRET in shown["last_message_data"]["text"]
    assert shown["unread"] == 1


@pytest.mark.django_db
def test_own_question_and_own_posts_are_shown() -> None:
    kim = UserFactory.create()
    schema = published_schema([{"text": "first?"}, {"text": "second?"}], type="automated_flow")
    talk = begin(kim, schema, permissions=BLIND)
    shown = talk.thread()
    assert shown["question_data"]["text"] == "first?"
    assert shown["last_message_data"] is None
    key = "11111111-1111-4111-8111-111111111111"
    said = talk.say(text="mine", client_id=key)
    assert said["text"] == "mine"
    assert said["thread_data"]["question_data"]["text"] == "second?"
    assert (said["thread_data"]["last_message_data"], said["thread_data"]["unread"]) == (None, 0)
    again = talk.post(text="mine", client_id=key)
    assert (again.status_code, again.json()["text"]) == (200, "mine")
    assert again.json()["thread_data"]["last_message_data"] is None


def everything_happens(writer: Talk) -> None:
    """Post, edit, attach, delete and change the thread, with the secret in every text."""
    said = writer.say(text=SECRET, meta={SECRET: 1}, attachments=[video(SECRET)])
    path = f"{writer.path}/messages/{said['id']}"
    assert writer.client.patch(path, {"text": f"{SECRET}!"}, format="json").status_code == 200
    assert writer.client.post(f"{path}/attachments", video(f"{SECRET}?"), format="json").status_code == 201
    assert writer.patch(title="harmless").status_code == 200
    assert writer.client.delete(path).status_code == 204
    writer.say(text=f"{SECRET} again")
    other = writer.say(text="and")
    correct_an_answer(writer)
    assert writer.client.post(f"{writer.path}/read", {"up_to": other["id"]}, format="json").status_code == 204


def correct_an_answer(writer: Talk) -> None:
    """Answer and correct a question of a script, and raise a flag."""
    flag = {"name": "flagged", "if": f'said == "{SECRET}!"', "label": "to look at"}
    schema = published_schema([{"name": "said", "text": SECRET}, {"text": SECRET}], flags=[flag])
    set_state(writer, permissions=PERMISSIONS_ALL)
    start_script(user_thread=writer.row, plan=ScriptPlan(schema=schema))
    said = writer.say(text=SECRET)
    last = Message.objects.filter(thread_id=writer.thread_id).latest("pk").pk
    body = {"message": said["id"], "last": last, "text": f"{SECRET}!"}
    assert writer.client.post(f"{writer.path}/correct", body, format="json").status_code == 201
    stop_script(user_thread=writer.row)


def video(title: str) -> dict[str, Any]:
    return {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk", "title": title}


def no_members(thread: Any, user: Any) -> UserThread:
    return UserThread(thread=thread, state="open", notifications=2, permissions=BLIND)


@pytest.mark.django_db(transaction=True)
async def test_no_frame_has_a_byte_of_hidden_messages(opened: Opener) -> None:
    alice, kim, root = await outside(UserFactory.create_batch, 3, is_superuser=True)
    thread = await outside(thread_with, alice)
    await outside(MemberFactory.create, thread=thread, user=kim, permissions=BLIND, notifications=ALL_FLAGS)
    others = await outside(thread_with, alice)
    alice_talk, blind = talks(thread, alice, kim)
    await outside(blind.say, text="so that there is something to read")
    with override_settings(CHAT_SETTINGS={"DEFAULT_USER_THREAD": no_members}):
        response = await outside(Talk(root, thread.pk).client.post, f"{alice_talk.path}/ws-subscribe")
        assert response.status_code == 204
        sockets = [await opened(kim), await opened(root)]
        reader = await opened(alice)
        await outside(everything_happens, alice_talk)
        await outside(everything_happens, Talk(alice, others.pk))
        # Respondents get no events of their own flags.
        seen = {frame["message"] for frame in await reader.news()}
        assert seen == (_DATA.keys() | {SKIPPED}) - {FlagRaised.name}
        for socket in sockets:
            live = await socket.news()
            assert len(live) >= 8
            assert SECRET not in json.dumps(live)
            updated = [frame["data"] for frame in live if frame["message"] == "thread_updated"]
            assert updated
            assert {(data["unread"], data["last_message_data"]) for data in updated} == {(0, None)}
            message = await outside(Message.objects.filter(thread=thread).latest, "pk")
            data: dict[str, Any] = {
                "ping": {},
                "catch_up": {"threads": {str(thread.pk): 0}},
                "mark_message_as_read": {"message": message.pk},
                "thread_someone_is_writing": {"thread": thread.pk, "length": 1},
            }
            assert data.keys() == COMMANDS.keys(), "no data for this command"
            for name in COMMANDS:
                await socket.send(name, data[name])
                assert SECRET not in json.dumps(await socket.news()), name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lost", ["before", "after"])
def test_no_notification_has_a_byte_of_hidden_messages(sent: list[Any], settings: Any, lost: str) -> None:
    path = f"{MemoryTransport.__module__}.MemoryTransport"
    shipped = {"email": "chat_api.notifications.transports.EmailTransport"}
    settings.CHAT_SETTINGS = {
        "NOTIFICATION_TRANSPORTS": {**dict.fromkeys(TRANSPORT_FLAGS, path), **shipped},
        "NOTIFICATION_DELAYS": dict.fromkeys(TRANSPORT_FLAGS, 60),
    }
    alice, kim = UserFactory.create_batch(2)
    alice_talk, blind = talks(thread_with(alice, kim), alice, kim)
    rows = UserThread.objects.filter(pk=blind.row.pk)
    rows.update(notifications=ALL_FLAGS, permissions=BLIND if lost == "before" else PERMISSIONS_ALL)
    everything_happens(alice_talk)
    deliver_pending_notifications()
    assert NotificationDelivery.objects.filter(user=kim).exists() == (lost == "after")
    rows.update(permissions=BLIND)
    with minutes_later(10):
        deliver_pending_notifications()
    assert [delivery for delivery in sent if delivery.user == kim] == []
    assert mail.outbox == []
