"""Rows of an older release: without runs, with nulls, with pools of any content."""

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
    """Create a member who answered the first of three questions under the older release."""
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


def test_upgraded_script_continues(alice: Any) -> None:
    talk, schema = half_way(alice)
    said = talk.say(answers=[answer(schema, 2, 1)])
    assert said["thread_data"]["variables_pool"] == {"x": 2.0}
    assert said["thread_data"]["question"] == question(schema, 3).pk
    assert talk.say(text="end")["thread_data"]["state"] == "open"


def test_upgraded_script_rolls_back(alice: Any) -> None:
    talk, schema = half_way(alice)
    talk.say(answers=[answer(schema, 2, 1)])
    assert talk.roll_back().json()["variables_pool"] == {"x": 1.0}
    shown = talk.roll_back().json()
    assert (shown["variables_pool"], shown["question"]) == ({}, question(schema, 1).pk)
    assert talk.roll_back().json() == {"non_fields_errors": ["AT_THE_BEGINNING"]}


def test_new_run_after_an_upgrade_starts_with_an_empty_pool(alice: Any) -> None:
    talk, schema = half_way(alice, on_finish="repeat")
    talk.say(answers=[answer(schema, 2, 1)])
    talk.say(text="end")
    said = talk.say(answers=[answer(schema, 1, 1)])
    assert said["thread_data"]["variables_pool"] == {"x": 1.0}
    assert talk.roll_back().json()["variables_pool"] == {}


def test_upgraded_script_can_be_broken_or_closed(alice: Any) -> None:
    talk, _ = half_way(alice)
    assert talk.say(text="x", break_state=True)["thread_data"]["state"] == "open"
    other, _ = half_way(UserFactory.create())
    assert other.patch(state="closed").json()["state"] == "closed"


@pytest.mark.parametrize("pool", [{"x": "abc"}, {"x": None}, {"x": True}, {"x": [1]}, {}])
def test_pool_without_numbers_is_tolerated(alice: Any, pool: Any) -> None:
    talk, schema = half_way(alice, variables_pool=pool)
    assert talk.thread()["variables_pool"] == pool
    said = talk.say(answers=[answer(schema, 2, 1)])
    assert said["thread_data"]["variables_pool"]["x"] in (1.0, 2.0)


@pytest.mark.parametrize("pool", [[], "x", 5])
def test_pool_that_is_not_an_object_is_tolerated(alice: Any, pool: Any) -> None:
    talk, schema = half_way(alice, variables_pool=pool)
    assert talk.client.get(talk.path).status_code == 200
    assert talk.say(answers=[answer(schema, 2, 1)])["thread_data"]["variables_pool"]["x"] == 1.0


def test_null_permissions_and_notifications_read_as_none(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    set_state(bob_talk, notifications=None)
    alice_talk.say(text="x")
    shown = bob_talk.thread()
    assert (shown["notifications"], shown["unread"]) == (0, 0)
    set_state(bob_talk, permissions=None)
    for tail in ("", "/messages?limit=5", "/users"):
        assert bob_talk.client.get(f"{bob_talk.path}{tail}").status_code == 403
    listed = bob_talk.client.get(f"/api/accounts/{bob.pk}/threads/chat?limit=5").json()["results"]
    assert listed[0]["permissions"] == 0
    assert alice_talk.say(text="y")["text"] == "y"


def test_member_scripted_without_a_schema_can_be_freed(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    for state in ("scripted", "scripted_fe_controlled"):
        set_state(bob_talk, state=state, schema=None, question=None)
        assert bob_talk.refused(text="x") == {"non_field_errors": ["NO_CURRENT_QUESTION"]}
        assert bob_talk.roll_back().json() == {"non_fields_errors": ["WRONG_STATE"]}
        assert bob_talk.thread()["question_data"] is None
        alice_talk.say(text="stop", break_state=True)
        assert bob_talk.row.state == "open"


def test_question_of_another_schema_is_not_the_current_question(alice: Any) -> None:
    talk, _ = half_way(alice)
    foreign = question(published_schema([{}]), 1)
    set_state(talk, question=foreign)
    assert talk.thread()["question_data"] is None
    assert talk.refused(text="x") == {"non_field_errors": ["NO_CURRENT_QUESTION"]}


def test_assisted_member_without_a_schema_can_write(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    set_state(talk, state="assisted")
    assert talk.say(text="x")["text"] == "x"
    foreign = question(published_schema([{}]), 1)
    assert talk.refused(question=foreign.pk) == {"question": ["QUESTION_FROM_WRONG_SCHEMA"]}


@pytest.mark.parametrize(
    "columns",
    [{"frequency_unit": None}, {"frequency_unit": "years"}, {"frequency_value": -1}, {"on_finish": ""}],
)
def test_invalid_repetition_ends_the_script(alice: Any, columns: Any) -> None:
    base: Any = {"on_finish": "repeat", "frequency_value": 1, "frequency_unit": "days"}
    talk, schema = half_way(alice, **{**base, **columns})
    talk.say(answers=[answer(schema, 2, 1)])
    shown = talk.say(text="end")["thread_data"]
    assert (shown["state"], shown["next_restart"]) == ("open", None)


def test_restart_due_before_the_upgrade_happens_once(alice: Any) -> None:
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
def test_prolonging_an_upgraded_series_keeps_the_due_time(alice: Any, bob: Any, is_paused: bool) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    due, until = timezone.now() + timedelta(hours=5), timezone.now() + timedelta(days=2)
    set_state(alice_talk, permissions=PERMISSIONS_ALL)
    daily = {"frequency_value": 1, "frequency_unit": "days"}
    waiting = {"schema": published_schema([{}]), "on_finish": "repeat", "next_restart": due}
    script = {"state": "open", "paused_state": "scripted"} if is_paused else {"state": "scripted"}
    set_state(bob_talk, **waiting, **script, **daily, repeat_until=until)
    later = (timezone.now() + timedelta(days=90)).isoformat()
    assert alice_talk.control(bob, repeat_until=later, **daily).status_code == 200
    assert bob_talk.row.next_restart == due
    if is_paused:
        assert alice_talk.control(bob, paused=False).status_code == 200
        assert bob_talk.row.next_restart == due
    sooner = (due - timedelta(hours=1)).isoformat()
    assert alice_talk.control(bob, repeat_until=sooner, **daily).status_code == 200
    left: Any = bob_talk.row
    assert (left.next_restart, left.state) == (None, "open")


def test_last_message_that_was_deleted_is_not_shown(alice: Any) -> None:
    (talk,) = talks(thread_with(alice), alice)
    message = MessageFactory.create(thread=talk.row.thread, sender=alice, deleted=True)
    set_state(talk, last_message=message)
    assert talk.thread()["last_message_data"] is None
    assert Message.all_objects.filter(pk=message.pk).exists()


def test_unknown_type_is_shown_and_kept(alice: Any) -> None:
    (talk,) = talks(thread_with(alice, type="forgotten"), alice)
    set_state(talk, on_finish="whatever", permissions=PERMISSIONS_ALL | 2**20)
    shown = talk.thread()
    assert (shown["type"], shown["on_finish"]) == ("forgotten", "whatever")
    assert talk.say(text="x")["text"] == "x"
    assert UserThread.objects.get().permissions == PERMISSIONS_ALL | 2**20
