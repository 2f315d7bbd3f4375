"""After an upgrade, the API shows all users their threads, messages and surveys."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

pytestmark = [pytest.mark.usefixtures("upgraded"), pytest.mark.slow]

ALICE, BOB, CAROL, DAVE, ADMIN = 1, 2, 3, 4, 5


def get(user_id: int, address: str, **query: Any) -> Any:
    """Send a GET as that user, and return the body of the response, which must not be an error."""
    client = APIClient()
    client.force_authenticate(get_user_model().objects.get(pk=user_id))
    response = client.get(f"/api/{address}", query)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize(
    ("user_id", "kind", "threads"),
    [
        (ALICE, "chat", [1]),
        (ALICE, "tracker", []),
        (BOB, "chat", [1]),
        (BOB, "tracker", [2]),
        (CAROL, "chat", [3, 1]),
        (DAVE, "chat", [3, 4]),
        (ADMIN, "chat", []),
    ],
)
def test_users_list_their_threads(user_id: int, kind: str, threads: list[int]):
    page = get(user_id, f"accounts/{user_id}/threads/{kind}", limit=10)
    assert [row["id"] for row in page["results"]] == threads


@pytest.mark.parametrize(
    ("user_id", "thread_id", "messages"),
    [
        (ALICE, 1, {1, 2}),
        (BOB, 1, {1, 2}),
        (CAROL, 1, {1, 2}),
        (BOB, 2, {4, 5, 6, 7}),
        (CAROL, 3, set()),
        (DAVE, 3, set()),
        (DAVE, 4, {8}),
    ],
)
def test_users_read_the_messages_of_their_threads(user_id: int, thread_id: int, messages: set[int]):
    page = get(user_id, f"threads/{thread_id}/messages", limit=10)
    assert {row["id"] for row in page["results"]} == messages


def test_thread_is_unchanged():
    thread = get(CAROL, "threads/1")
    assert thread["title"] == "Rozmowa żółta"
    assert thread["state"] == "closed"
    assert (thread["permissions"], thread["notifications"]) == (19, 2)
    assert [user["id"] for user in thread["users_data"]] == [ALICE, BOB, CAROL]
    assert thread["last_message_data"]["text"] == "Hi &amp; welcome"


def test_scripted_member_keeps_their_question():
    thread = get(BOB, "threads/2")
    assert (thread["state"], thread["schema"], thread["question"]) == ("scripted", 1, 4)
    assert thread["related_message"] == 7
    assert thread["question_data"]["text"] == "Which of these?"
    assert [answer["text"] for answer in thread["question_data"]["answers"]] == ["Cough", "Fever", "None"]
    assert thread["variables_pool"] == {"risk": 2.0}


def test_message_shows_its_meta_and_attachments():
    message = get(ALICE, "threads/1/messages/1")
    assert message["meta"] == {"k": [1, 2]}
    assert message["text"] == "Hello &lt;b&gt;all&lt;/b&gt;"
    (attachment,) = message["attachments_data"]
    assert (attachment["type"], attachment["title"]) == ("youtube", "clip")
    assert attachment["src"] == "https://youtu.be/x"
    assert attachment["thumbnail"] == {"src": "y"}


def test_published_schemas_are_listed_and_served():
    listed = get(ALICE, "schemas/survey")
    assert {(row["name"], row["version"]) for row in listed} == {("health", 1), ("old", 1)}
    schema = get(ALICE, "schemas/2")
    assert schema["name"] == "health"


def test_drafts_are_visible_to_permitted_users():
    listed = get(ADMIN, "schemas/survey")
    assert ("health", 2) in {(row["name"], row["version"]) for row in listed}


def test_users_list_their_surveys_with_state():
    (survey,) = get(ALICE, f"accounts/{ALICE}/surveys", limit=10)["results"]
    assert (survey["id"], survey["schema"]) == (1, 2)
    assert survey["state"] == {"visibility": [10, 11, 12], "completed": False}
    (survey,) = get(BOB, f"accounts/{BOB}/surveys", limit=10)["results"]
    assert survey["state"] == {"visibility": [10], "completed": False}
    assert {row["id"] for row in get(ADMIN, "surveys", limit=10)["results"]} == {1, 2}


def test_items_of_a_survey_show_the_answers():
    first, second = get(ALICE, "surveys/1/items")
    assert (first["related_question"], first["answers"]) == (8, [6])
    assert (second["related_question"], second["text"]) == (10, "70.5")
    assert [row["title"] for row in get(ALICE, "surveys/1/items/1/attachments")] == ["scan"]
