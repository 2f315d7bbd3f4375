"""Each option of OPTIMIZATIONS_BY_THREAD_TYPE."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import TestCase

from chat_api.chat.models import Message, MessageAnswer, Thread, VariableModification
from chat_api.chat.signals import chosen_answers_signal
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, answer, begin, question, talks
from tests.databases import connection
from tests.factories import published_schema

pytestmark = pytest.mark.django_db


def switch(settings: Any, **switches: Any) -> None:
    settings.CHAT_SETTINGS = {"OPTIMIZATIONS_BY_THREAD_TYPE": {"tracker": switches}}


def tracker(*users: Any) -> list[Talk]:
    return talks(thread_with(*users, type="tracker"), *users)


def test_last_message_and_updated_are_not_changed(alice: Any, bob: Any, settings: Any) -> None:
    alice_talk, bob_talk = tracker(alice, bob)
    alice_talk.say(text="first")
    before, row = alice_talk.thread(), Thread.objects.get()
    switch(settings, NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED=True)
    said = alice_talk.say(text="second")
    after = alice_talk.thread()
    assert after["last_message_data"]["text"] == said["thread_data"]["last_message_data"]["text"] == "first"
    assert after["updated"] == before["updated"]
    now = Thread.objects.get()
    assert (now.last_message_id, now.updated) == (row.last_message_id, row.updated)
    assert bob_talk.thread()["unread"] == 2
    (chat,) = talks(thread_with(alice), alice)
    assert chat.say(text="other type")["thread_data"]["last_message_data"]["text"] == "other type"


def test_deleted_last_message_is_still_removed(alice: Any, settings: Any) -> None:
    (alice_talk,) = tracker(alice)
    said = alice_talk.say(text="only")
    switch(settings, NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED=True)
    alice_talk.client.delete(f"{alice_talk.path}/messages/{said['id']}")
    assert alice_talk.thread()["last_message_data"] is None


def test_message_payloads_are_limited_to_the_given_fields(alice: Any, bob: Any, settings: Any) -> None:
    alice_talk, bob_talk = tracker(alice, bob)
    switch(settings, LIMIT_FIELDS_TO=["id", "text", "thread_data"])
    said = alice_talk.say(text="hi")
    assert set(said) == {"id", "text", "thread_data"}
    assert set(said["thread_data"]["last_message_data"]) == {"id", "text"}
    assert "state" in said["thread_data"]
    assert set(bob_talk.messages()[0]) == {"id", "text"}
    assert set(bob_talk.client.get(f"{bob_talk.path}/messages/{said['id']}").json()) == {"id", "text"}
    assert set(bob_talk.thread()["last_message_data"]) == {"id", "text"}
    listed = bob_talk.client.get(f"/api/accounts/{bob.pk}/threads/tracker?limit=5").json()["results"]
    assert set(listed[0]["last_message_data"]) == {"id", "text"}
    assert bob_talk.messages("&fields=text,meta") == [{"text": "hi"}]
    assert bob_talk.messages("&fields=meta") == [{"id": said["id"]}]
    switch(settings, LIMIT_FIELDS_TO=["text"])
    assert bob_talk.messages("&fields=meta") == [{}]
    assert bob_talk.messages() == [{"text": "hi"}]
    (chat,) = talks(thread_with(alice), alice)
    assert "meta" in chat.say(text="x")


CHOICE = {
    "type": "multichoice",
    "answers": [
        {"text": "counts", "variable_modifications": [["x", "x + 1"]]},
        {"text": "counts elsewhere", "variable_modifications": [["y", "y + 1"]]},
        {"text": "plain"},
    ],
}


@pytest.mark.parametrize(("limit", "stored"), [(None, "xy"), (["x"], "x"), (["z"], ""), ([], "")])
def test_chosen_answers_are_signalled_and_stored_only_if_they_modify_variables(
    alice: Any, settings: Any, limit: Any, stored: str
) -> None:
    switch(settings, SEND_SIGNAL_INSTEAD_ADDING_ANSWERS=True)
    if limit is not None:
        switch(
            settings,
            SEND_SIGNAL_INSTEAD_ADDING_ANSWERS=True,
            LIMIT_VARIABLES_MODIFICATIONS_TO=limit,
        )
    schema = published_schema([CHOICE, {}])
    talk = begin(alice, schema, type="tracker")
    got: list[Any] = []

    def listen(message: Any, answers: Any, **_: Any) -> None:
        got.append((message.pk, [one.position for one in answers]))

    chosen_answers_signal.connect(listen)
    try:
        with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
            ids = [answer(schema, 1, position) for position in (3, 2, 1)]
            said = talk.say(answers=ids)
            assert got == []
    finally:
        chosen_answers_signal.disconnect(listen)
    assert got == [(said["id"], [3, 2, 1])]
    links = MessageAnswer.objects.filter(message=said["id"]).order_by("answer__position")
    assert list(links.values_list("answer__position", flat=True)) == ["xy".index(name) + 1 for name in stored]
    assert said["text"] == "plain, counts elsewhere, counts"
    assert said["thread_data"]["variables_pool"] == dict.fromkeys(stored, 1.0)
    assert VariableModification.objects.count() == len(stored)
    shown = talk.client.delete(f"{talk.path}/messages/{said['id']}")
    assert shown.status_code == 204
    assert talk.thread()["variables_pool"] == {}


@pytest.mark.parametrize("state", ["scripted", "scripted_fe_controlled"])
def test_pool_has_only_the_permitted_variables(alice: Any, settings: Any, state: str) -> None:
    first = {
        "type": "choice",
        "variable_modifications": [["x", "1"], ["y", "1"]],
        "answers": [{"variable_modifications": [["y", "y + 1"], ["x", "x + y + 10"]]}],
    }
    message = {"type": "message", "variable_modifications": [["z", "5"], ["x", "x + z"]]}
    fork = {"type": "fork", "forking_rules": [["4", "z + y == 0"], ["5", "1"]]}
    schema = published_schema([first, message, fork, {}, {}], type="automated_flow")
    for limit, pool in ((["x"], {"x": 11.0}), (["nothing"], {})):
        switch(settings, SEND_SIGNAL_INSTEAD_ADDING_ANSWERS=True, LIMIT_VARIABLES_MODIFICATIONS_TO=limit)
        talk = begin(alice, schema, type="tracker", state=state)
        body = {"answers": [answer(schema, 1, 1)], "question": question(schema, 1).pk}
        shown = talk.say(**body)["thread_data"]
        assert (shown["variables_pool"], shown["question"]) == (pool, question(schema, 4).pk)
        if state == "scripted_fe_controlled":
            assert talk.say(**body)["thread_data"]["variables_pool"] == pool
    switch(settings, LIMIT_VARIABLES_MODIFICATIONS_TO=["x"])
    talk = begin(alice, schema, type="tracker", state=state)
    shown = talk.say(answers=[answer(schema, 1, 1)], question=question(schema, 1).pk)["thread_data"]
    assert shown["variables_pool"].keys() > {"x", "y"} if state == "scripted" else {"x", "y"}


def test_limit_applies_to_nested_fields(alice: Any, bob: Any, settings: Any) -> None:
    limit = [
        "id",
        "text",
        "thread_data__id",
        "thread_data__last_message_data__id",
        "sender_data__first_name",
        "nope",
    ]
    switch(settings, LIMIT_FIELDS_TO=limit)
    alice_talk, bob_talk = talks(thread_with(alice, bob, type="tracker"), alice, bob)
    said = alice_talk.say(text="hi")
    assert said == {
        "id": said["id"],
        "text": "hi",
        "thread_data": {"id": alice_talk.thread_id, "last_message_data": {"id": said["id"]}},
        "sender_data": {"first_name": "Alice"},
    }
    path = f"{alice_talk.path}/messages?fields=thread_data,sender_data__id,text"
    assert alice_talk.client.post(path, {"text": "x"}, format="json").json() == {
        "text": "x",
        "thread_data": said["thread_data"] | {"last_message_data": {"id": said["id"] + 1}},
    }
    path = f"{alice_talk.path}/messages?fields=thread_data__id"
    assert alice_talk.client.post(path, {"text": "x"}, format="json").json() == {
        "thread_data": {"id": alice_talk.thread_id}
    }
    (frame,) = alice_talk.client.get(f"{alice_talk.path}/events?after=2").json()["events"]
    assert frame["data"].keys() == {"id", "text", "thread_data", "sender_data"}
    assert frame["data"]["thread_data"].keys() == {"id", "last_message_data"}
    listed = bob_talk.client.get(f"{bob_talk.path}/messages?limit=1").json()["results"]
    assert listed == [{"id": said["id"], "text": "hi", "sender_data": {"first_name": "Alice"}}]
    assert alice_talk.patch(title="New").json().keys() > {"id", "state", "users_data"}
    *_, updated = alice_talk.client.get(f"{alice_talk.path}/events?after=3").json()["events"]
    assert updated["data"].keys() > {"id", "state", "users_data"}


def test_signal_is_not_sent_without_the_optimization(alice: Any) -> None:
    got: list[Any] = []

    def listen(**arguments: Any) -> None:
        got.append(arguments)

    schema = published_schema([CHOICE])
    talk = begin(alice, schema)
    chosen_answers_signal.connect(listen)
    try:
        with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
            talk.say(answers=[answer(schema, 1, 1)])
    finally:
        chosen_answers_signal.disconnect(listen)
    assert got == []


def test_answer_moves_the_script_only_to_its_end(alice: Any, settings: Any) -> None:
    switch(settings, NO_MOVE_TO_NEXT_QID=True)
    schema = published_schema([{"type": "choice", "answers": [{"next_qid": 2}, {"next_qid": -1}]}, {}])
    talk = begin(alice, schema, type="tracker")
    (asked,) = talk.messages()
    for _ in range(2):
        shown = talk.say(answers=[answer(schema, 1, 1)])["thread_data"]
        assert (shown["question"], shown["related_message"]) == (question(schema, 1).pk, asked["id"])
    assert len(talk.messages()) == 3
    assert talk.say(answers=[answer(schema, 1, 2)])["thread_data"]["state"] == "open"
    assert Message.objects.filter(asks=True).count() == 1
