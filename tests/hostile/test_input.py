"""Malicious input is refused with the right error, and changes nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.chat import actions, selectors
from chat_api.chat.choices import State
from chat_api.chat.models import Thread, UserThread
from tests.chat.conftest import client_of, member, thread_with
from tests.factories import MessageFactory, SurveyFactory, UserFactory, draft_schema, published_schema

pytestmark = pytest.mark.django_db

BEYOND_EVERY_ID = 2**70
#: More digits than Python converts to a number.
ENDLESS = "9" * 5000


@pytest.fixture
def alice() -> Any:
    return UserFactory(username="alice")


@pytest.fixture
def bob() -> Any:
    return UserFactory(username="bob")


@pytest.fixture
def as_alice(alice: Any) -> APIClient:
    return client_of(alice)


@pytest.fixture
def thread(alice: Any, bob: Any) -> Thread:
    return thread_with(alice, bob)


@pytest.mark.parametrize("number", [2**63, BEYOND_EVERY_ID])
@pytest.mark.parametrize("below", ["", "/messages", "/users", "/messages/1", "/messages/1/attachments"])
def test_thread_id_out_of_range_is_refused_like_a_foreign_thread(
    as_alice: APIClient, number: int, below: str
) -> None:
    foreign = as_alice.get(f"/api/threads/{thread_with(UserFactory()).pk}{below}")
    missing = as_alice.get(f"/api/threads/{number}{below}")
    assert (missing.status_code, missing.content) == (403, foreign.content)


@pytest.mark.parametrize("below", ["users", "messages"])
def test_id_out_of_range_is_not_found_in_a_thread(as_alice: APIClient, thread: Thread, below: str) -> None:
    answer = as_alice.get(f"/api/threads/{thread.pk}/{below}/{BEYOND_EVERY_ID}")
    assert (answer.status_code, answer.json()["detail"]) == (404, "Not found.")


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"messages": [BEYOND_EVERY_ID, -BEYOND_EVERY_ID]}, 1),
        ({"up_to": -BEYOND_EVERY_ID}, 1),
        ({"up_to": BEYOND_EVERY_ID}, 0),
    ],
)
def test_read_accepts_message_ids_out_of_range(
    as_alice: APIClient, alice: Any, bob: Any, thread: Thread, body: dict[str, Any], left: int
) -> None:
    client_of(bob).post(f"/api/threads/{thread.pk}/messages", {"text": "x"})
    actions.mark_read(user=alice, thread_id=thread.pk, **body)
    assert as_alice.get(f"/api/threads/{thread.pk}").json()["unread"] == left


@pytest.mark.parametrize("anchor", ["before", "after", "around"])
def test_anchor_with_too_many_digits_is_refused(as_alice: APIClient, thread: Thread, anchor: str) -> None:
    answer = as_alice.get(f"/api/threads/{thread.pk}/messages?limit=1&{anchor}={ENDLESS}")
    assert (answer.status_code, answer.json()) == (400, {anchor: ["Enter a whole number."]})


def test_survey_id_with_too_many_digits_is_refused(as_alice: APIClient, alice: Any) -> None:
    survey: Any = SurveyFactory(user=alice)
    answer = as_alice.get(f"/api/schemas/{survey.schema_id}?survey={ENDLESS}")
    assert (answer.status_code, list(answer.json())) == (400, ["survey"])


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/api/accounts/{user}/threads/chat", "state"),
        ("/api/accounts/{user}/threads/chat", "frequency_unit"),
        ("/api/threads/{thread}/users", "on_finish"),
        ("/api/threads/{thread}/messages/{message}/attachments", "type"),
    ],
)
def test_choice_that_utf8_cannot_encode_is_refused_by_field(
    as_alice: APIClient, alice: Any, thread: Thread, path: str, key: str
) -> None:
    message: Any = MessageFactory(thread=thread, sender=alice)
    path = path.format(user=alice.pk, thread=thread.pk, message=message.pk)
    answer = as_alice.post(path, json.dumps({key: "\ud800"}), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()[key] == ['"?" is not a valid choice.']


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("time", ["9999-12-31T23:59:59", "0001-01-01T00:00:00"])
def test_dates_at_the_ends_of_the_calendar_are_accepted_or_refused_by_field(
    as_alice: APIClient, alice: Any, settings: Any, zone: str, time: str
) -> None:
    settings.TIME_ZONE = zone
    body = {"repeat_until": time, "frequency_unit": "days", "frequency_value": 1}
    answer = as_alice.post(f"/api/accounts/{alice.pk}/threads/chat", body)
    if (zone, time[:4]) == ("Asia/Tokyo", "9999"):
        assert (answer.status_code, answer.json()["repeat_until"]) == (201, f"{time}+09:00")
    else:
        assert (answer.status_code, list(answer.json())) == (400, ["repeat_until"])


def test_unstorable_primary_key_matches_no_member(thread: Thread) -> None:
    for key in ("a\x00b", "\ud800"):
        with pytest.raises(UserThread.DoesNotExist):
            selectors.member_of(thread_id=thread.pk, user_id=key)


def test_invalid_content_length_counts_as_zero(as_alice: APIClient, thread: Thread) -> None:
    answer = as_alice.post(f"/api/threads/{thread.pk}/messages", {"text": "x"}, CONTENT_LENGTH="many")
    # The body is not read, so the message is empty.
    assert (answer.status_code, answer.json()["text"]) == (201, "")


MULTIPART = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na\xff-b\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("kind", "charset", "body"),
    [
        ("application/x-www-form-urlencoded", "idna", b"text=%FF"),
        ("multipart/form-data; boundary=x", "idna", MULTIPART),
        ("application/json", "punycode", b'{"text": "a\xff-b"}'),
    ],
)
def test_body_that_its_charset_cannot_decode_is_refused(
    as_alice: APIClient, thread: Thread, kind: str, charset: str, body: bytes
) -> None:
    path = f"/api/threads/{thread.pk}/messages"
    answer = as_alice.post(path, body, content_type=f"{kind}; charset={charset}")
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert not thread.messages.exists()


def test_form_without_paused_keeps_the_pause(as_alice: APIClient, bob: Any, thread: Thread) -> None:
    schema = published_schema([{"type": "text"}])
    path = f"/api/threads/{thread.pk}/users/{bob.pk}"
    as_alice.patch(path, {"state": "scripted", "schema": schema.pk})
    as_alice.patch(path, {"paused": True})
    answer = as_alice.patch(path, "permissions=3", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    paused: UserThread = member(thread, bob)
    assert (paused.permissions, paused.paused, paused.state) == (3, True, State.OPEN)


@pytest.mark.parametrize("method", ["get", "options", "post"])
def test_browsable_page_reveals_no_other_users_or_drafts(
    as_alice: APIClient, alice: Any, method: str
) -> None:
    UserFactory(username="somebody-else")
    draft_schema([{"type": "text"}], name="not-public-yet")
    answer = getattr(as_alice, method)(f"/api/accounts/{alice.pk}/surveys?limit=5", HTTP_ACCEPT="text/html")
    assert b'name="automated_sender"' in answer.content
    assert b"somebody-else" not in answer.content
    assert b"not-public-yet" not in answer.content


@pytest.mark.parametrize("below", ["", "/users", "/users/{user}", "/messages/{message}", "/messages?limit=5"])
@pytest.mark.parametrize("method", ["get", "options"])
def test_member_can_open_every_browsable_page(
    as_alice: APIClient, alice: Any, thread: Thread, below: str, method: str
) -> None:
    message: Any = MessageFactory(thread=thread, sender=alice)
    path = f"/api/threads/{thread.pk}{below}".format(user=alice.pk, message=message.pk)
    answer = getattr(as_alice, method)(path, HTTP_ACCEPT="text/html")
    assert answer.status_code == 200
    assert b"<html" in answer.content
