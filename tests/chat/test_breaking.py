"""Breaking scripts, and pausing them."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import ScriptRun
from tests.chat.conftest import member, thread_with
from tests.chat.talking import answer, begin, question, set_state, start_script, talks
from tests.factories import MemberFactory, published_schema

pytestmark = pytest.mark.django_db

WITHOUT_BREAK = PERMISSIONS_ALL & ~Permission.THREAD_BREAK_STATE


def test_breaking_opens_every_scripted_member_and_stores_the_message(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    start_script(alice_talk, published_schema([{"next_qid": 1}]), bob, on_finish="repeat")
    said = alice_talk.say(text="stop", break_state=True)
    assert said["text"] == "stop"
    row = bob_talk.row
    assert (row.state, row.question_id, row.related_message_id, row.next_restart) == (
        "open",
        None,
        None,
        None,
    )
    assert ScriptRun.objects.get().outcome == "broken"
    assert bob_talk.say(text="free")["text"] == "free"


def test_scripted_member_who_breaks_the_script_writes_as_an_open_member(alice: Any) -> None:
    schema = published_schema([{"type": "choice", "answers": [{}]}])
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    assert talk.refused(break_state=True, answers=[answer(schema, 1, 1)]) == {"answers": ["WRONG_STATE"]}
    assert talk.row.state == "scripted"
    said = talk.say(text="whatever", break_state=True)
    assert (said["related_question"], said["thread_data"]["state"]) == (None, "open")


def test_breaking_needs_its_permission_and_false_needs_none(alice: Any) -> None:
    (talk,) = talks(thread_with(alice, permissions=WITHOUT_BREAK), alice)
    assert talk.refused(text="x", break_state=True) == {"break_state": ["NO_PERMISSIONS"]}
    assert talk.say(text="x", break_state=False)["text"] == "x"


def test_breaking_leaves_assisted_and_closed_members_alone(alice: Any, bob: Any, carol: Any) -> None:
    alice_talk, bob_talk, carol_talk = talks(thread_with(alice, bob, carol), alice, bob, carol)
    set_state(bob_talk, state="closed")
    set_state(carol_talk, state="assisted", schema=published_schema([{}]))
    alice_talk.say(text="x", break_state=True)
    assert (bob_talk.row.state, carol_talk.row.state) == ("closed", "assisted")


def test_breaking_ends_a_waiting_repeater(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    start_script(
        alice_talk, published_schema([{}]), bob, on_finish="repeat", frequency_unit="days", frequency_value=1
    )
    bob_talk.say(text="done")
    assert bob_talk.row.next_restart is not None
    alice_talk.say(text="x", break_state=True)
    row = bob_talk.row
    assert row.state == "open"
    assert row.next_restart is None
    assert ScriptRun.objects.get().outcome == "completed"


# Pausing


def test_paused_script_is_silent_and_resumes_at_the_same_question(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}, {}])
    start_script(alice_talk, schema, bob)
    before = bob_talk.row
    assert alice_talk.control(bob, paused=True).json()["paused"] is True
    shown = bob_talk.thread()
    assert (shown["state"], shown["paused"], shown["schema"]) == ("open", True, schema.pk)
    assert (shown["question"], shown["related_message"]) == (before.question_id, before.related_message_id)
    assert bob_talk.say(text="just talking")["related_question"] is None
    assert bob_talk.texts() == ["Question 1?", "just talking"]
    assert alice_talk.control(bob, paused=False).json()["state"] == "scripted"
    assert bob_talk.say(text="an answer")["thread_data"]["question"] == question(schema, 2).pk


def test_script_cannot_resume_while_another_member_is_scripted(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    start_script(alice_talk, schema, bob)
    alice_talk.control(bob, paused=True)
    start_script(alice_talk, schema, alice)
    response = alice_talk.control(bob, paused=False)
    assert (response.status_code, response.json()) == (400, {"state": ["ONLY_ONE_SCRIPTED"]})
    assert bob_talk.thread()["paused"] is True


def test_breaking_and_a_new_script_clear_the_pause(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    for end in ("break", "start"):
        start_script(alice_talk, schema, bob)
        alice_talk.control(bob, paused=True)
        if end == "break":
            alice_talk.say(text="stop", break_state=True)
            assert (bob_talk.row.question_id, bob_talk.row.related_message_id) == (None, None)
        else:
            start_script(alice_talk, schema, bob)
        assert bob_talk.thread()["paused"] is False
        assert alice_talk.control(bob, paused=False).status_code == 200
    outcomes = ScriptRun.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["broken", "superseded", ""]


def test_another_schema_for_a_paused_member_starts_a_new_script(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    one, other = published_schema([{}, {}]), published_schema([{"text": "Another?"}])
    start_script(alice_talk, one, bob)
    alice_talk.control(bob, paused=True)
    assert alice_talk.control(bob, schema=None).status_code == 200
    shown = bob_talk.thread()
    assert (shown["schema"], shown["question"], shown["paused"]) == (one.pk, question(one, 1).pk, True)
    assert alice_talk.control(bob, schema=other.pk).json()["state"] == "scripted"
    shown = bob_talk.thread()
    assert (shown["schema"], shown["question"], shown["paused"]) == (other.pk, question(other, 1).pk, False)
    assert bob_talk.say(text="an answer")["thread_data"]["state"] == "open"


def test_paused_script_ends_when_member_is_opened_or_closed(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    for state, paused in (("open", {}), ("open", {"paused": False}), ("closed", {})):
        start_script(alice_talk, schema, bob)
        alice_talk.control(bob, paused=True)
        assert alice_talk.control(bob, state="open", paused=True).json()["paused"] is True
        shown = alice_talk.control(bob, state=state, **paused).json()
        assert (shown["state"], shown["paused"]) == (state, False)
        assert (bob_talk.row.question_id, bob_talk.row.related_message_id) == (None, None)
    assert set(ScriptRun.objects.values_list("outcome", flat=True)) == {"broken"}


def test_only_a_scripted_member_can_be_paused(alice: Any, bob: Any) -> None:
    alice_talk, _ = talks(thread_with(alice, bob), alice, bob)
    response = alice_talk.control(bob, paused=True)
    assert (response.status_code, response.json()) == (400, {"paused": ["WRONG_STATE"]})
    assert alice_talk.control(bob, paused=False).status_code == 200


def test_paused_repeater_that_missed_its_time_restarts_after_it_is_resumed(alice: Any, bob: Any) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        start_script(
            alice_talk,
            published_schema([{}]),
            bob,
            on_finish="repeat",
            frequency_unit="days",
            frequency_value=1,
        )
        bob_talk.say(text="done")
        alice_talk.control(bob, paused=True)
        clock.move_to("2026-03-04T10:00:00Z")
        call_command("restart_due_scripts")
        assert bob_talk.row.state == "open"
        assert bob_talk.texts() == ["Question 1?", "done"]
        alice_talk.control(bob, paused=False)
        assert bob_talk.thread()["next_restart"] == "2026-03-05T09:00:00Z"
        clock.move_to("2026-03-05T09:00:01Z")
        call_command("restart_due_scripts")
        assert bob_talk.texts() == ["Question 1?", "done", "Question 1?"]


def test_member_with_break_state_only_can_pause_and_nothing_else(alice: Any, bob: Any) -> None:
    thread = thread_with(alice)
    MemberFactory.create(
        thread=thread, user=bob, permissions=PERMISSIONS_ALL & ~Permission.THREAD_CONTROL_OTHERS
    )
    alice_talk, bob_talk = talks(thread, alice, bob)
    start_script(alice_talk, published_schema([{}]), alice)
    assert bob_talk.control(alice, permissions=1).status_code == 403
    assert bob_talk.control(alice, paused=True, state="open").status_code == 403
    shown = bob_talk.control(alice, paused=True).json()
    assert set(shown) == {"user", "permissions", "users_data", "paused"}
    assert member(thread, alice).paused
