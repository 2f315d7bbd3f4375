"""Taking a script back."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat import actions
from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message, ScriptRun, UnreadMessage, UserThread
from chat_api.lib.errors import InvalidInput
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, answer, begin, events, led, question, talks
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

COUNTING = {"answers": [{"variable_modifications": [["x", "x + 1"]]}], "type": "choice"}


def back(talk: Talk, **body: Any) -> dict[str, Any]:
    response = talk.roll_back(**body)
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def no_way_back(talk: Talk, **body: Any) -> dict[str, Any]:
    response = talk.roll_back(**body)
    assert response.status_code == 400, response.content
    errors: dict[str, Any] = response.json()
    return errors


def scripted(user: Any, questions: list[dict[str, Any]], **body: Any) -> tuple[Talk, Any]:
    schema = published_schema(questions)
    return begin(user, schema, permissions=PERMISSIONS_ALL, **body), schema


def test_a_step_back_asks_the_question_before_again(alice: Any) -> None:
    talk, schema = scripted(alice, [COUNTING, COUNTING, {}])
    talk.say(answers=[answer(schema, 1, 1)])
    second = talk.messages()[-1]
    talk.say(answers=[answer(schema, 2, 1)])
    assert talk.thread()["variables_pool"] == {"x": 2.0}
    shown = back(talk)
    assert (shown["question"], shown["related_message"]) == (question(schema, 2).pk, second["id"])
    assert shown["variables_pool"] == {"x": 1.0}
    assert shown["last_message_data"]["id"] == second["id"]
    assert len(talk.messages()) == 3
    assert talk.say(answers=[answer(schema, 2, 1)])["thread_data"]["variables_pool"] == {"x": 2.0}


def test_step_by_step_one_gets_to_the_beginning_and_no_further(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {}, {}])
    assert no_way_back(talk) == {"non_fields_errors": ["AT_THE_BEGINNING"]}
    for text in "ab":
        talk.say(text=text)
    assert back(talk)["question"] == question(schema, 2).pk
    assert back(talk)["question"] == question(schema, 1).pk
    assert no_way_back(talk) == {"non_fields_errors": ["AT_THE_BEGINNING"]}
    assert talk.texts() == ["Question 1?"]


def test_a_step_back_from_a_question_that_moved_meanwhile_is_refused(alice: Any) -> None:
    talk = begin(alice, published_schema([{}, {}, {}]), permissions=8191)
    talk.say(text="one")
    stale = UserThread.objects.select_related("user").get(pk=talk.row.pk)
    talk.say(text="two")
    with pytest.raises(InvalidInput) as refusal:
        actions.roll_back(user_thread=stale)
    assert refusal.value.errors == {"question": ["ALREADY_ANSWERED"]}
    assert talk.texts()[-1] == "Question 3?"


def test_a_step_back_passes_what_the_script_only_said(alice: Any) -> None:
    said = {"type": "message", "variable_modifications": [["x", "x + 1"]]}
    talk, schema = scripted(alice, [said, {}, said, said, {}])
    talk.say(text="a")
    assert talk.thread()["variables_pool"] == {"x": 3.0}
    shown = back(talk)
    assert (shown["question"], shown["variables_pool"]) == (question(schema, 2).pk, {"x": 1.0})
    assert talk.texts() == ["Question 1?", "Question 2?"]
    assert no_way_back(talk) == {"non_fields_errors": ["AT_THE_BEGINNING"]}


def test_a_step_back_goes_over_controls_one_by_one(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {"type": "control"}, {}])
    talk.say(text="a")
    talk.confirm()
    assert back(talk)["question"] == question(schema, 2).pk
    assert back(talk)["question"] == question(schema, 1).pk


def test_in_a_loop_a_step_back_is_one_round(alice: Any) -> None:
    talk, _ = scripted(alice, [{"next_qid": 1}])
    for text in "abc":
        talk.say(text=text)
    for left in (["a", "b"], ["a"], []):
        back(talk)
        assert [text for text in talk.texts() if len(text) == 1] == left


def test_back_to_a_message_deletes_all_later_ones_whoever_wrote_them(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    mine, bobs = talks(thread, alice, bob)
    schema = published_schema([{}, {}, {}])
    bobs.say(text="early")
    led(mine, schema, alice)
    target = mine.messages()[-1]
    mine.say(text="one")
    bobs.say(text="chatter")
    mine.say(text="two")
    last_event = len(events(thread.pk))
    shown = back(mine, message=target["id"])
    assert mine.texts() == bobs.texts() == ["early", "Question 1?"]
    assert shown["last_message_data"]["id"] == bobs.thread()["last_message_data"]["id"] == target["id"]
    assert not UnreadMessage.objects.filter(message_id__gt=target["id"]).exists()
    assert bobs.thread()["unread"] == 1
    deleted = Message.all_objects.filter(deleted=True).order_by("pk").values_list("pk", flat=True)
    new = events(thread.pk)[last_event:]
    gone = [("message_created_or_updated", {"message": pk, "deleted": True}) for pk in deleted]
    assert new == [*gone, ("thread_updated", {"user": alice.pk})]


def test_back_only_to_a_message_that_asked_this_member_in_this_run(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    mine, bobs = talks(thread, alice, bob)
    schema = published_schema([{"type": "message"}, {}, {}])
    led(mine, schema, bob)
    asked_bob = mine.messages()[-1]["id"]
    bobs.say(text="a")
    bobs.say(text="b")
    led(mine, schema, alice)
    first_run = mine.messages()[-1]["id"]
    led(mine, schema, alice)
    said, _ = (message["id"] for message in mine.messages()[-2:])
    own = mine.say(text="answer")["id"]
    elsewhere = begin(alice, schema).messages()[-1]["id"]
    bobs_words = bobs.say(text="x")["id"]
    for wrong in (asked_bob, first_run, said, own, elsewhere, bobs_words):
        assert no_way_back(mine, message=wrong) == {"message": ["NOT_A_QUESTION"]}
    missing = ['Invalid pk "999999" - object does not exist.']
    assert no_way_back(mine, message=999999) == {"message": missing}


def test_one_cannot_go_back_to_what_was_rolled_back_already(alice: Any) -> None:
    talk, _ = scripted(alice, [{}, {}])
    talk.say(text="a")
    gone = talk.messages()[-1]["id"]
    back(talk)
    missing = [f'Invalid pk "{gone}" - object does not exist.']
    assert no_way_back(talk, message=gone) == {"message": missing}


def test_a_question_beside_is_checked_and_otherwise_ignored(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {"type": "control"}, {}, {}, {}])
    talk.say(text="a")
    talk.confirm()
    talk.say(text="b")
    other = published_schema([{}])

    def errors(question_id: int) -> Any:
        return no_way_back(talk, question=question_id)

    assert errors(question(other, 1).pk) == {"question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert errors(question(schema, 2).pk) == {"question": ["QUESTION_TYPE_CONTROL"]}
    assert errors(question(schema, 5).pk) == {"question": ["NO_SUCH_MESSAGE"]}
    assert errors(999999) == {"question": ['Invalid pk "999999" - object does not exist.']}
    both = no_way_back(talk, question=question(other, 1).pk, message=talk.messages()[1]["id"])
    assert both == {"question": ["QUESTION_FROM_WRONG_SCHEMA"], "message": ["NOT_A_QUESTION"]}
    unknown = no_way_back(talk, question=question(schema, 2).pk, message=999999)
    missing = ['Invalid pk "999999" - object does not exist.']
    assert unknown == {"question": ["QUESTION_TYPE_CONTROL"], "message": missing}
    assert no_way_back(talk, question=question(schema, 1).pk, message=999999) == {"message": missing}
    assert back(talk, question=question(schema, 1).pk)["question"] == question(schema, 3).pk


def test_rolling_back_needs_a_scripted_state(alice: Any) -> None:
    wrong = {"non_fields_errors": ["WRONG_STATE"]}
    (talk,) = talks(thread_with(alice), alice)
    assert no_way_back(talk) == wrong
    assert no_way_back(talk, message=999999) == wrong
    ended, _ = scripted(alice, [{}])
    first = ended.messages()[0]["id"]
    ended.say(text="end")
    assert no_way_back(ended) == wrong
    assert no_way_back(ended, message=first) == wrong
    assisted, _ = scripted(alice, [{}], state="assisted")
    assert no_way_back(assisted) == wrong


def test_rolling_back_needs_its_flag(alice: Any) -> None:
    talk = begin(alice, published_schema([{}]), permissions=PERMISSIONS_ALL & ~Permission.THREAD_ROLLBACK)
    assert talk.roll_back().status_code == 403


def test_a_waiting_repeater_steps_back_only_to_a_named_message(alice: Any) -> None:
    talk, schema = scripted(alice, [{}], on_finish="repeat", frequency_unit="days", frequency_value=1)
    first = talk.messages()[0]["id"]
    talk.say(text="done")
    assert no_way_back(talk) == {"non_fields_errors": ["WRONG_STATE"]}
    shown = back(talk, message=first)
    assert (shown["question"], shown["next_restart"]) == (question(schema, 1).pk, None)
    run = ScriptRun.objects.get()
    assert (run.finished, run.outcome) == (None, "")
    assert talk.say(text="again")["thread_data"]["next_restart"] is not None


def test_a_repeated_script_steps_back_to_its_own_beginning_only(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {}], on_finish="repeat")
    for text in "abc":
        talk.say(text=text)
    assert back(talk)["question"] == question(schema, 1).pk
    assert no_way_back(talk) == {"non_fields_errors": ["AT_THE_BEGINNING"]}


def test_only_the_pool_of_the_current_run_is_recomputed(alice: Any) -> None:
    talk, schema = scripted(alice, [COUNTING, COUNTING], on_finish="repeat")
    for qid in (1, 2, 1):
        talk.say(answers=[answer(schema, qid, 1)])
    assert talk.thread()["variables_pool"] == {"x": 1.0}
    assert back(talk)["variables_pool"] == {}


def test_a_step_back_still_works_when_the_current_question_was_deleted(alice: Any) -> None:
    talk, schema = scripted(alice, [{}, {}, {}])
    talk.say(text="a")
    talk.say(text="b")
    asked = talk.messages()[-1]["id"]
    assert talk.client.delete(f"{talk.path}/messages/{asked}").status_code == 204
    assert back(talk)["question"] == question(schema, 2).pk


# Frontend-controlled


def test_the_frontend_goes_back_to_the_earliest_message_of_a_question(alice: Any) -> None:
    talk, schema = scripted(alice, [COUNTING, {}, {}], state="scripted_fe_controlled")
    first, second = question(schema, 1).pk, question(schema, 2).pk
    talk.say(question=second, text="b")
    talk.say(question=first, answers=[answer(schema, 1, 1)])
    talk.say(question=first, answers=[answer(schema, 1, 1)])
    assert talk.thread()["variables_pool"] == {"x": 1.0}
    shown = back(talk, question=first)
    assert (shown["question"], shown["related_message"]) == (first, None)
    assert shown["variables_pool"] == {}
    assert talk.texts() == ["Question 2?", "b"]
    assert shown["last_message_data"]["text"] == "b"
    assert back(talk, question=second)["last_message_data"] is None
    assert talk.texts() == []


def test_the_frontend_names_a_question_that_was_asked(alice: Any) -> None:
    questions = [{}, {"type": "control"}, {"type": "message"}, {}]
    talk, schema = scripted(alice, questions, state="scripted_fe_controlled")
    other = published_schema([{"type": "control"}])
    assert no_way_back(talk) == {"question": ["REQUIRED"]}
    wrong = {"question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert no_way_back(talk, question=question(other, 1).pk) == wrong
    for qid in (1, 3, 4):
        assert no_way_back(talk, question=question(schema, qid).pk) == {"question": ["NO_SUCH_MESSAGE"]}
    before = talk.thread()
    nothing = talk.roll_back(question=question(schema, 2).pk)
    assert (nothing.status_code, nothing.content) == (204, b"")
    assert talk.thread() == before
