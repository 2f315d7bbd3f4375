"""Correcting an answer: the run goes its new way, and equals one that was answered so from the start."""

from __future__ import annotations

import random
from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission, State
from chat_api.chat.models import Message, ScriptRun, UserThread
from chat_api.chat.signals import chat_api_thread_schema_completed
from chat_api.schemas.models import Answer, Question, Schema
from tests.chat.talking import Talk, answer, begin, events, set_state
from tests.factories import MemberFactory, published_schema

pytestmark = pytest.mark.django_db

#: 1 yes: 2, 3; no: 4, 3. 3 below 5: 5. Then 6.
BRANCHES = [
    {
        "qid": 1,
        "type": "choice",
        "text": "Pets?",
        "name": "pets",
        "variable_modifications": [["asked", "asked + 1"]],
        "answers": [
            {"text": "yes", "value": 1, "next_qid": 2, "variable_modifications": [["score", "score + 10"]]},
            {"text": "no", "value": 0, "next_qid": 4},
        ],
    },
    {"qid": 2, "text": "Which?", "name": "which", "next_qid": 3},
    {
        "qid": 3,
        "type": "int",
        "text": "How many?",
        "name": "number",
        "limits": {"max": "20 * (pets + 1)"},
        "next_qid": 7,
    },
    {"qid": 4, "text": "Why not?", "name": "reason", "next_qid": 3},
    {"qid": 5, "text": "Only {{ answers.number }}?", "name": "few", "show_if": "pets == 1", "next_qid": 6},
    {"qid": 6, "text": "Anything else?", "name": "rest", "next_qid": -1},
    {
        "qid": 7,
        "type": "fork",
        "variable_modifications": [["score", "score + number"]],
        "forking_rules": [["5", "number < 5"], ["6", "true"]],
    },
]


def start(user: Any, schema: Schema | None = None, **body: Any) -> Talk:
    return begin(user, schema or published_schema(BRANCHES), permissions=PERMISSIONS_ALL, **body)


def last(talk: Talk) -> int:
    found = (
        Message.objects.filter(thread_id=talk.thread_id, related_question__isnull=False).order_by("pk").last()
    )
    assert found is not None
    return found.pk


def correct(talk: Talk, message: int, **body: Any) -> Any:
    """Correct an answer and return the raw response."""
    return talk.client.post(
        f"{talk.path}/correct", {"message": message, "last": last(talk), **body}, format="json"
    )


def corrected(talk: Talk, message: int, **body: Any) -> dict[str, Any]:
    response = correct(talk, message, **body)
    assert response.status_code == 201, response.content
    shown: dict[str, Any] = response.json()
    return shown


def refusal(talk: Talk, message: int, **body: Any) -> dict[str, Any]:
    response = correct(talk, message, **body)
    assert response.status_code == 400, response.content
    errors: dict[str, Any] = response.json()
    return errors


def open_qid(talk: Talk) -> int | None:
    shown = talk.thread()["question_data"]
    return None if shown is None else int(shown["qid"])


def pet_owner(user: Any) -> tuple[Talk, list[int]]:
    """Return a talk in which "yes", "cat", 3 and "only" were said, and the ids of these messages."""
    talk = start(user)
    schema = Schema.objects.get()
    said = [talk.say(answers=[answer(schema, 1, 1)]), *(talk.say(text=text) for text in ("cat", "3", "only"))]
    return talk, [message["id"] for message in said]


def test_answers_that_still_fit_are_kept_and_new_questions_come_at_the_end(alice: Any) -> None:
    talk, said = pet_owner(alice)
    corrected(talk, said[0], answers=[answer(Schema.objects.get(), 1, 2)])
    # The open question can still lead to what was asked after the pets.
    assert talk.texts() == ["Pets?", "How many?", "3", "Only 3?", "only", "no", "Why not?"]
    talk.say(text="allergy")
    # Question 5 is hidden now.
    assert open_qid(talk) == 6
    assert talk.texts() == ["Pets?", "How many?", "3", "no", "Why not?", "allergy", "Anything else?"]
    assert talk.row.variables_pool == {"asked": 1.0, "score": 3.0}


def test_answers_that_do_not_fit_any_more_are_superseded_and_asked_again(alice: Any) -> None:
    talk = start(alice)
    schema = Schema.objects.get()
    first = talk.say(answers=[answer(schema, 1, 1)])
    talk.say(text="cats")
    talk.say(text="30")
    corrected(talk, first["id"], answers=[answer(schema, 1, 2)])
    talk.say(text="allergy")
    assert open_qid(talk) == 3
    assert talk.refused(text="30") == {"text": ["TOO_LARGE"]}
    talk.say(text="20")
    assert open_qid(talk) == 6


