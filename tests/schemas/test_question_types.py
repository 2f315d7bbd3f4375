"""Every question type can be stored, written in a document, and looked up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.script import QuestionType
from chat_api.schemas.models import Question
from chat_api.schemas.rule_validation import limit_errors

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("question_type", QuestionType)
def test_question_type_can_be_stored(question_type: QuestionType) -> None:
    assert dict(Question.TYPE_CHOICES)[question_type.value]


def test_documents_accept_every_question_type() -> None:
    schema = json.loads((ROOT / "chat_api" / "schemas" / "compact.schema.json").read_text())
    assert set(schema["$defs"]["question"]["properties"]["type"]["enum"]) == set(QuestionType)


@pytest.mark.parametrize("question_type", QuestionType)
def test_question_type_is_in_the_reference(question_type: QuestionType) -> None:
    page = (ROOT / "docs" / "reference" / "engine.rst").read_text()
    assert re.search(rf"^   \* - .*``{question_type.value}``", page, re.MULTILINE)


def test_documents_take_every_limit() -> None:
    schema = json.loads((ROOT / "chat_api" / "schemas" / "compact.schema.json").read_text())
    assert schema["$defs"]["limits"]["properties"].keys() == LIMITS.keys()


def test_columns_take_every_limit() -> None:
    assert limit_errors(dict.fromkeys(LIMITS)) == []
    assert limit_errors({"nonsense": None}) != []
