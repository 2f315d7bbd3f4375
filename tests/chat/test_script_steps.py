"""The steps of a script between two answers."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from chat_api.chat.models import Message, ScriptRun, VariableModification
from tests.chat.talking import answer, begin, question
from tests.factories import published_schema

pytestmark = pytest.mark.django_db


def qid_of(shown: dict[str, Any]) -> int | None:
    return None if shown["question_data"] is None else shown["question_data"]["qid"]


def test_started_script_asks_its_first_question_at_once(alice: Any) -> None:
    schema = published_schema([{"type": "text", "text": "Name?", "meta": {"hint": 1}}])
    talk = begin(alice, schema)
    (asked,) = talk.messages()
    first = question(schema, 1)
    assert asked["text"] == "Name?"
    assert asked["meta"] == {"hint": 1}
    assert asked["type"] == "automated_message"
    assert (asked["related_question"], asked["predecessor"], asked["sender"]) == (first.pk, None, None)
    shown = talk.thread()
    assert (shown["state"], shown["question"], shown["related_message"]) == (
        "scripted",
        first.pk,
        asked["id"],
    )
    assert shown["question_data"]["text"] == "Name?"
    assert shown["last_message_data"]["id"] == asked["id"]


def test_initial_question_is_asked_first(alice: Any) -> None:
    schema = published_schema([{"type": "text"}, {"type": "int"}])
    talk = begin(alice, schema, initial_question=question(schema, 2).pk)
    assert talk.texts() == ["Question 2?"]
    assert qid_of(talk.thread()) == 2


def test_first_question_is_the_one_with_the_lowest_position(alice: Any) -> None:
    schema = published_schema([{"position": 5, "next_qid": -1}, {"position": 2, "next_qid": 1}])
    assert begin(alice, schema).texts() == ["Question 2?"]


def test_answer_comes_before_the_next_question_and_both_before_the_response(alice: Any) -> None:
    schema = published_schema([{"type": "text"}, {"type": "text"}])
    talk = begin(alice, schema)
    said = talk.say(text="one")
    assert said["thread_data"]["question"] == question(schema, 2).pk
    assert said["thread_data"]["last_message_data"]["text"] == "Question 2?"
    assert talk.texts() == ["Question 1?", "one", "Question 2?"]
    assert said["related_question"] == question(schema, 1).pk
    asked = talk.messages()[2]
    assert asked["predecessor"] == question(schema, 1).pk
    assert said["thread_data"]["related_message"] == asked["id"]


def test_message_question_is_posted_and_skipped_also_at_the_start(alice: Any) -> None:
    schema = published_schema(
        [{"type": "message", "text": "Welcome"}, {"type": "message", "text": "Now"}, {"type": "text"}]
    )
    talk = begin(alice, schema)
    assert talk.texts() == ["Welcome", "Now", "Question 3?"]
    predecessors = [message["predecessor"] for message in talk.messages()]
    assert predecessors == [None, question(schema, 1).pk, question(schema, 2).pk]
    assert qid_of(talk.thread()) == 3


def test_script_of_messages_alone_ends_at_once(alice: Any) -> None:
    schema = published_schema([{"type": "message"}, {"type": "message"}])
    talk = begin(alice, schema, on_finish="close")
    shown = talk.thread()
    assert (shown["state"], shown["question"], shown["related_message"]) == ("closed", None, None)
    assert len(talk.texts()) == 2


def test_fork_is_not_shown_and_follows_its_first_true_rule(alice: Any) -> None:
    schema = published_schema(
        [
            {
                "type": "choice",
                "answers": [
                    {"variable_modifications": [["x", "x + 1"]]},
                    {"variable_modifications": [["x", "x + 5"]]},
                ],
            },
            {"type": "fork", "forking_rules": [["4", "x > 4"], ["2 + 1", "x > 0"]]},
            {"type": "text", "next_qid": -1},
            {"type": "int", "next_qid": -1},
        ]
    )
    for position, expected in ((1, 3), (2, 4)):
        talk = begin(alice, schema)
        said = talk.say(answers=[answer(schema, 1, position)])
        assert qid_of(said["thread_data"]) == expected
        assert len(talk.texts()) == 3


def test_script_can_begin_with_a_fork(alice: Any) -> None:
    schema = published_schema([{"type": "fork", "forking_rules": [["2", "x == 0"]]}, {"type": "text"}])
    assert begin(alice, schema).texts() == ["Question 2?"]


def test_fork_without_a_true_rule_ends_the_script(alice: Any) -> None:
    schema = published_schema(
        [{"type": "text"}, {"type": "fork", "forking_rules": [["3", "x > 0"]]}, {"type": "text"}]
    )
    talk = begin(alice, schema)
    assert talk.say(text="a")["thread_data"]["state"] == "open"


@pytest.mark.parametrize("next_qid", [-1, -7, None])
def test_end_clears_the_question_and_keeps_the_schema(alice: Any, next_qid: int | None) -> None:
    schema = published_schema([{"type": "text", "next_qid": next_qid}])
    talk = begin(alice, schema)
    shown = talk.say(text="x")["thread_data"]
    assert (shown["state"], shown["question"], shown["related_message"]) == ("open", None, None)
    assert shown["schema"] == schema.pk


@pytest.mark.parametrize(("on_finish", "state"), [("open", "open"), ("close", "closed"), ("", "open")])
def test_on_finish_decides_the_state_after_the_end(alice: Any, on_finish: str, state: str) -> None:
    talk = begin(alice, published_schema([{}]), on_finish=on_finish)
    assert talk.say(text="x")["thread_data"]["state"] == state


@pytest.mark.parametrize("on_finish", ["open", "close", "repeat"])
def test_missing_question_keeps_the_answer_opens_the_member_and_is_logged(
    alice: Any, on_finish: str, caplog: pytest.LogCaptureFixture
) -> None:
    schema = published_schema([{"type": "text", "next_qid": 99}])
    talk = begin(alice, schema, on_finish=on_finish)
    with caplog.at_level(logging.ERROR, "chat_api"):
        shown = talk.say(text="kept")["thread_data"]
    assert (shown["state"], shown["question"], shown["next_restart"]) == ("open", None, None)
    assert talk.texts() == ["Question 1?", "kept"]
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    for what in (schema.pk, 99, talk.thread_id):
        assert str(what) in record.getMessage()
    assert ScriptRun.objects.get().outcome == "broken"


def test_endless_script_ends_after_the_maximum_of_steps(
    alice: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CHAT_SETTINGS = {"SCRIPT_STEPS_MAX": 10}
    schema = published_schema([{"type": "text"}, {"type": "message", "next_qid": 2}])
    talk = begin(alice, schema, on_finish="close")
    with caplog.at_level(logging.ERROR, "chat_api"):
        shown = talk.say(text="kept")["thread_data"]
    assert shown["state"] == "open"
    assert 10 <= Message.objects.filter(related_question__qid=2).count() <= 11
    assert caplog.records


def test_circular_forks_end_the_script(alice: Any, caplog: pytest.LogCaptureFixture) -> None:
    schema = published_schema([{"type": "text"}, {"type": "fork", "forking_rules": [["2", "1"]]}])
    talk = begin(alice, schema)
    assert talk.say(text="kept")["thread_data"]["state"] == "open"
    assert talk.texts() == ["Question 1?", "kept"]
    assert caplog.records


def test_question_that_leads_to_itself_is_asked_again(alice: Any) -> None:
    schema = published_schema([{"type": "text", "next_qid": 1}])
    talk = begin(alice, schema)
    talk.say(text="a")
    talk.say(text="b")
    assert talk.texts() == ["Question 1?", "a", "Question 1?", "b", "Question 1?"]


def test_modifications_of_answers_apply_before_those_of_the_next_question(alice: Any) -> None:
    schema = published_schema(
        [
            {
                "type": "multichoice",
                "variable_modifications": [["x", "1"]],
                "answers": [
                    {"variable_modifications": [["x", "x * 10"], ["y", "x"]]},
                    {"variable_modifications": [["x", "x + 2"]]},
                ],
            },
            {"type": "text", "variable_modifications": [["z", "x + y"]]},
        ]
    )
    talk = begin(alice, schema)
    assert talk.thread()["variables_pool"] == {"x": 1.0}
    first, second = answer(schema, 1, 1), answer(schema, 1, 2)
    shown = talk.say(answers=[second, first])["thread_data"]
    assert shown["variables_pool"] == {"x": 30.0, "y": 30.0, "z": 60.0}
    assert VariableModification.objects.count() == 4


def test_failing_expression_is_skipped_alone_and_logged(alice: Any, caplog: pytest.LogCaptureFixture) -> None:
    schema = published_schema(
        [
            {
                "type": "choice",
                "answers": [
                    {"variable_modifications": [["a", "1 / 0"], ["b", "9**9**9"], ["c", "2"], ["d", "().x"]]}
                ],
            },
            {"type": "fork", "forking_rules": [["5", "1 / a"], ["1 / 0", "1"], ["3", "c == 2"]]},
            {"type": "text"},
        ]
    )
    talk = begin(alice, schema)
    with caplog.at_level(logging.WARNING, "chat_api"):
        shown = talk.say(answers=[answer(schema, 1, 1)])["thread_data"]
    assert shown["variables_pool"] == {"c": 2.0}
    assert qid_of(shown) == 3
    assert len(caplog.records) == 5


def test_unknown_variable_is_zero(alice: Any) -> None:
    schema = published_schema([{"type": "text", "variable_modifications": [["x", "never_set + 3"]]}])
    assert begin(alice, schema).thread()["variables_pool"] == {"x": 3.0}


def test_first_given_answer_decides_the_next_question(alice: Any) -> None:
    schema = published_schema(
        [
            {"type": "multichoice", "answers": [{"next_qid": 2}, {"next_qid": 3}]},
            {"type": "text", "next_qid": -1},
            {"type": "int", "next_qid": -1},
        ]
    )
    one, two = answer(schema, 1, 1), answer(schema, 1, 2)
    assert qid_of(begin(alice, schema).say(answers=[one, two])["thread_data"]) == 2
    assert qid_of(begin(alice, schema).say(answers=[two, one])["thread_data"]) == 3


def test_control_waits_for_any_post_and_stores_nothing(alice: Any) -> None:
    schema = published_schema([{"type": "control", "text": "Ready?"}, {"type": "text"}])
    talk = begin(alice, schema)
    assert talk.texts() == ["Ready?"]
    talk.confirm(text="yes")
    assert talk.texts() == ["Ready?", "Question 2?"]
    assert talk.messages()[1]["predecessor"] == question(schema, 1).pk


def test_control_at_the_end_ends_the_script(alice: Any) -> None:
    talk = begin(alice, published_schema([{"type": "control"}]), on_finish="close")
    talk.confirm()
    assert talk.thread()["state"] == "closed"


def test_required_has_no_effect_in_chat(alice: Any) -> None:
    schema = published_schema([{"type": "text", "required": False}])
    assert begin(alice, schema).refused(text="") == {"text": ["REQUIRED"]}


def test_message_type_of_a_question_is_truncated(alice: Any) -> None:
    schema = published_schema([{"show_as_type": "card"}, {"show_as_type": "x" * 255}])
    talk = begin(alice, schema)
    assert talk.messages()[0]["type"] == "card"
    talk.say(text="on")
    assert talk.messages()[2]["type"] == "x" * 50


def test_automated_sender_is_the_sender_of_questions(alice: Any) -> None:
    talk = begin(alice, published_schema([{}]), automated_sender=alice.pk)
    (asked,) = talk.messages()
    assert (asked["sender"], asked["is_own"]) == (alice.pk, True)


def test_each_run_is_recorded(alice: Any) -> None:
    schema = published_schema([{"variable_modifications": [["x", "x + 1"]]}, {}])
    talk = begin(alice, schema)
    run = ScriptRun.objects.get()
    assert (run.schema_id, run.user_thread_id, run.finished, run.outcome) == (
        schema.pk,
        talk.row.pk,
        None,
        "",
    )
    talk.say(text="a")
    talk.say(text="b")
    run.refresh_from_db()
    assert (run.outcome, run.variables, run.last_qid) == ("completed", {"x": 1.0}, 2)
    assert run.finished is not None
