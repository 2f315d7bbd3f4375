"""A question suggests what it would accept as its answer, by the table of cases."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.engine.logic import Logic
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.run_state import RunState
from chat_api.engine.suggestions import suggestion
from tests.engine.scripts import cases, script

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("case", cases("suggestions"), ids=lambda case: case["about"])
def test_suggestions(case: dict[str, Any]) -> None:
    columns = {name: value for name, value in case.items() if name not in ("about", "suggests")}
    if columns["type"] in ("choice", "multichoice"):
        columns["answers"] = [{"text": "A", "value": "a"}, {"text": "b"}]
    found = script([{"name": "age", "type": "int"}, {"name": "asked", **columns}])
    question = found.questions[1]
    value = suggestion(RunState(Logic.of(found)), question, {"points": 3})
    assert question_type(question.type).to_json(value) == case["suggests"]
