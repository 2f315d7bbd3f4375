"""Rows as an older release left them: without runs, with nulls, with pools that hold anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message, Thread, UserThread, VariableModification
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, answer, question, set_state, talks
from tests.factories import MessageFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

COUNTING = {"type": "choice", "answers": [{"variable_modifications": [["x", "x + 1"]]}]}


def half_way(user: Any, **columns: Any) -> tuple[Talk, Any]:
    """A member who answered the first of three questions under the older release."""
    schema = published_schema([COUNTING, COUNTING, {}])
    thread = thread_with(user)
    (talk,) = talks(thread, user)
    first, second = question(schema, 1), question(schema, 2)
    row = talk.row
    asked: Any = {"thread": thread, "sender": None, "type": "automated_message", "asks": True}
    MessageFactory.create(**asked, related_question=first, asked_of=row)
    said = MessageFactory.create(thread=thread, sender=user, related_question=first)
    link = said.answer_links.create(answer_id=answer(schema, 1, 1))
    VariableModification.objects.create(
        user_thread=row,
        variable_modifications=[["x", "x + 1"]],
        related_message_answer_id=link.pk,
    )
    current = MessageFactory.create(**asked, related_question=second, predecessor=first, asked_of=row)
    Thread.objects.filter(pk=thread.pk).update(last_message=current)
    set_state(
        talk,
        **{
            "state": "scripted",
            "schema": schema,
            "question": second,
            "related_message": current,
            "last_message": current,
            "variables_pool": {"x": 1.0},
            **columns,
        },
    )
    return talk, schema


def test_an_upgraded_script_goes_on(alice: Any) -> None:
    talk, schema = half_way(alice)
    said = talk.say(answers=[answer(schema, 2, 1)])
    assert said["thread_data"]["variables_pool"] == {"x": 2.0}
    assert said["thread_data"]["question"] == question(schema, 3).pk
    assert talk.say(text="end")["thread_data"]["state"] == "open"


def test_an_upgraded_script_rolls_back(alice: Any) -> None:
    talk, schema = half_way(alice)
    talk.say(answers=[answer(schema, 2, 1)])
    assert talk.roll_back().json()["variables_pool"] == {"x": 1.0}
    shown = talk.roll_back().json()
    assert (shown["variables_pool"], shown["question"]) == ({}, question(schema, 1).pk)
    assert talk.roll_back().json() == {"non_fields_errors": ["AT_THE_BEGINNING"]}


def test_a_new_run_after_an_upgrade_counts_anew(alice: Any) -> None:
    talk, schema = half_way(alice, on_finish="repeat")
    talk.say(answers=[answer(schema, 2, 1)])
    talk.say(text="end")
    said = talk.say(answers=[answer(schema, 1, 1)])
    assert said["thread_data"]["variables_pool"] == {"x": 1.0}
    assert talk.roll_back().json()["variables_pool"] == {}


def test_an_upgraded_script_is_broken_and_closed(alice: Any) -> None:
    talk, _ = half_way(alice)
    assert talk.say(text="x", break_state=True)["thread_data"]["state"] == "open"
    other, _ = half_way(UserFactory.create())
    assert other.patch(state="closed").json()["state"] == "closed"


@pytest.mark.parametrize("pool", [{"x": "abc"}, {"x": None}, {"x": True}, {"x": [1]}, {}])
def test_a_pool_that_holds_no_numbers_harms_nobody(alice: Any, pool: Any) -> None:
    talk, schema = half_way(alice, variables_pool=pool)
    assert talk.thread()["variables_pool"] == pool
    said = talk.say(answers=[answer(schema, 2, 1)])
    assert said["thread_data"]["variables_pool"]["x"] in (1.0, 2.0)


@pytest.mark.parametrize("pool", [[], "x", 5])
def test_a_pool_that_is_no_object_harms_nobody(alice: Any, pool: Any) -> None:
    talk, schema = half_way(alice, variables_pool=pool)
    assert talk.client.get(talk.path).status_code == 200
    assert talk.say(answers=[answer(schema, 2, 1)])["thread_data"]["variables_pool"]["x"] == 1.0


def test_null_permissions_and_notifications_read_as_none(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    set_state(bobs, notifications=None)
    mine.say(text="x")
    shown = bobs.thread()
    assert (shown["notifications"], shown["unread"]) == (0, 0)
    set_state(bobs, permissions=None)
    for tail in ("", "/messages?limit=5", "/users"):
        assert bobs.client.get(f"{bobs.path}{tail}").status_code == 403
    listed = bobs.client.get(f"/api/accounts/{bob.pk}/threads/chat?limit=5").json()["results"]
    assert listed[0]["permissions"] == 0
    assert mine.say(text="y")["text"] == "y"


def test_a_member_scripted_without_a_schema_can_be_freed(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    for state in ("scripted", "scripted_fe_controlled"):
        set_state(bobs, state=state, schema=None, question=None)
        assert bobs.refused(text="x") == {"non_field_errors": ["NO_CURRENT_QUESTION"]}
        assert bobs.roll_back().json() == {"non_fields_errors": ["WRONG_STATE"]}
        assert bobs.thread()["question_data"] is None
        mine.say(text="stop", break_state=True)
        assert bobs.row.state == "open"


def test_a_question_of_another_schema_is_no_current_question(alice: Any) -> None:
    talk, _ = half_way(alice)
    foreign = question(published_schema([{}]), 1)
    set_state(talk, question=foreign)
    assert talk.thread()["question_data"] is None
    assert talk.refused(text="x") == {"non_field_errors": ["NO_CURRENT_QUESTION"]}


def test_an_assisted_member_without_a_schema_writes(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    set_state(talk, state="assisted")
    assert talk.say(text="x")["text"] == "x"
    foreign = question(published_schema([{}]), 1)
    assert talk.refused(question=foreign.pk) == {"question": ["QUESTION_FROM_WRONG_SCHEMA"]}


@pytest.mark.parametrize(
    "columns",
    [{"frequency_unit": None}, {"frequency_unit": "years"}, {"frequency_value": -1}, {"on_finish": ""}],
)
def test_a_repetition_that_makes_no_sense_just_ends(alice: Any, columns: Any) -> None:
    base: Any = {"on_finish": "repeat", "frequency_value": 1, "frequency_unit": "days"}
    talk, schema = half_way(alice, **{**base, **columns})
    talk.say(answers=[answer(schema, 2, 1)])
    shown = talk.say(text="end")["thread_data"]
    assert (shown["state"], shown["next_restart"]) == ("open", None)


def test_a_restart_due_since_before_the_upgrade_happens_once(alice: Any) -> None:
    talk, _ = half_way(
        alice,
        on_finish="repeat",
        frequency_value=1,
        frequency_unit="days",
        question=None,
        related_message=None,
        next_restart=timezone.now(),
    )
    call_command("restart_due_scripts")
    call_command("restart_due_scripts")
    assert talk.texts()[3:] == ["Question 1?"]


@pytest.mark.parametrize("is_paused", [False, True])
def test_prolonging_a_series_of_before_the_upgrade_moves_no_due_time(
    alice: Any, bob: Any, is_paused: bool
) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    due, until = timezone.now() + timedelta(hours=5), timezone.now() + timedelta(days=2)
    set_state(mine, permissions=PERMISSIONS_ALL)
    daily = {"frequency_value": 1, "frequency_unit": "days"}
    waiting = {"schema": published_schema([{}]), "on_finish": "repeat", "next_restart": due}
    led = {"state": "open", "paused_state": "scripted"} if is_paused else {"state": "scripted"}
    set_state(bobs, **waiting, **led, **daily, repeat_until=until)
    later = (timezone.now() + timedelta(days=90)).isoformat()
    assert mine.control(bob, repeat_until=later, **daily).status_code == 200
    assert bobs.row.next_restart == due
    if is_paused:
        assert mine.control(bob, paused=False).status_code == 200
        assert bobs.row.next_restart == due
    sooner = (due - timedelta(hours=1)).isoformat()
    assert mine.control(bob, repeat_until=sooner, **daily).status_code == 200
    left: Any = bobs.row
    assert (left.next_restart, left.state) == (None, "open")


def test_a_last_message_that_was_deleted_is_not_shown(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    message = MessageFactory.create(thread=talk.row.thread, sender=alice, deleted=True)
    set_state(talk, last_message=message)
    assert talk.thread()["last_message_data"] is None
    assert Message.all_objects.filter(pk=message.pk).exists()


def test_an_unknown_state_or_type_is_shown_and_left_alone(alice: Any) -> None:
    (talk,) = talks(thread_with(alice, type="forgotten"), alice)
    set_state(talk, on_finish="whatever", permissions=PERMISSIONS_ALL | 2**20)
    shown = talk.thread()
    assert (shown["type"], shown["on_finish"]) == ("forgotten", "whatever")
    assert talk.say(text="x")["text"] == "x"
    assert UserThread.objects.get().permissions == PERMISSIONS_ALL | 2**20
