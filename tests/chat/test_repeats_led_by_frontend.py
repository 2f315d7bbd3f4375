"""Repeated groups in conversations that the front end leads, and going back to one of their rounds."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import Message
from chat_api.schemas.models import Schema
from tests.chat.conftest import client_of
from tests.chat.talking import Talk, question
from tests.chat.test_repeats import CHILDREN, form, said, start
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_frontend_names_question_and_round(alice: Any) -> None:
    schema = form()
    talk = start(alice, schema, state="scripted_fe_controlled")

    def named(qid: int, text: str, instance: int | None = None) -> dict[str, Any]:
        body = {"question": question(schema, qid).pk, "text": text}
        return body if instance is None else {**body, "instance": instance}

    talk.say(**named(1, "2"))
    assert talk.refused(**named(2, "Ann")) == {"instance": ["REQUIRED"]}
    assert talk.refused(**named(2, "Ann", 0)) == {"instance": ["WRONG_VALUE"]}
    assert talk.refused(**named(2, "Ann", 101)) == {"instance": ["TOO_LARGE"]}
    assert talk.refused(**named(2, "Ann", 3)) == {"question": ["HIDDEN"]}
    assert talk.refused(**named(1, "2", 1)) == {"instance": ["WRONG_VALUE"]}
    talk.say(**named(2, "Bob", 2))
    talk.say(**named(3, "2024-01-01", 2))
    talk.say(**named(2, "Ann", 1))
    talk.say(**named(3, "2025-01-01", 1))
    talk.say(**named(5, "2", 1))
    talk.say(**named(5, "1", 2))
    assert talk.row.values["rounds"]["parts"] != []
    last = talk.say(**named(5, "1", 1))
    assert last["instance"] == 1
    asked = Message.objects.filter(asks=True).order_by("pk").values_list("text", "instance")
    assert list(asked)[-3:] == [
        ("How many doses did Ann get, at 1?", 1),
        ("How many doses did Bob get, at 2?", 2),
        ("How many doses did Ann get, at 1?", 1),
    ]
    talk.say(**named(8, "yes"))
    assert list(asked.all())[-1][0] == "Together 2 doses?"


def test_round_of_the_frontend_is_hidden_while_the_count_is_smaller(alice: Any) -> None:
    schema = form()
    talk = start(alice, schema, state="scripted_fe_controlled")
    for qid, text, instance in ((1, "2", 0), (2, "Ann", 1), (3, "2025-01-01", 1), (5, "1", 1),
                                (2, "Bob", 2), (3, "2025-01-01", 2), (5, "1", 2), (1, "1", 0)):  # fmt: skip
        talk.say(question=question(schema, qid).pk, text=text, instance=instance)
    talk.say(question=question(schema, 8).pk, text="yes")
    assert Message.objects.filter(asks=True).order_by("pk").last().text == "Together 1 doses?"  # type: ignore[union-attr]


def test_frontend_goes_back_to_a_question_in_rounds(alice: Any) -> None:
    schema = form()
    talk = start(alice, schema, state="scripted_fe_controlled")
    for qid, text, instance in ((1, "2", 0), (2, "Ann", 1), (2, "Bob", 2), (3, "2025-01-01", 2)):
        talk.say(question=question(schema, qid).pk, text=text, instance=instance)
    assert talk.roll_back(question=question(schema, 3).pk).status_code == 200
    assert [item.get("instance") for item in talk.row.values["given"]] == [None, 1, 2]
    talk.say(question=question(schema, 3).pk, text="2025-01-01", instance=1)
    talk.say(question=question(schema, 5).pk, text="2", instance=1)
    (run,) = (
        client_of(UserFactory.create(is_staff=True, is_superuser=True))
        .get(f"{talk.path}/runs?limit=5")
        .json()["results"]
    )
    assert [each["values"] for each in run["instances"]["children"]] == [
        {"called": "Ann", "born": "2025-01-01", "age": 1, "doses": 2},
        {"called": "Bob"},
    ]


def led_by_frontend(talk: Talk) -> None:
    schema = Schema.objects.get()
    for qid, text, instance in ((1, "2", 0), (2, "Ann", 1), (3, "2025-01-01", 1), (5, "1", 1),
                                (2, "Bob", 2), (3, "2024-06-01", 2), (5, "2", 2)):  # fmt: skip
        talk.say(question=question(schema, qid).pk, text=text, instance=instance)


@pytest.mark.parametrize(
    ("instance", "asked", "left"),
    [
        (1, "How many doses did Ann get, at 1?", [2, "Ann", "2025-01-01"]),
        (2, "How many doses did Bob get, at 1?", [2, "Ann", "2025-01-01", 1, "Bob", "2024-06-01"]),
        (None, "How many doses did Ann get, at 1?", [2, "Ann", "2025-01-01"]),
    ],
)
def test_frontend_goes_back_to_the_round_that_it_names(
    alice: Any, instance: int | None, asked: str, left: list[Any]
) -> None:
    schema = form()
    talk = start(alice, schema, state="scripted_fe_controlled")
    led_by_frontend(talk)
    response = talk.roll_back(question=question(schema, 5).pk, instance=instance)
    assert response.status_code == 200, response.content
    assert response.json()["question_data"]["text"] == asked
    assert talk.thread()["question_data"]["text"] == asked
    assert [item["value"] for item in talk.row.values["given"]] == left
    # The limit is that of the round that was left open.
    body = {"question": question(schema, 5).pk, "instance": instance or 1}
    assert talk.refused(**body, text="3") == {"text": ["TOO_LARGE"]}
    assert talk.say(**body, text="2")["instance"] == body["instance"]


@pytest.mark.parametrize(
    ("qid", "instance", "errors"),
    [
        (5, 3, {"instance": ["NO_SUCH_MESSAGE"]}),
        (5, 2**31, {"instance": ["NO_SUCH_MESSAGE"]}),
        (5, 2**62, {"instance": ["NO_SUCH_MESSAGE"]}),
        (5, 0, {"instance": ["WRONG_VALUE"]}),
        (1, 1, {"instance": ["WRONG_VALUE"]}),
        (8, 0, {"question": ["NO_SUCH_MESSAGE"]}),
        (5, "x", {"instance": ["Incorrect type. Expected pk value, received str."]}),
        (5, -1, {"instance": ['Invalid pk "-1" - object does not exist.']}),
    ],
)
def test_frontend_cannot_go_back_to_another_round(
    alice: Any, qid: int, instance: Any, errors: dict[str, list[str]]
) -> None:
    schema = form()
    talk = start(alice, schema, state="scripted_fe_controlled")
    led_by_frontend(talk)
    before = talk.row.values
    response = talk.roll_back(question=question(schema, qid).pk, instance=instance)
    assert (response.status_code, response.json()) == (400, errors)
    assert talk.row.values == before


def test_frontend_goes_back_to_the_first_round_of_an_older_release(alice: Any) -> None:
    schema = form()
    talk = start(alice, schema, state="scripted_fe_controlled")
    led_by_frontend(talk)
    Message.objects.filter(instance=1).update(instance=None)
    assert talk.roll_back(question=question(schema, 5).pk, instance=1).status_code == 200
    assert talk.say(question=question(schema, 5).pk, text="0", instance=1)["instance"] == 1


@pytest.mark.parametrize(("instance", "status"), [(2, 200), (1, 400), (0, 400)])
def test_instance_guards_the_step_back_of_a_script(alice: Any, instance: int, status: int) -> None:
    talk = start(alice)
    said(talk, "2", "Ann", "2025-01-01", "1", "Bob", "2024-06-01", "2")
    asked = Message.objects.get(asks=True, related_question__qid=5, instance=2)
    for body in ({"message": asked.pk}, {}):
        response = talk.roll_back(**body, instance=instance)
        assert response.status_code == status, response.content
        if status == 400:
            assert response.json() == {"instance": ["WRONG_VALUE"]}
        else:
            said(talk, "2")


def test_typed_lines_of_the_frontend_are_understood_in_their_round(alice: Any) -> None:
    schema = form([*CHILDREN[:4], {**CHILDREN[4], "default": "index"}, *CHILDREN[5:]])
    talk = start(alice, schema, state="scripted_fe_controlled")
    for qid, text, instance in ((1, "2", 0), (3, "2025-01-01", 1), (3, "2025-01-01", 2)):
        talk.say(question=question(schema, qid).pk, text=text, instance=instance)
    body = {"question": question(schema, 5).pk, "text": "", "instance": 2}
    response = talk.client.post(f"{talk.path}/reply", body, format="json")
    assert response.status_code == 201, response.content
    assert (response.json()["text"], response.json()["instance"]) == ("2", 2)
