"""A client that names its account in `?account=` neither reads nor writes as anybody else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from rest_framework.permissions import BasePermission
from rest_framework.test import APIClient

from chat_api import api_urls
from chat_api.chat.models import Message
from chat_api.lib.named_account import is_other_account
from chat_api.settings import PERMISSION_CLASSES
from tests.chat.conftest import alice, bob, client_of, thread_with
from tests.databases import connection
from tests.factories import MessageFactory, SurveyFactory, UserFactory
from tests.permissions import ANONYMOUS, OWNER, ROWS, Row, World
from tests.test_permission_matrix import METHODS, response_to, world

__all__ = ["alice", "bob", "world"]
pytestmark = pytest.mark.django_db

#: The page behind the link of an e-mail, which works for everybody.
WITHOUT_SIGN_IN = "notifications-unsubscribe"
#: Texts that are not the key of the user `{}`, although some would be it as a number.
MALFORMED = [
    "",
    "x",
    " {}",
    "{} ",
    "0{}",
    "+{}",
    "{}.0",
    "{},{}",
    "{}\x00",
    "٣",
    "None",
    "anonymous",
    "9" * 5000,
]


class Remembering(BasePermission):
    """A permission class of a host that permits everything, and remembers what it was asked."""

    asked: list[str] = []

    def has_permission(self, request: Any, view: Any) -> bool:
        self.asked.append(request.method)
        return True

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        return self.has_permission(request, view)


@pytest.fixture
def remembering(settings: Any) -> Iterator[list[str]]:
    settings.CHAT_SETTINGS = dict.fromkeys(PERMISSION_CLASSES, Remembering)
    yield Remembering.asked
    Remembering.asked.clear()


def permitted() -> Iterator[tuple[str, str, Row, str]]:
    """Yield name, method, row and a permitted kind of user of every row that permits somebody."""
    for (name, method), rows in ROWS.items():
        for row in rows:
            if row.permitted and name != WITHOUT_SIGN_IN:
                yield name, method, row, OWNER if OWNER in row.permitted else min(row.permitted)


def is_refused(response: Any) -> bool:
    body = response.json()
    return (
        response.status_code == 403
        and body.keys() == {"detail", "code"}
        and body["code"] == "OTHER_ACCOUNT"
        and bool(body["detail"])
    )


def test_no_endpoint_runs_a_query_for_another_account(world: World) -> None:
    for name, method, row, kind in permitted():
        with CaptureQueriesContext(connection) as queries:
            response = response_to(world, kind, method, name, row, account=world.newcomer.pk)
        assert is_refused(response), (name, method, row, response.content)
        # The savepoint of the test's own block.
        assert [line["sql"] for line in queries if "SAVEPOINT" not in line["sql"]] == [], (name, method)


def test_every_endpoint_answers_the_named_account_as_usual(world: World) -> None:
    for name, method, row, kind in permitted():
        response = response_to(world, kind, method, name, row, account=world.users[kind].pk)
        assert response.status_code == row.status, (name, method, row, response.content)


def test_another_account_is_refused_whatever_the_method(world: World) -> None:
    for name in {name for name, *_ in permitted()}:
        for method in ("options", "head", *METHODS):
            row = (ROWS.get((name, method)) or [Row(frozenset({OWNER}))])[0]
            response = response_to(world, OWNER, method, name, row, account=world.newcomer.pk)
            assert response.status_code == 403, (name, method)
            assert method == "head" or is_refused(response), (name, method)


def test_unsubscribing_by_the_link_of_an_email_ignores_the_account(world: World) -> None:
    path = world.path(WITHOUT_SIGN_IN, "", OWNER)
    browser = Client()
    for _ in range(2):
        for response in (browser.get(path, {"account": "x"}), browser.post(f"{path}?account=x")):
            assert response.status_code == 200
        browser.force_login(world.users[OWNER])


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_account_is_another_account(alice: Any, text: str) -> None:
    thread = thread_with(alice)
    named = text.format(alice.pk, alice.pk)
    client = client_of(alice)
    assert is_refused(client.get(f"/api/threads/{thread.pk}", {"account": named}))
    posted = client.post(f"/api/threads/{thread.pk}/messages?account=", {"text": "x"})
    assert is_refused(posted)
    assert not Message.objects.exists()


def test_repeated_account_is_another_account(alice: Any, bob: Any) -> None:
    path: str = f"/api/threads/{thread_with(alice, bob).pk}"
    for named in ([alice.pk, alice.pk], [alice.pk, bob.pk], [bob.pk, alice.pk], [alice.pk, ""]):
        assert is_refused(client_of(alice).get(path, {"account": named}))


def test_account_in_the_body_is_ignored(alice: Any, bob: Any) -> None:
    path = f"/api/threads/{thread_with(alice).pk}/messages"
    assert client_of(alice).post(path, {"text": "x", "account": bob.pk}).status_code == 201


def test_keys_are_compared_as_texts() -> None:
    key = uuid.UUID("0b9ee1a0-0000-4000-8000-00000000000a")
    user = UserFactory.build(pk=key)
    assert not is_other_account([], user)
    assert not is_other_account([str(key)], user)
    for other in (key.hex, str(key).upper(), f"{{{key}}}", f"urn:uuid:{key}", ""):
        assert is_other_account([other], user)
    assert is_other_account(["1"], None)


def test_permission_classes_of_the_host_never_see_another_account(
    world: World, remembering: list[str]
) -> None:
    for name, method, row, kind in permitted():
        for accept in ("application/json", "text/html"):
            client = client_of(world.users[kind])
            path = f"{world.path(name, row.at, kind)}?account={world.newcomer.pk}"
            response = getattr(client, method)(path, HTTP_ACCEPT=accept)
            assert response.status_code == 403, (name, method, accept)
            assert b"OTHER_ACCOUNT" in response.content
    assert remembering == []
    response_to(world, OWNER, "get", "thread-details", ROWS["thread-details", "get"][0])
    assert remembering


def test_anonymous_request_for_an_account_is_not_authenticated(world: World) -> None:
    for name, method, row, _ in permitted():
        response = response_to(world, ANONYMOUS, method, name, row, account=world.users[OWNER].pk)
        assert (response.status_code, response.json()["code"]) == (403, "NOT_AUTHENTICATED"), (name, method)


def test_visitor_whom_the_host_admits_reads_nothing_for_an_account(
    world: World, remembering: list[str]
) -> None:
    path = f"/api/threads/{world.thread.pk}/messages?limit=1"
    assert APIClient().get(path).status_code == 200
    remembering.clear()
    refused = APIClient().get(f"{path}&account={world.users[OWNER].pk}")
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_AUTHENTICATED")
    assert remembering == []


def test_page_whose_session_became_another_users_can_no_longer_write(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    path = f"/api/threads/{thread.pk}/messages?account={alice.pk}"
    browser = Client()
    browser.force_login(alice)
    assert browser.post(path, {"text": "mine"}, content_type="application/json").status_code == 201
    # Another tab of the browser.
    browser.logout()
    browser.force_login(bob)
    assert is_refused(browser.post(path, {"text": "hers"}, content_type="application/json"))
    assert [message.text for message in Message.objects.all()] == ["mine"]


def test_lists_are_not_filtered_by_it_and_their_links_keep_it(alice: Any) -> None:
    thread = thread_with(alice)
    MessageFactory.create_batch(3, thread=thread, sender=alice)
    SurveyFactory.create_batch(3, user=alice)
    thread_with(alice)
    client = client_of(alice)
    lists = (
        f"/api/threads/{thread.pk}/messages",
        f"/api/threads/{thread.pk}/messages?after=0",
        f"/api/accounts/{alice.pk}/threads/chat",
        f"/api/accounts/{alice.pk}/surveys",
        "/api/surveys",
        "/api/surveys?ordering=-id",
    )
    for path in lists:
        paged = f"{path}{'&' if '?' in path else '?'}limit=1"
        shown = client.get(f"{paged}&account={alice.pk}").json()
        assert len(shown["results"]) == 1
        assert shown["results"] == client.get(paged).json()["results"]
        query = parse_qs(urlsplit(shown["next"]).query)
        assert query["account"] == [str(alice.pk)], path
        assert client.get(shown["next"]).status_code == 200


def test_it_is_a_parameter_of_every_operation_with_a_sign_in_and_no_name_of_anything_else() -> None:
    generator: Any = SchemaGenerator(patterns=api_urls.urlpatterns)
    document = generator.get_schema(request=None, public=True)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            named = [each for each in operation.get("parameters", ()) if each["name"].startswith("account")]
            if path.startswith("/notifications/unsubscribe"):
                assert named == []
                continue
            (parameter,) = named
            assert (parameter["name"], parameter["in"]) == ("account", "query"), (method, path)
            assert not parameter.get("required")
    for name, component in document["components"]["schemas"].items():
        assert "account" not in component.get("properties", {}), name
