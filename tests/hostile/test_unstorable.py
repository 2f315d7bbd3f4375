"""Values that no database can store do not reach it from cookies, credentials, paths or queries."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from chat_api.lib.rest.url_converters import IdConverter, KeyConverter, OutOfShape, WordConverter
from chat_api.realtime.socket.codes import CloseCode
from tests.chat.conftest import client_of, thread_with
from tests.factories import UserFactory
from tests.realtime.sockets import ORIGIN, Socket


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["ws-ticket", "threads/1", "surveys/1", "schemas/survey"])
def test_unstorable_session_key_is_anonymous(path: str) -> None:
    client = APIClient()
    client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefgh\x00"
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a\x00b", "\x00"])
def test_unstorable_credentials_are_refused(name: str) -> None:
    given = base64.b64encode(f"{name}:x".encode()).decode()
    answer = APIClient().get("/api/surveys", HTTP_AUTHORIZATION=f"Basic {given}")
    assert (answer.status_code, set(answer.json())) == (403, {"detail", "code"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cookie", [b'"abcdefgh\\000"', b"abcdefgh\x00", b"abcdefgh\xed\xa0\x80"])
async def test_socket_with_an_unstorable_session_key_is_anonymous(cookie: bytes) -> None:
    header = settings.SESSION_COOKIE_NAME.encode() + b"=" + cookie
    socket = Socket(None, headers=[(b"origin", ORIGIN.encode()), (b"cookie", header)])
    assert await socket.connect()
    assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ticket", ["%00", "a%00b", "%ED%A0%80", "%FF"])
async def test_unstorable_ticket_is_invalid(ticket: str) -> None:
    socket = Socket(None, path=f"/ws/chat?ticket={ticket}")
    assert await socket.connect()
    assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["%00", "a%00b", "%ED%A0%80", "%FF"])
@pytest.mark.parametrize(
    "query",
    [
        "threads/{thread}/messages?limit=1&q=",
        "threads/{thread}/messages?limit=1&type=",
        "threads/{thread}/messages?limit=1&type__icontains=",
        "threads/{thread}/messages?limit=1&client_id=",
        "threads/{thread}/messages?limit=1&id__in=",
        "threads/{thread}/messages?limit=1&ordering=",
        "threads/{thread}/messages?limit=1&fields=",
        "threads/{thread}/messages?limit=1&before=",
        "threads/{thread}/events?after=",
        "accounts/{user}/threads/chat?limit=1&q=",
        "schemas/survey?name__istartswith=",
        "surveys?limit=1&state=",
        "notifications/unsubscribe/",
        "accounts/{user}/threads/",
        "schemas/",
    ],
)
def test_unstorable_query_or_path_is_refused_without_a_lookup(query: str, value: str) -> None:
    alice: Any = UserFactory()
    path = query.format(thread=thread_with(alice).pk, user=alice.pk)
    answer = client_of(alice).get(f"/api/{path}{value}")
    assert answer.status_code in (200, 400, 404)


@pytest.mark.parametrize(
    ("converter", "right", "wrong"),
    [
        (IdConverter(), "7", ["-1", "+1", "9" * 5000]),
        (WordConverter(), "a_word1", ["a-word", "a b", "\x00", "a\ud800"]),
        (KeyConverter(), "a-key", ["\x00", "\ud800"]),
    ],
)
def test_path_parameters_of_the_wrong_shape_match_nothing(
    converter: Any, right: str, wrong: list[str]
) -> None:
    assert converter.to_url(converter.to_python(right)) == right
    assert all(isinstance(converter.to_python(value), OutOfShape) for value in wrong)
