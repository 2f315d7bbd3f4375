"""The funnel of runs: how many came to a question, what they did there, and where they went on."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test.utils import CaptureQueriesContext

from chat_api.chat import actions
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message
from chat_api.chat.results.tally import results_of
from tests.chat.talking import answer, begin, question
from tests.chat.test_repeats import form
from tests.chat.test_run_results import correct
from tests.chat.test_run_results_admin import page_of, staff_with
from tests.databases import connection
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

END = -1
FORKED: list[dict[str, Any]] = [
    {
        "qid": 1,
        "type": "choice",
        "text": "Smoker?",
        "answers": [
            {"text": "yes", "variable_modifications": [["x", "1"]], "next_qid": 2},
            {"text": "no", "next_qid": 2},
        ],
    },
    {"qid": 2, "type": "fork", "text": "", "forking_rules": [["3", "x > 0"], ["4", "1"]]},
    {"qid": 3, "type": "text", "text": "Since when?", "skip": "skip", "next_qid": 4},
    {"qid": 4, "type": "text", "text": "Anything else?", "next_qid": END},
]


def steps(schema: Any) -> dict[int, Any]:
    return {step.qid: step for step in results_of(schema).steps}


def branches(step: Any) -> dict[int | None, int]:
    return {branch.qid: branch.count for branch in step.branches}


def numbers(step: Any) -> tuple[Any, ...]:
    return step.reached, step.answered, step.skipped, step.stopped


def test_runs_are_counted_at_each_question_and_branch(alice: Any) -> None:
    schema = published_schema(FORKED)
    smokes, goes_on, does_not, silent = (begin(alice, schema) for _ in range(4))
    smokes.say(answers=[answer(schema, 1, 1)])
    smokes.say(skip=True)
    smokes.say(text="no")
    goes_on.say(answers=[answer(schema, 1, 1)])
    does_not.say(answers=[answer(schema, 1, 2)])
    actions.stop_script(user_thread=does_not.row)
    assert silent.texts() == ["Smoker?"]
    found = steps(schema)
    assert {qid: numbers(step) for qid, step in found.items()} == {
        1: (4, 3, 0, 1),
        2: (None, None, None, None),
        3: (2, 0, 1, 1),
        4: (2, 1, 0, 1),
    }
    assert branches(found[1]) == {3: 2, 4: 1}
    assert branches(found[2]) == {3: 2, 4: 1}


def test_branches_that_the_questions_leave_open_are_not_certain(alice: Any) -> None:
    """The third question can be hidden, so the first fork leads to the fourth in two cases."""
    schema = published_schema(
        [
            {"qid": 1, "type": "int", "text": "Age?", "name": "age", "next_qid": 2},
            {"qid": 2, "type": "fork", "text": "", "forking_rules": [["3", "age < 50"], ["4", "1"]]},
            {"qid": 3, "type": "text", "text": "School?", "show_if": "age < 20", "next_qid": 4},
            {"qid": 4, "type": "text", "text": "Last?", "next_qid": END},
        ]
    )
    for age in (12, 30, 60, 61):
        begin(alice, schema).say(text=str(age))
    assert branches(steps(schema)[2]) == {3: 1, None: 3}


def test_a_fork_that_can_be_hidden_is_not_certain(alice: Any) -> None:
    """Without the fork the script goes on at the same question as through its last rule."""
    asked = deepcopy(FORKED)
    asked[1] |= {"show_if": "x > 0 or x < 1", "next_qid": 4}
    schema = published_schema(asked)
    for position in (1, 2):
        begin(alice, schema).say(answers=[answer(schema, 1, position)])
    assert branches(steps(schema)[2]) == {3: 1, None: 1}


def test_branches_inside_of_repeated_groups_are_certain(alice: Any) -> None:
    schema = form(
        [
            {"qid": 1, "type": "int", "text": "How many?", "name": "number", "next_qid": 2},
            {"qid": 2, "type": "int", "text": "Age?", "name": "age", "group": "children", "next_qid": 3},
            {"qid": 3, "type": "fork", "forking_rules": [["4", "age < 5"], ["5", "1"]], "group": "children"},
            {"qid": 4, "text": "Doses?", "name": "doses", "group": "children", "next_qid": 5},
            {"qid": 5, "text": "Last?", "name": "last", "next_qid": END},
        ]
    )
    talk = begin(alice, schema)
    for text in ("3", "2", "one", "40", "50"):
        talk.say(text=text)
    found = steps(schema)
    # The second rule leads to the next round first.
    assert (branches(found[3]), branches(found[2])) == ({4: 1, 5: 2}, {2: 1, 4: 1, 5: 1})


def test_numbers_are_at_most_those_of_the_newest_runs(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_of, "__kwdefaults__", {"runs_max": 2, "all_versions": False})
    schema = published_schema(FORKED)
    for position in (1, 1, 2):
        begin(alice, schema).say(answers=[answer(schema, 1, position)])
    found = steps(schema)
    assert (numbers(found[1]), branches(found[2])) == ((2, 2, 0, 0), {3: 1, 4: 1})
    assert "Only the newest" in staff_with("view_scriptrun").get(page_of(schema)).content.decode()


def test_a_question_that_is_asked_again_is_counted_each_time(alice: Any) -> None:
    schema = published_schema(
        [
            {
                "qid": 1,
                "type": "choice",
                "text": "More?",
                "answers": [{"text": "yes", "next_qid": 1}, {"text": "no", "next_qid": END}],
            }
        ]
    )
    talk = begin(alice, schema)
    for position in (1, 1, 2):
        talk.say(answers=[answer(schema, 1, position)])
    step = steps(schema)[1]
    assert (numbers(step), branches(step)) == ((1, 1, 0, 0), {1: 2, END: 1})


def test_times_are_those_from_a_question_to_its_answer_in_runs_without_corrections(alice: Any) -> None:
    schema = published_schema([{"name": "first", "text": "First?"}, {"name": "second", "text": "Second?"}])
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        for seconds in (10, 30, 50):
            talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
            clock.shift(seconds)
            talk.say(text="a")
        found = steps(schema)
        assert (found[1].median_seconds, found[2].median_seconds) == (30, None)
        clock.shift(1000)
        correct(talk, Message.objects.filter(asks=False).latest("pk").pk, text="b")
    assert results_of(schema).left_out == 1
    assert steps(schema)[1].median_seconds == 20


def test_runs_that_the_front_end_leads_have_no_branches(alice: Any) -> None:
    schema = published_schema(FORKED)
    talk = begin(alice, schema, state="scripted_fe_controlled")
    talk.say(question=question(schema, 4).pk, text="first this")
    found = results_of(schema)
    assert (found.left_out, [step.branches for step in found.steps]) == (1, [()] * 4)
    assert {step.qid: step.reached for step in found.steps}[4] == 1


def test_going_back_takes_a_run_out_of_what_followed(alice: Any) -> None:
    schema = published_schema(FORKED)
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    talk.say(answers=[answer(schema, 1, 1)])
    talk.roll_back()
    found = steps(schema)
    assert (numbers(found[1]), numbers(found[3])) == ((1, 0, 0, 1), (0, 0, 0, 0))
    assert branches(found[2]) == {}


def test_the_page_shows_funnel_and_branches_with_a_constant_number_of_queries(alice: Any) -> None:
    schema, client = published_schema(FORKED), staff_with("view_scriptrun")
    costs = []
    for runs in (2, 10):
        for _ in range(runs):
            begin(alice, schema).say(answers=[answer(schema, 1, 1)])
        with CaptureQueriesContext(connection) as captured:
            page = client.get(page_of(schema)).content.decode()
        costs.append(len(captured))
    assert costs[0] == costs[1]
    assert all(text in page for text in ("Reached", "Skipped", "Stopped", "Branches", 'href="#branches2"'))
    assert '<td class="number">12</td>' in page
