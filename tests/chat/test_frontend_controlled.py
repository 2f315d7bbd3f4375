"""Frontend-controlled scripts."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import Message, ScriptRun
from tests.chat.talking import Talk, answer, begin, events, question
from tests.factories import published_schema

pytestmark = pytest.mark.django_db


def led_by_frontend(user: Any, questions: list[dict[str, Any]], **body: Any) -> tuple[Talk, Any]:
    schema = published_schema(questions)
    return begin(user, schema, state="scripted_fe_controlled", **body), schema


def test_start_asks_nothing_and_the_cursor_is_at_the_first_question(alice: Any) -> None:
    talk, schema = led_by_frontend(alice, [{}, {}])
    shown = talk.thread()
    assert talk.messages() == []
    assert (shown["question"], shown["related_message"]) == (question(schema, 1).pk, None)


def test_cursor_skips_messages_and_forks_without_effects(alice: Any) -> None:
    talk, schema = led_by_frontend(
        alice,
        [
            {"type": "message", "variable_modifications": [["x", "1"]]},
            {},
            {"type": "fork", "forking_rules": [["4", "x == 0"]], "variable_modifications": [["x", "2"]]},
            {"type": "message", "variable_modifications": [["x", "3"]]},
            {"type": "control", "variable_modifications": [["x", "4"]]},
            {},
        ],
    )
    assert talk.thread()["question"] == question(schema, 2).pk
    shown = talk.say(question=question(schema, 2).pk, text="a")["thread_data"]
    assert (shown["question"], shown["variables_pool"]) == (question(schema, 5).pk, {})
    assert talk.texts() == ["Question 2?", "a"]


def test_answer_creates_two_messages_the_question_first(alice: Any) -> None:
    talk, schema = led_by_frontend(alice, [{"text": "Q {{ user.first_name }}", "show_as_type": "card"}, {}])
    said = talk.say(question=question(schema, 1).pk, text="a")
    asked, answered = talk.messages()
    assert (asked["text"], asked["type"], asked["sender"]) == ("Q Alice", "card", None)
    assert asked["related_question"] == answered["related_question"] == question(schema, 1).pk
    assert answered["id"] == said["id"]
    assert said["thread_data"]["related_message"] is None


def test_questions_can_be_answered_in_any_order_and_repeatedly(alice: Any) -> None:
    counting = {"type": "choice", "answers": [{"variable_modifications": [["x", "x + 1"]]}]}
    talk, schema = led_by_frontend(alice, [{}, {**counting, "variable_modifications": [["y", "y + 1"]]}, {}])
    for _ in range(2):
        talk.say(question=question(schema, 2).pk, answers=[answer(schema, 2, 1)])
    shown = talk.say(question=question(schema, 1).pk, text="a")["thread_data"]
    assert (shown["question"], shown["variables_pool"]) == (question(schema, 2).pk, {"x": 1.0, "y": 1.0})
    assert len(talk.messages()) == 6


def test_question_must_belong_to_the_schema_and_wait_for_an_answer(alice: Any) -> None:
    talk, schema = led_by_frontend(
        alice, [{}, {"type": "message"}, {"type": "fork", "forking_rules": [["1", "1"]]}]
    )
    other = published_schema([{}])
    assert talk.refused(text="a") == {"question": ["REQUIRED"]}
    assert talk.refused(text="a", question=question(other, 1).pk) == {
        "question": ["QUESTION_FROM_WRONG_SCHEMA"]
    }
    for qid in (2, 3):
        assert talk.refused(text="a", question=question(schema, qid).pk) == {"question": ["NOT_A_QUESTION"]}
    assert talk.refused(text="a", type="automated_message") == {
        "question": ["REQUIRED"],
        "type": ["RESERVED"],
    }
    assert talk.messages() == []


def test_control_moves_on_and_stores_nothing(alice: Any) -> None:
    talk, schema = led_by_frontend(alice, [{"type": "control"}, {}])
    talk.confirm(question=question(schema, 1).pk)
    assert talk.messages() == []
    assert talk.thread()["question"] == question(schema, 2).pk
    assert not Message.all_objects.exists()


@pytest.mark.parametrize(("on_finish", "state"), [("open", "open"), ("close", "closed")])
def test_end_is_the_same_as_in_a_script(alice: Any, on_finish: str, state: str) -> None:
    talk, schema = led_by_frontend(alice, [{}], on_finish=on_finish)
    shown = talk.say(question=question(schema, 1).pk, text="a")["thread_data"]
    assert (shown["state"], shown["question"]) == (state, None)
    assert ScriptRun.objects.get().outcome == "completed"


def test_repeated_script_is_at_the_first_question_again(alice: Any) -> None:
    talk, schema = led_by_frontend(alice, [{}], on_finish="repeat")
    shown = talk.say(question=question(schema, 1).pk, text="a")["thread_data"]
    assert (shown["state"], shown["question"]) == ("scripted_fe_controlled", question(schema, 1).pk)
    assert ScriptRun.objects.count() == 2


def test_answer_has_two_events_and_a_refused_one_has_none(alice: Any) -> None:
    talk, schema = led_by_frontend(alice, [{"type": "int"}, {}])
    before = len(events(talk.thread_id))
    talk.refused(question=question(schema, 1).pk, text="x")
    assert len(events(talk.thread_id)) == before
    talk.say(question=question(schema, 1).pk, text="1")
    assert [name for name, _ in events(talk.thread_id)[before:]] == ["message_created_or_updated"] * 2
