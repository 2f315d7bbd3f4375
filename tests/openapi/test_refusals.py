"""The refusals that follow from method and path are those that every endpoint answers, in the shape described."""

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
    """Refuse everybody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


@dataclass(frozen=True)
class Door:
    """An endpoint of the world, and somebody who may use it."""

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


def doors(world: World) -> Iterator[Door]:
    """Yield every endpoint once."""
    seen = set()
    for (name, method), rows in ROWS.items():
        for row in rows:
            if not row.let_through:
                continue
            kind = OWNER if OWNER in row.let_through else min(row.let_through)
            path = world.path(name, row.at, kind)
            described = operation(resolve(path).func.cls, method.upper())  # type: ignore[attr-defined]
            assert described is not None
            if described.name not in seen:
                seen.add(described.name)
                yield Door(described, path, kind, world.body(row))


def answers(
    world: World, status: int, ask: Callable[[APIClient, Door], Any], *, as_kind: str | None = None
) -> dict[str, int]:
    """Return what each endpoint that declares the status answers instead of it."""
    others: dict[str, int] = {}
    asked = 0
    for door in doors(world):
        if not door.declares(status):
            continue
        client = APIClient()
        kind = as_kind or door.kind
        if kind != ANONYMOUS:
            client.force_authenticate(world.users[kind])
        with transaction.atomic():
            given = ask(client, door).status_code
            transaction.set_rollback(True)
        asked += 1
        if given != status:
            others[door.operation.name] = given
    assert asked
    return others


def plainly(client: APIClient, door: Door) -> Any:
    if door.method == "GET":
        return client.get(f"{door.path}?limit=5")
    return getattr(client, door.method.lower())(door.path, door.body, format="json")


def test_the_table_of_permissions_names_every_operation(world: World) -> None:
    from tests.openapi.documents import all_operations

    assert {door.operation.name for door in doors(world)} == {found.name for found in all_operations()}


def test_a_broken_body_or_a_wrong_page_is_400(world: World) -> None:
    def ask(client: APIClient, door: Door) -> Any:
        query = "?limit=no&after=-1&survey=no"
        if not (door.method == "GET" or door.declares(415)):
            # Nothing is read: what can be wrong depends on what is there.
            return SimpleNamespace(status_code=400)
        if door.method == "GET":
            return client.get(door.path + query)
        return client.generic(door.method, door.path, "{", content_type=JSON)

    assert answers(world, 400, ask) == {}


def test_nobody_is_401_where_the_host_says_how_to_sign_in(world: World) -> None:
    with mock.patch.object(ChatAPIView, "authentication_classes", [BasicAuthentication]):
        assert answers(world, 401, plainly, as_kind=ANONYMOUS) == {}


def test_nobody_is_403_where_signing_in_has_no_challenge(world: World, settings: Any) -> None:
    settings.CHAT_SETTINGS = dict.fromkeys(PERMISSION_CLASSES, "tests.openapi.test_refusals.Nobody")
    assert answers(world, 403, plainly, as_kind=ANONYMOUS) == {}


def test_a_path_of_the_wrong_shape_is_404_as_json(world: World) -> None:
    def ask(client: APIClient, door: Door) -> Any:
        path = re.sub(r"/\d+", "/-1", door.path)
        if "{token}" in door.operation.path:
            path += "x"
        if door.operation.path == "/schemas/{type}":
            path += "-x"
        return plainly(client, replace(door, path=path))

    assert answers(world, 404, ask) == {}


def test_a_media_type_that_nobody_renders_is_406(world: World) -> None:
    assert (
        answers(
            world, 406, lambda client, door: client.generic(door.method, door.path, HTTP_ACCEPT="image/x")
        )
        == {}
    )


def test_a_body_beyond_the_hosts_limit_is_413(world: World) -> None:
    def ask(client: APIClient, door: Door) -> Any:
        return client.generic(door.method, door.path, "{}", content_type=JSON, CONTENT_LENGTH=str(2**40))

    assert answers(world, 413, ask) == {}


def test_a_body_that_nobody_parses_is_415(world: World) -> None:
    def ask(client: APIClient, door: Door) -> Any:
        return client.generic(door.method, door.path, "x", content_type="text/x-nothing")

    assert answers(world, 415, ask) == {}


def test_above_the_hosts_rate_is_429(world: World, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THROTTLE_RATES": {"chat_api": "0/day"}}
    assert answers(world, 429, plainly) == {}


def test_a_busy_database_is_503(world: World) -> None:
    class Locked(Exception):
        sqlstate = "55P03"

    def busy(*_: Any) -> Any:
        raise OperationalError("database is locked") from Locked()

    def ask(client: APIClient, door: Door) -> Any:
        with connection.execute_wrapper(busy):
            return plainly(client, door)

    assert answers(world, 503, ask) == {}
