"""Variable modifications of forks."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import VariableModification
from tests.chat.talking import Talk, answer, begin, question
from tests.factories import published_schema

pytestmark = pytest.mark.django_db


def fork(modifications: list[list[str]], *rules: list[str]) -> dict[str, Any]:
    return {"type": "fork", "variable_modifications": modifications, "forking_rules": list(rules)}


def scripted(user: Any, questions: list[dict[str, Any]], **body: Any) -> tuple[Talk, Any]:
    schema = published_schema(questions)
    return begin(user, schema, permissions=PERMISSIONS_ALL, **body), schema


def logged(talk: Talk) -> list[tuple[Any, int | None]]:
    rows = VariableModification.objects.filter(user_thread=talk.row).order_by("pk")
    return list(rows.values_list("variable_modifications", "related_message_id"))


CHOICE: dict[str, Any] = {"type": "choice", "answers": [{"variable_modifications": [["x", "1"]]}]}


def test_fork_modifies_variables_before_it_chooses(alice: Any) -> None:
    talk, schema = scripted(
        alice,
        [CHOICE, fork([["x", "x * 10"]], ["4", "x == 10"], ["3", "1"]), {}, {"text": "{{ variables.x }}"}],
    )
    said = talk.say(answers=[answer(schema, 1, 1)])
    assert (said["thread_data"]["variables_pool"], talk.texts()[-1]) == ({"x": 10.0}, "10")
    assert logged(talk) == [([["x", "1"]], said["id"]), ([["x", "x * 10"]], said["id"])]


def test_rollback_undoes_modifications_of_forks(alice: Any) -> None:
    questions = [
        CHOICE,
        fork([["x", "x + 1"]], ["3", "1"]),
        {"type": "message"},
        fork([["x", "x * 10"]], ["5", "1"]),
        {"variable_modifications": [["x", "x + 5"]]},
        {},
    ]
    talk, schema = scripted(alice, questions)
    first = talk.messages()[-1]
    talk.say(answers=[answer(schema, 1, 1)])
    fifth = talk.messages()[-1]
    assert talk.thread()["variables_pool"] == {"x": 25.0}
    talk.say(text="a")
    assert talk.roll_back(message=fifth["id"]).json()["variables_pool"] == {"x": 25.0}
    assert talk.roll_back(message=first["id"]).json()["variables_pool"] == {}
    assert talk.say(answers=[answer(schema, 1, 1)])["thread_data"]["variables_pool"] == {"x": 25.0}


def test_deleting_the_answer_that_led_to_a_fork_undoes_the_fork(alice: Any) -> None:
    talk, schema = scripted(alice, [CHOICE, fork([["y", "7"]], ["3", "1"]), {}])
    said = talk.say(answers=[answer(schema, 1, 1)])
    assert talk.thread()["variables_pool"] == {"x": 1.0, "y": 7.0}
    assert talk.client.delete(f"{talk.path}/messages/{said['id']}").status_code == 204
    assert talk.thread()["variables_pool"] == {}


def test_rollback_to_the_first_question_keeps_a_fork_at_the_start(alice: Any) -> None:
    talk, schema = scripted(alice, [fork([["x", "3"]], ["2", "1"]), {}, {}])
    first = talk.messages()[-1]
    assert logged(talk) == [([["x", "3"]], first["id"])]
    talk.say(text="a")
    assert talk.roll_back().json()["variables_pool"] == {"x": 3.0}
    assert talk.thread()["question"] == question(schema, 2).pk


def test_fork_after_a_control_counts_once_per_confirmation(alice: Any) -> None:
    talk, _ = scripted(alice, [{"type": "control"}, fork([["x", "x + 1"]], ["3", "1"]), {}, {}])
    asked = talk.messages()[-1]
    for _ in range(2):
        talk.confirm()
        assert talk.thread()["variables_pool"] == {"x": 1.0}
        assert talk.roll_back(message=asked["id"]).json()["variables_pool"] == {}


def test_fork_that_ends_a_script_is_undone_with_the_end(alice: Any) -> None:
    body = {"on_finish": "repeat", "frequency_unit": "days", "frequency_value": 1}
    talk, _ = scripted(alice, [{"type": "control"}, fork([["x", "x + 1"]], ["-1", "1"])], **body)
    asked = talk.messages()[-1]
    for _ in range(2):
        talk.confirm()
        assert talk.thread()["variables_pool"] == {"x": 1.0}
        assert talk.roll_back(message=asked["id"]).json()["variables_pool"] == {}


@pytest.mark.parametrize("frequency", [{}, {"frequency_unit": "days", "frequency_value": 1}])
def test_each_run_has_its_own_forks(alice: Any, frequency: dict[str, Any]) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        questions = [fork([["x", "x + 1"]], ["2", "1"]), {}, fork([["y", "x"]], ["-1", "1"])]
        talk, _ = scripted(alice, questions, on_finish="repeat", **frequency)
        for day in range(3, 6):
            assert talk.thread()["variables_pool"] == {"x": 1.0}
            said = talk.say(text="a")
            clock.move_to(f"2026-03-0{day}T09:00:00Z")
            call_command("restart_due_scripts")
        assert talk.client.delete(f"{talk.path}/messages/{said['id']}").status_code == 204
        assert talk.thread()["variables_pool"] == {"x": 1.0}


def test_script_that_stays_at_its_question_runs_no_fork(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NO_MOVE_TO_NEXT_QID": True}}}
    talk, schema = scripted(alice, [CHOICE, fork([["y", "7"]], ["3", "1"]), {}])
    shown = talk.say(answers=[answer(schema, 1, 1)])["thread_data"]
    assert (shown["variables_pool"], shown["question"]) == ({"x": 1.0}, question(schema, 1).pk)


def test_failing_modification_is_skipped_and_logged(alice: Any, caplog: pytest.LogCaptureFixture) -> None:
    talk, _ = scripted(alice, [{}, fork([["x", "1 / 0"], ["y", "2"]], ["3", "y == 2"]), {}])
    assert talk.say(text="a")["thread_data"]["variables_pool"] == {"y": 2.0}
    assert "1 / 0" in caplog.text
