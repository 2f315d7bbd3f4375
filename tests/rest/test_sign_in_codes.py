"""Clients distinguish by `code`: not signed in, CSRF failure, or signed in and not permitted (no code)."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.http import JsonResponse
from rest_framework import exceptions
from rest_framework.authentication import BasicAuthentication, SessionAuthentication, TokenAuthentication
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import exception_handler

from chat_api.chat.models import Message
from chat_api.lib.rest.views import ChatAPIView
from tests.chat.conftest import alice, bob, thread_with
from tests.factories import PASSWORD
from tests.openapi.watching import unwatched
from tests.permissions import OWNER, ROWS, STRANGER, World
from tests.rest.test_other_account import permitted
from tests.test_permission_matrix import world

__all__ = ["alice", "bob", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

SAFE = frozenset({"get", "head", "options"})
UNKNOWN = "NOT_AUTHENTICATED"


class Tokens(TokenAuthentication):
    """Tokens that are the user's name."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        user = get_user_model().objects.filter(username=key).first()
        if user is None:
            raise exceptions.AuthenticationFailed("Invalid token.")
        return user, key


class Blocking(BasicAuthentication):
    """A class of a host that rejects its users in its own words."""

    def authenticate(self, request: Any) -> Any:
        raise exceptions.PermissionDenied("This account is blocked.")


class WithCode(BasicAuthentication):
    """A class of a host whose errors have a code of their own."""

    def authenticate(self, request: Any) -> Any:
        raise exceptions.AuthenticationFailed({"detail": "Expired.", "code": "token_not_valid"})


class Speaking(SessionAuthentication):
    """A session whose first users are those of another class: a text that only looks like DRF's."""

    def authenticate(self, request: Any) -> Any:
        raise exceptions.PermissionDenied("No CSRF Failed: here.")


def basic(user: Any, password: str = PASSWORD) -> dict[str, str]:
    word = base64.b64encode(f"{user.username}:{password}".encode()).decode()
    return {"HTTP_AUTHORIZATION": f"Basic {word}"}


