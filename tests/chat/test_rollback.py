"""Rolling a script back."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat import actions
from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message, ScriptRun, UnreadMessage, UserThread
from chat_api.lib.errors import InvalidInput
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, answer, begin, events, question, start_script, talks
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

COUNTING = {"answers": [{"variable_modifications": [["x", "x + 1"]]}], "type": "choice"}


def roll_back(talk: Talk, **body: Any) -> dict[str, Any]:
    response = talk.roll_back(**body)
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def rollback_errors(talk: Talk, **body: Any) -> dict[str, Any]:
    response = talk.roll_back(**body)
    assert response.status_code == 400, response.content
    errors: dict[str, Any] = response.json()
    return errors


def scripted(user: Any, questions: list[dict[str, Any]], **body: Any) -> tuple[Talk, Any]:
    schema = published_schema(questions)
    return begin(user, schema, permissions=PERMISSIONS_ALL, **body), schema


def test_step_back_asks_the_previous_question_again(alice: Any) -> None:
    talk, schema = scripted(alice, [COUNTING, COUNTING, {}])
    talk.say(answers=[answer(schema, 1, 1)])
    second = talk.messages()[-1]
    talk.say(answers=[answer(schema, 2, 1)])
    assert talk.thread()["variables_pool"] == {"x": 2.0}
    shown = roll_back(talk)
    assert (shown["question"], shown["related_message"]) == (question(schema, 2).pk, second["id"])
    assert shown["variables_pool"] == {"x": 1.0}
    assert shown["last_message_data"]["id"] == second["id"]
    assert len(talk.messages()) == 3
    assert talk.say(answers=[answer(schema, 2, 1)])["thread_data"]["variables_pool"] == {"x": 2.0}


def test_steps_back_end_at_the_first_question(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {}, {}])
    assert rollback_errors(talk) == {"non_fields_errors": ["AT_THE_BEGINNING"]}
    for text in "ab":
        talk.say(text=text)
    assert roll_back(talk)["question"] == question(schema, 2).pk
    assert roll_back(talk)["question"] == question(schema, 1).pk
    assert rollback_errors(talk) == {"non_fields_errors": ["AT_THE_BEGINNING"]}
    assert talk.texts() == ["Question 1?"]


def test_step_back_is_refused_if_the_script_moved_meanwhile(alice: Any) -> None:
    talk = begin(alice, published_schema([{}, {}, {}]), permissions=8191)
    talk.say(text="one")
    stale = UserThread.objects.select_related("user").get(pk=talk.row.pk)
    talk.say(text="two")
    with pytest.raises(InvalidInput) as refusal:
        actions.roll_back(user_thread=stale)
    assert refusal.value.errors == {"question": ["ALREADY_ANSWERED"]}
    assert talk.texts()[-1] == "Question 3?"


def test_step_back_skips_messages_of_the_script(alice: Any) -> None:
    said = {"type": "message", "variable_modifications": [["x", "x + 1"]]}
    talk, schema = scripted(alice, [said, {}, said, said, {}])
    talk.say(text="a")
    assert talk.thread()["variables_pool"] == {"x": 3.0}
    shown = roll_back(talk)
    assert (shown["question"], shown["variables_pool"]) == (question(schema, 2).pk, {"x": 1.0})
    assert talk.texts() == ["Question 1?", "Question 2?"]
    assert rollback_errors(talk) == {"non_fields_errors": ["AT_THE_BEGINNING"]}


def test_step_back_stops_at_each_control(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {"type": "control"}, {}])
    talk.say(text="a")
    talk.confirm()
    assert roll_back(talk)["question"] == question(schema, 2).pk
    assert roll_back(talk)["question"] == question(schema, 1).pk


def test_step_back_in_a_loop_is_one_round(alice: Any) -> None:
    talk, _ = scripted(alice, [{"next_qid": 1}])
    for text in "abc":
        talk.say(text=text)
    for left in (["a", "b"], ["a"], []):
        roll_back(talk)
        assert [text for text in talk.texts() if len(text) == 1] == left


def test_rollback_to_a_message_deletes_all_later_ones_of_any_sender(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    alice_talk, bob_talk = talks(thread, alice, bob)
    schema = published_schema([{}, {}, {}])
    bob_talk.say(text="early")
    start_script(alice_talk, schema, alice)
    target = alice_talk.messages()[-1]
    alice_talk.say(text="one")
    bob_talk.say(text="chatter")
    alice_talk.say(text="two")
    last_event = len(events(thread.pk))
    shown = roll_back(alice_talk, message=target["id"])
    assert alice_talk.texts() == bob_talk.texts() == ["early", "Question 1?"]
    assert shown["last_message_data"]["id"] == bob_talk.thread()["last_message_data"]["id"] == target["id"]
    assert not UnreadMessage.objects.filter(message_id__gt=target["id"]).exists()
    assert bob_talk.thread()["unread"] == 1
    deleted = Message.all_objects.filter(deleted=True).order_by("pk").values_list("pk", flat=True)
    new = events(thread.pk)[last_event:]
    gone = [("message_created_or_updated", {"message": pk, "deleted": True}) for pk in deleted]
    assert new == [*gone, ("thread_updated", {"user": alice.pk})]


def test_rollback_needs_a_question_to_this_member_in_this_run(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    alice_talk, bob_talk = talks(thread, alice, bob)
    schema = published_schema([{"type": "message"}, {}, {}])
    start_script(alice_talk, schema, bob)
    asked_bob = alice_talk.messages()[-1]["id"]
    bob_talk.say(text="a")
    bob_talk.say(text="b")
    start_script(alice_talk, schema, alice)
    first_run = alice_talk.messages()[-1]["id"]
    start_script(alice_talk, schema, alice)
    said, _ = (message["id"] for message in alice_talk.messages()[-2:])
    own = alice_talk.say(text="answer")["id"]
    elsewhere = begin(alice, schema).messages()[-1]["id"]
    bob_message = bob_talk.say(text="x")["id"]
    for wrong in (asked_bob, first_run, said, own, elsewhere, bob_message):
        assert rollback_errors(alice_talk, message=wrong) == {"message": ["NOT_A_QUESTION"]}
    missing = ['Invalid pk "999999" - object does not exist.']
    assert rollback_errors(alice_talk, message=999999) == {"message": missing}


def test_rollback_to_a_rolled_back_message_is_refused(alice: Any) -> None:
    talk, _ = scripted(alice, [{}, {}])
    talk.say(text="a")
    gone = talk.messages()[-1]["id"]
    roll_back(talk)
    missing = [f'Invalid pk "{gone}" - object does not exist.']
    assert rollback_errors(talk, message=gone) == {"message": missing}


def test_question_sent_with_a_rollback_is_validated_and_otherwise_ignored(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {"type": "control"}, {}, {}, {}])
    talk.say(text="a")
    talk.confirm()
    talk.say(text="b")
    other = published_schema([{}])

    def errors(question_id: int) -> Any:
        return rollback_errors(talk, question=question_id)

    assert errors(question(other, 1).pk) == {"question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert errors(question(schema, 2).pk) == {"question": ["QUESTION_TYPE_CONTROL"]}
    assert errors(question(schema, 5).pk) == {"question": ["NO_SUCH_MESSAGE"]}
    assert errors(999999) == {"question": ['Invalid pk "999999" - object does not exist.']}
    both = rollback_errors(talk, question=question(other, 1).pk, message=talk.messages()[1]["id"])
    assert both == {"question": ["QUESTION_FROM_WRONG_SCHEMA"], "message": ["NOT_A_QUESTION"]}
    unknown = rollback_errors(talk, question=question(schema, 2).pk, message=999999)
    missing = ['Invalid pk "999999" - object does not exist.']
    assert unknown == {"question": ["QUESTION_TYPE_CONTROL"], "message": missing}
    assert rollback_errors(talk, question=question(schema, 1).pk, message=999999) == {"message": missing}
    assert roll_back(talk, question=question(schema, 1).pk)["question"] == question(schema, 3).pk


def test_rollback_needs_a_scripted_state(alice: Any) -> None:
    wrong = {"non_fields_errors": ["WRONG_STATE"]}
    (talk,) = talks(thread_with(alice), alice)
    assert rollback_errors(talk) == wrong
    assert rollback_errors(talk, message=999999) == wrong
    ended, _ = scripted(alice, [{}])
    first = ended.messages()[0]["id"]
    ended.say(text="end")
    assert rollback_errors(ended) == wrong
    assert rollback_errors(ended, message=first) == wrong
    assisted, _ = scripted(alice, [{}], state="assisted")
    assert rollback_errors(assisted) == wrong


def test_rollback_needs_its_permission(alice: Any) -> None:
    talk = begin(alice, published_schema([{}]), permissions=PERMISSIONS_ALL & ~Permission.THREAD_ROLLBACK)
    assert talk.roll_back().status_code == 403


def test_waiting_repeater_rolls_back_to_a_given_message_only(alice: Any) -> None:
    talk, schema = scripted(alice, [{}], on_finish="repeat", frequency_unit="days", frequency_value=1)
    first = talk.messages()[0]["id"]
    talk.say(text="done")
    assert rollback_errors(talk) == {"non_fields_errors": ["WRONG_STATE"]}
    shown = roll_back(talk, message=first)
    assert (shown["question"], shown["next_restart"]) == (question(schema, 1).pk, None)
    run = ScriptRun.objects.get()
    assert (run.finished, run.outcome) == (None, "")
    assert talk.say(text="again")["thread_data"]["next_restart"] is not None


def test_repeated_script_rolls_back_to_the_start_of_its_run_only(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {}], on_finish="repeat")
    for text in "abc":
        talk.say(text=text)
    assert roll_back(talk)["question"] == question(schema, 1).pk
    assert rollback_errors(talk) == {"non_fields_errors": ["AT_THE_BEGINNING"]}


def test_only_the_pool_of_the_current_run_is_recomputed(alice: Any) -> None:
    talk, schema = scripted(alice, [COUNTING, COUNTING], on_finish="repeat")
    for qid in (1, 2, 1):
        talk.say(answers=[answer(schema, qid, 1)])
    assert talk.thread()["variables_pool"] == {"x": 1.0}
    assert roll_back(talk)["variables_pool"] == {}


def test_step_back_works_after_the_current_question_was_deleted(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {}, {}])
    talk.say(text="a")
    talk.say(text="b")
    asked = talk.messages()[-1]["id"]
    assert talk.client.delete(f"{talk.path}/messages/{asked}").status_code == 204
    assert roll_back(talk)["question"] == question(schema, 2).pk


# Frontend-controlled


def test_frontend_rolls_back_to_the_earliest_message_of_a_question(alice: Any) -> None:
    talk, schema = scripted(alice, [COUNTING, {}, {}], state="scripted_fe_controlled")
    first, second = question(schema, 1).pk, question(schema, 2).pk
    talk.say(question=second, text="b")
    talk.say(question=first, answers=[answer(schema, 1, 1)])
    talk.say(question=first, answers=[answer(schema, 1, 1)])
    assert talk.thread()["variables_pool"] == {"x": 1.0}
    shown = roll_back(talk, question=first)
    assert (shown["question"], shown["related_message"]) == (first, None)
    assert shown["variables_pool"] == {}
    assert talk.texts() == ["Question 2?", "b"]
    assert shown["last_message_data"]["text"] == "b"
    assert roll_back(talk, question=second)["last_message_data"] is None
    assert talk.texts() == []


def test_frontend_rollback_needs_a_question_that_was_asked(alice: Any) -> None:
    questions = [{}, {"type": "control"}, {"type": "message"}, {}]
    talk, schema = scripted(alice, questions, state="scripted_fe_controlled")
    other = published_schema([{"type": "control"}])
    assert rollback_errors(talk) == {"question": ["REQUIRED"]}
    wrong = {"question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert rollback_errors(talk, question=question(other, 1).pk) == wrong
    for qid in (1, 3, 4):
        assert rollback_errors(talk, question=question(schema, qid).pk) == {"question": ["NO_SUCH_MESSAGE"]}
    before = talk.thread()
    nothing = talk.roll_back(question=question(schema, 2).pk)
    assert (nothing.status_code, nothing.content) == (204, b"")
    assert talk.thread() == before
