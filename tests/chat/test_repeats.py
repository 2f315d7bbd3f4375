"""Repeated groups in conversations: a vaccination form asks the same about each child."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.delivery.frames import frames_of
from chat_api.chat.models import Message, ScriptRun, Thread, UserThread
from chat_api.chat.results.table import table_for
from chat_api.lib.tables import JSON
from chat_api.schemas.models import Group, Schema
from tests.chat.conftest import client_of
from tests.chat.talking import Talk, answer, begin, question
from tests.factories import UserFactory, draft_schema, publish_unchecked

pytestmark = pytest.mark.django_db

#: How many children; of each their name and date of birth, and below 5 years the number of doses.
CHILDREN: list[dict[str, Any]] = [
    {"qid": 1, "type": "int", "text": "How many children?", "name": "number", "next_qid": 2},
    {"qid": 2, "text": "What is the child called?", "name": "called", "group": "children", "next_qid": 3},
    {
        "qid": 3,
        "type": "date",
        "text": "When was {{ answers.called }} born?",
        "name": "born",
        "group": "children",
        "next_qid": 4,
    },
    {
        "qid": 4,
        "type": "calculation",
        "name": "age",
        "calculate": "years(born, date(2026, 5, 1))",
        "group": "children",
        "next_qid": 5,
    },
    {
        "qid": 5,
        "type": "int",
        "text": "How many doses did {{ answers.q2 }} get, at {{ answers.age }}?",
        "name": "doses",
        "limits": {"max": "age + 1"},
        "show_if": "age < 5",
        "group": "children",
        "next_qid": 6,
    },
    {
        "qid": 6,
        "type": "message",
        "text": "Thank you for {{ answers.called }}.",
        "group": "children",
        "next_qid": 7,
    },
    {"qid": 7, "type": "calculation", "name": "total", "calculate": "sum(children.doses)", "next_qid": 8},
    {"qid": 8, "text": "Together {{ answers.total }} doses?", "name": "rest", "next_qid": -1},
]


def form(
    questions: list[dict[str, Any]] = CHILDREN, repeat: dict[str, Any] | None = None, **schema: Any
) -> Schema:
    draft = draft_schema(questions, **schema)
    Group.objects.filter(schema=draft).update(
        key="children", repeat={"count": "number"} if repeat is None else repeat
    )
    return publish_unchecked(draft)


def start(user: Any, schema: Schema | None = None, **body: Any) -> Talk:
    return begin(user, schema or form(), permissions=PERMISSIONS_ALL, **body)


def said(talk: Talk, *texts: str) -> list[dict[str, Any]]:
    return [talk.say(text=text) for text in texts]


def shown(talk: Talk) -> list[str]:
    """List the texts of the talk, each with the round it belongs to."""
    return [
        f"{message['text']} [{message['instance']}]" if "instance" in message else message["text"]
        for message in talk.messages()
    ]


def correct(talk: Talk, message: dict[str, Any], **body: Any) -> Any:
    last = Message.objects.filter(thread_id=talk.thread_id, related_question__isnull=False).order_by("pk")
    newest = last.last()
    assert newest is not None
    response = talk.client.post(
        f"{talk.path}/correct", {"message": message["id"], "last": newest.pk, **body}, format="json"
    )
    assert response.status_code == 201, response.content
    return response.json()


TWO = ("2", "Ann", "2023-04-30", "3", "Bob", "2015-01-01")


def test_questions_of_a_repeated_group_are_asked_once_a_round(alice: Any) -> None:
    talk = start(alice)
    said(talk, *TWO)
    assert shown(talk) == [
        "How many children?",
        "2",
        "What is the child called? [1]",
        "Ann [1]",
        "When was Ann born? [1]",
        "2023-04-30 [1]",
        "How many doses did Ann get, at 3? [1]",
        "3 [1]",
        "Thank you for Ann. [1]",
        "What is the child called? [2]",
        "Bob [2]",
        "When was Bob born? [2]",
        "2015-01-01 [2]",
        "Thank you for Bob. [2]",
        "Together 3 doses?",
    ]
    said(talk, "yes")
    run = ScriptRun.objects.get()
    assert run.outcome == "completed"


def test_limits_are_those_of_the_round(alice: Any) -> None:
    talk = start(alice)
    said(talk, "2", "Ann", "2023-04-30", "4", "Bob", "2026-04-30")
    assert talk.refused(text="2") == {"text": ["TOO_LARGE"]}
    assert talk.say(text="1")["instance"] == 2


def test_group_without_rounds_is_left_out(alice: Any) -> None:
    talk = start(alice)
    said(talk, "0")
    assert talk.texts()[-1] == "Together 0 doses?"


def test_messages_outside_of_repeated_groups_have_no_instance(alice: Any) -> None:
    talk = start(alice)
    said(talk, "1")
    first, second, third = talk.messages()
    assert "instance" not in first
    assert "instance" not in second
    assert third["instance"] == 1
    assert talk.client.get(f"{talk.path}/messages/{third['id']}").json()["instance"] == 1


def test_frames_show_the_round(alice: Any) -> None:
    talk = start(alice)
    said(talk, "1", "Ann")
    head = Thread.objects.get(pk=talk.thread_id).event_head
    frames = frames_of(thread_id=talk.thread_id, first=1, last=head, user_ids=[alice.pk], live=True)
    data = [json.loads(str(frame))["data"] for frame in frames[alice.pk]]
    rounds = {message["text"]: message.get("instance") for message in data if "text" in message}
    assert rounds == {
        "How many children?": None,
        "1": None,
        "What is the child called?": 1,
        "Ann": 1,
        "When was Ann born?": 1,
    }


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"instance": 1}, {"instance": ["ALREADY_ANSWERED"]}),
        ({"instance": 0}, {"instance": ["ALREADY_ANSWERED"]}),
        ({"instance": 3}, {"instance": ["ALREADY_ANSWERED"]}),
        ({"instance": "x"}, {"instance": ["Incorrect type. Expected pk value, received str."]}),
    ],
)
@pytest.mark.parametrize("door", ["messages", "reply"])
def test_answer_to_another_round_than_the_open_one_is_refused(
    alice: Any, door: str, body: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    schema = form()
    talk = start(alice, schema)
    said(talk, *TWO[:4])
    body = {"text": "Bob", "question": question(schema, 2).pk, **body}
    response = talk.client.post(f"{talk.path}/{door}", body, format="json")
    assert response.status_code == 400
    assert response.json() == errors
    accepted = talk.client.post(f"{talk.path}/{door}", {**body, "instance": 2}, format="json")
    assert accepted.status_code == 201
    assert accepted.json()["instance"] == 2


def test_instance_zero_guards_an_answer_outside_of_groups(alice: Any) -> None:
    talk = start(alice)
    assert talk.refused(text="1", instance=1) == {"instance": ["ALREADY_ANSWERED"]}
    talk.say(text="1", instance=0)


def test_prompt_shows_question_and_default_of_the_round(alice: Any) -> None:
    talk = start(alice, form([*CHILDREN[:4], {**CHILDREN[4], "default": "age + index - 1"}, *CHILDREN[5:]]))
    assert "instance" not in talk.client.get(f"{talk.path}/prompt").json()
    said(talk, "2", "Ann", "2023-04-30", "1", "Bob", "2024-04-30")
    prompt = talk.client.get(f"{talk.path}/prompt").json()
    assert (prompt["text"], prompt["instance"], prompt["default"]) == (
        "How many doses did Bob get, at 2?",
        2,
        3,
    )
    assert talk.thread()["question_data"]["text"] == "How many doses did Bob get, at 2?"


MEDICINES: list[dict[str, Any]] = [
    {"qid": 1, "text": "Which medicine?", "name": "medicine", "group": "children", "next_qid": 2},
    {
        "qid": 2,
        "type": "choice",
        "text": "Another one after {{ answers.medicine }}?",
        "name": "more",
        "group": "children",
        "answers": [{"text": "yes", "value": True}, {"text": "no", "value": False}],
    },
    {"qid": 3, "text": "Anything else?", "name": "rest"},
]


def medicines(user: Any, **repeat: Any) -> tuple[Talk, int, int]:
    """Return a talk about medicines, and the ids of the answers that ask for another one, and do not."""
    schema = form(MEDICINES, {"add": 2, **repeat})
    return start(user, schema), answer(schema, 2, 1), answer(schema, 2, 2)


def test_answer_asks_for_another_round(alice: Any) -> None:
    talk, yes, no = medicines(alice, max=3)
    said(talk, "A")
    talk.say(answers=[yes])
    said(talk, "B")
    talk.say(answers=[no])
    assert shown(talk) == [
        "Which medicine? [1]",
        "A [1]",
        "Another one after A? [1]",
        "yes [1]",
        "Which medicine? [2]",
        "B [2]",
        "Another one after B? [2]",
        "no [2]",
        "Anything else?",
    ]


def test_scores_and_flags_read_all_rounds(alice: Any) -> None:
    scores = [{"name": "doses_given", "label": "Doses", "expression": "sum(children.doses)", "bands": []}]
    flags = [{"name": "baby", "if": "min(children.age) < 1", "label": "A baby"}]
    talk = start(alice, form(scores=scores, flags=flags))
    said(talk, "2", "Ann", "2023-04-30", "3")
    assert talk.row.values["scores"] == {"doses_given": 3}
    said(talk, "Bob", "2026-01-01", "1")
    assert talk.row.values["scores"] == {"doses_given": 4}
    run = ScriptRun.objects.get()
    assert [flag.name for flag in run.flags.all()] == ["baby"]


def test_runs_show_the_values_of_each_round(alice: Any) -> None:
    talk = start(alice)
    said(talk, "2", "Ann", "2023-04-30", "3", "Bob")
    other = UserFactory.create(is_staff=True, is_superuser=True)
    path = f"{talk.path}/runs?limit=5"
    (run,) = client_of(other).get(path).json()["results"]
    assert run["values"] == {"number": 2}
    assert run["instances"] == {
        "children": [
            {"instance": 1, "values": {"called": "Ann", "born": "2023-04-30", "age": 3, "doses": 3}},
            {"instance": 2, "values": {"called": "Bob"}},
        ]
    }
    (cut,) = client_of(other).get(f"{path}&fields=id,instances").json()["results"]
    assert cut.keys() == {"id", "instances"}


def test_table_of_runs_has_no_columns_for_repeated_questions(alice: Any) -> None:
    talk = start(alice)
    said(talk, *TWO)
    table = table_for(JSON, Schema.objects.get())
    (row,) = table.rows
    found = dict(zip(table.headings, row, strict=True))
    assert (found["number"], found["total"]) == (2, 3)
    assert {"called", "born", "doses", "age"}.isdisjoint(found)


def test_run_of_an_older_release_goes_on_in_the_first_round(alice: Any) -> None:
    talk = start(alice)
    first, *_ = said(talk, "2", "Ann")
    # As stored before there were rounds.
    Message.objects.update(instance=None)
    values = talk.row.values
    given = [{key: item[key] for key in item if key != "instance"} for item in values["given"]]
    UserThread.objects.update(
        values={**{key: values[key] for key in values if key != "rounds"}, "given": given}
    )
    said(talk, "2025-01-01", "1", "Bob", "2010-01-01", "yes")
    assert ScriptRun.objects.get().outcome == "completed"
    correct(talk, first, text="1")
    assert "Bob [2]" not in shown(talk)
    assert talk.texts()[-1] == "1"


def test_start_inside_of_a_group_begins_with_its_first_round(alice: Any) -> None:
    schema = form(MEDICINES, {"min": 2})
    talk = start(alice, schema, initial_question=question(schema, 2).pk)
    talk.say(answers=[answer(schema, 2, 1)])
    assert shown(talk)[0] == "Another one after ? [1]"
    assert shown(talk)[-1] == "Which medicine? [2]"


def test_script_that_repeats_at_once_begins_with_the_first_round_again(alice: Any) -> None:
    talk = start(alice, form([{**CHILDREN[1], "next_qid": -1}], {"min": 2}), on_finish="repeat")
    said(talk, "A", "B", "C", "D")
    rounds = [message["instance"] for message in talk.messages()]
    assert rounds == [1, 1, 2, 2, 1, 1, 2, 2, 1]


def test_settings_that_hold_a_script_at_its_question_hold_it_in_its_round(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NO_MOVE_TO_NEXT_QID": True}}}
    schema = form(MEDICINES, {"add": 2})
    talk = start(alice, schema)
    said(talk, "A", "B")
    assert [message["instance"] for message in talk.messages()] == [1, 1, 1]
