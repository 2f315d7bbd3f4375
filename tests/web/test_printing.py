"""The page to print: the messages that the user can list, without scripts."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from rest_framework.exceptions import NotFound, PermissionDenied, Throttled
from rest_framework.permissions import AllowAny

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Attachment, Message, Thread
from chat_api.web import printing
from tests.chat.conftest import client_of
from tests.databases import connection
from tests.factories import MemberFactory, MessageFactory, ThreadFactory, UserFactory
from tests.web.pages import Elements, urlconf

pytestmark = pytest.mark.django_db

SAID = "a < b & &amp; <b>bold</b>"


@pytest.fixture(autouse=True)
def project(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = urlconf(
        path("api/", include("chat_api.api_urls")), path("chat/", include("chat_api.client_urls"))
    )


@pytest.fixture
def alice() -> Any:
    return UserFactory.create(first_name="Alice", last_name="")


@pytest.fixture
def bob() -> Any:
    return UserFactory.create(first_name="Bob", last_name="")


def thread_of(user: Any, permissions: int = PERMISSIONS_ALL) -> Thread:
    thread = ThreadFactory.create(title="Knee & <hip>")
    MemberFactory.create(thread=thread, user=user, permissions=permissions)
    return thread


def printed(user: Any, thread: Any, query: str = "", status: int = 200) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)
    response = client.get(f"/chat/print/{getattr(thread, 'pk', thread)}{query}")
    assert response.status_code == status, response.content
    return response.content.decode()


def texts(page: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r'<p class="text" dir="auto">(.*?)</p>', page, re.S)]


def test_page_has_title_members_days_and_messages(settings: LazySettings) -> None:
    alice = UserFactory.create(first_name="Alice", last_name="A. & B.")
    thread = thread_of(alice)
    bob = MemberFactory.create(thread=thread, user=UserFactory.create(first_name="Bob", last_name="")).user
    for day, sender in ((1, alice), (1, bob), (2, bob)):
        message = MessageFactory.create(thread=thread, sender=sender, text=f"on {day}")
        Message.objects.filter(pk=message.pk).update(created=datetime(2026, 5, day, 10, 30, tzinfo=UTC))
    page = printed(alice, thread)
    assert html.unescape(re.findall(r"<h1[^>]*>(.*?)</h1>", page)[0]) == "Knee & <hip>"
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["May 1, 2026", "May 2, 2026"]
    assert texts(page) == ["on 1", "on 1", "on 2"]
    names = [html.unescape(name) for name in re.findall(r"<bdi>(.*?)</bdi>", page)]
    assert names == ["Alice A. & B.", "Bob", "Alice A. & B.", "Bob", "Bob"]
    assert page.count('<li class="own">') == 1
    assert "<script" not in page


@pytest.mark.parametrize("escape", [True, False])
def test_text_is_shown_as_it_was_typed(escape: bool, settings: LazySettings, alice: Any) -> None:
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": escape}
    thread = thread_of(alice)
    path = f"/api/threads/{thread.pk}/messages"
    assert client_of(alice).post(path, {"text": SAID}, format="json").status_code == 201
    assert texts(printed(alice, thread)) == [SAID]


def test_attachments_are_links_of_the_web(alice: Any) -> None:
    thread = thread_of(alice)
    message = MessageFactory.create(thread=thread, sender=alice, has_attachments=True)
    for title, url in (
        ("film", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("evil", "javascript:alert(1)"),
    ):
        Attachment.objects.create(message=message, type="youtube", title=title, url=url)
    page = printed(alice, thread)
    links = [given for tag, given in Elements(page).found if tag == "a" and "rel" in given]
    assert [given["href"] for given in links] == ["https://www.youtube.com/watch?v=abcdefghijk"]
    assert links[0]["rel"] == "noopener noreferrer nofollow"
    assert ">evil<" in page


def test_page_is_neither_cached_nor_run(alice: Any) -> None:
    client = Client()
    client.force_login(alice)
    response = client.get(f"/chat/print/{thread_of(alice).pk}")
    assert response["Cache-Control"] == "no-store, private"
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
    )


def test_users_who_cannot_list_the_messages_get_403_with_or_without_such_a_thread(
    alice: Any, bob: Any
) -> None:
    thread = thread_of(alice)
    MessageFactory.create(thread=thread, text="secret")
    for number in (thread.pk, thread.pk + 10**6, 0, 2**63, 10**30):
        assert "secret" not in printed(bob, number, status=403)
    assert printed(bob, thread, status=403) == printed(bob, thread.pk + 1, status=403)
    unreading = MemberFactory.create(thread=thread, permissions=PERMISSIONS_ALL & ~Permission.MESSAGES_READ)
    printed(unreading.user, thread, status=403)
    client_of(alice).delete(f"/api/threads/{thread.pk}")
    printed(alice, thread, status=403)


@pytest.mark.parametrize("number", ["x", "-1", "+1", "1/", "%00", "\u0661", "9" * 5000])
def test_malformed_id_is_not_found(number: str, alice: Any) -> None:
    printed(alice, number, status=404)


def test_anonymous_users_sign_in_first(alice: Any) -> None:
    printed(None, thread_of(alice), status=302)


def test_title_and_members_need_the_permission_to_read_the_thread(alice: Any) -> None:
    thread = thread_of(alice, permissions=int(Permission.MESSAGES_READ))
    MessageFactory.create(thread=thread, text="seen")
    page = printed(alice, thread)
    assert texts(page) == ["seen"]
    assert "Knee" not in page
    assert "Members" not in page


def without_notes(messages: QuerySet[Message], user: Any) -> QuerySet[Message]:
    return messages.exclude(type="note")


def failing(messages: QuerySet[Message], user: Any) -> QuerySet[Message]:
    raise RuntimeError


def test_messages_that_the_host_hides_are_left_out(alice: Any, settings: LazySettings) -> None:
    thread = thread_of(alice)
    MessageFactory.create(thread=thread, text="shown")
    MessageFactory.create(thread=thread, text="note", type="note")
    MessageFactory.create(thread=thread, text="deleted").delete()
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": f"{__name__}.without_notes"}
    assert texts(printed(alice, thread)) == ["shown"]
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": f"{__name__}.failing"}
    assert texts(printed(alice, thread)) == []
    settings.CHAT_SETTINGS = {
        "OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"LIMIT_FIELDS_TO": ["id", "created"]}}
    }
    assert texts(printed(alice, thread)) == []


@pytest.mark.parametrize(("error", "status"), [(NotFound, 404), (PermissionDenied, 403), (Throttled, 403)])
def test_error_that_the_filter_raises_is_the_response(
    error: Any, status: int, alice: Any, settings: LazySettings
) -> None:
    def refusing(messages: Any, user: Any) -> Any:
        raise error

    thread = thread_of(alice)
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": refusing}
    printed(alice, thread, status=status)


def test_sender_without_a_name_is_shown_by_id(alice: Any) -> None:
    thread = thread_of(alice)
    nameless = UserFactory.create(first_name="", last_name="")
    MessageFactory.create(thread=thread, sender=nameless, text="x")
    MessageFactory.create(thread=thread, sender=None, text="y")
    page = printed(alice, thread)
    assert re.findall(r'<p class="about">(?:<bdi>(.*?)</bdi>)?', page) == [str(nameless.pk), ""]


class Broken(AllowAny):
    def has_permission(self, request: Any, view: Any) -> bool:
        raise RuntimeError


def test_permission_class_of_the_host_decides(alice: Any, bob: Any, settings: LazySettings) -> None:
    thread = thread_of(alice)
    MessageFactory.create(thread=thread, text="open")
    settings.CHAT_SETTINGS = {"PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID": "rest_framework.permissions.AllowAny"}
    assert texts(printed(bob, thread)) == ["open"]
    printed(bob, thread.pk + 10**6, status=404)
    settings.CHAT_SETTINGS = {"PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID": f"{__name__}.Broken"}
    printed(alice, thread, status=403)


def test_earlier_messages_are_on_pages_of_their_own(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MESSAGES_MAX", 2)
    thread = thread_of(alice)
    ids = [MessageFactory.create(thread=thread, text=str(number)).pk for number in range(5)]
    page = printed(alice, thread)
    assert texts(page) == ["3", "4"]
    assert f'href="?before={ids[3]}"' in page
    page = printed(alice, thread, f"?before={ids[3]}")
    assert texts(page) == ["1", "2"]
    page = printed(alice, thread, f"?before={ids[1]}")
    assert texts(page) == ["0"]
    assert "?before=" not in page
    for raw in ("x", "-1", "", "%00", "1e3", "\u0663", "9" * 30):
        printed(alice, thread, f"?before={raw}", status=404)


def test_page_has_a_limited_size(alice: Any, settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"PAGE_BYTES_MAX": 2500}
    thread = thread_of(alice)
    for number in range(5):
        MessageFactory.create(thread=thread, text=f"{number}" * 1000)
    page = printed(alice, thread)
    assert [text[0] for text in texts(page)] == ["3", "4"]
    assert "?before=" in page


def test_printing_marks_nothing_as_read(alice: Any, bob: Any) -> None:
    thread = thread_of(alice)
    MemberFactory.create(thread=thread, user=bob, permissions=PERMISSIONS_ALL)
    client_of(bob).post(f"/api/threads/{thread.pk}/messages", {"text": "new"}, format="json")
    printed(alice, thread)
    assert client_of(alice).get(f"/api/threads/{thread.pk}").json()["unread"] == 1


def test_number_of_queries_is_constant(alice: Any) -> None:
    counts = []
    client = Client()
    client.force_login(alice)
    for number in (1, 30):
        thread = thread_of(alice)
        MemberFactory.create_batch(number, thread=thread)
        for _ in range(number):
            message = MessageFactory.create(thread=thread, has_attachments=True)
            Attachment.objects.create(message=message, type="youtube", url="https://youtu.be/abcdefghijk")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/chat/print/{thread.pk}")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 8
