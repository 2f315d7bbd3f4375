"""Tests with other defaults of Django REST framework; `test_drf_defaults` runs them with each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from rest_framework.test import APIClient

from tests.openapi.watching import unwatched
from tests.permissions import ANONYMOUS, OWNER, ROWS, Row, World
from tests.test_permission_matrix import ENDPOINTS, LISTS, METHODS

pytestmark = pytest.mark.django_db

#: Defaults under which the client of these tests works as usual.
SPEAKS_JSON = not any(
    key in django_settings.REST_FRAMEWORK for key in ("DEFAULT_PARSER_CLASSES", "DEFAULT_VERSIONING_CLASS")
)


@pytest.fixture(autouse=True)
def _nothing_is_described() -> Iterator[None]:
    with unwatched("hosts that change how errors, times and texts are shown change it for all documents"):
        yield


@pytest.fixture
def world(db: None, settings: Any) -> World:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    return World()


def ask(world: World, kind: str, method: str, name: str, row: Row, **extra: Any) -> int:
    client = APIClient(raise_request_exception=True)
    if kind != ANONYMOUS:
        client.force_authenticate(world.users[kind])
    path = world.path(name, row.at, kind) + ("?limit=5" if name in LISTS else "")
    with transaction.atomic():
        body = {} if method in ("get", "head") else {"format": "json", "data": world.body(row)}
        status: int = getattr(client, method)(path, **body, **extra).status_code
        transaction.set_rollback(True)
    return status


def test_no_endpoint_fails(world: World) -> None:
    for name in ENDPOINTS:
        for method in (*METHODS, "options"):
            row = ROWS.get((name, method), [Row(frozenset())])[0]
            assert ask(world, OWNER, method, name, row, HTTP_ACCEPT="text/html, */*") < 500, (name, method)
        row = ROWS.get((name, "get"), [Row(frozenset())])[0]
        assert ask(world, ANONYMOUS, "get", name, row) < 500, name


def test_owner_gets_the_usual_status(world: World) -> None:
    for (name, method), (row, *_) in ROWS.items():
        if SPEAKS_JSON and OWNER in row.permitted:
            assert ask(world, OWNER, method, name, row) == row.status, (name, method)


def test_nothing_counts_twice(world: World, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THROTTLE_RATES": {"chat_api": "3/min"}}
    client = APIClient()
    client.force_authenticate(world.users[OWNER])
    statuses = [client.get(f"/api/threads/{world.thread.pk}").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
