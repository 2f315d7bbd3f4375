"""Typed lines that the text door does not take: sent twice, too late, without a right, or malformed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, begin, question, set_state
from tests.chat.test_text_door import CALM, YES_NO, prompt, refused, reply, said, script, started

NOTHING_ASKED = {"non_field_errors": ["NO_CURRENT_QUESTION"]}


pytestmark = pytest.mark.django_db


def test_same_client_id_answers_once(alice: Any) -> None:
    talk = started(alice, YES_NO)
    client_id = str(uuid.uuid4())
    first = said(talk, "1", client_id=client_id)
    again = reply(talk, "1", client_id=client_id)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])


def test_reply_whose_message_was_deleted_is_gone_for_its_client_id(alice: Any) -> None:
    talk = started(alice, YES_NO)
    client_id = str(uuid.uuid4())
    first = said(talk, "1", client_id=client_id)
    assert talk.client.delete(f"{talk.path}/messages/{first['id']}").status_code == 204
    again = reply(talk, "1", client_id=client_id)
    assert (again.status_code, again.json()) == (410, {"client_id": ["DELETED"]})


def test_question_guards_a_reply_against_the_next_question(alice: Any) -> None:
    talk = started(alice, YES_NO, YES_NO)
    asked = prompt(talk)["question"]
    said(talk, "1", question=asked)
    assert refused(talk, "1", question=asked) == {"question": ["ALREADY_ANSWERED"]}
    # Without the guard it is an answer to the next question.
    assert said(talk, "1")["text"] == "Yes"


def test_prompt_and_reply_without_an_open_question(alice: Any, bob: Any) -> None:
    talk = Talk(alice, thread_with(alice, bob).pk)
    for each in (talk, started(alice)):
        if each is not talk:
            said(each, "done")
        response = each.client.get(f"{each.path}/prompt")
        assert (response.status_code, response.json()) == (400, NOTHING_ASKED)
        assert refused(each, "2") == NOTHING_ASKED
    assert talk.texts() == []


def test_prompt_and_reply_while_the_script_is_paused(alice: Any, bob: Any) -> None:
    talk = started(alice, YES_NO)
    response = talk.client.patch(f"{talk.path}/users/{alice.pk}", {"paused": True}, format="json")
    assert response.status_code == 200, response.content
    assert talk.client.get(f"{talk.path}/prompt").json() == NOTHING_ASKED
    assert refused(talk, "1") == NOTHING_ASKED


@pytest.mark.parametrize(
    ("permissions", "errors"),
    [
        (int(Permission.MESSAGES_CREATE), {"non_field_errors": ["THREAD_IS_CLOSED"]}),
        (PERMISSIONS_ALL, NOTHING_ASKED),
    ],
)
def test_reply_in_a_closed_thread_changes_nothing(alice: Any, permissions: int, errors: Any) -> None:
    talk = Talk(alice, thread_with(alice, permissions=permissions).pk)
    set_state(talk, state="closed")
    assert refused(talk, "1") == errors
    assert talk.row.state == "closed"


def test_members_need_the_rights_of_reading_and_posting(alice: Any, bob: Any) -> None:
    talk = started(alice, YES_NO)
    set_state(talk, permissions=int(Permission.THREAD_READ))
    assert prompt(talk)["qid"] == 1
    assert reply(talk, "1").status_code == 403
    set_state(talk, permissions=int(Permission.MESSAGES_CREATE))
    assert talk.client.get(f"{talk.path}/prompt").status_code == 403
    assert said(talk, "1")["text"] == "Yes"
    other = client_of(bob)
    assert other.get(f"{talk.path}/prompt").status_code == 403
    assert other.post(f"{talk.path}/reply", {"text": "1"}, format="json").status_code == 403


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"text"}),
        ({"text": None}, {"text"}),
        ({"text": ["1"]}, {"text"}),
        ({"text": "a\0"}, {"text"}),
        ({"text": "1", "question": "x"}, {"question"}),
        ({"text": "1", "question": 10**9}, {"question"}),
        ({"text": "1", "client_id": 5}, {"client_id"}),
        ({"text": "1", "confirm": "perhaps"}, {"confirm"}),
        ([], {"non_field_errors"}),
    ],
)
def test_body_that_is_not_a_reply_is_rejected_with_its_fields(
    alice: Any, body: Any, fields: set[str]
) -> None:
    talk = started(alice, YES_NO)
    response = talk.client.post(f"{talk.path}/reply", body, format="json")
    assert response.status_code == 400, response.content
    assert response.json().keys() == fields


def test_text_above_the_limit_is_rejected(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "MESSAGE_TEXT_MAX": 3}
    assert refused(started(alice, YES_NO), "1111")["text"] == ["TOO_LONG"]


def test_frontend_controlled_script_takes_a_line_for_the_question_named(alice: Any) -> None:
    schema = script(YES_NO)
    talk = begin(alice, schema, state="scripted_fe_controlled")
    assert talk.client.get(f"{talk.path}/prompt").json() == NOTHING_ASKED
    assert refused(talk, "1") == {"question": ["REQUIRED"]}
    assert said(talk, "2", question=question(schema, 1).pk)["text"] == "No"


def test_users_whom_the_host_admits_without_being_members_have_no_question(
    alice: Any, bob: Any, settings: Any
) -> None:
    talk = started(alice, YES_NO)
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "PERMISSIONS_THREAD_PROMPT": "rest_framework.permissions.AllowAny",
        "PERMISSIONS_THREAD_REPLY": "rest_framework.permissions.AllowAny",
    }
    visitor = Talk(bob, talk.thread_id)
    assert visitor.client.get(f"{talk.path}/prompt").json() == NOTHING_ASKED
    assert reply(visitor, "1").status_code == 400
    assert Message.objects.filter(sender=bob).count() == 0
    assert APIClient().post(f"{talk.path}/reply", {"text": "1"}, format="json").status_code == 403


# `match_text`, in an ordinary message.


@pytest.mark.parametrize(
    ("kind", "line", "code", "text"),
    [
        ("choice", "perhaps", "WRONG_VALUE", "one of the answers"),
        ("choice", "4", "WRONG_VALUE", "one of the answers"),
        ("choice", "same", "AMBIGUOUS", "a text that fits one answer only"),
        ("multichoice", "first, perhaps", "WRONG_VALUE", "one or more of the answers"),
        ("multichoice", "first, same", "AMBIGUOUS", "a text that fits one answer only"),
    ],
)
@pytest.mark.parametrize("names", [{}, {"name": "which"}], ids=["unnamed", "named"])
def test_line_that_chooses_no_answer_is_explained(
    alice: Any, names: dict[str, str], kind: str, line: str, code: str, text: str
) -> None:
    offered = [{"text": "First"}, {"text": "Same"}, {"text": "same"}]
    schema = script({"type": kind, "text": "Which?", "answers": offered, **names}, match_text=True)
    explained = {"field": "text", "code": code, "text": text, "expected": {"type": kind}}
    for door in ("reply", "messages"):
        talk = begin(alice, schema)
        response = talk.client.post(f"{talk.path}/{door}?explain=true", {"text": line}, format="json")
        assert (response.status_code, response.json()) == (400, {"text": [code], "explanations": [explained]})
        polish = talk.client.post(
            f"{talk.path}/{door}?explain=true",
            {"text": line},
            format="json",
            headers={"Accept-Language": "pl"},
        )
        assert polish.json()["explanations"][0]["text"] != text


def test_line_that_does_not_correct_an_answer_is_explained(alice: Any) -> None:
    talk = begin(alice, script({**CALM, "name": "calm"}, match_text=True), permissions=PERMISSIONS_ALL)
    first = talk.say(text="never")["id"]
    body = {"message": first, "last": talk.row.related_message_id, "text": "perhaps"}
    response = talk.client.post(f"{talk.path}/correct?explain=true", body, format="json")
    assert (response.status_code, response.json()["text"]) == (400, ["WRONG_VALUE"])
    assert [each["text"] for each in response.json()["explanations"]] == ["one of the answers"]
