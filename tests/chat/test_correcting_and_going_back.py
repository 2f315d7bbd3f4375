"""Going back, deleting and correcting in one run: the way of the run counts, not the order of its messages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.models import Message
from chat_api.schemas.models import Question, Schema
from tests.chat.talking import Talk, answer
from tests.chat.test_correcting import corrected, open_qid, pet_owner, refusal, start
from tests.databases import connection
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

COUNTED: list[dict[str, Any]] = [
    {"name": "a", "variable_modifications": [["n", "n + 1"]], "next_qid": 2},
    {"name": "b", "next_qid": 3},
    {"name": "c", "next_qid": 4},
    {"name": "d"},
]


def given(talk: Talk) -> dict[str | None, Any]:
    names = dict(Question.objects.values_list("pk", "name"))
    return {names[row["question"]]: row["value"] for row in talk.row.values["given"]}


def without_pets(user: Any) -> Talk:
    """Return a talk whose first answer was corrected; the question that this leads to is the last message but one."""
    talk, said = pet_owner(user)
    corrected(talk, said[0], answers=[answer(Schema.objects.get(), 1, 2)])
    talk.say(text="allergy")
    assert open_qid(talk) == 6
    return talk


def asked(talk: Talk, qid: int) -> int:
    return Message.objects.get(thread_id=talk.thread_id, asks=True, related_question__qid=qid).pk


def go_back(talk: Talk, **body: Any) -> None:
    response = talk.roll_back(**body)
    assert response.status_code == 200, response.content


def delete(talk: Talk, message: int) -> None:
    assert talk.client.delete(f"{talk.path}/messages/{message}").status_code == 204


def test_going_back_keeps_the_corrections_of_answers_before(alice: Any) -> None:
    talk = start(alice, published_schema(COUNTED))
    first = talk.say(text="1")
    talk.say(text="2")
    corrected(talk, first["id"], text="x")
    go_back(talk)
    assert open_qid(talk) == 2
    assert given(talk) == {"a": "x"}
    assert talk.texts() == ["Question 1?", "Question 2?", "x"]
    go_back(talk)
    assert (open_qid(talk), given(talk), talk.texts()) == (1, {}, ["Question 1?"])


def test_going_back_keeps_what_was_asked_late_but_stands_before(alice: Any) -> None:
    talk = without_pets(alice)
    go_back(talk, message=asked(talk, 3))
    assert given(talk) == {"pets": 0, "reason": "allergy"}
    talk.say(text="7")
    assert open_qid(talk) == 6
    assert given(talk) == {"pets": 0, "reason": "allergy", "number": 7}


def test_after_going_back_to_a_late_question_kept_answers_are_still_kept(alice: Any) -> None:
    talk = without_pets(alice)
    go_back(talk, message=asked(talk, 4))
    talk.say(text="no time")
    assert open_qid(talk) == 6
    assert talk.texts().count("How many?") == 1
    assert given(talk) == {"pets": 0, "reason": "no time", "number": 3}


def test_steps_back_after_a_correction_lead_to_the_beginning(alice: Any) -> None:
    talk = without_pets(alice)
    seen = []
    while talk.roll_back().status_code == 200:
        seen.append(open_qid(talk))
    assert seen == [3, 4, 1]


def test_a_message_that_asked_can_be_deleted_and_the_answer_stands(alice: Any) -> None:
    talk = start(alice, published_schema(COUNTED))
    talk.say(text="1")
    second = talk.say(text="2")
    delete(talk, asked(talk, 1))
    assert given(talk) == {"a": "1", "b": "2"}
    corrected(talk, second["id"], text="x")
    assert given(talk) == {"a": "1", "b": "x"}
    assert "Question 1?" not in talk.texts()


def test_the_message_of_the_open_question_can_be_deleted(alice: Any) -> None:
    talk, said = pet_owner(alice)
    corrected(talk, said[0], answers=[answer(Schema.objects.get(), 1, 2)])
    delete(talk, asked(talk, 4))
    talk.say(text="allergy")
    assert open_qid(talk) == 6


@pytest.mark.parametrize("both", [False, True])
def test_where_the_way_cannot_be_walked_again_other_answers_stand(alice: Any, both: bool) -> None:
    middle = {"type": "control", "variable_modifications": [["m", "m + 1"]]}
    questions = [COUNTED[0], middle, {"name": "b"}, {"name": "c"}]
    talk = start(alice, published_schema(questions))
    first = talk.say(text="1")
    talk.confirm()
    talk.say(text="2")
    delete(talk, asked(talk, 2))
    if both:
        delete(talk, first["id"])
    assert given(talk) == ({"b": "2"} if both else {"a": "1", "b": "2"})
    assert open_qid(talk) == 4


def test_where_the_host_moves_the_script_answers_count_by_position(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NO_MOVE_TO_NEXT_QID": True}}}
    talk = start(alice, published_schema(COUNTED))
    first = talk.say(text="1")
    assert refusal(talk, first["id"], text="x") == {"non_field_errors": ["NOT_CORRECTABLE"]}
    second = talk.say(text="2")
    assert given(talk) == {"a": "2"}
    delete(talk, second["id"])
    assert (open_qid(talk), given(talk)) == (1, {})


def test_the_first_answer_of_a_question_asked_in_a_loop_can_be_corrected(alice: Any) -> None:
    more = [
        {"text": "y", "value": 1, "next_qid": 1, "variable_modifications": [["sum", "sum + a"]]},
        {"text": "n", "value": 0, "next_qid": 3, "variable_modifications": [["sum", "sum + a"]]},
    ]
    questions: list[dict[str, Any]] = [
        {"name": "a", "type": "int", "variable_modifications": [["times", "times + 1"]], "next_qid": 2},
        {"name": "more", "type": "choice", "answers": more},
        {"name": "z"},
    ]
    schema = published_schema(questions)
    yes, no = answer(schema, 2, 1), answer(schema, 2, 2)
    talk = start(alice, schema)
    first = talk.say(text="1")
    for body in ({"answers": [yes]}, {"text": "2"}, {"answers": [yes]}, {"text": "3"}, {"answers": [no]}):
        talk.say(**body)
    again = corrected(talk, first["id"], text="10")
    corrected(talk, again["id"], text="20")
    assert talk.row.variables_pool == {"times": 3.0, "sum": 25.0}
    second = Message.objects.get(text="2", asks=False)
    corrected(talk, second.pk, text="30")
    assert talk.row.variables_pool == {"times": 3.0, "sum": 53.0}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "02/13/2020", "2020-02-13"),
        ("datetime", "02/13/2020 10:30", "2020-02-13T10:30:00+00:00"),
        ("time", "10:30", "10:30:00"),
        ("float", "36.6", 36.6),
        ("int", "12", 12),
        ("text", 'a < b & "c" &amp;', 'a < b & "c" &amp;'),
    ],
)
def test_kept_answers_stay_as_they_were_understood_when_the_locale_changes(
    alice: Any, settings: Any, kind: str, text: str, value: Any
) -> None:
    languages = ["en"]
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": True, "USER_LANGUAGE": lambda user: languages[-1]}
    talk = start(alice, published_schema([{"name": "a"}, {"name": "b", "type": kind}, {"name": "c"}]))
    first = talk.say(text="1")
    talk.say(text=text)
    assert given(talk)["b"] == value
    languages.append("de")
    corrected(talk, first["id"], text="2")
    assert open_qid(talk) == 3
    assert given(talk) == {"a": "2", "b": value}


@pytest.mark.parametrize("is_named", [True, False], ids=["named", "one step back"])
def test_rollback_walks_the_run_once_for_its_way_and_once_without_what_is_gone(
    alice: Any, is_named: bool
) -> None:
    talk, _ = pet_owner(alice)
    body = {"message": asked(talk, 2)} if is_named else {}
    with CaptureQueriesContext(connection) as queries:
        assert talk.roll_back(**body).status_code == 200
    selected = [query["sql"].partition(" FROM ")[0] for query in queries.captured_queries]
    answers = [columns for columns in selected if '"reply"' in columns and '"text"' not in columns]
    assert len(answers) == 2
    assert open_qid(talk) == (2 if is_named else 5)
