"""With `explain=true`, the answers that a survey refuses are explained in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from chat_api.surveys.actions import start_survey
from chat_api.surveys.models import Survey
from tests.chat.conftest import client_of
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {"type": "int", "name": "age", "limits": {"min": 0, "max": 120}, "required_message": "We need your age."},
    {
        "type": "int",
        "name": "since",
        "constraints": [{"check": "value <= age", "message": "You were not born then."}],
    },
]


class Filling:
    """A survey that a user fills in."""

    def __init__(self, questions: list[dict[str, Any]]) -> None:
        self.user = UserFactory.create()
        self.schema = published_schema(questions, type="survey")
        self.path = f"/api/surveys/{start_survey(user=self.user, schema=self.schema).pk}/items"

    def answer(self, qid: int, query: str = "?explain=true", **body: Any) -> Any:
        question = self.schema.questions.get(qid=qid)
        body = {"related_question": question.pk, **body}
        return client_of(self.user).post(f"{self.path}{query}", body, format="json")


@pytest.fixture(autouse=True)
def surveys(settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "SURVEYS_ALLOWED_SCHEMA_TYPES": ("survey",)}


@pytest.mark.parametrize("named", [True, False])
def test_a_limit_is_explained_with_what_is_expected(named: bool) -> None:
    question = dict(QUESTIONS[0])
    if not named:
        del question["name"]
    refused = Filling([question]).answer(1, text="121")
    assert refused.status_code == 400
    (explanation,) = refused.json()["explanations"]
    assert refused.json()["text"] == ["TOO_LARGE"]
    assert (explanation["field"], explanation["code"]) == ("text", "TOO_LARGE")
    assert explanation["expected"] == {"type": "int", "min": 0, "max": 120}
    assert explanation["text"] == "a whole number from 0 to 120"


def test_the_author_s_own_words_come_first() -> None:
    filling = Filling(QUESTIONS)
    assert filling.answer(1, text="").json()["explanations"][0]["text"] == "We need your age."
    assert filling.answer(1, text="40").status_code == 201
    (explanation,) = filling.answer(2, text="41").json()["explanations"]
    assert (explanation["code"], explanation["text"]) == ("CONSTRAINT", "You were not born then.")


def test_a_refused_change_is_explained_too() -> None:
    filling = Filling(QUESTIONS)
    item = filling.answer(1, text="40").json()
    path = f"{filling.path}/{item['id']}?explain=true"
    refused = client_of(filling.user).patch(path, {"text": "-1"}, format="json")
    assert (refused.status_code, refused.json()["text"]) == (400, ["TOO_SMALL"])
    assert [each["code"] for each in refused.json()["explanations"]] == ["TOO_SMALL"]


@pytest.mark.parametrize("body", ["\u2028", "{", "[]", "null", '"text"', '{"text": NaN}'])
@pytest.mark.parametrize("submitted", [False, True])
def test_a_body_that_cannot_be_read_is_refused_as_without_the_parameter(body: str, submitted: bool) -> None:
    filling = Filling(QUESTIONS)
    item = filling.answer(1, text="40").json()
    if submitted:
        Survey.objects.update(submitted=timezone.now())
    client = client_of(filling.user)
    for send, path in (
        (client.post, filling.path),
        (client.patch, f"{filling.path}/{item['id']}"),
        (client.put, f"{filling.path}/{item['id']}"),
    ):
        plain = send(path, body, content_type="application/json")
        explained = send(f"{path}?explain=true", body, content_type="application/json")
        assert explained.status_code == plain.status_code < 500
        assert explained.json() == plain.json()


def test_without_the_parameter_and_for_other_errors_nothing_is_explained() -> None:
    filling = Filling(QUESTIONS)
    assert filling.answer(1, query="", text="121").json() == {"text": ["TOO_LARGE"]}
    assert filling.answer(1, text="40").status_code == 201
    assert filling.answer(1, text="40").json() == {"related_question": ["ALREADY_ANSWERED"]}
    bad = client_of(filling.user).post(
        f"{filling.path}?explain=true", {"related_question": "x"}, format="json"
    )
    assert bad.status_code == 400
    assert "explanations" not in bad.json()


@pytest.mark.parametrize("send", ["post", "put", "patch"])
@pytest.mark.parametrize("kind", ["fields", "depth", "bytes"])
@pytest.mark.parametrize("is_own", [True, False])
def test_a_body_that_cannot_be_read_is_refused_as_without_explanations(
    settings: Any, send: str, kind: str, is_own: bool
) -> None:
    filling = Filling(QUESTIONS)
    item = filling.answer(1, text="40").json()
    path = filling.path if send == "post" else f"{filling.path}/{item['id']}"
    body: str | bytes = "[" * 100_000
    content_type = "application/json"
    if kind == "fields":
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
        body, content_type = encode_multipart(BOUNDARY, {"answers": ["1"] * 20}), MULTIPART_CONTENT
    elif kind == "bytes":
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        body = '{"text": "longer than ten bytes"}'
    # Others are refused before their body is read.
    client = client_of(filling.user if is_own else UserFactory.create())
    plain = getattr(client, send)(path, body, content_type=content_type)
    explained = getattr(client, send)(f"{path}?explain=true", body, content_type=content_type)
    refused = 413 if kind == "bytes" else 400
    assert plain.status_code in ((refused,) if is_own else (refused, 403))
    assert (explained.status_code, explained.json()) == (plain.status_code, plain.json())
