"""Repeated scripts, and the repetition fields of a thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import TestCase

from chat_api.chat.models import ScriptRun
from chat_api.chat.signals import chat_api_thread_schema_completed
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import begin, question, set_state, start_script, talks
from tests.databases import connection
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

DAILY: dict[str, Any] = {"frequency_unit": "days", "frequency_value": 1}


def test_repeat_without_frequency_asks_the_initial_question_at_once(alice: Any) -> None:
    schema = published_schema([{"type": "message"}, {"variable_modifications": [["x", "x + 1"]]}, {}])
    talk = begin(alice, schema, on_finish="repeat", initial_question=question(schema, 2).pk)
    for text in "ab":
        shown = talk.say(text=text)["thread_data"]
    assert (shown["state"], shown["question"]) == ("scripted", question(schema, 2).pk)
    assert shown["variables_pool"] == {"x": 1.0}
    assert talk.texts() == ["Question 2?", "a", "Question 3?", "b", "Question 2?"]
    assert talk.messages()[-1]["predecessor"] is None
    first, second = ScriptRun.objects.order_by("pk")
    assert (first.outcome, first.variables, first.last_qid) == ("completed", {"x": 1.0}, 3)
    assert (second.outcome, second.finished) == ("", None)


def test_repeated_script_without_questions_ends(
    alice: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CHAT_SETTINGS = {"SCRIPT_STEPS_MAX": 20}
    talk = begin(alice, published_schema([{"type": "message"}]), on_finish="repeat")
    assert talk.thread()["state"] == "open"
    assert caplog.records


def test_completed_signal_is_sent_at_every_end(alice: Any) -> None:
    got: list[Any] = []

    def listen(sender: Any, user_thread: Any, **_: Any) -> None:
        got.append((sender.__name__, user_thread.user_id, user_thread.thread_id))

    talk = begin(alice, published_schema([{}]), on_finish="repeat")
    chat_api_thread_schema_completed.connect(listen)
    try:
        with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
            talk.say(text="a")
            assert got == []
        with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
            talk.say(text="b")
    finally:
        chat_api_thread_schema_completed.disconnect(listen)
    assert got == [("UserThread", alice.pk, talk.thread_id)] * 2


def test_months_keep_the_wall_clock_of_the_member(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"USER_TIME_ZONE": lambda user: "Europe/Warsaw"}
    with time_machine.travel("2026-01-31T08:00:00Z", tick=False) as clock:
        body: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "months", "frequency_value": 1}
        talk = begin(alice, published_schema([{}]), **body)
        assert talk.say(text="a")["thread_data"]["next_restart"] == "2026-02-28T08:00:00Z"
        clock.move_to("2026-04-10T12:00:00Z")
        call_command("restart_due_scripts")
        # Counted from the 31st, which April does not have; 09:00 in Warsaw is 07:00 UTC in summer.
        assert talk.say(text="b")["thread_data"]["next_restart"] == "2026-04-30T07:00:00Z"


def test_hours_are_hours(alice: Any) -> None:
    with time_machine.travel("2026-03-29T00:30:00Z", tick=False):
        body: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "hours", "frequency_value": 2}
        talk = begin(alice, published_schema([{}]), **body)
        assert talk.say(text="a")["thread_data"]["next_restart"] == "2026-03-29T02:30:00Z"


def test_waiting_repeater_posts_nothing(alice: Any) -> None:
    body: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "days", "frequency_value": 1}
    talk = begin(alice, published_schema([{}]), **body)
    talk.say(text="a")
    assert talk.refused(text="b") == {"non_field_errors": ["NO_CURRENT_QUESTION"]}
    assert talk.thread()["state"] == "scripted"


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"on_finish": "open"}, ("open", None)),
        ({"on_finish": "close"}, ("closed", None)),
        ({"frequency_value": 3}, ("scripted", "2026-03-05T09:00:00Z")),
        ({"frequency_unit": "weeks"}, ("scripted", "2026-03-09T09:00:00Z")),
        ({"frequency_value": None}, ("scripted", "2026-03-02T10:00:00Z")),
    ],
)
def test_changing_the_repetition_of_a_waiting_member_changes_their_restart(
    alice: Any, bob: Any, changes: dict[str, Any], left: tuple[str, str | None]
) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        start_script(alice_talk, published_schema([{}]), bob, on_finish="repeat", **DAILY)
        bob_talk.say(text="a")
        clock.move_to("2026-03-02T10:00:00Z")
        assert alice_talk.control(bob, **changes).status_code == 200
        shown = bob_talk.thread()
        assert (shown["state"], shown["next_restart"], shown["question"]) == (*left, None)
        clock.move_to(left[1] or "2026-03-10T09:00:00Z")
        call_command("restart_due_scripts")
        again = ["Question 1?"] if left[1] else []
        assert bob_talk.texts() == ["Question 1?", "a", *again]


@pytest.mark.parametrize(("on_finish", "state"), [("open", "open"), ("close", "closed")])
def test_due_member_whose_repetition_ended_gets_the_state_of_on_finish(
    alice: Any, bob: Any, on_finish: str, state: str
) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        schema = published_schema([{}])
        start_script(alice_talk, schema, bob, on_finish="repeat", **DAILY)
        bob_talk.say(text="a")
        clock.move_to("2026-03-03T09:00:00Z")
        alice_talk.control(bob, on_finish=on_finish)
        call_command("restart_due_scripts")
        assert (bob_talk.row.state, bob_talk.row.next_restart, bob_talk.row.question_id) == (
            state,
            None,
            None,
        )
        # Bob is not scripted any more, so a script can start for Alice.
        assert start_script(alice_talk, schema, alice).row.state == "scripted"


def test_repetition_changed_during_a_pause_applies_after_it(alice: Any, bob: Any) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False):
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        start_script(alice_talk, published_schema([{}]), bob, on_finish="repeat", **DAILY)
        bob_talk.say(text="a")
        alice_talk.control(bob, paused=True)
        alice_talk.control(bob, frequency_value=2)
        assert bob_talk.row.state == "open"
        assert alice_talk.control(bob, paused=False).json()["state"] == "scripted"
        assert bob_talk.thread()["next_restart"] == "2026-03-04T09:00:00Z"


def test_unit_without_a_value_repeats_at_once(alice: Any) -> None:
    talk = begin(alice, published_schema([{}]), on_finish="repeat", frequency_unit="days")
    shown = talk.say(text="a")["thread_data"]
    assert (shown["state"], shown["next_restart"]) == ("scripted", None)
    assert talk.texts() == ["Question 1?", "a", "Question 1?"]


@pytest.mark.parametrize("name", ["Nowhere/Land", "", "../zone", "x\x00"])
def test_unknown_time_zone_is_logged_and_the_default_is_used(
    alice: Any, settings: Any, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    settings.TIME_ZONE = "Europe/Warsaw"
    settings.CHAT_SETTINGS = {"USER_TIME_ZONE": lambda user: name}
    with time_machine.travel("2026-03-28T09:00:00Z", tick=False):
        talk = begin(alice, published_schema([{}]), on_finish="repeat", **DAILY)
        shown = talk.say(text="a")["thread_data"]
    # The clocks go forward on the 29th.
    assert (shown["state"], shown["next_restart"]) == ("scripted", "2026-03-29T10:00:00+02:00")
    assert repr(name) in caplog.text


def test_repetition_beyond_the_calendar_ends(alice: Any) -> None:
    body: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "months", "frequency_value": 2**31 - 1}
    talk = begin(alice, published_schema([{}]), **body)
    shown = talk.say(text="a")["thread_data"]
    assert (shown["state"], shown["next_restart"]) == ("open", None)


def test_failed_restart_is_retried_next_time(
    alice: Any, bob: Any, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        body: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "days", "frequency_value": 1}
        schema = published_schema([{}])
        alice_talk, bob_talk = begin(alice, schema, **body), begin(bob, schema, **body)
        alice_talk.say(text="a")
        bob_talk.say(text="b")
        clock.move_to("2026-03-03T09:00:00Z")

        def fails_for_alice(message: Any, user: Any) -> bool:
            if user.pk == alice.pk:
                raise RuntimeError("a host's fault")
            return True

        settings.CHAT_SETTINGS = {"CHAT_MESSAGE_USER_FILTER": fails_for_alice}
        call_command("restart_due_scripts")
        assert (alice_talk.row.question_id, bob_talk.row.question_id is None) == (None, False)
        settings.CHAT_SETTINGS = {}
        call_command("restart_due_scripts")
        assert alice_talk.texts() == ["Question 1?", "a", "Question 1?"]


def errors_of(user: Any, **body: Any) -> Any:
    body = {"state": "scripted", "schema": published_schema([{}]).pk, **body}
    response = client_of(user).post(f"/api/accounts/{user.pk}/threads/tracker", body, format="json")
    assert response.status_code == 400, response.content
    return response.json()


def test_errors_of_a_repetition_are_reported_together(alice: Any) -> None:
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert errors_of(alice, repeat_until=past) == {
        "repeat_until": ["REPEAT_UNTIL_MUST_BE_IN_FUTURE"],
        "frequency_unit": ["REQUIRED"],
        "frequency_value": ["REQUIRED"],
    }
    wrong = {"frequency_value": ["FREQUENCY_VALUE_MUST_BE_POSITIVE"]}
    for value in (0, -1):
        body = {"repeat_until": future, "frequency_unit": "days", "frequency_value": value}
        assert errors_of(alice, **body) == wrong


def test_dropped_restart_leaves_the_member_unchanged(alice: Any) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        body: dict[str, Any] = {"on_finish": "repeat", "frequency_unit": "days", "frequency_value": 1}
        talk = begin(alice, published_schema([{}]), **body)
        talk.say(text="a")
        set_state(talk, state="closed")
        clock.move_to("2026-03-05T09:00:00Z")
        call_command("restart_due_scripts")
        assert (talk.row.state, talk.row.next_restart) == ("closed", None)
        assert talk.texts() == ["Question 1?", "a"]
