"""Scores, bands and flags follow from answers, by the table of cases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.logic import Logic
from chat_api.engine.rules_source import parse_flags, parse_scores
from chat_api.engine.scores import Results, results_of
from chat_api.engine.script import Question, QuestionType, Script
from tests.engine.scripts import cases

pytestmark = pytest.mark.sqlite_only

QUESTIONS = [
    Question(id=1, qid=1, position=1, type=QuestionType.FLOAT, text="", name="a"),
    Question(id=2, qid=2, position=2, type=QuestionType.FLOAT, text="", name="b"),
]


def results(case: dict[str, Any]) -> Results:
    script = Script.build(
        QUESTIONS, scores=parse_scores(case.get("scores")), flags=parse_flags(case.get("flags"))
    )
    environment = Environment(
        answers=case.get("answers", {}),
        weights=case.get("weights", {}),
        variables=case.get("variables", {}),
        timestamp=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return results_of(Logic.of(script), environment)


@pytest.mark.parametrize("case", cases("scores"), ids=lambda case: case["rule"])
def test_scores(case):
    found = results(case)
    if "gives" in case:
        assert found.scores == case["gives"]
    if "bands" in case:
        labels = {name: None if band is None else band.label for name, band in found.bands.items()}
        assert labels == case["bands"]
    assert found.flags == {*case.get("raised", ())}
    assert [failure.name for failure in found.failures] == case.get("failed", [])


def test_script_without_scores_and_flags_has_no_results():
    assert results({"answers": {"a": 1}}) == Results()


def test_script_without_names_can_score_its_variables():
    question = Question(id=1, qid=1, position=1, type=QuestionType.INT, text="")
    script = Script.build([question], scores=parse_scores([{"name": "risk", "expression": "points * 2"}]))
    assert results_of(Logic.of(script), Environment(variables={"points": 3})).scores == {"risk": 6}


def test_many_scores_are_computed_in_order_of_what_they_read():
    chain = [{"name": f"s{n}", "expression": f'score("s{n + 1}") + 1'} for n in range(999)]
    found = results({"scores": [*chain, {"name": "s999", "expression": "0"}]})
    assert found.scores["s0"] == 999