def test_for_others_superseded_messages_are_gone_and_can_be_looked_up(alice: Any) -> None:
    talk, said = pet_owner(alice)
    corrected(talk, said[0], answers=[answer(Schema.objects.get(), 1, 2)])
    shown = talk.messages("&superseded=true")
    assert [message["text"] for message in shown if message.get("superseded")] == [
        "yes",
        "Which?",
        "cat",
        "Anything else?",
    ]
    assert not any("superseded" in message for message in talk.messages())
    name, data = events(talk.thread_id)[-1]
    assert name == "run_corrected"
    assert data["superseded"] == sorted(message["id"] for message in shown if message.get("superseded"))


def test_confirming_a_control_goes_over_answers_that_were_kept(alice: Any) -> None:
    questions = [
        {"name": "a"},
        {"type": "control", "show_if": 'a == "show"'},
        {"name": "b"},
        {"name": "c"},
    ]
    talk = start(alice, published_schema(questions))
    first = talk.say(text="x")
    talk.say(text="kept")
    corrected(talk, first["id"], text="show")
    assert open_qid(talk) == 2
    talk.confirm()
    assert open_qid(talk) == 4
    assert "kept" in talk.texts()


def test_a_finished_run_that_stays_finished_is_not_completed_again(alice: Any) -> None:
    talk, said = pet_owner(alice)
    talk.say(text="no")
    assert talk.row.state == State.OPEN
    corrected(talk, said[1], text="dog")
    row, run = talk.row, ScriptRun.objects.get()
    assert (row.state, run.outcome) == (State.OPEN, "completed")
    assert run.values["given"][1]["value"] == "dog"


def closed_pet_owner(user: Any) -> tuple[Talk, list[int], UserThread]:
    """Return a talk like `pet_owner` in which the end of the script closed the user; another member is closed, too."""
    talk = start(user, on_finish="close")
    schema = Schema.objects.get()
    said = [
        talk.say(answers=[answer(schema, 1, 1)]),
        *(talk.say(text=text) for text in ("cat", "3", "only", "no")),
    ]
    other: Any = MemberFactory(thread_id=talk.thread_id, state=State.CLOSED)
    assert talk.row.state == State.CLOSED
    return talk, [message["id"] for message in said], other


def test_a_finished_run_that_stays_finished_leaves_the_thread_closed(
    alice: Any, django_capture_on_commit_callbacks: Any
) -> None:
    talk, said, other = closed_pet_owner(alice)
    completed: list[Any] = []
    chat_api_thread_schema_completed.connect(receiver := lambda **sent: completed.append(sent))
    left = (
        "state",
        "question_id",
        "related_message_id",
        "next_restart",
        "on_finish",
        "run_id",
        "paused_state",
    )
    before = {name: getattr(talk.row, name) for name in left}
    finished = ScriptRun.objects.get().finished
    with django_capture_on_commit_callbacks(execute=True):
        corrected(talk, said[1], text="dog")
    chat_api_thread_schema_completed.disconnect(receiver)
    assert {name: getattr(talk.row, name) for name in left} == before
    other.refresh_from_db()
    run = ScriptRun.objects.get()
    assert (other.state, run.finished, run.outcome) == (State.CLOSED, finished, "completed")
    assert (run.values["given"][1]["value"], completed) == ("dog", [])


def test_a_finished_run_that_opens_again_opens_the_closed_thread(alice: Any) -> None:
    talk, said, other = closed_pet_owner(alice)
    corrected(talk, said[0], answers=[answer(Schema.objects.get(), 1, 2)])
    other.refresh_from_db()
    assert (talk.row.state, other.state, open_qid(talk)) == (State.SCRIPTED, State.OPEN, 4)
    assert ScriptRun.objects.get().finished is None
    # The script ends as it would have without the correction.
    talk.say(text="allergy")
    assert (talk.row.state, ScriptRun.objects.get().outcome) == (State.CLOSED, "completed")


def test_closed_member_needs_thread_reopen_to_correct(alice: Any) -> None:
    talk, said, _ = closed_pet_owner(alice)
    set_state(talk, permissions=PERMISSIONS_ALL & ~Permission.THREAD_REOPEN)
    assert refusal(talk, said[1], text="dog") == {"non_field_errors": ["THREAD_IS_CLOSED"]}
    assert talk.row.state == State.CLOSED


def test_a_finished_run_with_a_new_question_opens_again(alice: Any) -> None:
    talk, said = pet_owner(alice)
    talk.say(text="no")
    corrected(talk, said[0], answers=[answer(Schema.objects.get(), 1, 2)])
    assert (talk.row.state, open_qid(talk)) == (State.SCRIPTED, 4)
    assert ScriptRun.objects.get().finished is None
    talk.say(text="allergy")
    assert talk.row.state == State.OPEN
    assert ScriptRun.objects.get().outcome == "completed"


