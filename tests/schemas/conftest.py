"""Fixtures for the tests of schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.schemas.models import AttachmentTemplate, Schema
from tests.factories import UserFactory, draft_schema, publish_unchecked

Client = Callable[[Any], APIClient]


@pytest.fixture
def client_of() -> Client:
    """Return a function that creates an API client for a user; anonymous for None."""

    def create(user: Any) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return create


@pytest.fixture
def alice(db):
    return UserFactory(first_name="Alice", last_name="A")


@pytest.fixture
def api(client_of, alice):
    """Alice's client."""
    return client_of(alice)


#: A schema with every feature.
SLEEP: list[dict[str, Any]] = [
    {
        "qid": 10,
        "type": "choice",
        "text": "Hello {{ user.first_name }}, do you sleep well?",
        "group": "Sleep",
        "required": True,
        "meta": {"icon": "moon", "levels": [1, 2.5, None]},
        "variable_modifications": [["asked", "asked + 1"]],
        "answers": [
            {"text": "yes", "next_qid": 40, "meta": {"weight": 0}},
            {"text": "no", "next_qid": 20, "variable_modifications": [["bad", "bad + 1"]], "comments": "!"},
        ],
    },
    {
        "qid": 20,
        "type": "multichoice",
        "text": "Why?",
        "group": "Sleep",
        "choice_open": True,
        "answers": [
            {"text": "noise", "next_qid": 30},
            {"text": "light", "next_qid": 30},
            {"text": "no idea", "next_qid": 30, "exclusive": True},
        ],
    },
    {"qid": 30, "type": "fork", "text": "", "forking_rules": [["40", "bad > 0"], ["-1", "1"]]},
    {"qid": 40, "type": "range", "text": "How old?", "range_from": 0, "range_to": 150.5, "next_qid": 50},
    {"qid": 50, "type": "text", "text": "Anything else?\nSay it.", "comments": "the last", "next_qid": -1},
]


def sleep_draft(**schema: Any) -> Schema:
    """Create a draft of `SLEEP`, with attachments."""
    draft = draft_schema(SLEEP, **{"name": "Sleep", **schema})
    first, last = draft.questions.get(qid=10), draft.questions.get(qid=50)
    AttachmentTemplate.objects.bulk_create(
        [
            AttachmentTemplate(question=first, type="youtube", title="T", url="https://youtu.be/abc"),
            AttachmentTemplate(question=first, type="image", title="Moon", file="attachments/moon.png"),
            AttachmentTemplate(question=last, type="object_reference", options={"a": [1]}, description="d"),
        ]
    )
    return draft


@pytest.fixture
def draft(db) -> Schema:
    return sleep_draft()


@pytest.fixture
def published(db) -> Schema:
    return publish_unchecked(sleep_draft())
