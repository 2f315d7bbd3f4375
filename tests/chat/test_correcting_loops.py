"""Corrections in a script that asks in a loop: the k-th answer stays the k-th, as long as it fits."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from chat_api.chat.models import Message
from chat_api.schemas.models import Question, Schema
from tests.chat.talking import Talk, answer
from tests.chat.test_correcting import correct, seen_by_rules, start
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

#: Runs with random corrections.
RUNS = int(os.environ.get("CHAT_API_WALKS", "6"))
STEPS = 25
#: Doses as long as there are more; the control and the note depend on all of them.
DOSES: list[dict[str, Any]] = [
    {
        "qid": 1,
        "type": "choice",
        "name": "kind",
        "answers": [{"value": "pill", "next_qid": 2}, {"value": "none", "next_qid": 5}],
    },
    {
        "qid": 2,
        "type": "int",
        "name": "dose",
        "limits": {"min": 0, "max": "100 - total"},
        "variable_modifications": [["times", "times + 1"]],
        "skip": "None",
        "next_qid": 3,
    },
    {"qid": 3, "type": "calculation", "name": "twice", "calculate": "dose * 2", "next_qid": 4},
    {
        "qid": 4,
        "type": "choice",
        "name": "more",
        "answers": [
            {"value": 1, "next_qid": 2, "variable_modifications": [["total", "total + coalesce(dose, 0)"]]},
            {"value": 0, "next_qid": 5},
            {"value": 2, "next_qid": 7, "show_if": "twice > 20"},
        ],
    },
    {"qid": 5, "type": "control", "show_if": "twice > 50", "next_qid": 6},
    {"qid": 6, "name": "note", "show_if": 'total > 0 or kind == "none"', "next_qid": 7},
    {"qid": 7, "name": "end", "next_qid": -1},
]


def body_for(chance: random.Random, schema: Schema, question: Question) -> dict[str, Any]:
    """Return a random answer, which need not be accepted."""
    if question.type == "choice":
        return {"answers": [answer(schema, question.qid, chance.randint(1, question.answers.count()))]}
    if question.type != "int":
        return {"text": chance.choice("abc")}
    return {"skip": True} if chance.random() < 0.2 else {"text": str(chance.choice([0, 5, 15, 30, 60, 99]))}


def answers_given(talk: Talk) -> dict[int, list[Message]]:
    """Return the answers that stand, by question, in the order in which the questions were asked."""
    rows = Message.objects.filter(thread_id=talk.thread_id, related_question__isnull=False).order_by("pk")
    asked: dict[int, Message | None] = {}
    latest: dict[int, int] = {}
    for row in rows:
        question_id = row.related_question_id or 0
        if row.asks:
            asked[row.pk] = None
            latest[question_id] = row.pk
        else:
            asked[row.reply.get("asking", latest[question_id])] = row
    found: dict[int, list[Message]] = {}
    for row_or_none in asked.values():
        if row_or_none is not None:
            found.setdefault(row_or_none.related_question_id or 0, []).append(row_or_none)
    return found


def led_at_random(chance: random.Random, schema: Schema) -> Talk:
    talk = start(UserFactory.create(), schema)
    for _ in range(STEPS):
        given = [row for rows in answers_given(talk).values() for row in rows]
        question_id = talk.row.question_id
        if given and chance.random() < 0.4:
            row = chance.choice(given)
            question = Question.objects.get(pk=row.related_question_id or 0)
            response = correct(talk, row.pk, **body_for(chance, schema, question))
        elif question_id is not None:
            question = Question.objects.get(pk=question_id)
            is_control = question.type == "control"
            response = talk.post(**({} if is_control else body_for(chance, schema, question)))
        else:
            break
        assert response.status_code in (201, 204, 400), response.content
    return talk


def again(talk: Talk, schema: Schema) -> Talk:
    """Return a run in which the answers of the other one were given from the start."""
    fresh, left = start(UserFactory.create(), schema), answers_given(talk)
    while (question_id := fresh.row.question_id) is not None:
        if Question.objects.get(pk=question_id).type == "control":
            if question_id == talk.row.question_id:
                break
            fresh.confirm()
            continue
        if not left.get(question_id):
            break
        row = left[question_id].pop(0)
        given = row.reply
        if given.get("skipped"):
            fresh.say(skip=True)
        else:
            fresh.say(**({"answers": given["chosen"]} if given.get("chosen") else {"text": row.text}))
    return fresh


def outcome(talk: Talk) -> dict[str, Any]:
    row = talk.row
    return {
        "open": row.question_id,
        "state": row.state,
        "pool": row.variables_pool,
        "given": seen_by_rules(talk),
        "calculated": row.values.get("calculated"),
    }


def test_corrected_loops_equal_those_answered_so_from_the_start() -> None:
    schema = published_schema(DOSES)
    for seed in range(RUNS):
        talk = led_at_random(random.Random(seed), schema)
        assert outcome(talk) == outcome(again(talk, schema)), seed


#: Three doses that are 100 at most together.
THREE: list[dict[str, Any]] = [
    {
        "qid": 1,
        "type": "int",
        "name": "dose",
        "limits": {"max": "100 - total"},
        "variable_modifications": [["total", "total + coalesce(dose, 0)"], ["times", "times + 1"]],
        "next_qid": 2,
    },
    {"qid": 2, "type": "fork", "forking_rules": [["1", "times < 3"], ["3", "true"]]},
    {"qid": 3, "name": "end", "next_qid": -1},
]


@pytest.mark.parametrize("said", [2, 3], ids=["asked", "answered"])
def test_answer_belongs_to_the_asking_that_waits_although_the_question_was_asked_later_too(
    alice: Any, said: int
) -> None:
    """With two answers the third asking is superseded, with three its answer is kept."""
    talk = start(alice, published_schema(THREE))
    first, *_ = [talk.say(text=text) for text in ["1", "5", "1"][:said]]
    second = correct(talk, first["id"], text="99").json()
    assert talk.row.variables_pool == {"times": 2.0, "total": 99.0}
    waiting = talk.row.related_message_id
    answered = talk.say(text="0")
    assert talk.row.related_message_id != waiting
    assert talk.row.variables_pool == {"times": 3.0, "total": 99.0}
    assert correct(talk, second["id"], text="2").status_code == 201
    assert talk.row.variables_pool == {"times": 3.0, "total": 2.0}
    assert correct(talk, answered["id"], text="90").status_code == 201
    assert talk.row.variables_pool == {"times": 3.0, "total": 92.0}


def test_answer_after_a_rollback_belongs_to_the_asking_to_which_the_run_went_back(alice: Any) -> None:
    talk = start(alice, published_schema(THREE))
    first, *_ = [talk.say(text=text) for text in ["1", "5"]]
    assert talk.roll_back().status_code == 200
    second = talk.say(text="4")
    assert talk.row.variables_pool == {"times": 3.0, "total": 5.0}
    assert correct(talk, first["id"], text="2").status_code == 201
    assert talk.row.variables_pool == {"times": 3.0, "total": 6.0}
    assert correct(talk, second["id"], text="7").status_code == 201
    assert talk.row.variables_pool == {"times": 3.0, "total": 9.0}


def test_kept_answer_that_the_run_has_not_come_to_again_cannot_be_corrected(alice: Any) -> None:
    """The question waits for its second answer, not for the third."""
    talk = start(alice, published_schema(THREE))
    first, _, third = [talk.say(text=text) for text in ["1", "5", "1"]]
    assert correct(talk, first["id"], text="99").status_code == 201
    before = talk.row.values
    response = correct(talk, third["id"], text="0")
    assert (response.status_code, response.json()) == (400, {"non_field_errors": ["NOT_CORRECTABLE"]})
    assert talk.row.values == before
