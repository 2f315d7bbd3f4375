"""Lists and texts over the limit are refused at once with their code."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.serializers.message_requests import MessageCreateSerializer, ReadSerializer
from tests.chat.conftest import client_of, thread_with
from tests.factories import MessageFactory, SurveyFactory, UserFactory, published_schema
from tests.work import work_of

pytestmark = pytest.mark.django_db

MANY = [1] * 1_500_000
TOO_LONG = {"text": ["TOO_LONG"]}


@pytest.mark.parametrize(
    ("kind", "name"), [(MessageCreateSerializer, "answers"), (ReadSerializer, "messages")]
)
def test_too_many_ids_are_refused_at_low_cost(kind: Any, name: str) -> None:
    body = kind(data={name: MANY}, context={"known_answers": set(), "known_questions": set()})
    work, valid = work_of(body.is_valid)
    assert not valid
    assert work < len(MANY) / 100
    assert body.errors == {name: ["Ensure this field has no more than 1000 elements."]}


def test_texts_over_the_hosts_limit_have_a_code(settings: Any) -> None:
    settings.CHAT_SETTINGS = {"MESSAGE_TEXT_MAX": 5}
    alice: Any = UserFactory()
    thread, client = thread_with(alice), client_of(alice)
    path = f"/api/threads/{thread.pk}/messages"
    message = MessageFactory.create(thread=thread, sender=alice)
    long = {"text": "x" * 6}
    assert client.post(path, long, format="json").json() == TOO_LONG
    assert client.patch(f"{path}/{message.pk}", long, format="json").json() == TOO_LONG
    schema = published_schema([{"type": "text"}], type="survey")
    survey = SurveyFactory.create(user=alice, schema=schema)
    question = schema.questions.get()
    items = f"/api/surveys/{survey.pk}/items"
    body = {"related_question": question.pk}
    assert client.post(items, {**body, **long}, format="json").json() == TOO_LONG
    item = client.post(items, {**body, "text": "12345"}, format="json").json()
    assert client.patch(f"{items}/{item['id']}", long, format="json").json() == TOO_LONG
    video = {"type": "youtube", "url": "https://youtu.be/abcdefghijk", "description": "x" * 6}
    refused = client.post(f"{path}/{message.pk}/attachments", video, format="json")
    assert (refused.status_code, refused.json()) == (400, {"description": ["TOO_LONG"]})
