"""A rejected request leaves no row in any database, even if rows were written before it was rejected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from rest_framework.exceptions import ValidationError

from chat_api.chat.actions.members import add_member
from chat_api.chat.choices import State
from chat_api.surveys.actions import answer_question, start_survey
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk
from tests.factories import UserFactory, published_schema
from tests.hosts.fingerprint import changed, fingerprint

pytestmark = pytest.mark.django_db(transaction=True)

QUESTIONS: list[dict[str, Any]] = [
    {"type": "choice", "answers": [{"text": "a"}, {"text": "b"}]},
    {"type": "int", "required": True},
]


def refuse(data: dict[str, Any]) -> dict[str, Any]:
    raise ValidationError({"title": ["TOO_DULL"]})


def fail(data: dict[str, Any]) -> dict[str, Any]:
    raise RuntimeError("a fault of the host's")


HOST = {
    "TYPES_CUSTOM_ATTACHMENTS": [("dull", "Dull"), ("broken", "Broken")],
    "CUSTOM_ATTACHMENTS_PRE_SAVE": {"dull": refuse, "broken": fail},
}

Case = tuple[str, str, Any]


def in_threads(alice: Any, bob: Any) -> Iterator[Case]:
    carol = UserFactory.create()
    talk = Talk(alice, thread_with(alice, bob).pk)
    talk.say(text="there was something before")
    said = talk.say(text="and after it")
    dull = {"type": "dull", "title": "a"}
    schema = published_schema(QUESTIONS)
    draft = published_schema([{"type": "text"}])
    yield "post", f"{talk.path}/messages", {"text": "a", "attachments": [dull]}
    yield "post", f"{talk.path}/messages", {"text": "a", "attachments": [{"type": "broken"}]}
    yield "post", f"{talk.path}/messages", {"text": "a", "break_state": True, "answers": [1]}
    yield "post", f"{talk.path}/messages", {"text": "a", "verify": True, "attachments": [dull]}
    yield "post", f"{talk.path}/messages", {"text": "a", "client_id": "no uuid"}
    yield "patch", f"{talk.path}/messages/{said['id']}", {"text": "\x00"}
    yield "patch", f"{talk.path}/messages/{said['id'] + 1000}", {"text": "b"}
    yield "post", f"{talk.path}/messages/{said['id']}/attachments", dull
    yield "post", f"{talk.path}/messages/{said['id']}/attachments", {"type": "broken"}
    yield "post", f"{talk.path}/messages/{said['id']}/attachments", {"type": "image", "file_content": "x"}
    yield "post", f"{talk.path}/rollback", {"question_id": schema.questions.all()[0].pk}
    yield "post", f"{talk.path}/rollback", {"message_id": said["id"] + 1000}
    yield "post", f"{talk.path}/users", {"user": bob.pk}
    yield "post", f"{talk.path}/users", {"user": carol.pk, "state": "scripted"}
    yield "post", f"{talk.path}/users", {"user": carol.pk, "state": "scripted", "schema": 10**6}
    yield "post", f"{talk.path}/users", {"user": carol.pk, "permissions": 2**30}
    yield "patch", f"{talk.path}/users/{bob.pk}", {"state": "scripted", "schema": draft.pk, "permissions": -1}
    yield "patch", f"{talk.path}/users/{bob.pk}", {"state": "nowhere"}
    yield "delete", f"{talk.path}/users/{carol.pk}", None
    yield "patch", talk.path, {"title": "x" * 256}
    yield "post", f"/api/accounts/{alice.pk}/threads/chat", {"title": "x" * 256}
    yield "post", f"/api/accounts/{alice.pk}/threads/chat", {"state": "scripted"}
    yield "post", f"/api/accounts/{alice.pk}/threads/nothing", {"title": "a"}


def in_scripts(alice: Any, bob: Any) -> Iterator[Case]:
    thread = thread_with(bob)
    schema = published_schema(QUESTIONS)
    other = published_schema(QUESTIONS)
    adder = Talk(bob, thread.pk).row
    add_member(thread_id=thread.pk, user=alice, by=adder, changes={"state": State.SCRIPTED, "schema": schema})
    talk = Talk(alice, thread.pk)
    first = schema.questions.all()[0]
    yield "post", f"{talk.path}/messages", {"answers": [other.questions.all()[0].answers.all()[0].pk]}
    yield "post", f"{talk.path}/messages", {"answers": [answer.pk for answer in first.answers.all()]}
    yield "post", f"{talk.path}/messages", {"text": "a"}
    talk.say(answers=[first.answers.all()[0].pk])
    yield "post", f"{talk.path}/messages", {"text": "no number"}
    yield "post", f"{talk.path}/messages", {"text": "5", "attachments": [{"type": "dull"}]}
    yield "post", f"{talk.path}/messages", {"text": "5", "attachments": [{"type": "broken"}]}


def in_surveys(alice: Any, bob: Any) -> Iterator[Case]:
    schema = published_schema(QUESTIONS)
    choice, number = schema.questions.all()
    answers = [answer.pk for answer in choice.answers.all()]
    survey = start_survey(user=alice, schema=schema)
    item = answer_question(survey=survey, question_id=choice.pk, answers=answers[:1], sender=alice)
    path = f"/api/surveys/{survey.pk}/items"
    yield "post", path, {"related_question": choice.pk, "answers": answers[:1]}
    yield "post", path, {"related_question": number.pk, "text": "none"}
    yield "post", path, {"related_question": 10**6, "text": "1"}
    yield "patch", f"{path}/{item.pk}", {"answers": answers}
    yield "patch", f"{path}/{item.pk}", {"answers": [10**6]}
    yield "post", f"{path}/{item.pk}/attachments", {"type": "dull"}
    yield "post", f"{path}/{item.pk}/attachments", {"type": "broken"}
    yield "post", f"{path}/{item.pk}/attachments", {"type": "youtube", "src": "x"}
    yield "post", f"/api/accounts/{alice.pk}/surveys", {"schema": 10**6}
    yield "post", f"/api/accounts/{bob.pk}/surveys", {"schema": schema.pk, "automated_sender": bob.pk}


@pytest.mark.parametrize("cases", [in_threads, in_scripts, in_surveys])
def test_rejected_request_leaves_no_row(cases: Any):
    alice, bob = UserFactory.create_batch(2)
    client = client_of(alice)
    wrong = []
    with override_settings(CHAT_SETTINGS=HOST):
        for method, path, body in cases(alice, bob):
            before = fingerprint()
            response = getattr(client, method)(path, body, format="json")
            written = changed(before)
            if written or response.status_code not in {400, 403, 404, 503}:
                wrong.append((method, path, body, response.status_code, written))
    assert wrong == []
