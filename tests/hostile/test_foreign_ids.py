"""Objects of one user are neither shown to another user nor changed by them, whatever ids they send."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from chat_api.chat.choices import PERMISSIONS_ALL
from tests.chat.conftest import client_of, thread_with
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

VIDEO = "https://youtu.be/{}"


@dataclass
class Belongings:
    """A user with their own thread, script and survey; `mark` is in every text of theirs."""

    user: Any
    mark: str
    ids: dict[str, int]

    @property
    def client(self) -> APIClient:
        return client_of(self.user)


def belongings(mark: str) -> Belongings:
    user: Any = UserFactory(first_name=mark)
    client = client_of(user)
    thread = thread_with(user, UserFactory(first_name=mark), title=mark)
    schema = published_schema(
        [
            {"type": "text", "text": mark},
            {"type": "choice", "text": mark, "answers": [{"text": mark}, {"text": mark}]},
        ],
        name=mark,
    )
    video = {"type": "youtube", "title": mark, "url": VIDEO.format(mark)}

    def made(path: str, **body: Any) -> dict[str, Any]:
        response = client.post(path, body)
        assert response.status_code == 201, response.content
        shown: dict[str, Any] = response.json()
        return shown

    messages = f"/api/threads/{thread.pk}/messages"
    message = made(messages, text=mark, attachments=[video])
    script = made(f"/api/accounts/{user.pk}/threads/chat", schema=schema.pk, state="scripted", title=mark)
    survey = made(f"/api/accounts/{user.pk}/surveys", schema=schema.pk)
    question = schema.questions.get(qid=1)
    items = f"/api/surveys/{survey['id']}/items"
    item = made(items, related_question=question.pk, text=mark)
    ids = {
        "account": user.pk,
        "thread": thread.pk,
        "member": thread.users.latest("pk").user_id,
        "script": script["id"],
        "asking": script["related_message"],
        "message": message["id"],
        "attachment": message["attachments_data"][0]["id"],
        "survey": survey["id"],
        "item": item["id"],
        "item_attachment": made(f"{items}/{item['id']}/attachments", **video)["id"],
        "question": question.pk,
        "answer": schema.questions.get(qid=2).answers.earliest("pk").pk,
    }
    return Belongings(user, mark, ids)


@pytest.fixture
def own() -> Belongings:
    return belongings("minemine")


@pytest.fixture
def foreign() -> Belongings:
    return belongings("theirs")


def everything() -> dict[str, list[Any]]:
    """Return every row of the tables of the library."""
    rows = {}
    for model in apps.get_app_config("chat_api").get_models():
        rows[model._meta.label] = list(model._base_manager.order_by("pk").values())
    return rows


PATHS = {
    "/api/accounts/{account}/threads/chat": ("get", "post"),
    "/api/accounts/{account}/surveys": ("get", "post"),
    "/api/threads/{thread}": ("get", "put", "patch", "delete"),
    "/api/threads/{script}/rollback": ("post",),
    "/api/threads/{thread}/read": ("post",),
    "/api/threads/{thread}/users": ("get", "post"),
    "/api/threads/{thread}/users/{member}": ("get", "put", "patch", "delete"),
    "/api/threads/{thread}/messages": ("get", "post"),
    "/api/threads/{thread}/messages/{message}": ("get", "put", "patch", "delete"),
    "/api/threads/{thread}/messages/{message}/attachments": ("get", "post"),
    "/api/threads/{thread}/messages/{message}/attachments/{attachment}": ("get", "put", "patch", "delete"),
    "/api/surveys/{survey}": ("get", "put", "patch", "delete"),
    "/api/surveys/{survey}/items": ("get", "post"),
    "/api/surveys/{survey}/items/{item}": ("get", "put", "patch", "delete"),
    "/api/surveys/{survey}/items/{item}/attachments": ("get", "post"),
    "/api/surveys/{survey}/items/{item}/attachments/{item_attachment}": ("get", "put", "patch", "delete"),
}


def crossings(path: str) -> list[tuple[str, ...]]:
    """Return all nonempty combinations of ids in the path to take from another user."""
    names = [part.split("}")[0] for part in path.split("{")[1:]]
    return [taken for n in range(1, len(names) + 1) for taken in itertools.combinations(names, n)]


@pytest.mark.parametrize("path", PATHS)
def test_foreign_id_in_the_path_shows_and_changes_nothing(
    own: Belongings, foreign: Belongings, path: str
) -> None:
    before = everything()
    body = {"text": "x", "title": "x", "type": "youtube", "url": VIDEO.format("x"), "up_to": 10**6}
    for taken in crossings(path):
        url = path.format(**own.ids | {name: foreign.ids[name] for name in taken})
        # A foreign object under an own parent is not found; a foreign parent is refused.
        parent = path.split("{")[1].split("}", maxsplit=1)[0]
        expected = 403 if parent in taken else 404
        for method in (*PATHS[path], "options", "head"):
            answer = getattr(own.client, method)(url, body if method not in ("get", "head") else None)
            assert foreign.mark.encode() not in answer.content, (method, url)
            # OPTIONS describes the endpoint, not the object.
            if method != "options":
                assert answer.status_code == expected, (method, url, answer.content)
    assert everything() == before


@pytest.mark.parametrize("path", [path for path in PATHS if "{thread}" in path or "{survey}/" in path])
def test_foreign_and_missing_ids_give_the_same_bytes(own: Belongings, foreign: Belongings, path: str) -> None:
    for method in (*PATHS[path], "options", "delete", "trace"):
        existing = getattr(own.client, method)(path.format(**foreign.ids))
        missing = getattr(own.client, method)(path.format(**foreign.ids | {"thread": 10**9, "survey": 10**9}))
        assert existing.status_code == missing.status_code == 403
        assert (existing.content, existing.headers) == (missing.content, missing.headers)


@pytest.mark.parametrize(
    ("path", "name", "given"),
    [
        ("/api/threads/{script}/rollback", "message", "asking"),
        ("/api/threads/{script}/rollback", "message", "message"),
        ("/api/threads/{script}/rollback", "question", "question"),
        ("/api/threads/{script}/messages", "question", "question"),
        ("/api/threads/{script}/messages", "answers", "answer"),
        ("/api/surveys/{survey}/items", "related_question", "question"),
        ("/api/surveys/{survey}/items/{item}", "answers", "answer"),
        ("/api/accounts/{account}/threads/chat", "automated_sender", "account"),
        ("/api/accounts/{account}/surveys", "automated_sender", "account"),
        ("/api/threads/{thread}/users/{member}", "automated_sender", "account"),
        ("/api/threads/{thread}/users/{member}", "initial_question", "question"),
    ],
)
def test_foreign_id_in_the_body_is_refused(
    own: Belongings, foreign: Belongings, path: str, name: str, given: str
) -> None:
    permissions = {"permissions": PERMISSIONS_ALL}
    apps.get_model("chat_api", "UserThread").objects.filter(user=own.user).update(**permissions)
    before = everything()
    value: Any = foreign.ids[given]
    method = "patch" if "{item}" in path or "{member}" in path else "post"
    body = {name: [value] if name == "answers" else value}
    answer = getattr(own.client, method)(path.format(**own.ids), body)
    assert answer.status_code == 400
    assert name in answer.json()
    assert foreign.mark.encode() not in answer.content
    assert everything() == before


def test_foreign_messages_are_not_marked_as_read_through_an_own_thread(
    own: Belongings, foreign: Belongings
) -> None:
    before = everything()
    path = f"/api/threads/{own.ids['thread']}/read"
    answer = own.client.post(path, {"messages": [foreign.ids["message"], foreign.ids["asking"]]})
    assert answer.status_code == 204
    assert everything() == before
