"""Pages of messages before, after and around an anchor."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.pagination import CursorPagination, PageNumberPagination

from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, talks
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(alice: Any) -> Talk:
    thread = thread_with(alice)
    for number in range(1, 10):
        MessageFactory.create(thread=thread, sender=alice, text=str(number))
    return talks(thread, alice)[0]


def ids(talk: Talk) -> dict[str, int]:
    return {message["text"]: message["id"] for message in talk.messages()}


def page(talk: Talk, query: str) -> str:
    response = talk.client.get(f"{talk.path}/messages?{query}")
    assert response.status_code == 200, response.content
    return "".join(message["text"] for message in response.json()["results"])


def errors(talk: Talk, query: str) -> Any:
    response = talk.client.get(f"{talk.path}/messages?{query}")
    assert response.status_code == 400, response.content
    return response.json()


@pytest.mark.parametrize(
    ("anchor", "limit", "expected"),
    [
        ("before=5", 3, "234"),
        ("before=2", 3, "1"),
        ("before=1", 3, ""),
        ("after=5", 3, "678"),
        ("after=8", 3, "9"),
        ("around=5", 3, "456"),
        ("around=5", 4, "3456"),
        ("around=5", 1, "5"),
        ("around=1", 4, "12"),
        ("around=9", 4, "789"),
    ],
)
def test_page_is_nearest_to_its_anchor_in_the_requested_order(
    talk: Talk, anchor: str, limit: int, expected: str
) -> None:
    name, text = anchor.split("=")
    query = f"{name}={ids(talk)[text]}&limit={limit}"
    assert page(talk, query) == expected
    assert page(talk, f"{query}&ordering=-id") == expected[::-1]


def test_next_page_continues_where_the_last_one_ended(talk: Talk) -> None:
    query = f"{talk.path}/messages?before={ids(talk)['8']}&limit=3"
    texts = []
    while query:
        answer = talk.client.get(query).json()
        texts.append("".join(message["text"] for message in answer["results"]))
        query = answer["next"]
    assert texts[:3] == ["567", "234", "1"]


def test_anchor_combines_with_filters(talk: Talk) -> None:
    known = ids(talk)
    assert page(talk, f"after={known['3']}&id__lt={known['6']}&limit=9") == "45"


def test_deleted_message_is_still_an_anchor(talk: Talk) -> None:
    gone = ids(talk)["5"]
    talk.client.delete(f"{talk.path}/messages/{gone}")
    assert page(talk, f"around={gone}&limit=4") == "3467"
    assert page(talk, f"before={gone}&limit=2") == "34"


def test_anchored_page_is_marked_as_read(talk: Talk, bob: Any) -> None:
    from tests.factories import MemberFactory

    MemberFactory.create(thread_id=talk.thread_id, thread=talk.row.thread, user=bob)
    for text in "ab":
        talk.say(text=text)
    (bob_talk,) = talks(talk.row.thread, bob)
    assert bob_talk.thread()["unread"] == 2
    assert page(bob_talk, f"after={ids(talk)['a']}&limit=5") == "b"
    assert bob_talk.thread()["unread"] == 1


def test_invalid_anchor_is_named_in_the_error(talk: Talk) -> None:
    whole = ["Enter a whole number."]
    for name in ("before", "after", "around"):
        for value in ("x", "", "-1", "1.5", "9" * 25, "9" * 5000, "%00", "\u00b2"):
            assert errors(talk, f"{name}={value}&limit=5") == {name: whole}
    assert set(errors(talk, "before=1&after=2&limit=5")) == {"before", "after"}
    assert "ordering" in errors(talk, "before=1&ordering=updated&limit=5")
    assert page(talk, f"after={2**62}&limit=5") == ""


def test_anchor_needs_a_limit_like_every_page(talk: Talk, settings: Any) -> None:
    for anchor in ("before=5", "around=5"):
        assert errors(talk, anchor) == {"detail": "Incorrect offset or limit."}
    settings.CHAT_SETTINGS = {"PAGE_SIZE_MAX": 2}
    assert page(talk, "after=0&limit=50") == "12"


class Numbered(PageNumberPagination):
    page_size = 3


class ByCursor(CursorPagination):
    page_size = 3
    ordering = "id"


@pytest.mark.parametrize("pagination", [Numbered, ByCursor])
def test_anchor_works_with_the_pagination_of_the_host(talk: Talk, settings: Any, pagination: Any) -> None:
    at = ids(talk)["7"]
    settings.CHAT_SETTINGS = {"PAGINATION_MESSAGES_LIST": pagination}
    assert page(talk, f"around={at}") == "678"
