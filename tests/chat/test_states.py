"""Open and closed members; closing and reopening a thread."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import ScriptRun
from tests.chat.conftest import thread_with
from tests.chat.talking import answer, question, set_state, start_script, talks
from tests.factories import MessageFactory, published_schema

pytestmark = pytest.mark.django_db

WITHOUT_REOPEN = PERMISSIONS_ALL & ~Permission.THREAD_REOPEN
WITHOUT_BREAK = PERMISSIONS_ALL & ~Permission.THREAD_BREAK_STATE
CLOSED = {"non_field_errors": ["THREAD_IS_CLOSED"]}


def test_open_member_can_write_anything(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    assert talk.say(text=" hello ")["text"] == "hello"
    assert talk.say()["text"] == ""
    assert talk.say(type="secret", meta=[1, None])["meta"] == [1, None]
    assert talk.say(answers=[])["answers"] == []


def test_open_member_cannot_send_answers_or_questions(alice: Any) -> None:
    schema = published_schema([{"type": "choice", "answers": [{}]}])
    (talk,) = talks(thread_with(alice), alice)
    errors = talk.refused(answers=[answer(schema, 1, 1)], question=question(schema, 1).pk)
    assert errors == {"answers": ["WRONG_STATE"], "question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert talk.messages() == []


def test_reserved_message_types_cannot_be_posted(alice: Any, settings: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    assert talk.refused(type="automated_message") == {"type": ["RESERVED"]}
    settings.CHAT_SETTINGS = {"MESSAGE_TYPES_RESERVED": ("alarm",)}
    assert talk.refused(type="alarm") == {"type": ["RESERVED"]}
    assert talk.say(type="automated_message")["type"] == "automated_message"


# Closed


def test_closed_member_cannot_post_and_gets_all_errors(alice: Any) -> None:
    (talk,) = talks(thread_with(alice, permissions=WITHOUT_REOPEN), alice)
    set_state(talk, state="closed")
    assert talk.refused(text="x") == CLOSED
    assert talk.refused(text="x", type="automated_message") == {**CLOSED, "type": ["RESERVED"]}
    missing = ['Invalid pk "999999" - object does not exist.']
    assert talk.refused(answers=[999999]) == {**CLOSED, "answers": missing}


def test_closed_member_cannot_change_messages_but_can_delete_them(alice: Any) -> None:
    thread = thread_with(alice, permissions=WITHOUT_REOPEN)
    (talk,) = talks(thread, alice)
    message = MessageFactory.create(thread=thread, sender=alice)
    set_state(talk, state="closed")
    path = f"{talk.path}/messages/{message.pk}"
    for method in (talk.client.patch, talk.client.put):
        response = method(path, {"text": "new"}, format="json")
        assert (response.status_code, response.json()) == (400, CLOSED)
        response = method(path, {"text": []}, format="json")
        assert response.json() == {**CLOSED, "text": ["Not a valid string."]}
    assert talk.client.delete(path).status_code == 204


@pytest.mark.parametrize("by", ["post", "patch"])
def test_post_of_a_closed_member_with_reopen_opens_all_closed_members(
    alice: Any, bob: Any, carol: Any, by: str
) -> None:
    thread = thread_with(alice, bob, carol)
    alice_talk, bob_talk, carol_talk = talks(thread, alice, bob, carol)
    message = MessageFactory.create(thread=thread, sender=alice)
    set_state(alice_talk, state="closed")
    set_state(bob_talk, state="closed")
    start_script(carol_talk, published_schema([{}]), carol)
    if by == "post":
        alice_talk.say(text="hello again")
    else:
        changed = alice_talk.client.patch(
            f"{alice_talk.path}/messages/{message.pk}", {"text": "x"}, format="json"
        )
        assert changed.status_code == 200
    assert [talk.row.state for talk in (alice_talk, bob_talk, carol_talk)] == ["open", "open", "scripted"]


def test_refused_message_does_not_reopen_members(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    set_state(talk, state="closed")
    talk.refused(text="x", answers=[answer(published_schema([{"type": "choice", "answers": [{}]}]), 1, 1)])
    assert talk.row.state == "closed"


# Closing and opening by PATCH


def test_closing_ends_every_script(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    start_script(alice_talk, published_schema([{"variable_modifications": [["x", "7"]]}]), bob)
    shown = alice_talk.patch(state="closed").json()
    assert shown["state"] == "closed"
    row = bob_talk.row
    assert (row.state, row.question_id, row.related_message_id, row.next_restart) == (
        "closed",
        None,
        None,
        None,
    )
    run = ScriptRun.objects.get()
    assert (run.outcome, run.last_qid, run.variables) == ("broken", 1, {"x": 7.0})


def test_closing_needs_break_state_if_somebody_else_is_scripted(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob, permissions=WITHOUT_BREAK), alice, bob)
    start_script(alice_talk, published_schema([{}]), bob)
    response = alice_talk.patch(state="closed", title="Other")
    assert (response.status_code, response.json()) == (400, {"state": ["NO_PERMISSIONS"]})
    assert (alice_talk.row.state, bob_talk.row.state, alice_talk.thread()["title"] == "Other") == (
        "open",
        "scripted",
        False,
    )
    response = alice_talk.patch(state="closed", title="")
    blank = ["This field may not be blank."]
    assert (response.status_code, response.json()) == (400, {"state": ["NO_PERMISSIONS"], "title": blank})
    assert bob_talk.patch(state="closed").status_code == 200
    assert (alice_talk.row.state, bob_talk.row.state) == ("closed", "closed")


def test_opening_opens_closed_members_only(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    set_state(alice_talk, state="closed")
    start_script(bob_talk, published_schema([{}]), bob)
    assert alice_talk.patch(state="open").json()["state"] == "open"
    assert bob_talk.row.state == "scripted"
    assert bob_talk.row.question_id is not None


@pytest.mark.parametrize("state", ["scripted", "scripted_fe_controlled", "assisted"])
def test_only_open_and_closed_are_set_for_a_whole_thread(alice: Any, state: str) -> None:
    (talk,) = talks(thread_with(alice), alice)
    response = talk.patch(state=state)
    assert (response.status_code, response.json()) == (400, {"state": ["WRONG_STATE"]})
