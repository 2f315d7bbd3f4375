"""A conversation over HTTP in few words: the user, the thread and the response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rest_framework.test import APIClient

from chat_api.chat.models import Thread, UserThread
from chat_api.realtime.models import ThreadEvent
from chat_api.schemas.models import Answer, Question, Schema
from tests.chat.conftest import client_of


@dataclass(frozen=True)
class Talk:
    """One user in one thread."""

    user: Any
    thread_id: int

    @property
    def client(self) -> APIClient:
        return client_of(self.user)

    @property
    def path(self) -> str:
        return f"/api/threads/{self.thread_id}"

    @property
    def row(self) -> UserThread:
        return UserThread.objects.get(user=self.user, thread_id=self.thread_id)

    def post(self, **body: Any) -> Any:
        """Post a message and return the raw response."""
        return self.client.post(f"{self.path}/messages", body, format="json")

    def say(self, **body: Any) -> dict[str, Any]:
        """Post a message that is accepted and return it."""
        response = self.post(**body)
        assert response.status_code == 201, response.content
        shown: dict[str, Any] = response.json()
        return shown

    def confirm(self, **body: Any) -> None:
        """Confirm a control."""
        response = self.post(**body)
        assert response.status_code == 204, response.content
        assert response.content == b""

    def refused(self, **body: Any) -> dict[str, Any]:
        """Post a message that is refused and return the errors."""
        response = self.post(**body)
        assert response.status_code == 400, response.content
        errors: dict[str, Any] = response.json()
        return errors

    def thread(self) -> dict[str, Any]:
        """Load the thread."""
        response = self.client.get(self.path)
        assert response.status_code == 200, response.content
        shown: dict[str, Any] = response.json()
        return shown

    def messages(self, query: str = "") -> list[dict[str, Any]]:
        """List all messages without marking them as read."""
        response = self.client.get(f"{self.path}/messages?limit=200&mark_read=false{query}")
        assert response.status_code == 200, response.content
        found: list[dict[str, Any]] = response.json()["results"]
        return found

    def texts(self) -> list[str]:
        """List the texts of all messages."""
        return [message["text"] for message in self.messages()]

    def roll_back(self, **body: Any) -> Any:
        """Roll the script back and return the raw response."""
        return self.client.post(f"{self.path}/rollback", body, format="json")

    def patch(self, **body: Any) -> Any:
        """Change the thread and return the raw response."""
        return self.client.patch(self.path, body, format="json")

    def control(self, other: Any, **body: Any) -> Any:
        """Change another member and return the raw response."""
        return self.client.patch(f"{self.path}/users/{other.pk}", body, format="json")


def begin(user: Any, schema: Schema, *, permissions: int | None = None, **body: Any) -> Talk:
    """Create a thread of `user` with a script; `permissions` replaces those of a creator."""
    body = {"schema": schema.pk, "state": "scripted", **body}
    kind = body.pop("type", "chat")
    made = client_of(user).post(f"/api/accounts/{user.pk}/threads/{kind}", body, format="json")
    assert made.status_code == 201, made.content
    talk = Talk(user, made.json()["id"])
    if permissions is not None:
        UserThread.objects.filter(thread_id=talk.thread_id, user=user).update(permissions=permissions)
    return talk


def talks(thread: Thread, *users: Any) -> list[Talk]:
    """Return a `Talk` for each of the users."""
    return [Talk(user, thread.pk) for user in users]


def question(schema: Schema, qid: int) -> Question:
    """Return the question of the schema with that qid."""
    return Question.objects.get(schema=schema, qid=qid)


def answer(schema: Schema, qid: int, position: int) -> int:
    """Return the id of an answer."""
    return Answer.objects.get(question__schema=schema, question__qid=qid, position=position).pk


def events(thread_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Return names and data of the thread's events; assert that they are numbered without a gap."""
    rows = list(ThreadEvent.objects.filter(thread_id=thread_id).order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert Thread.objects.get(pk=thread_id).event_head == len(rows)
    return [(row.name, row.data) for row in rows]


def set_state(talk: Talk, **columns: Any) -> None:
    """Set columns of the membership without events or signals."""
    UserThread.objects.filter(pk=talk.row.pk).update(**columns)


def start_script(talk: Talk, schema: Any, other: Any, **body: Any) -> Talk:
    """Start a script for the member `other` as the user of `talk`."""
    response = talk.control(other, state="scripted", schema=schema.pk, **body)
    assert response.status_code == 200, response.content
    return Talk(other, talk.thread_id)
