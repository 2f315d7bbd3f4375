"""The `client_id` of a new survey or thread: repeating the request does not create a second one."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.chat import actions
from chat_api.chat.models import Message, Thread
from chat_api.realtime.models import ThreadEvent
from chat_api.surveys.models import Survey
from tests.factories import UserFactory, published_schema
from tests.surveys.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> Any:
    return UserFactory.create()


@pytest.fixture
def schema() -> Any:
    return published_schema([{}], type="survey")


def client_of(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture(params=["surveys", "threads/chat"])
def door(request, user, schema):
    """Return a function that posts to the list of surveys or threads and returns status and body."""
    bodies = {"surveys": {"schema": schema.pk}, "threads/chat": {"title": "x"}}

    def post(by: Any = None, **body: Any) -> tuple[int, Any]:
        account = by or user
        path = f"/api/accounts/{account.pk}/{request.param}"
        sent = {**bodies[request.param], **body}
        response = client_of(account).post(path, sent, "json")
        return response.status_code, response.json()

    post.kind = request.param
    return post


def number_of_rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Survey, Thread, Message, ThreadEvent))


def test_repeated_id_returns_the_same_object_whatever_the_body(door):
    name = str(uuid.uuid4())
    code, made = door(client_id=name)
    assert code == 201
    before = number_of_rows()
    for body in ({}, {"schema": 999_999_999, "title": "other"}, {"schema": [], "title": 5, "state": "x"}):
        assert door(client_id=name, **body) == (200, made)
    assert door(client_id=name.upper()) == (200, made)
    assert number_of_rows() == before


def test_requests_without_an_id_each_create_an_object(door):
    ids = {door()[1]["id"], door()[1]["id"], door(client_id=None)[1]["id"], door(client_id=None)[1]["id"]}
    assert len(ids) == 4


def test_each_account_has_its_own_ids(door):
    name = str(uuid.uuid4())
    code, mine = door(client_id=name)
    other_code, theirs = door(by=UserFactory.create(), client_id=name)
    assert (code, other_code) == (201, 201)
    assert mine["id"] != theirs["id"]


def test_id_must_be_a_uuid(door):
    for name in ("", "x", 1, 1.5, [], {}, True, "\x00"):
        assert door(client_id=name) == (400, {"client_id": ["Must be a valid UUID."]}), name
    assert number_of_rows() == (0, 0, 0, 0)


def test_rejected_request_does_not_use_up_the_id(door):
    name = str(uuid.uuid4())
    assert door(client_id=name, schema=999_999_999)[0] == 400
    assert door(client_id=name)[0] == 201


def test_id_of_a_deleted_object_is_410(door, user):
    name = str(uuid.uuid4())
    _, made = door(client_id=name)
    path = "surveys" if door.kind == "surveys" else "threads"
    assert client_of(user).delete(f"/api/{path}/{made['id']}").status_code == 204
    before = number_of_rows()
    assert door(client_id=name) == (410, {"client_id": ["DELETED"]})
    assert number_of_rows() == before
    assert door(client_id=str(uuid.uuid4()))[0] == 201


def test_id_of_an_object_deleted_by_the_host_is_410(door, user):
    name = str(uuid.uuid4())
    _, made = door(client_id=name)
    {"surveys": Survey, "threads/chat": Thread}[door.kind].objects.get(pk=made["id"]).delete()
    assert door(client_id=name) == (410, {"client_id": ["DELETED"]})


def test_id_of_a_thread_belongs_to_its_type(user):
    client, name = client_of(user), str(uuid.uuid4())
    made = [
        client.post(f"/api/accounts/{user.pk}/threads/{kind}", {"client_id": name})
        for kind in ("chat", "survey")
    ]
    assert [response.status_code for response in made] == [201, 201]
    assert [response.json()["type"] for response in made] == ["chat", "survey"]


def test_repeated_request_returns_the_current_thread(user):
    client, name = client_of(user), str(uuid.uuid4())
    path = f"/api/accounts/{user.pk}/threads/chat"
    made = client.post(path, {"client_id": name, "title": "one"}).json()
    client.patch(f"/api/threads/{made['id']}", {"title": "two"})
    again = client.post(path, {"client_id": name, "title": "one"})
    assert (again.status_code, again.json()["title"]) == (200, "two")


def test_repeated_request_does_not_start_the_script_again(user):
    script = published_schema([{}], type="automated_flow")
    body = {"state": "scripted", "schema": script.pk, "client_id": str(uuid.uuid4())}
    client = client_of(user)
    for code in (201, 200):
        response = client.post(f"/api/accounts/{user.pk}/threads/chat", body, "json")
        assert response.status_code == code
    assert Message.objects.count() == 1


def test_request_that_loses_a_race_returns_the_thread_of_the_winner(user, monkeypatch):
    """The other request stores its id after our look-up and before our insert; the unique constraint decides."""
    draft, name = actions.ThreadDraft(type="chat"), uuid.uuid4()
    from chat_api.chat.actions import idempotent_creation

    winner, is_new = actions.create_thread_once(creator=user, draft=draft, client_id=name)
    assert is_new
    looks = iter([None])
    real = idempotent_creation.earlier_thread
    monkeypatch.setattr(
        idempotent_creation, "earlier_thread", lambda **arguments: next(looks, "real") and real(**arguments)
    )
    again, is_new = actions.create_thread_once(creator=user, draft=draft, client_id=name)
    assert (again.pk, is_new) == (winner.pk, False)
    assert Thread.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("postgres_only")
def test_two_simultaneous_requests_create_one_thread(transactional_db):
    user = UserFactory.create()
    path = f"/api/accounts/{user.pk}/threads/chat"
    for _ in range(10):
        body = {"title": "x", "client_id": str(uuid.uuid4())}
        responses = at_once(user, [("post", path, body)] * 2)
        assert sorted(response.status_code for response in responses) == [200, 201]
        assert responses[0].json()["id"] == responses[1].json()["id"]
    assert Thread.objects.count() == 10
