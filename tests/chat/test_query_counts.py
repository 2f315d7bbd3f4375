"""The number of queries does not grow with members, messages or questions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from chat_api.chat.models import Message, Thread, UnreadMessage, UserThread
from tests.chat.conftest import client_of, thread_with
from tests.databases import connection
from tests.factories import MemberFactory, MessageFactory, ThreadFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

#: What a test's own transaction adds to an action's: a savepoint and its release.
SAVEPOINTS = ("SAVEPOINT", "RELEASE SAVEPOINT")


def count(client: APIClient, method: str, path: str, body: Any = None, *, status: int = 200) -> int:
    """Send the request and return how many queries it took, savepoints left out."""
    with CaptureQueriesContext(connection) as captured:
        answer = getattr(client, method)(path, body, format="json") if body else getattr(client, method)(path)
    assert answer.status_code == status, answer.content
    return sum(not query["sql"].startswith(SAVEPOINTS) for query in captured)


def thread_of(number: int) -> tuple[Thread, APIClient]:
    users = UserFactory.create_batch(number)
    return thread_with(*users), client_of(users[0])


def per_database(postgres: int, sqlite: int) -> int:
    return postgres if connection.vendor == "postgresql" else sqlite


def test_posting_a_message_costs_the_same_however_many_members() -> None:
    counts = []
    for members in (2, 200):
        thread, client = thread_of(members)
        path = f"/api/threads/{thread.pk}/messages"
        counts.append(count(client, "post", path, {"text": "hello"}, status=201))
    assert counts == [per_database(postgres=4, sqlite=9)] * 2
    assert UnreadMessage.objects.filter(thread=thread).count() == 199


def test_page_of_fifty_messages_costs_the_same_however_many_are_unread() -> None:
    marking, looking = [], []
    for unread in (1, 50):
        thread, client = thread_of(2)
        reader, sender = (row.user for row in thread.users.order_by("pk"))
        messages = MessageFactory.create_batch(50, thread=thread, sender=sender)
        UnreadMessage.objects.bulk_create(
            UnreadMessage(thread=thread, user=reader, message=message, type=thread.type)
            for message in messages[:unread]
        )
        path = f"/api/threads/{thread.pk}/messages?limit=50"
        marking.append(count(client, "get", path))
        looking.append(count(client, "get", path))
        assert not UnreadMessage.objects.filter(user=reader).exists()
    assert marking == [per_database(postgres=6, sqlite=7)] * 2
    assert looking == [2, 2]


def test_twenty_threads_cost_the_same_however_many_members_they_have() -> None:
    counts = []
    for members in (2, 50):
        me = UserFactory.create()
        others = UserFactory.create_batch(members - 1)
        for _ in range(20):
            thread = ThreadFactory.create()
            message = MessageFactory.create(thread=thread, sender=others[0])
            UserThread.objects.bulk_create(
                MemberFactory.build(
                    thread=thread,
                    user=user,
                    type=thread.type,
                    created=thread.created,
                    updated=thread.updated,
                    last_message=message,
                )
                for user in (me, *others)
            )
        counts.append(count(client_of(me), "get", f"/api/accounts/{me.pk}/threads/chat?limit=20"))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("warm", [True, False])
def test_scripted_answer_costs_the_same_however_long_the_script_is(warm: bool) -> None:
    counts = []
    for questions in (10, 500):
        answers = [{"text": "yes", "variable_modifications": [["x", "x + 1"]]}, {"text": "no"}]
        schema = published_schema([{"type": "choice", "answers": answers} for _ in range(questions)])
        user = UserFactory.create()
        client = client_of(user)
        body = {"schema": schema.pk, "state": "scripted"}
        made = client.post(f"/api/accounts/{user.pk}/threads/chat", body, format="json").json()
        path = f"/api/threads/{made['id']}/messages"
        first = schema.questions.order_by("position")[0].answers.order_by("position")[0]
        if not warm:
            from chat_api.schemas import compiled

            compiled.clear_cache()
        counts.append(count(client, "post", path, {"answers": [first.pk]}, status=201))
        assert UserThread.objects.get(user=user).variables_pool == {"x": 1.0}
    compiling = 0 if warm else 4
    assert counts == [per_database(postgres=4, sqlite=12) + compiling] * 2


def test_answer_costs_the_same_however_many_messages_the_script_posts() -> None:
    counts = []
    for messages in (2, 50):
        said = {"type": "message", "text": "{{ user.first_name }} {{ answers.q1 }} {{ thread.title }}"}
        schema = published_schema([{}, *[said] * messages, {"text": "And then, {{ user.first_name }}?"}])
        user = UserFactory.create()
        client = client_of(user)
        body = {"schema": schema.pk, "state": "scripted", "title": "t"}
        made = client.post(f"/api/accounts/{user.pk}/threads/chat", body, format="json").json()
        path = f"/api/threads/{made['id']}/messages"
        counts.append(count(client, "post", path, {"text": "hi"}, status=201))
        texts = [message["text"] for message in client.get(f"{path}?limit=200").json()["results"]]
        assert texts[2:-1] == [f"{user.first_name} hi t"] * messages
    assert counts[0] == counts[1]


def test_reading_a_thread_costs_the_same_however_many_messages_it_has() -> None:
    counts = []
    for messages in (1, 60):
        thread, client = thread_of(2)
        sender = thread.users.last()
        assert sender is not None
        made = MessageFactory.create_batch(messages, thread=thread, sender=sender.user)
        Message.objects.filter(thread=thread).update(has_attachments=False)
        thread.users.update(last_message=made[-1])
        counts.append(count(client, "get", f"/api/threads/{thread.pk}"))
    assert counts[0] == counts[1]


def test_fields_that_are_not_requested_cost_no_query() -> None:
    thread, client = thread_of(2)
    assert count(client, "get", f"/api/threads/{thread.pk}?fields=id,title") == 2


@pytest.mark.parametrize("text", ["Plain?", "{{ user.first_name }}, {{ answers.q1 }}, {{ sender.id }}?"])
def test_scripted_threads_cost_the_same_however_many_there_are(text: str) -> None:
    counts = []
    for threads in (2, 20):
        user = UserFactory.create()
        client = client_of(user)
        schema = published_schema([{"text": "Name?"}, {"text": text}])
        body = {"schema": schema.pk, "state": "scripted", "automated_sender": user.pk}
        for number in range(threads):
            made = client.post(f"/api/accounts/{user.pk}/threads/chat", body, format="json").json()
            said = {"text": f"name {number}"}
            assert client.post(f"/api/threads/{made['id']}/messages", said, format="json").status_code == 201
        path = f"/api/accounts/{user.pk}/threads/chat?limit=20"
        counts.append(count(client, "get", path))
        shown = client.get(path).json()["results"]
        texts = {thread["question_data"]["text"] for thread in shown}
        names = {f"{user.first_name}, name {number}, {user.pk}?" for number in range(threads)}
        assert texts == ({text} if text == "Plain?" else names)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("hidden", [False, True])
def test_rolling_back_costs_the_same_however_much_is_deleted(hidden: bool, settings: Any) -> None:
    if hidden:
        settings.CHAT_SETTINGS = {"CHAT_MESSAGE_USER_FILTER": lambda message, user: True}
    counts = []
    for messages, members in ((1, 2), (40, 30)):
        thread, client = thread_of(members)
        user, other = (row.user for row in thread.users.order_by("pk")[:2])
        schema = published_schema([{}, {}])
        body = {"state": "scripted", "schema": schema.pk}
        assert (
            client.patch(f"/api/threads/{thread.pk}/users/{user.pk}", body, format="json").status_code == 200
        )
        client.post(f"/api/threads/{thread.pk}/messages", {"text": "a"}, format="json")
        for _ in range(messages):
            client_of(other).post(f"/api/threads/{thread.pk}/messages", {"text": "b"}, format="json")
        counts.append(count(client, "post", f"/api/threads/{thread.pk}/rollback", {"question": None}))
        assert Message.objects.filter(thread=thread).count() == 1
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("method", "tail", "body", "status"),
    [
        ("get", "/users", None, 200),
        ("patch", "", {"state": "closed"}, 200),
        ("patch", "", {"title": "x"}, 200),
        ("post", "/messages", {"text": "x", "break_state": True}, 201),
        ("delete", "", None, 204),
    ],
)
def test_requests_to_a_thread_cost_the_same_however_many_members_it_has(
    method: str, tail: str, body: Any, status: int
) -> None:
    counts = []
    for members in (2, 300):
        thread, client = thread_of(members)
        counts.append(count(client, method, f"/api/threads/{thread.pk}{tail}", body, status=status))
    assert counts[0] == counts[1]


def test_deleting_a_message_costs_the_same_however_many_members_there_are() -> None:
    counts = []
    for members in (2, 60):
        thread, client = thread_of(members)
        path = f"/api/threads/{thread.pk}/messages"
        for text in "ab":
            said = client.post(path, {"text": text}, format="json").json()["id"]
        counts.append(count(client, "delete", f"{path}/{said}", status=204))
    assert counts[0] == counts[1]


def test_adding_and_changing_members_cost_the_same_however_many_there_are() -> None:
    adding, changing = [], []
    for members in (2, 60):
        thread, client = thread_of(members)
        newcomer = UserFactory.create()
        path = f"/api/threads/{thread.pk}/users"
        adding.append(count(client, "post", path, {"user": newcomer.pk}, status=201))
        changing.append(count(client, "patch", f"{path}/{newcomer.pk}", {"permissions": 1}))
    assert adding[0] == adding[1]
    assert changing[0] == changing[1]


def test_fields_of_the_last_message_that_are_not_requested_cost_no_query() -> None:
    thread, client = thread_of(2)
    path = f"/api/threads/{thread.pk}"
    client.post(f"{path}/messages", {"text": "hello"})
    Message.objects.update(has_attachments=True)
    counts = {
        fields: count(client, "get", f"{path}?fields={fields}")
        for fields in ("id", "last_message_data__id", "last_message_data__is_read")
    }
    bare, read = counts["last_message_data__id"], counts["last_message_data__is_read"]
    assert bare == read == counts["id"] + 1
    assert count(client, "get", f"{path}?fields=last_message_data__attachments_data") == bare + 1
