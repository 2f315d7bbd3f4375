"""Breaking scripts, and pausing them."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import ScriptRun
from tests.chat.conftest import member, thread_with
from tests.chat.talking import answer, begin, led, question, set_state, talks
from tests.factories import MemberFactory, published_schema

pytestmark = pytest.mark.django_db

WITHOUT_BREAK = PERMISSIONS_ALL & ~Permission.THREAD_BREAK_STATE


def test_breaking_opens_every_scripted_member_and_the_message_is_stored(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    led(mine, published_schema([{"next_qid": 1}]), bob, on_finish="repeat")
    said = mine.say(text="stop", break_state=True)
    assert said["text"] == "stop"
    row = bobs.row
    assert (row.state, row.question_id, row.related_message_id, row.next_restart) == (
        "open",
        None,
        None,
        None,
    )
    assert ScriptRun.objects.get().outcome == "broken"
    assert bobs.say(text="free")["text"] == "free"


def test_a_scripted_breaker_writes_as_an_open_member(alice: Any) -> None:
    schema = published_schema([{"type": "choice", "answers": [{}]}])
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    assert talk.refused(break_state=True, answers=[answer(schema, 1, 1)]) == {"answers": ["WRONG_STATE"]}
    assert talk.row.state == "scripted"
    said = talk.say(text="whatever", break_state=True)
    assert (said["related_question"], said["thread_data"]["state"]) == (None, "open")


def test_breaking_needs_its_flag_and_false_needs_none(alice: Any) -> None:
    (talk,) = talks(thread_with(alice, permissions=WITHOUT_BREAK), alice)
    assert talk.refused(text="x", break_state=True) == {"break_state": ["NO_PERMISSIONS"]}
    assert talk.say(text="x", break_state=False)["text"] == "x"


def test_breaking_leaves_assisted_and_closed_members_alone(alice: Any, bob: Any, carol: Any) -> None:
    mine, bobs, carols = talks(thread_with(alice, bob, carol), alice, bob, carol)
    set_state(bobs, state="closed")
    set_state(carols, state="assisted", schema=published_schema([{}]))
    mine.say(text="x", break_state=True)
    assert (bobs.row.state, carols.row.state) == ("closed", "assisted")


def test_breaking_ends_a_waiting_repeater(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    led(mine, published_schema([{}]), bob, on_finish="repeat", frequency_unit="days", frequency_value=1)
    bobs.say(text="done")
    assert bobs.row.next_restart is not None
    mine.say(text="x", break_state=True)
    row = bobs.row
    assert row.state == "open"
    assert row.next_restart is None
    assert ScriptRun.objects.get().outcome == "completed"


# Pausing


def test_a_paused_script_is_silent_and_resumes_where_it_was(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}, {}])
    led(mine, schema, bob)
    before = bobs.row
    assert mine.control(bob, paused=True).json()["paused"] is True
    shown = bobs.thread()
    assert (shown["state"], shown["paused"], shown["schema"]) == ("open", True, schema.pk)
    assert (shown["question"], shown["related_message"]) == (before.question_id, before.related_message_id)
    assert bobs.say(text="just talking")["related_question"] is None
    assert bobs.texts() == ["Question 1?", "just talking"]
    assert mine.control(bob, paused=False).json()["state"] == "scripted"
    assert bobs.say(text="an answer")["thread_data"]["question"] == question(schema, 2).pk


def test_nobody_resumes_while_another_is_scripted(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    led(mine, schema, bob)
    mine.control(bob, paused=True)
    led(mine, schema, alice)
    response = mine.control(bob, paused=False)
    assert (response.status_code, response.json()) == (400, {"state": ["ONLY_ONE_SCRIPTED"]})
    assert bobs.thread()["paused"] is True


def test_breaking_and_a_new_script_clear_the_pause(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    for end in ("break", "start"):
        led(mine, schema, bob)
        mine.control(bob, paused=True)
        if end == "break":
            mine.say(text="stop", break_state=True)
            assert (bobs.row.question_id, bobs.row.related_message_id) == (None, None)
        else:
            led(mine, schema, bob)
        assert bobs.thread()["paused"] is False
        assert mine.control(bob, paused=False).status_code == 200
    outcomes = ScriptRun.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["broken", "superseded", ""]


def test_another_schema_for_a_paused_member_starts_anew(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    one, other = published_schema([{}, {}]), published_schema([{"text": "Another?"}])
    led(mine, one, bob)
    mine.control(bob, paused=True)
    assert mine.control(bob, schema=None).status_code == 200
    shown = bobs.thread()
    assert (shown["schema"], shown["question"], shown["paused"]) == (one.pk, question(one, 1).pk, True)
    assert mine.control(bob, schema=other.pk).json()["state"] == "scripted"
    shown = bobs.thread()
    assert (shown["schema"], shown["question"], shown["paused"]) == (other.pk, question(other, 1).pk, False)
    assert bobs.say(text="an answer")["thread_data"]["state"] == "open"


def test_a_paused_script_ends_by_a_state_that_has_none(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    for state, paused in (("open", {}), ("open", {"paused": False}), ("closed", {})):
        led(mine, schema, bob)
        mine.control(bob, paused=True)
        assert mine.control(bob, state="open", paused=True).json()["paused"] is True
        shown = mine.control(bob, state=state, **paused).json()
        assert (shown["state"], shown["paused"]) == (state, False)
        assert (bobs.row.question_id, bobs.row.related_message_id) == (None, None)
    assert set(ScriptRun.objects.values_list("outcome", flat=True)) == {"broken"}


def test_only_a_scripted_member_can_be_paused(alice: Any, bob: Any) -> None:
    mine, _ = talks(thread_with(alice, bob), alice, bob)
    response = mine.control(bob, paused=True)
    assert (response.status_code, response.json()) == (400, {"paused": ["WRONG_STATE"]})
    assert mine.control(bob, paused=False).status_code == 200


def test_a_paused_repeater_that_missed_its_time_restarts_after_it_is_resumed(alice: Any, bob: Any) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        mine, bobs = talks(thread_with(alice, bob), alice, bob)
        led(mine, published_schema([{}]), bob, on_finish="repeat", frequency_unit="days", frequency_value=1)
        bobs.say(text="done")
        mine.control(bob, paused=True)
        clock.move_to("2026-03-04T10:00:00Z")
        call_command("restart_due_scripts")
        assert bobs.row.state == "open"
        assert bobs.texts() == ["Question 1?", "done"]
        mine.control(bob, paused=False)
        assert bobs.thread()["next_restart"] == "2026-03-05T09:00:00Z"
        clock.move_to("2026-03-05T09:00:01Z")
        call_command("restart_due_scripts")
        assert bobs.texts() == ["Question 1?", "done", "Question 1?"]


def test_with_break_state_alone_one_may_pause_and_nothing_else(alice: Any, bob: Any) -> None:
    thread = thread_with(alice)
    MemberFactory.create(
        thread=thread, user=bob, permissions=PERMISSIONS_ALL & ~Permission.THREAD_CONTROL_OTHERS
    )
    mine, bobs = talks(thread, alice, bob)
    led(mine, published_schema([{}]), alice)
    assert bobs.control(alice, permissions=1).status_code == 403
    assert bobs.control(alice, paused=True, state="open").status_code == 403
    shown = bobs.control(alice, paused=True).json()
    assert set(shown) == {"user", "permissions", "users_data", "paused"}
    assert member(thread, alice).paused
