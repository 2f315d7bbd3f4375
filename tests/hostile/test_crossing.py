"""What belongs to one user is neither shown to another nor changed by him, whatever ids he names."""

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
    """One user with a thread, a script and a survey of his own; `mark` is in every text of theirs."""

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
def mine() -> Belongings:
    return belongings("minemine")


@pytest.fixture
def theirs() -> Belongings:
    return belongings("theirs")


def everything() -> dict[str, list[Any]]:
    """Read every row of the library's tables."""
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
    """Return every way to take some of the path's ids, at least one, from somebody else."""
    names = [part.split("}")[0] for part in path.split("{")[1:]]
    return [taken for n in range(1, len(names) + 1) for taken in itertools.combinations(names, n)]


@pytest.mark.parametrize("path", PATHS)
def test_with_an_id_of_anothers_in_the_path_nothing_is_shown_or_changed(
    mine: Belongings, theirs: Belongings, path: str
) -> None:
    before = everything()
    body = {"text": "x", "title": "x", "type": "youtube", "url": VIDEO.format("x"), "up_to": 10**6}
    for taken in crossings(path):
        address = path.format(**mine.ids | {name: theirs.ids[name] for name in taken})
        # What is looked up inside one's own parent is not found; a parent that one may not see is refused.
        parent = path.split("{")[1].split("}", maxsplit=1)[0]
        expected = 403 if parent in taken else 404
        for method in (*PATHS[path], "options", "head"):
            answer = getattr(mine.client, method)(address, body if method not in ("get", "head") else None)
            assert theirs.mark.encode() not in answer.content, (method, address)
            # What OPTIONS describes is the address, not what is there.
            if method != "options":
                assert answer.status_code == expected, (method, address, answer.content)
    assert everything() == before


@pytest.mark.parametrize("path", [path for path in PATHS if "{thread}" in path or "{survey}/" in path])
def test_anothers_and_nobodys_are_the_same_to_the_byte(
    mine: Belongings, theirs: Belongings, path: str
) -> None:
    for method in (*PATHS[path], "options", "delete", "trace"):
        foreign = getattr(mine.client, method)(path.format(**theirs.ids))
        nobodys = getattr(mine.client, method)(path.format(**theirs.ids | {"thread": 10**9, "survey": 10**9}))
        assert foreign.status_code == nobodys.status_code == 403
        assert (foreign.content, foreign.headers) == (nobodys.content, nobodys.headers)


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
def test_with_an_id_of_anothers_in_the_body_the_request_is_refused(
    mine: Belongings, theirs: Belongings, path: str, name: str, given: str
) -> None:
    mine_all = {"permissions": PERMISSIONS_ALL}
    apps.get_model("chat_api", "UserThread").objects.filter(user=mine.user).update(**mine_all)
    before = everything()
    value: Any = theirs.ids[given]
    method = "patch" if "{item}" in path or "{member}" in path else "post"
    body = {name: [value] if name == "answers" else value}
    answer = getattr(mine.client, method)(path.format(**mine.ids), body)
    assert answer.status_code == 400
    assert name in answer.json()
    assert theirs.mark.encode() not in answer.content
    assert everything() == before


def test_reading_anothers_messages_by_id_in_ones_own_thread_reads_nothing(
    mine: Belongings, theirs: Belongings
) -> None:
    before = everything()
    path = f"/api/threads/{mine.ids['thread']}/read"
    answer = mine.client.post(path, {"messages": [theirs.ids["message"], theirs.ids["asking"]]})
    assert answer.status_code == 204
    assert everything() == before
