"""Assisted members: sending questions, and making others answer; one scripted member in a thread."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import ScriptRun
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, begin, led, question, set_state, talks
from tests.factories import UserFactory, draft_schema, published_schema

pytestmark = pytest.mark.django_db


def test_an_assisted_member_has_a_schema_and_no_question(alice: Any) -> None:
    schema = published_schema([{}])
    shown = begin(alice, schema, state="assisted").thread()
    assert (shown["schema"], shown["question"], shown["related_message"]) == (schema.pk, None, None)
    assert shown["question_data"] is None


def test_an_assisted_member_sends_a_question_as_his_own_message(alice: Any) -> None:
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


def test_an_assisted_member_sends_questions_of_his_schema_only_and_no_text_beside(alice: Any) -> None:
    schema, other = published_schema([{}]), published_schema([{}])
    talk = begin(alice, schema, state="assisted")
    assert talk.refused(question=question(other, 1).pk) == {"question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    assert talk.refused(question=question(schema, 1).pk, text="x") == {"text": ["WRONG_STATE"]}
    assert talk.refused(answers=[1]) in (
        {"answers": ['Invalid pk "1" - object does not exist.']},
        {"answers": ["WRONG_STATE"]},
    )


def test_an_assisted_member_makes_another_answer_and_speaks_through_the_script(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    mine, bobs = talks(thread, alice, bob)
    schema = published_schema([{}, {"group": "second"}])
    set_state(mine, state="assisted", schema=schema)
    led(mine, schema, bob, on_finish="close")
    (asked,) = bobs.messages()
    assert (asked["sender"], asked["text"]) == (alice.pk, "Question 1?")
    bobs.say(text="a")
    assert bobs.say(text="b")["thread_data"]["state"] == "closed"
    assert mine.thread()["state"] == "assisted"


def test_the_default_sender_is_who_starts_the_script_also_the_second_time(
    alice: Any, bob: Any, carol: Any
) -> None:
    thread = thread_with(alice, bob, carol)
    mine, bobs, carols = talks(thread, alice, bob, carol)
    schema = published_schema([{}])
    for talk in (mine, carols):
        set_state(talk, state="assisted", schema=schema)
    led(mine, schema, bob)
    bobs.say(text="done")
    led(carols, schema, bob)
    assert [message["sender"] for message in bobs.messages()] == [alice.pk, bob.pk, carol.pk]
    bobs.say(text="done")
    led(carols, schema, bob, automated_sender=None)
    assert bobs.messages()[-1]["sender"] is None


def test_a_script_for_another_starts_at_a_question_or_a_group(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}, {"group": "b"}, {"group": "b"}])
    led(mine, schema, bob, initial_question=question(schema, 3).pk)
    assert bobs.texts() == ["Question 3?"]
    group = schema.groups.get()
    led(mine, schema, bob, group=group.pk)
    assert bobs.texts()[-1] == "Question 2?"
    assert list(ScriptRun.objects.order_by("pk").values_list("outcome", flat=True)) == ["superseded", ""]


def test_a_script_for_another_names_what_is_wrong_with_it(alice: Any, bob: Any) -> None:
    mine, _ = talks(thread_with(alice, bob), alice, bob)
    schema, other = published_schema([{}]), published_schema([{"group": "b"}])
    empty, draft = published_schema([]), draft_schema([{}])

    def errors(**body: Any) -> Any:
        response = mine.control(bob, state="scripted", **body)
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


def test_a_deprecated_version_can_still_be_started(alice: Any) -> None:
    schema = published_schema([{}])
    type(schema).objects.filter(pk=schema.pk).update(deprecated=True)
    assert begin(alice, schema).texts() == ["Question 1?"]


# One scripted member


@pytest.mark.parametrize("state", ["scripted", "scripted_fe_controlled"])
def test_only_one_member_is_scripted(alice: Any, bob: Any, state: str) -> None:
    mine, _ = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    led(mine, schema, alice)
    response = mine.control(bob, state=state, schema=schema.pk)
    assert (response.status_code, response.json()) == (400, {"state": ["ONLY_ONE_SCRIPTED"]})
    assert mine.control(bob, state="assisted", schema=schema.pk).status_code == 200


def test_a_waiting_repeater_is_the_scripted_member(alice: Any, bob: Any) -> None:
    mine, _ = talks(thread_with(alice, bob), alice, bob)
    schema = published_schema([{}])
    led(mine, schema, alice, on_finish="repeat", frequency_unit="days", frequency_value=1)
    mine.say(text="done")
    response = mine.control(bob, state="scripted", schema=schema.pk)
    assert response.json() == {"state": ["ONLY_ONE_SCRIPTED"]}


def test_an_added_member_can_be_led_at_once(alice: Any) -> None:
    (mine,) = talks(thread_with(alice), alice)
    newcomer = UserFactory.create()
    body = {"user": newcomer.pk, "state": "scripted", "schema": published_schema([{}]).pk}
    response = mine.client.post(f"{mine.path}/users", body, format="json")
    assert response.status_code == 201, response.content
    assert response.json()["state"] == "scripted"
    assert Talk(newcomer, mine.thread_id).texts() == ["Question 1?"]


def test_a_script_that_is_started_needs_a_schema_also_after_an_earlier_one(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    led(mine, published_schema([{}]), bob)
    bobs.say(text="done")
    response = mine.control(bob, state="scripted", schema=None)
    assert (response.status_code, response.json()) == (400, {"schema": ["REQUIRED"]})
    assert mine.control(bob, state="scripted").status_code == 200
    assert len(bobs.texts()) == 3


def test_a_start_keeps_what_is_not_sent_with_it(alice: Any, bob: Any) -> None:
    mine, bobs = talks(thread_with(alice, bob), alice, bob)
    mine.control(bob, on_finish="close")
    led(mine, published_schema([{}]), bob)
    assert bobs.say(text="done")["thread_data"]["state"] == "closed"
