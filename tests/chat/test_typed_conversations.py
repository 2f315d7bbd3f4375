"""Conversations by scripts whose questions have names: what is asked, refused, computed, skipped and undone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.delivery.frames import frames_of
from chat_api.chat.models import Message, ScriptRun, Thread
from chat_api.schemas.models import Schema
from tests.chat.talking import Talk, answer, begin, question
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

BODY = [
    {"qid": 1, "type": "int", "text": "Age?", "name": "age", "limits": {"min": 0, "max": 120}, "next_qid": 2},
    {
        "qid": 2,
        "type": "choice",
        "text": "Pregnant?",
        "name": "pregnant",
        "show_if": "age >= 12 and age < 55",
        "answers": [
            {"text": "yes", "value": True, "next_qid": 3},
            {"text": "no", "value": False, "next_qid": 3},
        ],
    },
    {"qid": 3, "type": "float", "text": "Height in cm?", "name": "height", "next_qid": 4},
    {
        "qid": 4,
        "type": "float",
        "text": "Weight in kg?",
        "name": "weight_kg",
        "constraints": [
            {"check": "value > height / 20", "message": "That is too light for {{ answers.height }} cm."},
            {"check": "value < 2 * height", "message": "Really that heavy?", "severity": "warning"},
        ],
        "next_qid": 5,
    },
    {
        "qid": 5,
        "type": "calculation",
        "name": "bmi",
        "calculate": "round(weight_kg / (height / 100) ** 2, 1)",
        "next_qid": 6,
    },
    {
        "qid": 6,
        "type": "message",
        "text": "Your BMI is {{ answers.bmi }}.",
        "show_if": "bmi != empty",
        "next_qid": 7,
    },
    {"qid": 7, "type": "fork", "forking_rules": [["8", "bmi >= 25"], ["9", "true"]]},
    {
        "qid": 8,
        "type": "text",
        "text": "What do you eat?",
        "name": "food",
        "skip": "I'd rather not say",
        "next_qid": 9,
    },
    {"qid": 9, "type": "text", "text": "Anything else?", "next_qid": None},
]


def form(questions: list[dict[str, Any]] = BODY, **schema: Any) -> Schema:
    return published_schema(questions, **schema)


def asks(talk: Talk) -> int | None:
    """Return the qid of the current question."""
    shown = talk.thread()["question_data"]
    return None if shown is None else int(shown["qid"])


def test_a_question_whose_condition_is_false_is_not_asked(alice: Any) -> None:
    talk = begin(alice, form())
    talk.say(text="70")
    assert asks(talk) == 3
    assert talk.texts() == ["Age?", "70", "Height in cm?"]


def test_a_question_whose_condition_is_true_is_asked(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema)
    talk.say(text="30")
    talk.say(answers=[answer(schema, 2, 1)])
    assert talk.texts() == ["Age?", "30", "Pregnant?", "yes", "Height in cm?"]


@pytest.mark.parametrize(
    ("weight", "errors"),
    [("3", {"text": ["CONSTRAINT"]}), ("600", {"text": ["CONFIRM"]}), ("x", {"text": ["WRONG_VALUE"]})],
)
def test_an_answer_against_a_constraint_is_refused_and_nothing_is_stored(
    alice: Any, weight: str, errors: dict[str, list[str]]
) -> None:
    talk = begin(alice, form())
    talk.say(text="70")
    talk.say(text="180")
    assert talk.refused(text=weight) == errors
    assert talk.texts() == ["Age?", "70", "Height in cm?", "180", "Weight in kg?"]


def test_a_warning_is_confirmed_and_the_confirmation_kept(alice: Any) -> None:
    talk = begin(alice, form())
    talk.say(text="70")
    talk.say(text="180")
    said = talk.say(text="600", confirm=True)
    assert Message.objects.get(pk=said["id"]).reply["confirmed"] is True
    assert asks(talk) == 8


def test_a_confirmation_does_not_override_an_error(alice: Any) -> None:
    talk = begin(alice, form())
    talk.say(text="70")
    talk.say(text="180")
    assert talk.refused(text="3", confirm=True) == {"text": ["CONSTRAINT"]}


def test_a_calculation_is_shown_and_decides_at_a_fork(alice: Any) -> None:
    talk = begin(alice, form(), permissions=PERMISSIONS_ALL)
    for text in ("70", "180", "97,2"):
        talk.say(text=text)
    assert talk.texts()[-2:] == ["Your BMI is 30.", "What do you eat?"]
    talk.roll_back()
    talk.say(text="64.8")
    assert talk.texts()[-2:] == ["Your BMI is 20.", "Anything else?"]


def test_a_question_is_skipped_where_its_script_offers_that(alice: Any) -> None:
    talk = begin(alice, form())
    assert talk.refused(skip=True) == {"skip": ["NOT_OFFERED"]}
    for text in ("70", "180", "97.2"):
        talk.say(text=text)
    assert talk.refused(skip=True, text="pie") == {"text": ["WRONG_STATE"]}
    said = talk.say(skip=True)
    assert said["text"] == ""
    assert asks(talk) == 9


def test_the_run_keeps_its_values_when_it_ends(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema)
    for text in ("70", "180", "97.2", "pie", "no"):
        talk.say(text=text)
    run = ScriptRun.objects.get()
    given = {document["question"]: document["value"] for document in run.values["given"]}
    assert given[question(schema, 1).pk] == 70
    assert run.values["calculated"] == {str(question(schema, 5).pk): 30}


def test_an_answer_that_rules_read_is_changed_by_correcting_only(alice: Any) -> None:
    talk = begin(alice, form(), permissions=PERMISSIONS_ALL)
    said = talk.say(text="70")
    response = talk.client.patch(f"{talk.path}/messages/{said['id']}", {"text": "20"}, format="json")
    assert (response.status_code, response.json()) == (400, {"text": ["USE_CORRECT"]})


def rules_see(talk: Talk) -> tuple[Any, Any]:
    """Return what rules see, without the time of the last change."""
    row = talk.row
    return {**row.values, "at": None}, row.variables_pool


def test_a_long_text_that_no_rule_reads_is_not_kept_with_the_state(alice: Any) -> None:
    talk = begin(
        alice, form([{"name": "story"}, {"name": "read"}, {"text": "?", "show_if": "length(read) > 900"}])
    )
    talk.say(text="s" * 1000)
    talk.say(text="r" * 1000)
    assert [len(document["value"]) for document in talk.row.values["given"]] == [200, 1000]
    assert talk.texts()[-1] == "?"


def test_conditions_over_variables_need_no_names(alice: Any) -> None:
    schema = form(
        [
            {
                "type": "choice",
                "answers": [
                    {"text": "a", "variable_modifications": [["x", "2"]]},
                    {"text": "b", "variable_modifications": [["x", "5"]]},
                ],
            },
            {"text": "x is {{ variables.x }}?", "show_if": "x > 3"},
            {"text": "Last?"},
        ]
    )
    texts = []
    for position in (1, 2):
        talk = begin(alice, schema)
        talk.say(answers=[answer(schema, 1, position)])
        texts.append(talk.texts()[-1])
    assert texts == ["Last?", "x is 5?"]


def test_events_of_a_thread_with_values_reach_sockets_live(alice: Any) -> None:
    talk = begin(alice, form())
    talk.say(text="70")
    head = Thread.objects.get(pk=talk.thread_id).event_head
    frames = frames_of(thread_id=talk.thread_id, first=1, last=head, user_ids=[alice.pk], live=True)
    assert [json.loads(str(frame))["event"]["seq"] for frame in frames[alice.pk]] == [*range(1, head + 1)]


LOOP = [
    {
        "qid": 1,
        "type": "int",
        "text": "Pain?",
        "name": "pain",
        "variable_modifications": [["asked", "asked + 1"]],
        "next_qid": 2,
    },
    {"qid": 2, "type": "fork", "forking_rules": [["1", "pain > 5 and asked < 3"], ["3", "true"]]},
    {
        "qid": 3,
        "type": "choice",
        "text": "Better?",
        "name": "better",
        "answers": [
            {
                "text": "yes",
                "value": 1,
                "variable_modifications": [["sum", "pain + weight(better)"]],
                "next_qid": 4,
            },
            {"text": "no", "value": 0, "variable_modifications": [["sum", "better"]], "next_qid": 4},
        ],
    },
    {"qid": 4, "type": "text", "text": "Why?"},
]


def test_modifications_see_answers_and_a_question_that_is_asked_again_has_its_newest_answer(
    alice: Any,
) -> None:
    schema = form(LOOP)
    talk = begin(alice, schema)
    talk.say(text="8")
    talk.say(text="4")
    assert talk.thread()["variables_pool"] == {"asked": 2.0}
    talk.say(answers=[answer(schema, 3, 1)])
    assert talk.thread()["variables_pool"] == {"asked": 2.0, "sum": 5.0}


def test_going_back_restores_values_and_variables(alice: Any) -> None:
    schema = form(LOOP)
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    talk.say(text="8")
    before = rules_see(talk)
    talk.say(text="4")
    talk.say(answers=[answer(schema, 3, 1)])
    for _ in range(2):
        assert talk.roll_back().status_code == 200
    assert rules_see(talk) == before
    talk.say(text="3")
    talk.say(answers=[answer(schema, 3, 2)])
    assert talk.thread()["variables_pool"] == {"asked": 2.0, "sum": 0.0}


CASCADE = [
    {
        "qid": 1,
        "type": "choice",
        "text": "Country?",
        "name": "country",
        "answers": [
            {"text": "Poland", "value": "pl", "next_qid": 2},
            {"text": "Spain", "value": "es", "next_qid": 2},
        ],
    },
    {
        "qid": 2,
        "type": "choice",
        "text": "City?",
        "name": "city",
        "answers": [
            {"text": "Warsaw", "show_if": 'country == "pl"', "next_qid": 3},
            {"text": "Madrid", "show_if": 'country == "es"', "next_qid": 3},
        ],
    },
    {"qid": 3, "type": "int", "text": "Rooms?", "name": "rooms", "limits": {"max": "2 * length(city)"}},
]


def test_only_answers_whose_condition_holds_are_offered(alice: Any) -> None:
    schema = form(CASCADE)
    talk = begin(alice, schema)
    talk.say(answers=[answer(schema, 1, 1)])
    assert talk.refused(answers=[answer(schema, 2, 2)]) == {"answers": ["WRONG_VALUE"]}
    talk.say(answers=[answer(schema, 2, 1)])
    assert talk.refused(text="13") == {"text": ["TOO_LARGE"]}
    talk.say(text="12")


def test_the_frontend_cannot_answer_a_hidden_question(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema, state="scripted_fe_controlled")
    assert talk.refused(question=question(schema, 2).pk, answers=[answer(schema, 2, 1)]) == {
        "question": ["HIDDEN"]
    }
    talk.say(question=question(schema, 1).pk, text="30")
    talk.say(question=question(schema, 2).pk, answers=[answer(schema, 2, 1)])


def test_for_the_frontend_the_newer_answer_replaces_the_older_whatever_the_order(alice: Any) -> None:
    schema = form(LOOP)
    first, second = (begin(alice, schema, state="scripted_fe_controlled") for _ in range(2))
    first.say(question=question(schema, 3).pk, answers=[answer(schema, 3, 1)])
    first.say(question=question(schema, 1).pk, text="9")
    first.say(question=question(schema, 1).pk, text="4")
    second.say(question=question(schema, 1).pk, text="4")
    second.say(question=question(schema, 3).pk, answers=[answer(schema, 3, 1)])
    assert first.thread()["variables_pool"] == second.thread()["variables_pool"] == {"asked": 1.0, "sum": 5.0}


def test_deleting_an_answer_takes_it_from_the_rules(alice: Any) -> None:
    schema = form(LOOP)
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    first = talk.say(text="8")
    talk.say(text="4")
    assert talk.client.delete(f"{talk.path}/messages/{first['id']}").status_code == 204
    talk.say(answers=[answer(schema, 3, 1)])
    assert talk.thread()["variables_pool"] == {"asked": 2.0, "sum": 5.0}
