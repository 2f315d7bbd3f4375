"""States and answers of runs that another release or a host's code has stored differently: left out, never an error."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import Message, UserThread
from tests.chat.talking import Talk, answer
from tests.chat.test_correcting import correct, start
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {"name": "a"},
    {
        "name": "k",
        "type": "choice",
        "answers": [{"text": "u", "value": 1}, {"text": "v"}],
        "next_qid": 3,
    },
    {
        "name": "n",
        "type": "calculation",
        "calculate": "days(now(), now()) + length(text(a)) + length(k.other)",
    },
    {"name": "b", "show_if": "n >= 0 or true", "type": "date"},
    {"name": "c", "type": "int", "constraints": [{"check": "value > length(a) or true", "message": "m"}]},
    {"name": "d"},
]
NOW = "2020-01-01T00:00:00+00:00"
STATES: list[Any] = [
    [],
    5,
    "x",
    {"given": 5},
    {"given": [5, None, {"question": []}]},
    {"given": {"a": 1}},
    {"calculated": []},
    {"calculated": {"x": 1}},
    {"calculated": {"1": {"kind": []}}},
    {"hidden": 5},
    {"hidden": [[], "a", None, 1]},
    {"context": []},
    {"context": {"a": {"kind": []}}},
    {"given_paths": 5},
    {"given_paths": [[], 5]},
    {"prefill": []},
    {"prefill": {"a": {"kind": []}}},
    {"at": 5},
    {"at": "2020-01-01T00:00:00"},
    {"at": "0001-01-01T00:00:00+14:00"},
    {"zone": []},
    {"zone": "../x"},
]
REPLIES: list[Any] = [
    [],
    5,
    "x",
    {},
    {"value": 1, "at": 5},
    {"value": "x", "at": "2020-01-01T00:00:00"},
    {"value": "x", "at": "0001-01-01T00:00:00+14:00"},
    {"value": "x", "at": NOW, "zone": []},
    {"value": "x", "at": NOW, "chosen": [[]]},
    {"value": "x", "at": NOW, "chosen": "ab"},
    {"value": "x", "at": NOW, "other": []},
    {"value": "x", "at": NOW, "asking": []},
    {"value": {"a": 1}, "at": NOW},
    {"value": 10**400, "at": NOW},
]


@pytest.fixture
def talk(alice: Any) -> Talk:
    """Return a talk with three answers."""
    schema = published_schema(QUESTIONS)
    talk = start(alice, schema)
    talk.say(text="1")
    talk.say(answers=[answer(schema, 2, 1)])
    talk.say(text="2020-01-01")
    return talk


def said(talk: Talk) -> list[int]:
    found = Message.objects.filter(thread_id=talk.thread_id, asks=False).order_by("pk")
    return [*found.values_list("pk", flat=True)]


def all_can_be_asked(talk: Talk) -> bool:
    first = said(talk)[0]
    responses = [
        talk.client.get(talk.path),
        talk.client.get(f"{talk.path}/prompt"),
        talk.client.get(f"{talk.path}/runs"),
        correct(talk, first, text="other"),
        talk.post(text="77"),
        talk.roll_back(),
        talk.client.delete(f"{talk.path}/messages/{first}"),
        talk.client.post(f"{talk.path}/reply", {"text": "2"}, format="json"),
    ]
    return all(response.status_code < 500 for response in responses)


@pytest.mark.parametrize("stored", STATES, ids=repr)
def test_a_stored_state_of_another_form_is_an_empty_one(talk: Talk, stored: Any) -> None:
    values = {**talk.row.values, **stored} if isinstance(stored, dict) else stored
    UserThread.objects.filter(pk=talk.row.pk).update(values=values)
    assert all_can_be_asked(talk)


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("stored", REPLIES, ids=lambda stored: repr(stored)[:60])
def test_a_stored_answer_of_another_form_has_no_value(talk: Talk, stored: Any, place: int) -> None:
    Message.objects.filter(pk=said(talk)[place]).update(reply=stored)
    assert all_can_be_asked(talk)


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("stored", REPLIES, ids=lambda stored: repr(stored)[:60])
def test_an_answer_of_another_form_in_a_state_is_left_out(talk: Talk, stored: Any, place: int) -> None:
    values = talk.row.values
    question = values["given"][place]["question"]
    values["given"][place] = {"question": question, **stored} if isinstance(stored, dict) else stored
    UserThread.objects.filter(pk=talk.row.pk).update(values=values)
    assert all_can_be_asked(talk)
