"""Tests with users who have UUIDs, no names and no permissions; `test_other_users` runs them in such a host."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django import urls
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.test import Client

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.realtime.auth.handshake import identify
from chat_api.realtime.auth.tickets import issue_ticket, redeem_ticket
from chat_api.realtime.models import ThreadEvent
from tests.chat.conftest import client_of, thread_with
from tests.factories import published_schema
from tests.openapi import test_examples
from tests.web.pages import urlconf

pytestmark = pytest.mark.django_db


def person(name: str) -> Any:
    users: Any = get_user_model().objects
    return users.create(name=name)


def test_users_can_post_and_read() -> None:
    alice, bob = person("alice"), person("bob")
    made = client_of(alice).post(f"/api/accounts/{alice.pk}/threads/forum", {"title": "ours"})
    path = f"/api/threads/{made.json()['id']}"
    added = client_of(alice).post(f"{path}/users", {"user": str(bob.pk), "permissions": 17}).json()
    assert added["users_data"] == {**added["users_data"], "id": str(bob.pk), "first_name": ""}
    assert client_of(alice).get(f"{path}/users/{bob.pk}?fields=users_data__id").json() == {
        "users_data": {"id": str(bob.pk)}
    }
    sent = client_of(alice).post(f"{path}/messages", {"text": "hello"}).json()
    assert sent["sender"] == str(alice.pk)
    assert client_of(bob).get(path).json()["unread"] == 1
    listed = client_of(bob).get(f"{path}/messages?limit=5").json()["results"]
    assert [(message["is_read"], message["is_own"]) for message in listed] == [(False, False)]
    assert client_of(bob).get(path).json()["unread"] == 0
    read = ThreadEvent.objects.get(name="messages_read")
    assert read.data == {"user": str(bob.pk), "messages": [sent["id"]]}


def test_foreign_account_and_thread_are_refused() -> None:
    alice, bob = person("alice"), person("bob")
    thread = thread_with(alice)
    for path in (
        f"accounts/{alice.pk}/threads/forum",
        f"accounts/{alice.pk}/surveys",
        f"threads/{thread.pk}",
    ):
        assert client_of(bob).get(f"/api/{path}").status_code == 403
    assert client_of(bob).get("/api/accounts/1/surveys").status_code == 404


def test_hosted_pages_are_served(client: Client, settings: LazySettings) -> None:
    pages = urls.path("client/", urls.include("chat_api.client_urls"))
    settings.ROOT_URLCONF = urlconf(urls.path("api/", urls.include("chat_api.api_urls")), pages)
    alice = person("alice")
    thread = thread_with(alice)
    client_of(alice).post(f"/api/threads/{thread.pk}/messages", {"text": "hello"})
    client.force_login(alice)
    assert f'"user": "{alice.pk}"' in client.get("/client/?type=forum").content.decode()
    printed = client.get(f"/client/print/{thread.pk}").content.decode()
    assert f"<bdi>{alice.pk}</bdi>" in printed
    assert '<p class="text" dir="auto">hello</p>' in printed


def test_requests_and_sockets_of_another_account_are_refused() -> None:
    alice, bob = person("alice"), person("bob")
    path = f"/api/threads/{thread_with(alice, bob).pk}"
    for named, status in ((alice.pk, 200), (bob.pk, 403), (alice.pk.hex, 403), ("", 403)):
        answer = client_of(alice).get(path, {"account": str(named)})
        assert (answer.status_code, answer.json().get("code") == "OTHER_ACCOUNT") == (status, status == 403)
        found = identify({"user": alice, "query_string": f"account={named}".encode()})
        assert (found is not None) == (status == 200)
    ticket = issue_ticket(user=alice).text
    assert redeem_ticket(ticket, named=[str(bob.pk)]) is None
    assert redeem_ticket(ticket, named=[str(alice.pk)]) == (alice, "")


@pytest.mark.parametrize("key", [1, "1", "nobody", str(uuid.UUID(int=1)), "\x00", None, [], {}])
def test_unknown_user_cannot_be_added(key: Any) -> None:
    alice = person("alice")
    answer = client_of(alice).post(f"/api/threads/{thread_with(alice).pk}/users", {"user": key})
    assert (answer.status_code, list(answer.json())) == (400, ["user"])


def test_scripts_and_surveys_can_use_their_fields() -> None:
    alice, bob = person("alice"), person("bob")
    thread = thread_with(alice, bob, permissions=PERMISSIONS_ALL, type="forum")
    schema = published_schema([{"type": "text", "text": "You are {{ user.id }}."}], type="quiz")
    started = client_of(alice).patch(
        f"/api/threads/{thread.pk}/users/{bob.pk}",
        {"state": "scripted", "schema": schema.pk, "automated_sender": str(alice.pk)},
    )
    assert started.json()["automated_sender"] == str(alice.pk)
    shown = client_of(bob).get(f"/api/threads/{thread.pk}").json()
    assert shown["last_message_data"]["text"] == f"You are {bob.pk}."
    survey = client_of(bob).post(f"/api/accounts/{bob.pk}/surveys", {"schema": schema.pk}).json()
    assert survey["user"] == survey["user_data"]["id"] == str(bob.pk)
    assert [row["id"] for row in client_of(bob).get("/api/surveys?limit=5").json()["results"]] == [
        survey["id"]
    ]
    assert client_of(alice).get("/api/surveys?limit=5").json()["results"] == []
    assert client_of(alice).get("/api/schemas/quiz").status_code == 403


def test_examples_of_the_documents_have_such_keys() -> None:
    whole = test_examples.document()
    assert test_examples.wrong(whole) == {}
    test_examples.test_every_operation_has_an_example_of_its_response(whole)
    test_examples.test_every_operation_with_a_body_has_an_example_of_it(whole)
    test_examples.test_every_example_of_a_message_is_valid_by_its_payload()
    by_place = {(example.operation, example.part): example.value for example in test_examples.shown(whole)}
    added = by_place["threads_users_create", "201"]
    assert added["user"] == str(uuid.UUID(int=14))
    assert by_place["threads_users_create", "request"]["user"] == added["user"]
