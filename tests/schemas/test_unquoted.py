"""Compact documents with unquoted texts and expressions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat_api.schemas.lint import check_schema
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.schemas.portability.parsing import parse
from chat_api.schemas.portability.unquoted import numbers_to_texts

pytestmark = pytest.mark.django_db

WRITTEN = """
name: 2026
name_i18n: {pl: 2027}
type: survey
groups: [1, {name: 2}]
questions:
  - qid: 1
    type: choice
    group: 1
    text: 0
    comments: 1.50
    variable_modifications: [[score, 2], [half, 0.5], [on, true]]
    answers:
      - {text: 007, variable_modifications: [[score, -1]]}
      - {text: 1e3}
      - {text: yes}
      - {text: 2017-01-01}
      - {text: +5, text_i18n: {pl: 1.0}}
  - {qid: 4, type: fork, group: 2, forking_rules: [[5, score > 1], [-1, 1], [-1, true]]}
  - {qid: 5, type: message, text: "5", meta: {limit: 1.50, on: true}}
"""


def loaded(path: Path, text: str) -> Schema:
    path.write_text(text, encoding="utf-8")
    call_command("load_schema", str(path))
    return Schema.objects.get()


def test_unquoted_numbers_become_texts_and_expressions(tmp_path: Path) -> None:
    schema = loaded(tmp_path / "a.yaml", WRITTEN)
    questions: Any = Question.objects.order_by("position").select_related("group")
    first, fork, last = questions
    assert (schema.name, schema.name_i18n) == ("2026", {"pl": "2027"})
    assert (first.text, first.comments, first.group.name, fork.group.name) == ("0", "1.50", "1", "2")
    assert first.variable_modifications == [["score", "2"], ["half", "0.5"], ["on", "True"]]
    assert fork.forking_rules == [["5", "score > 1"], ["-1", "1"], ["-1", "True"]]
    answers = Answer.objects.order_by("position")
    assert [answer.text for answer in answers] == ["007", "1e3", "yes", "2017-01-01", "+5"]
    assert answers[0].variable_modifications == [["score", "-1"]]
    assert answers[4].text_i18n == {"pl": "1.0"}
    assert last.meta == {"limit": 1.5, "on": True}
    assert "bad_expression" not in {finding.code for finding in check_schema(schema)}


def test_loaded_document_survives_dump_and_load(tmp_path: Path) -> None:
    schema = loaded(tmp_path / "a.yaml", WRITTEN)
    written = tmp_path / "b.yaml"
    call_command("dump_schema", pk=schema.pk, format="compact", output=str(written))
    text = written.read_text(encoding="utf-8")
    assert numbers_to_texts(parse(text, is_json=False)) == parse(text, is_json=False)
    assert "text: '0'" in text


def test_unquoted_numbers_in_json(tmp_path: Path) -> None:
    document = (
        '{"name": "N", "type": "survey", "questions": [{"qid": 1, "type": "message", "text": 0.5,'
        ' "variable_modifications": [["x", 2]]}]}'
    )
    loaded(tmp_path / "a.json", document)
    question = Question.objects.get()
    assert (question.text, question.variable_modifications) == ("0.5", [["x", "2"]])


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("text: true", r"questions\[0\].text: true is not a text; use quotes"),
        ("text: null", r"questions\[0\].text: null is not a text; use quotes"),
        ("text:", r"questions\[0\].text: null is not a text"),
        ("forking_rules: [[4, null]]", r"questions\[0\].forking_rules\[0\]\[1\]: null is not a text"),
        ("variable_modifications: [[x]]", "is too short"),
        ("variable_modifications: [x, 1]", "is not of type 'array'"),
        ("qid: 1.5", "duplicate|is not of type"),
        ("required: 1", "is not of type 'boolean'"),
        ("text: [1]", "is not of type"),
    ],
)
def test_ambiguous_value_is_rejected_with_its_position(tmp_path: Path, written: str, reason: str) -> None:
    text = f"name: N\ntype: survey\nquestions:\n  - qid: 1\n    type: message\n    {written}\n"
    with pytest.raises(CommandError, match=reason):
        loaded(tmp_path / "a.yaml", text)
    assert not Schema.objects.exists()


@pytest.mark.parametrize("data", [None, 5, "x", [], {"questions": 5}, {"groups": {"a": 1}}, {1: 2}])
def test_other_data_is_unchanged(data: Any) -> None:
    assert numbers_to_texts(data) == data
