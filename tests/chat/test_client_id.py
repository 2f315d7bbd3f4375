"""The client id of a message: a repeated post creates no second message."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, answer, begin, events, question, set_state, talks
from tests.factories import published_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(alice: Any) -> Talk:
    return talks(thread_with(alice), alice)[0]


def again(talk: Talk, **body: Any) -> dict[str, Any]:
    response = talk.post(**body)
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def test_same_client_id_returns_the_same_message_whatever_else_is_sent(talk: Talk) -> None:
    name = str(uuid.uuid4())
    said = talk.say(text="one", client_id=name)
    assert said["client_id"] == name
    before = events(talk.thread_id)
    for body in ({"text": "one"}, {"text": "two", "meta": 5}, {"text": 5, "type": "automated_message"}):
        assert again(talk, client_id=name, **body) == said
    assert talk.texts() == ["one"]
    assert events(talk.thread_id) == before


def test_response_to_a_repeated_post_shows_the_current_thread(talk: Talk) -> None:
    name = str(uuid.uuid4())
    talk.say(text="one", client_id=name)
    talk.say(text="two")
    assert again(talk, client_id=name)["thread_data"]["last_message_data"]["text"] == "two"


def test_client_ids_are_unique_per_user_and_thread(alice: Any, bob: Any) -> None:
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    (other,) = talks(thread_with(alice), alice)
    name = str(uuid.uuid4())
    ids = {talk.say(text="x", client_id=name)["id"] for talk in (alice_talk, bob_talk, other)}
    assert len(ids) == 3


def test_client_id_must_be_a_uuid_or_null(talk: Talk) -> None:
    wrong = ["Must be a valid UUID."]
    names: list[Any] = ["", "x", 1, 1.5, [], {}, True, "\x00"]
    for name in names:
        assert talk.refused(text="x", client_id=name) == {"client_id": wrong}, name
    assert talk.say(text="x", client_id=None)["client_id"] is None
    assert talk.say(text="x", client_id=None)["id"]


def test_client_id_of_a_deleted_message_is_gone(talk: Talk) -> None:
    name = str(uuid.uuid4())
    said = talk.say(text="x", client_id=name)
    talk.client.delete(f"{talk.path}/messages/{said['id']}")
    response = talk.post(text="x", client_id=name)
    assert (response.status_code, response.json()) == (410, {"client_id": ["DELETED"]})
    assert talk.texts() == []


def test_client_id_of_a_rolled_back_message_is_gone(alice: Any) -> None:
    talk = begin(alice, published_schema([{}, {}]), permissions=PERMISSIONS_ALL)
    name = str(uuid.uuid4())
    talk.say(text="x", client_id=name)
    talk.roll_back()
    assert talk.post(text="x", client_id=name).status_code == 410
    assert talk.say(text="x", client_id=str(uuid.uuid4()))["text"] == "x"


def test_repeated_answer_is_stored_once_and_shown_with_its_choices(alice: Any) -> None:
    schema = published_schema([{"type": "multichoice", "answers": [{}, {}]}, {}])
    talk = begin(alice, schema)
    chosen = [answer(schema, 1, 2), answer(schema, 1, 1)]
    name = str(uuid.uuid4())
    said = talk.say(answers=chosen, client_id=name)
    assert again(talk, client_id=name, question=question(schema, 1).pk) == said
    assert said["answers"] == chosen[::-1]
    assert talk.row.question_id == question(schema, 2).pk


def test_repeated_confirmation_of_a_control_counts_once(alice: Any) -> None:
    schema = published_schema([{"type": "control"}, {"type": "control"}, {}])
    talk = begin(alice, schema)
    name = str(uuid.uuid4())
    for _ in range(3):
        talk.confirm(client_id=name)
    assert talk.row.question_id == question(schema, 2).pk
    talk.confirm(client_id=str(uuid.uuid4()))
    assert talk.row.question_id == question(schema, 3).pk
    talk.confirm(client_id=name)


def test_refused_post_leaves_its_client_id_free(alice: Any) -> None:
    talk = begin(alice, published_schema([{"type": "int"}]))
    name = str(uuid.uuid4())
    talk.refused(text="x", client_id=name)
    assert talk.say(text="5", client_id=name)["text"] == "5"


def test_repeated_post_returns_the_message_after_the_member_was_closed(talk: Talk) -> None:
    name = str(uuid.uuid4())
    said = talk.say(text="x", client_id=name)
    set_state(talk, state="closed", permissions=int(Permission.MESSAGES_CREATE))
    assert again(talk, client_id=name)["id"] == said["id"]


def test_repeated_post_needs_the_permission_to_write(talk: Talk) -> None:
    name = str(uuid.uuid4())
    talk.say(text="x", client_id=name)
    set_state(talk, permissions=PERMISSIONS_ALL & ~Permission.MESSAGES_CREATE)
    assert talk.post(text="x", client_id=name).status_code == 403


def test_repeated_frontend_controlled_answer_is_stored_once(alice: Any) -> None:
    schema = published_schema([{}, {}])
    talk = begin(alice, schema, state="scripted_fe_controlled")
    body = {"question": question(schema, 1).pk, "text": "a", "client_id": str(uuid.uuid4())}
    said = talk.say(**body)
    assert again(talk, **body)["id"] == said["id"]
    assert Message.objects.count() == 2


def test_all_spellings_of_a_uuid_are_the_same_client_id(talk: Talk) -> None:
    name = uuid.uuid4()
    said = talk.say(text="x", client_id=str(name))
    for spelling in (name.hex, str(name).upper(), f"{{{name}}}", f"urn:uuid:{name}"):
        assert again(talk, client_id=spelling)["id"] == said["id"]


def test_assisted_members_question_is_sent_once(alice: Any) -> None:
    schema = published_schema([{}])
    talk = begin(alice, schema, state="assisted")
    body = {"question": question(schema, 1).pk, "client_id": str(uuid.uuid4())}
    said = talk.say(**body)
    assert again(talk, **body)["id"] == said["id"]
