"""Fixtures of the tests of surveys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.factories import UserFactory, published_schema

Client = Callable[[Any], APIClient]


@pytest.fixture
def client_of() -> Client:
    """Return a function that creates a client signed in as a user, or anonymous for None."""

    def make(user: Any) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def alice(db):
    return UserFactory(first_name="Alice", last_name="A")


@pytest.fixture
def bob(db):
    return UserFactory(first_name="Bob", last_name="B")


@pytest.fixture
def api(client_of, alice):
    """Return the client of Alice."""
    return client_of(alice)


#: 1 branches to 2 or 4, one answer of 3 to 5; 3 and 4 are optional.
SMOKING = [
    {
        "type": "choice",
        "text": "Smoker?",
        "required": True,
        "answers": [{"text": "yes", "next_qid": 2}, {"text": "no", "next_qid": 4}],
    },
    {"type": "int", "text": "How many a day?", "required": True, "next_qid": 3},
    {
        "type": "multichoice",
        "text": "Which?",
        "next_qid": 4,
        "answers": [
            {"text": "pipe", "next_qid": 4},
            {"text": "cigar", "next_qid": 5},
            {"text": "none", "next_qid": 4, "exclusive": True},
        ],
    },
    {"type": "text", "text": "Anything else?", "next_qid": 6},
    {"type": "text", "text": "Cigar brand?", "required": True, "next_qid": -1},
    {"type": "range", "text": "1-10?", "required": True, "range_from": 1, "range_to": 10, "next_qid": -1},
]


@pytest.fixture
def smoking(db):
    return published_schema(SMOKING)


def question(schema: Any, qid: int) -> Any:
    """Return the question of the schema with the qid."""
    return schema.questions.get(qid=qid)


def answer(schema: Any, qid: int, text: str) -> int:
    """Return the id of the answer with the text."""
    pk: int = question(schema, qid).answers.get(text=text).pk
    return pk


class Filling:
    """A survey that is filled in through the API."""

    def __init__(self, client: APIClient, user: Any, schema: Any) -> None:
        self.client, self.schema = client, schema
        made = client.post(f"/api/accounts/{user.pk}/surveys", {"schema": schema.pk})
        assert made.status_code == 201, made.content
        self.data = made.json()
        self.id = self.data["id"]

    @property
    def path(self) -> str:
        return f"/api/surveys/{self.id}"

    def post(self, qid: int, *answers: str, **body: Any) -> Any:
        """Answer the question with texts of its answers, or with `text`; return the response."""
        body = {"related_question": question(self.schema, qid).pk, **body}
        if answers:
            body["answers"] = [answer(self.schema, qid, text) for text in answers]
        return self.client.post(f"{self.path}/items", body)

    def give(self, qid: int, *answers: str, **body: Any) -> dict[str, Any]:
        """Answer the question; return the item."""
        response = self.post(qid, *answers, **body)
        assert response.status_code == 201, response.content
        item: dict[str, Any] = response.json()
        return item

    @property
    def state(self) -> Any:
        return self.client.get(f"{self.path}?fields=state").json()["state"]


@pytest.fixture
def filling(api, alice) -> Callable[..., Filling]:
    """Return a function that starts a survey of Alice on a schema."""

    def begin(schema: Any) -> Filling:
        return Filling(api, alice, schema)

    return begin