def test_the_new_answer_is_checked_like_any_other(alice: Any) -> None:
    talk, said = pet_owner(alice)
    before = talk.texts()
    assert refusal(talk, said[2], text="41") == {"text": ["TOO_LARGE"]}
    assert refusal(talk, said[2], text="many") == {"text": ["WRONG_VALUE"]}
    assert refusal(talk, said[0], text="x") == {"answers": ["REQUIRED"], "text": ["WRONG_STATE"]}
    assert talk.texts() == before


def test_what_cannot_be_corrected_is_refused(alice: Any, bob: Any) -> None:
    talk, said = pet_owner(alice)
    assert refusal(talk, said[0] - 1, text="x") == {"message": ["NOT_AN_ANSWER"]}
    assert refusal(talk, said[1], text="x", last=said[0]) == {"last": ["ALREADY_ANSWERED"]}
    assert refusal(talk, said[1], text="x", run=10**6) == {"non_field_errors": ["WRONG_STATE"]}
    other = start(bob)
    assert refusal(other, said[1], text="x", last=last(other)) == {"message": ["NOT_AN_ANSWER"]}


def test_a_script_without_names_cannot_be_corrected(alice: Any) -> None:
    talk = start(alice, published_schema([{"text": "a"}, {"text": "b"}]))
    said = talk.say(text="x")
    assert refusal(talk, said["id"], text="y") == {"non_field_errors": ["NOT_CORRECTABLE"]}


def test_the_same_client_id_corrects_once(alice: Any) -> None:
    talk, said = pet_owner(alice)
    body = {"client_id": "0f8fad5b-d9cb-469f-a165-70867728950e", "text": "dog", "last": last(talk)}
    first, again = correct(talk, said[1], **body), correct(talk, said[1], **body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_a_correction_that_was_deleted_is_gone_for_its_client_id(alice: Any) -> None:
    talk, said = pet_owner(alice)
    body = {"client_id": "0f8fad5b-d9cb-469f-a165-70867728950e", "text": "dog", "last": last(talk)}
    first = correct(talk, said[1], **body)
    assert talk.client.delete(f"{talk.path}/messages/{first.json()['id']}").status_code == 204
    again = correct(talk, said[1], **body)
    assert (again.status_code, again.json()) == (410, {"client_id": ["DELETED"]})


def test_going_back_after_a_correction_returns_to_the_state_before(alice: Any) -> None:
    talk, said = pet_owner(alice)
    corrected(talk, said[1], text="dog")
    pool = talk.row.variables_pool
    talk.say(text="no")
    talk.roll_back()
    assert talk.row.variables_pool == pool


@pytest.mark.parametrize("seed", range(25))
def test_a_corrected_run_equals_one_that_was_answered_so_from_the_start(
    alice: Any, bob: Any, seed: int
) -> None:
    chance = random.Random(seed)
    schema = published_schema(BRANCHES)
    talk = start(alice, schema)
    for _ in range(12):
        answered = said_by(talk)
        if answered and chance.random() < 0.4:
            correct(
                talk, chance.choice(answered), **reply_to(chance, schema, None, talk, chance.choice(answered))
            )
        elif talk.row.question_id is not None:
            talk.post(**reply_to(chance, schema, talk.row.question_id, talk))
    fresh = start(bob, schema)
    newest = {row["question"]: row for row in talk.row.values["given"]}
    while fresh.row.question_id is not None and fresh.row.question_id in newest:
        row = newest[fresh.row.question_id]
        body = {"answers": row["chosen"]} if row.get("chosen") else {"text": str(row["value"])}
        fresh.say(**body)
    assert fresh.row.question_id == talk.row.question_id
    assert fresh.row.variables_pool == talk.row.variables_pool
    assert seen_by_rules(fresh) == seen_by_rules(talk)


def said_by(talk: Talk) -> list[int]:
    rows = Message.objects.filter(thread_id=talk.thread_id, asks=False, reply__isnull=False)
    return [*rows.values_list("pk", flat=True)]


def reply_to(
    chance: random.Random, schema: Schema, question_id: int | None, talk: Talk, message: int | None = None
) -> dict[str, Any]:
    if question_id is None:
        question_id = Message.objects.get(pk=message).related_question_id
    assert question_id is not None
    asked = Question.objects.get(pk=question_id)
    if asked.type == "choice":
        return {
            "answers": [chance.choice([*Answer.objects.filter(question=asked).values_list("pk", flat=True)])]
        }
    if asked.type == "int":
        return {"text": str(chance.choice([1, 4, 5, 20, 30, 99]))}
    return {"text": chance.choice("abcdef")}


def seen_by_rules(talk: Talk) -> dict[Any, Any]:
    return {row["question"]: (row["value"], row.get("chosen")) for row in talk.row.values["given"]}
