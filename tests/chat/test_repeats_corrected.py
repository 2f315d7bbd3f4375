"""Corrections and steps back in repeated groups: the run equals one that was answered so from the start."""

from __future__ import annotations

import random
from typing import Any

import pytest

from chat_api.chat.models import Message, ScriptRun
from chat_api.schemas.models import Answer, Question
from tests.chat.talking import Talk
from tests.chat.test_repeats import TWO, correct, form, medicines, said, shown, start

pytestmark = pytest.mark.django_db

#: What is asked before, in and after the group; with `count` the choice `more` is not asked.
TRIPS: list[dict[str, Any]] = [
    {"qid": 1, "type": "int", "text": "How many trips?", "name": "number", "limits": {"max": 4}},
    {
        "qid": 2,
        "type": "choice",
        "text": "How was trip {{ answers.place }}?",
        "name": "how",
        "group": "trips",
        "answers": [
            {
                "text": "by bus",
                "value": 1,
                "next_qid": 3,
                "variable_modifications": [["cost", "cost + index"]],
            },
            {"text": "on foot", "value": 0, "next_qid": 4},
        ],
    },
    {"qid": 3, "text": "Which bus?", "name": "bus", "group": "trips", "next_qid": 5},
    {
        "qid": 4,
        "type": "int",
        "text": "How far?",
        "name": "far",
        "limits": {"max": "10 * index"},
        "group": "trips",
        "next_qid": 5,
    },
    {"qid": 5, "type": "calculation", "name": "place", "calculate": "index * 2 + how", "group": "trips"},
    {
        "qid": 6,
        "type": "choice",
        "text": "Another trip?",
        "name": "more",
        "group": "trips",
        "answers": [{"text": "yes", "value": True}, {"text": "no", "value": False}],
    },
    {
        "qid": 7,
        "type": "int",
        "text": "Together?",
        "name": "together",
        "show_if": "sum(children.place) > 6 or cost > 3",
    },
    {"qid": 8, "text": "Anything else?", "name": "rest", "next_qid": -1},
]

REPEATS = [{"count": "number"}, {"add": 6, "max": 4}, {"add": 6, "min": 2, "max": 3}, {"min": 2}]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("repeat", REPEATS, ids=["count", "add", "add-min", "fixed"])
def test_corrected_rounds_equal_those_that_were_answered_so_from_the_start(
    alice: Any, bob: Any, repeat: dict[str, Any], seed: int
) -> None:
    chance = random.Random(seed)
    schema = form(TRIPS, repeat)
    talk = start(alice, schema)
    for _ in range(14):
        answered = [*Message.objects.filter(thread_id=talk.thread_id, asks=False, reply__isnull=False)]
        choice = chance.random()
        if answered and choice < 0.3:
            message = chance.choice(answered)
            _correct(talk, message, **_reply(chance, message.related_question_id))
        elif answered and choice < 0.4:
            talk.roll_back()
        elif talk.row.question_id is not None:
            talk.post(**_reply(chance, talk.row.question_id))
    fresh = start(bob, schema)
    newest = {(row["question"], row.get("instance")): row for row in talk.row.values["given"]}
    while (place := _open(fresh)) in newest:
        row = newest[place]
        body = {"answers": row["chosen"]} if row.get("chosen") else {"text": str(row["value"])}
        fresh.say(**body)
    assert _open(fresh) == _open(talk)
    assert fresh.row.variables_pool == talk.row.variables_pool
    assert _seen(fresh) == _seen(talk)


def _open(talk: Talk) -> tuple[int | None, int | None]:
    row = talk.row
    return row.question_id, None if row.related_message is None else row.related_message.instance


def _correct(talk: Talk, message: Message, **body: Any) -> None:
    last = Message.objects.filter(thread_id=talk.thread_id, related_question__isnull=False).order_by("pk")
    newest = last.last()
    assert newest is not None
    response = talk.client.post(
        f"{talk.path}/correct", {"message": message.pk, "last": newest.pk, **body}, format="json"
    )
    assert response.status_code in (201, 400), response.content


