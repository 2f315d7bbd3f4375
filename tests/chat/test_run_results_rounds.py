"""Rounds of repeated groups: a table of their own, a row for each round; the table of runs has their number."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test.utils import CaptureQueriesContext

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.results import table, tally
from tests.chat.talking import answer, begin
from tests.chat.test_repeats import CHILDREN, TWO, correct, form, said, start
from tests.chat.test_run_results import as_csv, as_json
from tests.chat.test_run_results_admin import export_of, page_of, staff_with
from tests.databases import connection
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

ABOUT = len(table.ABOUT_ROUND)


def rounds(schema: Any, *args: Any) -> list[dict[str, Any]]:
    """Return the rows of the children without ids of runs, users and threads."""
    return [dict([*row.items()][3:]) for row in as_json(schema, "--repeat", "children", *args)]


def child(number: int, **values: Any) -> dict[str, Any]:
    shown = {"called": None, "born": None, "doses": None, "age": None, **values}
    return {"round": number, **shown, "superseded answers": [], "hidden answers": [], **values}


def test_a_round_is_a_row_with_the_questions_of_its_group(alice: Any) -> None:
    schema = form()
    talk = start(alice, schema)
    said(talk, *TWO)
    start(alice, schema).say(text="0")
    assert rounds(schema) == [
        child(1, called="Ann", born="2023-04-30", doses=3, age=3),
        child(2, called="Bob", born="2015-01-01", age=11),
    ]
    head, first, _ = as_csv(schema, "--repeat", "children")
    assert head[:ABOUT] == ["run id", "user id", "thread id", "round"]
    assert first[1:ABOUT] == [str(alice.pk), str(talk.thread_id), "1"]


def test_the_table_of_runs_has_the_number_of_rounds_and_no_questions_of_them(alice: Any) -> None:
    schema = form()
    said(start(alice, schema), *TWO, "yes")
    start(alice, schema).say(text="0")
    runs = as_json(schema)
    assert [*runs[0]][len(table.ABOUT) :] == [
        "number",
        "rest",
        "total",
        "rounds children",
        "superseded answers",
        "hidden answers",
    ]
    assert [(row["number"], row["total"], row["rounds children"]) for row in runs] == [
        (2, 3, 2),
        (0, 0, 0),
    ]


def test_rounds_that_a_correction_has_removed_are_left_out(alice: Any) -> None:
    schema = form()
    talk = start(alice, schema)
    messages = said(talk, *TWO)
    correct(talk, messages[0], text="1")
    assert [row["called"] for row in rounds(schema)] == ["Ann"]
    (run,) = as_json(schema)
    assert (run["rounds children"], run["superseded answers"]) == (1, ["number", "called", "born"])
    _, gone = rounds(schema, "--superseded")
    assert (gone["round"], gone["called"], gone["called [superseded]"]) == (2, None, ["Bob"])
    assert gone["superseded answers"] == ["called", "born"]


def test_hidden_answers_of_a_round_are_marked_in_their_row(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema, state="scripted_fe_controlled", permissions=PERMISSIONS_ALL)
    asked = {each.qid: each.pk for each in schema.questions.all()}
    talk.say(question=asked[1], text="2")
    for number, born in ((1, "2024-01-01"), (2, "2025-01-01")):
        talk.say(question=asked[3], instance=number, text=born)
        talk.say(question=asked[5], instance=number, text="1")
    talk.say(question=asked[3], instance=2, text="2010-01-01")
    assert [(row["doses"], row["hidden answers"]) for row in rounds(schema)] == [(1, []), (1, ["doses"])]
    assert [row["hidden answers"] for row in as_json(schema)] == [[]]


def test_options_of_all_rounds_are_counted_and_each_run_once(alice: Any) -> None:
    asked: list[dict[str, Any]] = [
        {"qid": 1, "type": "int", "name": "number", "next_qid": 2},
        {
            "qid": 2,
            "type": "choice",
            "name": "sex",
            "group": "children",
            "answers": [{"text": "f", "next_qid": 3}, {"text": "m", "next_qid": 3}],
        },
        {"qid": 3, "text": "Rest?", "next_qid": -1},
    ]
    schema = form(asked)
    for positions in ((1, 2, 1), (1,)):
        talk = start(alice, schema)
        talk.say(text=str(len(positions)))
        for position in positions:
            talk.say(answers=[answer(schema, 2, position)])
    found = {row.qid: row for row in tally.results_of(schema).questions}
    assert (found[2].answered, found[2].options) == (2, (("f", 3), ("m", 1)))


def test_versions_share_columns_of_rounds_too(alice: Any) -> None:
    old = form(name="Children")
    other = [{**each, "limits": None} if each.get("name") == "doses" else each for each in CHILDREN]
    other = [{**each, "type": "text"} if each.get("name") == "born" else each for each in other]
    new = form([each for each in other if each["qid"] != 4], name="Children", version=2)
    for schema in (old, new):
        said(start(alice, schema), "1", "Ann")
    found = rounds(old, "--all-versions")
    assert [(row["version"], row["called"]) for row in found] == [(1, "Ann"), (2, "Ann")]
    assert {"born [version 1]", "born [version 2]", "doses"} <= found[0].keys()


def test_an_unknown_group_is_named_in_the_error() -> None:
    with pytest.raises(CommandError, match="no repeated group with the key 'doses'"):
        as_json(form(), "--repeat", "doses")


def test_the_number_of_queries_does_not_grow_with_rounds(alice: Any) -> None:
    schema = form()
    counts = []
    for texts in (TWO[:2], TWO):
        said(start(alice, schema), *texts)
        with CaptureQueriesContext(connection) as captured:
            assert rounds(schema)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_page_offers_the_rounds_of_each_group(alice: Any) -> None:
    schema = form(name="Children")
    said(start(alice, schema), *TWO)
    client = staff_with("view_scriptrun", "view_message")
    assert f"{export_of(schema, 'csv')}?repeat=children" in client.get(page_of(schema)).content.decode()
    response: Any = client.get(export_of(schema, "json"), {"repeat": "children"})
    assert 'filename="children-1-children.json"' in response["Content-Disposition"]
    assert len(json.loads(b"".join(response.streaming_content))) == 2
    unknown = client.get(export_of(schema, "json"), {"repeat": "doses"}, follow=True)
    assert "no repeated group" in unknown.content.decode()


def test_hidden_answers_of_one_group_are_not_marked_in_rows_of_another(alice: Any) -> None:
    asked: list[dict[str, Any]] = [
        {"qid": 1, "type": "int", "text": "Age?", "name": "age", "next_qid": 2},
        {"qid": 2, "text": "Drug?", "name": "drug", "group": "a", "show_if": "age > 1", "next_qid": 3},
        {"qid": 3, "text": "Pet?", "name": "pet", "group": "b", "next_qid": 4},
        {"qid": 4, "text": "Else?", "next_qid": -1},
    ]
    groups: dict[str, Any] = {
        "a": {"key": "drugs", "repeat": {"count": None, "min": 1}},
        "b": {"key": "pets", "repeat": {"count": None, "min": 1}},
    }
    schema = published_schema(asked, groups=groups)
    talk = begin(alice, schema, state="scripted_fe_controlled", permissions=PERMISSIONS_ALL)
    ids = {each.qid: each.pk for each in schema.questions.all()}
    talk.say(question=ids[1], text="2")
    talk.say(question=ids[2], instance=1, text="Aspirin")
    talk.say(question=ids[3], instance=1, text="Rex")
    talk.say(question=ids[1], text="1")
    (drug,), (pet,) = (as_json(schema, "--repeat", key) for key in ("drugs", "pets"))
    assert (drug["drug"], drug["hidden answers"]) == ("Aspirin", ["drug"])
    assert (pet["pet"], pet["hidden answers"]) == ("Rex", [])
    assert {row.qid: row.answered for row in tally.results_of(schema).questions} == {1: 1, 2: 0, 3: 1, 4: 0}
