"""Every endpoint returns the errors that follow from method and path, in the documented form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import resolve
from rest_framework.authentication import BasicAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.test import APIClient

from chat_api.lib.rest.views import ChatAPIView
from chat_api.settings import PERMISSION_CLASSES
from tests.openapi.documents import Operation, operation
from tests.permissions import ANONYMOUS, OWNER, ROWS, World

pytestmark = pytest.mark.django_db

JSON = "application/json"


class Nobody(BasePermission):
    """Permission class that denies everything."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


@dataclass(frozen=True)
class Endpoint:
    """An endpoint of the world, and a user who may use it."""

    operation: Operation
    path: str
    kind: str
    body: Any

    @property
    def method(self) -> str:
        return self.operation.method

    def declares(self, status: int) -> bool:
        return str(status) in self.operation.responses


@pytest.fixture
def world(db: None, settings: Any) -> World:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    return World()


def endpoints(world: World) -> Iterator[Endpoint]:
    """Yield every endpoint once."""
    seen = set()
    for (name, method), rows in ROWS.items():
        for row in rows:
            if not row.permitted:
                continue
            kind = OWNER if OWNER in row.permitted else min(row.permitted)
            path = world.path(name, row.at, kind)
            described = operation(resolve(path).func.cls, method.upper())  # type: ignore[attr-defined]
            assert described is not None
            if described.name not in seen:
                seen.add(described.name)
                yield Endpoint(described, path, kind, world.body(row))


def responses(
    world: World, status: int, ask: Callable[[APIClient, Endpoint], Any], *, as_kind: str | None = None
) -> dict[str, int]:
    """Return the other responses of endpoints that declare the status."""
    others: dict[str, int] = {}
    asked = 0
    for endpoint in endpoints(world):
        if not endpoint.declares(status):
            continue
        client = APIClient()
        kind = as_kind or endpoint.kind
        if kind != ANONYMOUS:
            client.force_authenticate(world.users[kind])
        with transaction.atomic():
            given = ask(client, endpoint).status_code
            transaction.set_rollback(True)
        asked += 1
        if given != status:
            others[endpoint.operation.name] = given
    assert asked
    return others


def plainly(client: APIClient, endpoint: Endpoint) -> Any:
    if endpoint.method == "GET":
        return client.get(f"{endpoint.path}?limit=5")
    return getattr(client, endpoint.method.lower())(endpoint.path, endpoint.body, format="json")


def test_permission_table_names_every_operation(world: World) -> None:
    from tests.openapi.documents import all_operations

    assert {endpoint.operation.name for endpoint in endpoints(world)} == {
        found.name for found in all_operations()
    }


def test_malformed_body_or_page_is_400(world: World) -> None:
    def ask(client: APIClient, endpoint: Endpoint) -> Any:
        query = "?limit=no&after=-1&survey=no"
        if not (endpoint.method == "GET" or endpoint.declares(415)):
            # The operation parses nothing, so the request has no error of its own.
            return SimpleNamespace(status_code=400)
        if endpoint.method == "GET":
            return client.get(endpoint.path + query)
        return client.generic(endpoint.method, endpoint.path, "{", content_type=JSON)

    assert responses(world, 400, ask) == {}


def test_anonymous_is_401_with_an_authentication_challenge(world: World) -> None:
    with mock.patch.object(ChatAPIView, "authentication_classes", [BasicAuthentication]):
        assert responses(world, 401, plainly, as_kind=ANONYMOUS) == {}


def test_anonymous_is_403_without_an_authentication_challenge(world: World, settings: Any) -> None:
    settings.CHAT_SETTINGS = dict.fromkeys(PERMISSION_CLASSES, "tests.openapi.test_errors.Nobody")
    assert responses(world, 403, plainly, as_kind=ANONYMOUS) == {}


def test_malformed_path_is_404_as_json(world: World) -> None:
    def ask(client: APIClient, endpoint: Endpoint) -> Any:
        path = re.sub(r"/\d+", "/-1", endpoint.path)
        if "{token}" in endpoint.operation.path:
            path += "x"
        if endpoint.operation.path == "/schemas/{type}":
            path += "-x"
        return plainly(client, replace(endpoint, path=path))

    assert responses(world, 404, ask) == {}


def test_unsupported_accept_header_is_406(world: World) -> None:
    assert (
        responses(
            world,
            406,
            lambda client, endpoint: client.generic(endpoint.method, endpoint.path, HTTP_ACCEPT="image/x"),
        )
        == {}
    )


def test_body_above_the_limit_of_the_host_is_413(world: World) -> None:
    def ask(client: APIClient, endpoint: Endpoint) -> Any:
        return client.generic(
            endpoint.method, endpoint.path, "{}", content_type=JSON, CONTENT_LENGTH=str(2**40)
        )

    assert responses(world, 413, ask) == {}


def test_unsupported_content_type_is_415(world: World) -> None:
    def ask(client: APIClient, endpoint: Endpoint) -> Any:
        return client.generic(endpoint.method, endpoint.path, "x", content_type="text/x-nothing")

    assert responses(world, 415, ask) == {}


def test_request_above_the_rate_of_the_host_is_429(world: World, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THROTTLE_RATES": {"chat_api": "0/day"}}
    assert responses(world, 429, plainly) == {}


def test_busy_database_is_503(world: World) -> None:
    class Locked(Exception):
        sqlstate = "55P03"

    def busy(*_: Any) -> Any:
        raise OperationalError("database is locked") from Locked()

    def ask(client: APIClient, endpoint: Endpoint) -> Any:
        with connection.execute_wrapper(busy):
            return plainly(client, endpoint)

    assert responses(world, 503, ask) == {}
