"""Lists whose pagination class returns no page: the classes of DRF without PAGE_SIZE return plain lists."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk
from tests.factories import SurveyFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

KEYS: Final = ("THREAD", "MESSAGES", "GLOBAL_SURVEY", "ACCOUNT_SURVEY", "SCHEMA")
CLASSES: Final = ("LimitOffsetPagination", "PageNumberPagination", "CursorPagination")


@pytest.fixture(params=CLASSES)
def paginated_by(request: pytest.FixtureRequest, settings: Any) -> str:
    path = f"rest_framework.pagination.{request.param}"
    settings.CHAT_SETTINGS = {f"PAGINATION_{key}_LIST": path for key in KEYS}
    return str(request.param)


@pytest.fixture
def lists(paginated_by: str) -> tuple[Any, dict[str, int]]:
    """A user, and the number of objects in each list."""
    user = UserFactory.create()
    talk = Talk(user, thread_with(user).pk)
    for text in "abc":
        talk.say(text=text)
    schema = published_schema([{}])
    SurveyFactory.create_batch(2, user=user, schema=schema)
    return user, {
        f"accounts/{user.pk}/threads/chat": 1,
        f"threads/{talk.thread_id}/messages": 3,
        f"accounts/{user.pk}/surveys": 2,
        "surveys": 2,
        "schemas/survey": 1,
    }


def test_lists_without_a_page_size_are_plain(lists: tuple[Any, dict[str, int]]) -> None:
    user, sizes = lists
    for path, size in sizes.items():
        response = client_of(user).get(f"/api/{path}")
        assert response.status_code == 200, (path, response.content)
        assert isinstance(response.json(), list), path
        assert len(response.json()) == size, path


def test_plain_lists_are_limited_and_take_anchors(lists: tuple[Any, dict[str, int]], settings: Any) -> None:
    user, sizes = lists
    messages = next(path for path in sizes if path.endswith("messages"))
    shown = client_of(user).get(f"/api/{messages}").json()
    assert [row["text"] for row in shown] == ["a", "b", "c"]
    last = shown[-1]["id"]
    for query, texts in (
        (f"before={last}", "ab"),
        (f"after={shown[0]['id']}", "bc"),
        (f"around={shown[1]['id']}", "abc"),
        ("ordering=-id", "cba"),
        ("q=b", "b"),
    ):
        found = client_of(user).get(f"/api/{messages}?{query}").json()
        assert "".join(row["text"] for row in found) == texts, query
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "PAGE_SIZE_MAX": 2, "SCHEMA_LIST_MAX": 0}
    for path, size in sizes.items():
        if not path.startswith("schemas"):
            assert len(client_of(user).get(f"/api/{path}").json()) == min(size, 2), path


def test_lists_with_a_page_size_have_pages(lists: tuple[Any, dict[str, int]], settings: Any) -> None:
    user, sizes = lists
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "PAGE_SIZE": 1}
    for path in sizes:
        response = client_of(user).get(f"/api/{path}", {"limit": 1, "page_size": 1})
        assert response.status_code == 200, (path, response.content)
