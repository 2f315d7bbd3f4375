"""Conversations and surveys continue after an upgrade."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from rest_framework.test import APIClient

from tests.upgrade.databases import all_rows

pytestmark = pytest.mark.slow

ALICE, BOB, CAROL, DAVE = 1, 2, 3, 4


@pytest.fixture(autouse=True)
def _undone(upgraded: str):
    """Start each test from the upgraded database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def send(user_id: int, method: str, address: str, body: Any) -> Any:
    """Send a request as that user, and return the body of the response, which must not be an error."""
    client = APIClient()
    client.force_authenticate(get_user_model().objects.get(pk=user_id))
    response = getattr(client, method)(f"/api/{address}", body, format="json")
    assert response.status_code < 300, response.content
    return response.json() if response.content else None


def test_script_continues_at_its_question_with_its_variables():
    answered = send(BOB, "post", "threads/2/messages", {"answers": [3]})
    assert answered["text"] == "Cough"
    member = all_rows()["chat_api_userthread"][4]
    # risk was 2, the answer adds 1, and the fork sends 3 to the question with qid 6.
    assert member["question_id"] == 6
    asked = all_rows()["chat_api_message"][member["related_message_id"]]
    assert (asked["text"], asked["asks"], asked["asked_of_id"]) == ("How bad?", True, 4)


def test_rollback_returns_to_a_question_asked_before_the_upgrade():
    send(BOB, "post", "threads/2/messages", {"answers": [3]})
    thread = send(BOB, "post", "threads/2/rollback", {"message": 7})
    assert (thread["question"], thread["related_message"]) == (4, 7)
    assert thread["variables_pool"] == {"risk": 2.0}
    thread = send(BOB, "post", "threads/2/rollback", {})
    assert (thread["question"], thread["related_message"]) == (3, 5)


def test_script_ends_as_on_finish_says():
    send(BOB, "post", "threads/2/messages", {"answers": [3]})
    send(BOB, "post", "threads/2/messages", {"text": "7"})
    assert all_rows()["chat_api_userthread"][4]["state"] == "closed"


def test_front_end_still_controls_its_member():
    send(CAROL, "post", "threads/3/messages", {"question": 3, "text": "12"})
    texts = [row["text"] for row in all_rows()["chat_api_message"].values() if row["thread_id"] == 3]
    assert sorted(texts) == ["12", "How many a day?"]


def test_open_conversation_continues_and_members_are_notified():
    message = send(ALICE, "post", "threads/1/messages", {"text": "Still there?"})
    unread = all_rows()["chat_api_unreadmessage"].values()
    assert BOB in {row["user_id"] for row in unread if row["message_id"] == message["id"]}
    assert all_rows()["chat_api_thread"][1]["last_message_id"] == message["id"]


def test_survey_is_completed_with_answers_from_before_the_upgrade():
    send(ALICE, "post", "surveys/1/items", {"related_question": 9, "text": "2018-01-02"})
    (survey,) = send(ALICE, "get", f"accounts/{ALICE}/surveys", {"limit": 10})["results"]
    assert survey["state"] == {"visibility": [10, 11, 12], "completed": True}
