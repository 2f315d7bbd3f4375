"""Circles of rules are found exactly where questions cannot be put in an order, in bounded work."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_api.engine.analysis import control
from chat_api.engine.analysis.checker import check
from tests.engine.scripts import raw_questions
from tests.work import work_of

pytestmark = pytest.mark.sqlite_only

COUNT = 5
#: By question, what its condition and its calculation read.
READS = st.lists(
    st.tuples(*[st.lists(st.integers(0, COUNT - 1), max_size=2)] * 2), min_size=COUNT, max_size=COUNT
)


def described(reads: list[tuple[list[int], list[int]]]) -> list[dict[str, Any]]:
    questions = []
    for number, (shown_by, made_of) in enumerate(reads):
        question: dict[str, Any] = {"type": "int", "name": f"n{number}", "text": "How many?"}
        question["next"] = number + 2 if number < COUNT - 1 else -1
        if made_of:
            question |= {"type": "calculation", "calculate": " + ".join(f"n{each}" for each in made_of)}
        if shown_by:
            question["show_if"] = " and ".join(f"n{each} > 1" for each in shown_by)
        questions.append(question)
    return questions


def has_order(reads: list[tuple[list[int], list[int]]]) -> bool:
    """Return whether the questions have an order: again and again, one is taken that reads none of the rest."""
    left = {number: {*shown_by, *made_of} for number, (shown_by, made_of) in enumerate(reads)}
    while left:
        free = [number for number, read in left.items() if not read & left.keys()]
        if not free:
            return False
        for number in free:
            del left[number]
    return True


def codes(script: list[dict[str, Any]]) -> list[str]:
    return [finding.code for finding in check(raw_questions(script))]


@settings(deadline=None)
@given(READS)
def test_circle_is_found_exactly_where_there_is_no_order(reads: list[tuple[list[int], list[int]]]) -> None:
    assert ("circle" not in codes(described(reads))) == has_order(reads)


def test_question_that_all_branches_lead_to_depends_on_none_of_them() -> None:
    depth = 6
    forks: list[dict[str, Any]] = []
    for number in range(depth):
        last = 2 * depth + 1
        rules = [[str(number + 2), f"last > {number}"], [str(last - number), "1"]]
        forks.append({"type": "fork", "text": "", "rules": rules})
    forks += [{"next": qid + 1} for qid in range(depth + 1, 2 * depth + 1)]
    script = [*forks, {"type": "int", "name": "last", "next": -1}]
    assert "circle" not in codes(script)
    # The last question is reached in every case; with an early end, it is not.
    script[0]["rules"][1][0] = "-1"
    assert "circle" in codes(script)


def ladder(rungs: int) -> list[dict[str, Any]]:
    """A script in which each fork leaves out the next question or not."""
    script: list[dict[str, Any]] = []
    for qid in range(1, rungs + 1):
        rules = [[str(qid + 1), f"n > {qid}"], [str(qid + 2), "1"]]
        script.append({"type": "fork", "text": "", "rules": rules})
    return [
        {"type": "int", "name": "n", "qid": 0, "next": 1},
        *script,
        {"qid": rungs + 1},
        {"qid": rungs + 2},
    ]


def test_long_ladder_of_forks_takes_bounded_work() -> None:
    script = [{"qid": number, **question} for number, question in enumerate(ladder(1000))]
    script[-2]["next"] = script[-1]["next"] = -1
    work, found = work_of(lambda: codes(script))
    assert found == []
    assert work < 3_000_000


def test_script_that_branches_too_much_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "STEPS_MAX", 3)
    script = [{"qid": number, **question} for number, question in enumerate(ladder(10))]
    script[-2]["next"] = script[-1]["next"] = -1
    assert codes(script) == ["bound_met"]
