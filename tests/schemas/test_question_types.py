"""Every question type can be stored, written in a document, and looked up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chat_api.engine.script import QuestionType
from chat_api.schemas.models import Question

ROOT = Path(__file__).resolve().parents[2]
#: Described in the engine; not yet a choice of the column.
COMING = {QuestionType.CALCULATION, QuestionType.FILE, QuestionType.LOCATION}


@pytest.mark.parametrize("question_type", [kind for kind in QuestionType if kind not in COMING])
def test_question_type_can_be_stored(question_type: QuestionType) -> None:
    assert dict(Question.TYPE_CHOICES)[question_type.value]


def test_documents_accept_every_question_type() -> None:
    schema = json.loads((ROOT / "chat_api" / "schemas" / "compact.schema.json").read_text())
    assert set(schema["$defs"]["question"]["properties"]["type"]["enum"]) | COMING == set(QuestionType)


@pytest.mark.parametrize("question_type", QuestionType)
def test_question_type_is_in_the_reference(question_type: QuestionType) -> None:
    page = (ROOT / "docs" / "reference" / "engine.rst").read_text()
    assert re.search(rf"^   \* - .*``{question_type.value}``", page, re.MULTILINE)