def _reply(chance: random.Random, question_id: int | None) -> dict[str, Any]:
    assert question_id is not None
    asked = Question.objects.get(pk=question_id)
    if asked.type == "choice":
        offered = [*Answer.objects.filter(question=asked).order_by("position").values_list("pk", flat=True)]
        return {"answers": [chance.choice(offered)]}
    if asked.type == "int":
        return {"text": str(chance.choice([0, 1, 2, 3, 4, 11]))}
    return {"text": chance.choice("abcdef")}


def _seen(talk: Talk) -> tuple[Any, ...]:
    values = talk.row.values
    given = {
        (row["question"], row.get("instance")): (row["value"], row.get("chosen")) for row in values["given"]
    }
    return given, values.get("hidden"), values.get("calculated"), values.get("rounds")


def test_more_children_are_asked_about_after_a_correction_of_their_number(alice: Any) -> None:
    talk = start(alice)
    number, *_ = said(talk, *TWO, "yes")
    correct(talk, number, text="3")
    assert shown(talk)[-2:] == ["3", "What is the child called? [3]"]
    said(talk, "Cid", "2024-04-30", "2")
    # The kept answer to the last question follows.
    assert ScriptRun.objects.get().outcome == "completed"
    values = talk.row.values
    assert next(item["value"] for item in values["given"] if item.get("instance") == 3) == "Cid"


def test_fewer_children_supersede_the_answers_about_the_others(alice: Any) -> None:
    talk = start(alice)
    number, *_ = said(talk, *TWO, "yes")
    correct(talk, number, text="1")
    assert [text for text in shown(talk) if text.endswith("[2]")] == []
    assert "Ann [1]" in shown(talk)
    assert ScriptRun.objects.get().outcome == "completed"
    correct(talk, talk.messages()[-1], text="0")
    assert [text for text in shown(talk) if text.endswith("]")] == []


def test_correction_in_a_round_changes_that_round_alone(alice: Any) -> None:
    talk = start(alice)
    messages = said(talk, *TWO)
    fixed = correct(talk, messages[5], text="2025-01-01")
    assert fixed["instance"] == 2
    assert shown(talk)[-2:] == ["2025-01-01 [2]", "How many doses did Bob get, at 1? [2]"]
    said(talk, "1")
    assert shown(talk)[-1] == "Together 4 doses?"
    said(talk, "yes")
    correct(talk, messages[2], text="2010-01-01")
    assert "3 [1]" not in shown(talk)
    assert ScriptRun.objects.get().outcome == "completed"


def test_correction_of_the_answer_that_adds_a_round(alice: Any) -> None:
    talk, yes, no = medicines(alice)
    said(talk, "A")
    more = talk.say(answers=[no])
    said(talk, "no")
    correct(talk, more, answers=[yes])
    assert shown(talk)[-2:] == ["yes [1]", "Which medicine? [2]"]
    said(talk, "B")
    second = talk.say(answers=[no])
    assert second["instance"] == 2
    assert ScriptRun.objects.get().outcome == "completed"
    first = next(message for message in talk.messages() if message["text"] == "yes")
    correct(talk, first, answers=[no])
    assert [text for text in shown(talk) if text.endswith("[2]")] == []


def test_going_back_steps_through_the_rounds(alice: Any) -> None:
    talk = start(alice)
    said(talk, *TWO)
    seen = []
    while talk.roll_back().status_code == 200:
        seen.append(shown(talk)[-1])
    assert seen == [
        "When was Bob born? [2]",
        "What is the child called? [2]",
        "How many doses did Ann get, at 3? [1]",
        "When was Ann born? [1]",
        "What is the child called? [1]",
        "How many children?",
    ]
    said(talk, "1", "Eve", "2024-01-01", "2")
    assert shown(talk)[-1] == "Together 2 doses?"


def test_going_back_to_a_message_of_an_earlier_round(alice: Any) -> None:
    talk = start(alice)
    said(talk, *TWO)
    doses = next(message for message in talk.messages() if message["text"].startswith("How many doses"))
    assert talk.roll_back(message=doses["id"]).status_code == 200
    said(talk, "1", "Dan", "2010-01-01")
    assert shown(talk)[-1] == "Together 1 doses?"


def test_deleting_an_answer_of_a_round_leaves_the_others(alice: Any) -> None:
    talk = start(alice)
    messages = said(talk, *TWO)
    assert talk.client.delete(f"{talk.path}/messages/{messages[3]['id']}").status_code == 204
    assert talk.thread()["question_data"]["text"] == "Together 0 doses?"
