"""Every endpoint with every method and every kind of user. The table is `tests.permissions.ROWS`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import URLPattern, URLResolver
from rest_framework.test import APIClient

from chat_api import api_urls
from chat_api.lib.db.transactions import atomic, set_rollback
from tests.permissions import ANONYMOUS, KINDS, ROWS, Row, World

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
LISTS = (
    "account-threads-list",
    "thread-messages-list",
    "thread-runs",
    "account-surveys-list",
    "surveys-list",
)


def endpoints(patterns: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the name and the view of each URL pattern."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from endpoints(entry.url_patterns)
        else:
            assert isinstance(entry, URLPattern)
            assert entry.name, f"{entry.pattern} has no name"
            yield entry.name, entry.callback.view_class  # type: ignore[attr-defined]


#: Several views share a name if the path contains the kind of the object.
ENDPOINTS: dict[str, list[Any]] = {}
for _name, _view in endpoints(api_urls.urlpatterns):
    ENDPOINTS.setdefault(_name, []).append(_view)


@pytest.fixture
def world(db: None, settings: Any) -> World:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    return World()


def response_to(world: World, kind: str, method: str, name: str, row: Row, **query: Any) -> Any:
    """Send the request as a user of that kind, roll it back, and return the response."""
    client = APIClient(raise_request_exception=True)
    if kind != ANONYMOUS:
        client.force_authenticate(world.users[kind])
    if name in LISTS and method in ("get", "head"):
        query["limit"] = 5
    path = world.path(name, row.at, kind) + (f"?{urlencode(query, doseq=True)}" if query else "")
    with atomic():
        body = {} if method in ("get", "head") else {"format": "json", "data": world.body(row)}
        response = getattr(client, method)(path, **body)
        set_rollback()
    return response


def ask(world: World, kind: str, method: str, name: str, row: Row) -> int:
    """Return the status of the response, see `response_to`."""
    status: int = response_to(world, kind, method, name, row).status_code
    return status


def statuses(world: World, method: str, name: str, row: Row) -> dict[str, int]:
    return {kind: ask(world, kind, method, name, row) for kind in KINDS}


def expected(row: Row, permitted: frozenset[str], status: int) -> dict[str, int]:
    # Anonymous users get no further than that.
    return {
        kind: status if kind in permitted else 403 if kind == ANONYMOUS else row.otherwise for kind in KINDS
    }


def reading_rows(name: str) -> list[tuple[Row, frozenset[str]]]:
    """Return the rows of the endpoint for reading, with the users they are about."""
    rows = ROWS.get((name, "get"))
    if rows:
        return [(row, row.permitted) for row in rows]
    row = next(rows[0] for method in METHODS if (rows := ROWS.get((name, method))))
    assert row.readers is not None, f"{name}: who may read is not said"
    return [(row, row.readers)]


def test_every_endpoint_and_method_has_a_row() -> None:
    served = {
        (name, method)
        for name, views in ENDPOINTS.items()
        for view in views
        for method in METHODS
        if hasattr(view, method) and method in view.http_method_names
    }
    assert served - ROWS.keys() == set(), "without a row in tests/permissions.py"
    assert ROWS.keys() - served == set(), "rows of what there is not"


@pytest.mark.parametrize(("name", "method"), ROWS)
def test_status_for_each_kind_of_user_is_that_of_the_table(world: World, name: str, method: str) -> None:
    for row in ROWS[name, method]:
        assert statuses(world, method, name, row) == expected(row, row.permitted, row.status), row


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDPOINTS)
def test_options_head_and_wrong_methods_need_permission_to_read(world: World, name: str) -> None:
    for row, readers in reading_rows(name):
        head = row.status if (name, "get") in ROWS else 405
        assert statuses(world, "options", name, row) == expected(row, readers, 200), row
        assert statuses(world, "head", name, row) == expected(row, readers, head), row
        for method in METHODS:
            if (name, method) not in ROWS:
                assert statuses(world, method, name, row) == expected(row, readers, 405), (method, row)