def token(name: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Token {name}"}


@dataclass(frozen=True)
class Host:
    """Authentication classes, the status of requests that are not authenticated, and wrong credentials."""

    classes: tuple[type, ...]
    status: int
    wrong: tuple[Mapping[str, str], ...] = field(default=())


STALE = {"HTTP_COOKIE": "sessionid=0123456789abcdef0123456789abcdef"}
BAD_BASIC = {"HTTP_AUTHORIZATION": "Basic !"}
NO_TOKEN = {"HTTP_AUTHORIZATION": "Token"}
HOSTS = {
    "session": Host((SessionAuthentication,), 403, (STALE,)),
    "session, basic": Host((SessionAuthentication, BasicAuthentication), 403, (STALE, BAD_BASIC)),
    "basic": Host((BasicAuthentication,), 401, (BAD_BASIC, {"HTTP_AUTHORIZATION": "Basic eDp5"})),
    "token": Host((Tokens,), 401, (NO_TOKEN, token("nobody"), token("a b"))),
    "token, session": Host((Tokens, SessionAuthentication), 401, (token("nobody"), STALE)),
    "session, token": Host((SessionAuthentication, Tokens), 403, (token("nobody"), STALE)),
}


@pytest.fixture
def host(request: Any) -> Iterator[Host]:
    found: Host = HOSTS[request.param]
    with mock.patch.object(ChatAPIView, "authentication_classes", found.classes):
        yield found


def sent(client: APIClient, world: World, name: str, method: str, row: Any, **extra: Any) -> Any:
    body = {} if method in SAFE else {"data": world.body(row), "format": "json"}
    return getattr(client, method)(world.path(name, row.at, OWNER), **body, **extra)


@pytest.mark.parametrize("host", HOSTS, indirect=True)
def test_every_endpoint_names_missing_and_wrong_credentials(world: World, host: Host) -> None:
    for name, method, row, _ in permitted():
        for extra in ({}, *host.wrong):
            response = sent(APIClient(enforce_csrf_checks=True), world, name, method, row, **extra)
            body = response.json()
            assert (response.status_code, body["code"]) == (host.status, UNKNOWN), (name, method, extra, body)
            assert body.keys() == {"detail", "code"}
            assert ("WWW-Authenticate" in response) == (host.status == 401)


@pytest.mark.parametrize("host", ["session", "session, basic", "token, session"], indirect=True)
def test_every_write_by_a_session_without_a_csrf_token_is_a_csrf_failure(world: World, host: Host) -> None:
    before = Message.objects.count()
    for name, method, row, _ in permitted():
        if method in SAFE:
            continue
        for extra in ({}, {"HTTP_X_CSRFTOKEN": "a" * 32}, {"HTTP_ORIGIN": "https://evil.example"}):
            client = APIClient(enforce_csrf_checks=True)
            client.force_login(world.users[OWNER])
            response = sent(client, world, name, method, row, **extra)
            body = response.json()
            assert (response.status_code, body["code"]) == (403, "CSRF_FAILED"), (name, method, body)
            assert body.keys() == {"detail", "code"}
            assert body["detail"].startswith("CSRF Failed: ")
    assert Message.objects.count() == before


@pytest.mark.parametrize("host", HOSTS, indirect=True)
def test_signed_in_user_without_permission_gets_no_code(world: World, host: Host) -> None:
    stranger = world.users[STRANGER]
    extra = basic(stranger) if BasicAuthentication in host.classes else {}
    if Tokens in host.classes:
        extra = token(stranger.username)
    refused = 0
    for (name, method), (row, *_) in ROWS.items():
        if STRANGER in row.permitted or row.otherwise != 403:
            continue
        client = APIClient()
        if SessionAuthentication in host.classes:
            client.force_login(stranger)
        response = sent(client, world, name, method, row, **extra)
        assert (response.status_code, response.json().keys()) == (403, {"detail"}), (name, method)
        refused += 1
    assert refused > 40


@pytest.mark.parametrize("host", ["session", "session, basic"], indirect=True)
def test_csrf_failure_of_a_file_is_not_taken_for_a_missing_one(world: World, host: Host) -> None:
    path = world.path("attachment-file", "", OWNER)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(world.users[OWNER])
    for url in (path, path.replace("message/", "message/9")):
        response = client.post(url)
        assert (response.status_code, response.json()["code"]) == (403, "CSRF_FAILED")


def test_session_with_its_csrf_token_is_admitted(alice: Any) -> None:
    path = f"/api/threads/{thread_with(alice).pk}/messages"
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    word = "a" * 32
    client.cookies["csrftoken"] = word
    assert client.post(path, {"text": "x"}, HTTP_X_CSRFTOKEN=word).status_code == 201


def test_csrf_failure_comes_before_another_account(alice: Any, bob: Any) -> None:
    path = f"/api/threads/{thread_with(alice).pk}/messages?account={bob.pk}"
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(path, {"text": "x"}).json()["code"] == "CSRF_FAILED"
    assert client.get(path).json()["code"] == "OTHER_ACCOUNT"


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (Blocking, 403, {"detail": "This account is blocked."}),
        (Speaking, 403, {"detail": "No CSRF Failed: here."}),
        (WithCode, 401, {"detail": "Expired.", "code": "token_not_valid"}),
    ],
)
def test_errors_of_the_classes_of_a_host_stay_as_they_are(
    alice: Any, kind: type, status: int, body: dict[str, str]
) -> None:
    path = f"/api/threads/{thread_with(alice).pk}"
    with mock.patch.object(ChatAPIView, "authentication_classes", [kind]):
        response = APIClient().get(path)
        assert (response.status_code, response.json()) == (status, body)


def shaped(exc: Exception, context: Any) -> Response | None:
    """A handler of a host with errors of its own shape, which reads DRF's."""
    response = exception_handler(exc, context)
    if response is None:
        return None
    response.data = {"error": exc.get_codes(), "text": str(exc.detail)}  # type: ignore[attr-defined]
    return response


def plain(exc: Exception, context: Any) -> Any:
    """A handler of a host whose responses are Django's."""
    return JsonResponse({"detail": "no"}, status=403)


def test_handler_of_the_host_gets_the_exception_of_drf(alice: Any) -> None:
    path = f"/api/threads/{thread_with(alice).pk}"
    with unwatched("the host has errors of its own shape"):
        with mock.patch.object(ChatAPIView, "get_exception_handler", return_value=shaped):
            assert APIClient().get(path).json() == {
                "error": "not_authenticated",
                "text": "Authentication credentials were not provided.",
            }
        with mock.patch.object(ChatAPIView, "get_exception_handler", return_value=plain):
            assert APIClient().get(path).json() == {"detail": "no"}


def test_detail_is_translated_and_the_code_is_not(alice: Any) -> None:
    path = f"/api/threads/{thread_with(alice).pk}"
    body = APIClient().get(path, HTTP_ACCEPT_LANGUAGE="es").json()
    assert body["code"] == UNKNOWN
    assert body["detail"] != APIClient().get(path).json()["detail"]
