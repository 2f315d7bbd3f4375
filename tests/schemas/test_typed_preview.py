"""The preview of a script whose questions have names follows its rules."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.engine.question_types.base import Reply
from chat_api.schemas.preview import run_preview
from tests.factories import UserFactory, draft_schema

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {"type": "int", "text": "Age?", "name": "age", "limits": {"max": 120}},
    {"text": "School?", "show_if": "age < 18"},
    {"type": "calculation", "name": "double", "calculate": "age * 2"},
    {
        "type": "int",
        "text": "{{ answers.double }}?",
        "name": "other",
        "constraints": [{"check": "value > age", "message": "More."}],
    },
]


def preview(*texts: str) -> Any:
    return run_preview(draft_schema(QUESTIONS), [Reply(text) for text in texts], user=UserFactory.create())


def test_conditions_calculations_and_names_in_texts_are_evaluated() -> None:
    assert [line.text for line in preview("40").lines] == ["Age?", "40", "80?"]
    assert [line.text for line in preview("17").lines] == ["Age?", "17", "School?"]


def test_limits_and_constraints_refuse() -> None:
    assert preview("121").errors == {"text": ["TOO_LARGE"]}
    assert preview("40", "40").errors == {"text": ["CONSTRAINT"]}
    assert preview("40", "41").ended == "End of the script."
