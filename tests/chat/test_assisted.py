"""Assisted members send questions and start scripts for others; a thread has one scripted member."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import ScriptRun
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, begin, question, set_state, start_script, talks
from tests.factories import UserFactory, draft_schema, published_schema

pytestmark = pytest.mark.django_db


def test_assisted_member_has_a_schema_and_no_question(alice: Any) -> None:
    schema = published_schema([{}])
    shown = begin(alice, schema, state="assisted").thread()
    assert (shown["schema"], shown["question"], shown["related_message"]) == (schema.pk, None, None)
    assert shown["question_data"] is None


def test_assisted_member_sends_a_question_as_their_own_message(alice: Any) -> None:
    schema = published_schema(
        [{"text": "Dear {{ user.first_name }}", "meta": {"m": 1}, "show_as_type": "card"}, {}]
    )
    talk = begin(alice, schema, state="assisted")
    said = talk.say(question=question(schema, 1).pk)
    assert (said["text"], said["meta"], said["type"]) == ("Dear Alice", {"m": 1}, "card")
    assert (said["sender"], said["related_question"]) == (alice.pk, question(schema, 1).pk)
    assert (said["thread_data"]["state"], said["thread_data"]["question"]) == ("assisted", None)
    assert talk.texts() == ["Dear Alice"]
    assert talk.say(text="free words")["text"] == "free words"


def test_assisted_member_sends_only_questions_of_their_schema_and_without_text(alice: Any) -> None:
    schema, other = published_schema([{}]), published_schema([{}])
    talk = begin(alice, schema, state="assisted")
    assert talk.refused(question=question(other, 1).pk) == {"question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert talk.refused(question=question(schema, 1).pk, text="x") == {"text": ["WRONG_STATE"]}
    assert talk.refused(answers=[1]) in (
        {"answers": ['Invalid pk "1" - object does not exist.']},
        {"answers": ["WRONG_STATE"]},
    )


def test_assisted_member_starts_a_script_for_another_member_and_is_its_sender(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    alice_talk, bob_talk = talks(thread, alice, bob)
    schema = published_schema([{}, {"group": "second"}])
    set_state(alice_talk, state="assisted", schema=schema)
    start_script(alice_talk, schema, bob, on_finish="close")
    (asked,) = bob_talk.messages()
    assert (asked["sender"], asked["text"]) == (alice.pk, "Question 1?")
    bob_talk.say(text="a")
    assert bob_talk.say(text="b")["thread_data"]["state"] == "closed"
    assert alice_talk.thread()["state"] == "assisted"


def test_user_who_starts_a_script_is_its_default_sender_every_time(alice: Any, bob: Any, carol: Any) -> None:
    thread = thread_with(alice, bob, carol)
    alice_talk, bob_talk, carol_talk = talks(thread, alice, bob, carol)
    schema = published_schema([{}])
    for talk in (alice_talk, carol_talk):
        set_state(talk, state="assisted", schema=schema)
    start_script(alice_talk, schema, bob)
    bob_talk.say(text="done")
    start_script(carol_talk, schema, bob)
    assert [message["sender"] for message in bob_talk.messages()] == [alice.pk, bob.pk, carol.pk]
    bob_talk.say(text="done")
    start_script(carol_talk, schema, bob, automated_sender=None)
    assert bob_talk.messages()[-1]["sender"] is None


def test_script_for_another_member_starts_at_a_question_or_a_group(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}, {"group": "b"}, {"group": "b"}])
    start_script(alice_talk, schema, bob, initial_question=question(schema, 3).pk)
    assert bob_talk.texts() == ["Question 3?"]
    group = schema.groups.get()
    start_script(alice_talk, schema, bob, group=group.pk)
    assert bob_talk.texts()[-1] == "Question 2?"
    assert list(ScriptRun.objects.order_by("pk").values_list("outcome", flat=True)) == ["superseded", ""]


def test_script_for_another_member_reports_its_errors(alice: Any, bob: Any) -> None:
    alice_talk, _ = talks(thread_with(alice, bob), alice, bob)
    schema, other = published_schema([{}]), published_schema([{"group": "b"}])
    empty, draft = published_schema([]), draft_schema([{}])

    def errors(**body: Any) -> Any:
        response = alice_talk.control(bob, state="scripted", **body)
        assert response.status_code == 400, response.content
        return response.json()

    assert errors() == {"schema": ["REQUIRED"]}
    assert errors(schema=None) == {"schema": ["REQUIRED"]}
    assert errors(schema=draft.pk) == {"schema": ["NOT_PUBLISHED"]}
    assert errors(schema=empty.pk) == {"schema": ["EMPTY"]}
    wrong = {"initial_question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert errors(schema=schema.pk, initial_question=question(other, 1).pk) == wrong
    assert errors(schema=schema.pk, group=other.groups.get().pk) == {"group": ["WRONG_VALUE"]}
    missing = ['Invalid pk "999999" - object does not exist.']
    assert errors(schema=schema.pk, group=999999) == {"group": missing}
    assert errors(schema=schema.pk, automated_sender=bob.pk) == {"automated_sender": ["NOT_ALLOWED"]}


def test_deprecated_version_can_still_be_started(alice: Any) -> None:
    schema = published_schema([{}])
    type(schema).objects.filter(pk=schema.pk).update(deprecated=True)
    assert begin(alice, schema).texts() == ["Question 1?"]


# One scripted member


@pytest.mark.parametrize("state", ["scripted", "scripted_fe_controlled"])
def test_only_one_member_is_scripted(alice: Any, bob: Any, state: str) -> None:
    alice_talk, _ = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    start_script(alice_talk, schema, alice)
    response = alice_talk.control(bob, state=state, schema=schema.pk)
    assert (response.status_code, response.json()) == (400, {"state": ["ONLY_ONE_SCRIPTED"]})
    assert alice_talk.control(bob, state="assisted", schema=schema.pk).status_code == 200


def test_waiting_repeater_is_the_scripted_member(alice: Any, bob: Any) -> None:
    alice_talk, _ = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    start_script(alice_talk, schema, alice, on_finish="repeat", frequency_unit="days", frequency_value=1)
    alice_talk.say(text="done")
    response = alice_talk.control(bob, state="scripted", schema=schema.pk)
    assert response.json() == {"state": ["ONLY_ONE_SCRIPTED"]}


def test_script_can_start_for_a_new_member_at_once(alice: Any) -> None:
    (alice_talk,) = talks(thread_with(alice), alice)
    newcomer = UserFactory.create()
    body = {"user": newcomer.pk, "state": "scripted", "schema": published_schema([{}]).pk}
    response = alice_talk.client.post(f"{alice_talk.path}/users", body, format="json")
    assert response.status_code == 201, response.content
    assert response.json()["state"] == "scripted"
    assert Talk(newcomer, alice_talk.thread_id).texts() == ["Question 1?"]


def test_schema_null_is_refused_when_a_second_script_starts(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    start_script(alice_talk, published_schema([{}]), bob)
    bob_talk.say(text="done")
    response = alice_talk.control(bob, state="scripted", schema=None)
    assert (response.status_code, response.json()) == (400, {"schema": ["REQUIRED"]})
    assert alice_talk.control(bob, state="scripted").status_code == 200
    assert len(bob_talk.texts()) == 3


def test_start_keeps_values_that_are_not_sent(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    alice_talk.control(bob, on_finish="close")
    start_script(alice_talk, published_schema([{}]), bob)
    assert bob_talk.say(text="done")["thread_data"]["state"] == "closed"
