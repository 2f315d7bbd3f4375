"""Open and closed members; closing a thread and opening it again."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import ScriptRun
from tests.chat.conftest import thread_with
from tests.chat.talking import answer, led, question, set_state, talks
from tests.factories import MessageFactory, published_schema

pytestmark = pytest.mark.django_db

WITHOUT_REOPEN = PERMISSIONS_ALL & ~Permission.THREAD_REOPEN
WITHOUT_BREAK = PERMISSIONS_ALL & ~Permission.THREAD_BREAK_STATE
CLOSED = {"non_field_errors": ["THREAD_IS_CLOSED"]}


def test_an_open_member_writes_anything(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    assert talk.say(text=" hello ")["text"] == "hello"
    assert talk.say()["text"] == ""
    assert talk.say(type="secret", meta=[1, None])["meta"] == [1, None]
    assert talk.say(answers=[])["answers"] == []


def test_an_open_member_gives_no_answers_and_asks_no_questions(alice: Any) -> None:
    schema = published_schema([{"type": "choice", "answers": [{}]}])
    (talk,) = talks(thread_with(alice), alice)
    errors = talk.refused(answers=[answer(schema, 1, 1)], question=question(schema, 1).pk)
    assert errors == {"answers": ["WRONG_STATE"], "question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert talk.messages() == []


def test_nobody_posts_as_a_reserved_type(alice: Any, settings: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    assert talk.refused(type="automated_message") == {"type": ["RESERVED"]}
    settings.CHAT_SETTINGS = {"MESSAGE_TYPES_RESERVED": ("alarm",)}
    assert talk.refused(type="alarm") == {"type": ["RESERVED"]}
    assert talk.say(type="automated_message")["type"] == "automated_message"


# Closed


def test_a_closed_member_writes_nothing_and_hears_all_that_is_wrong(alice: Any) -> None:
    (talk,) = talks(thread_with(alice, permissions=WITHOUT_REOPEN), alice)
    set_state(talk, state="closed")
    assert talk.refused(text="x") == CLOSED
    assert talk.refused(text="x", type="automated_message") == {**CLOSED, "type": ["RESERVED"]}
    missing = ['Invalid pk "999999" - object does not exist.']
    assert talk.refused(answers=[999999]) == {**CLOSED, "answers": missing}


def test_a_closed_member_changes_no_message_but_may_delete(alice: Any) -> None:
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
def test_with_reopen_a_closed_member_writes_and_all_closed_ones_are_open(
    alice: Any, bob: Any, carol: Any, by: str
) -> None:
    thread = thread_with(alice, bob, carol)
    mine, bobs, carols = talks(thread, alice, bob, carol)
    message = MessageFactory.create(thread=thread, sender=alice)
    set_state(mine, state="closed")
    set_state(bobs, state="closed")
    led(carols, published_schema([{}]), carol)
    if by == "post":
        mine.say(text="hello again")
    else:
        changed = mine.client.patch(f"{mine.path}/messages/{message.pk}", {"text": "x"}, format="json")
        assert changed.status_code == 200
    assert [talk.row.state for talk in (mine, bobs, carols)] == ["open", "open", "scripted"]


def test_a_refused_message_opens_nobody(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    set_state(talk, state="closed")
    talk.refused(text="x", answers=[answer(published_schema([{"type": "choice", "answers": [{}]}]), 1, 1)])
    assert talk.row.state == "closed"


# Closing and opening by PATCH


def test_closing_ends_every_script(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    led(mine, published_schema([{"variable_modifications": [["x", "7"]]}]), bob)
    shown = mine.patch(state="closed").json()
    assert shown["state"] == "closed"
    row = bobs.row
    assert (row.state, row.question_id, row.related_message_id, row.next_restart) == (
        "closed",
        None,
        None,
        None,
    )
    run = ScriptRun.objects.get()
    assert (run.outcome, run.last_qid, run.variables) == ("broken", 1, {"x": 7.0})


def test_closing_needs_break_state_if_somebody_else_is_scripted(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob, permissions=WITHOUT_BREAK), alice, bob)
    led(mine, published_schema([{}]), bob)
    response = mine.patch(state="closed", title="Other")
    assert (response.status_code, response.json()) == (400, {"state": ["NO_PERMISSIONS"]})
    assert (mine.row.state, bobs.row.state, mine.thread()["title"] == "Other") == ("open", "scripted", False)
    response = mine.patch(state="closed", title="")
    blank = ["This field may not be blank."]
    assert (response.status_code, response.json()) == (400, {"state": ["NO_PERMISSIONS"], "title": blank})
    assert bobs.patch(state="closed").status_code == 200
    assert (mine.row.state, bobs.row.state) == ("closed", "closed")


def test_opening_opens_closed_members_only(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    set_state(mine, state="closed")
    led(bobs, published_schema([{}]), bob)
    assert mine.patch(state="open").json()["state"] == "open"
    assert bobs.row.state == "scripted"
    assert bobs.row.question_id is not None


@pytest.mark.parametrize("state", ["scripted", "scripted_fe_controlled", "assisted"])
def test_only_open_and_closed_are_set_for_a_whole_thread(alice: Any, state: str) -> None:
    (talk,) = talks(thread_with(alice), alice)
    response = talk.patch(state=state)
    assert (response.status_code, response.json()) == (400, {"state": ["WRONG_STATE"]})
