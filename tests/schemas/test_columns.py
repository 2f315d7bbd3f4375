"""The columns of the questionnaire language: stored, exported, copied and edited without losses."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.question_types.registry import BUILT_IN
from chat_api.schemas.actions import copy_as_unpublished
from chat_api.schemas.compiled import build
from chat_api.schemas.lint import check_schema
from chat_api.schemas.models import Question, Schema, question_types
from chat_api.schemas.portability import dump
from chat_api.surveys.models import SurveyItem
from tests.databases import connection
from tests.factories import SurveyItemFactory, draft_schema
from tests.schemas.admin_pages import client_with, path, save
from tests.schemas.checkup import checkup
from tests.schemas.files import loaded, write

pytestmark = pytest.mark.django_db

FORMATS = ["json", "yaml", "xml", "compact"]


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    return loaded(write(tmp_path, "checkup.json", checkup()))


def content(schema: Schema) -> Any:
    return {**yaml.safe_load(dump(schema, format="compact")), "version": 0}


def expected() -> dict[str, Any]:
    """Return the document as it is dumped: without keys that are defaults."""
    document = checkup()
    document["questions"][2].pop("text")
    return {**document, "version": 0}


def test_document_is_dumped_as_it_was_loaded(schema):
    assert content(schema) == expected()


@pytest.mark.parametrize("as_json", [False, True])
def test_compact_document_survives_both_notations(schema, tmp_path, as_json):
    text = dump(schema, format="compact", as_json=as_json)
    copy = loaded(write(tmp_path, f"copy.{'json' if as_json else 'yaml'}", text))
    assert content(copy) == expected()


@pytest.mark.parametrize("format", FORMATS)
def test_dump_loads_as_same_schema(schema, tmp_path, format):
    name = f"copy.{'yaml' if format == 'compact' else format}"
    copy = loaded(write(tmp_path, name, dump(schema, format=format)))
    assert copy.pk != schema.pk
    assert content(copy) == expected()


def test_copy_has_all_columns(schema):
    assert content(copy_as_unpublished(schema=schema)) == expected()


def test_fixture_has_columns_only_where_they_are_used(schema):
    rows = json.loads(dump(schema, format="json"))
    (plain,) = [row for row in rows if row["fields"].get("qid") == 4]
    assert {"name", "show_if"} <= plain["fields"].keys()
    assert not {"hint", "limits", "constraints", "skip_i18n", "default"} & plain["fields"].keys()
    unused = json.loads(dump(draft_schema([{"group": "g"}]), format="json"))
    fields = {name for row in unused for name in row["fields"]}
    assert not {"scores", "flags", "match_text", "key", "show_if", "layout", "limits", "hint_i18n"} & fields


def test_script_page_loses_nothing(schema):
    admin = client_with(is_superuser=True)
    page = admin.get(path("script", schema.pk))
    response = save(admin, schema, page.context["editor"]["document"], token=page.context["token"])
    assert response.status_code == 302
    assert content(Schema.objects.get(pk=schema.pk)) == expected()
    page = admin.get(path("script", schema.pk))
    changed = {**page.context["editor"]["document"], "scores": None, "match_text": False}
    assert save(admin, schema, changed, token=page.context["token"]).status_code == 302
    stored = Schema.objects.get(pk=schema.pk)
    assert (stored.scores, stored.match_text, len(stored.flags)) == (None, False, 1)


def test_script_has_all_columns_and_takes_four_queries(schema):
    with CaptureQueriesContext(connection) as queries:
        script = build(schema).script
    assert len(queries) == 4
    age, pain, decade, drug = script.questions
    assert (age.name, age.skip, age.default) == ("age", "Skip", "30")
    assert age.limits == {"min": 0, "max": "100 + 20", "also": [999]}
    assert [(each.check, each.severity) for each in age.constraints] == [
        ("value != 13", "warning"),
        ("value >= 0", "error"),
    ]
    assert [(answer.value, answer.weight, answer.show_if) for answer in pain.answers] == [
        (0, None, None),
        ("some", 1.5, None),
        (True, None, "age < 18"),
    ]
    assert (decade.calculate, drug.show_if) == ("age // 10", "age > 1")
    (group,) = script.groups
    assert (group.key, group.show_if, group.repeat.max, group.repeat.add) == ("meds", "age > 3", 5, 4)
    assert (script.scores[0].name, script.flags[0].condition, script.match_text) == (
        "burden",
        "age > 100",
        True,
    )


def test_numbers_and_booleans_are_expressions_and_texts_where_these_are_expected(tmp_path):
    text = """
    name: Unquoted
    type: survey
    questions:
      - {qid: 1, type: int, text: 5, name: n, hint: 1.50, show_if: true, default: 3, limits: {max: 9}}
      - {qid: 2, type: choice, text: x, answers: [{text: 1, value: 1}, {text: 2, value: "2"}]}
    scores: [{name: s, label: 7, expression: 1}]
    """
    schema = loaded(write(tmp_path, "unquoted.yaml", text))
    row = schema.questions.get(qid=1)
    assert (row.hint, row.show_if, row.default, row.limits) == ("1.50", "True", "3", {"max": 9})
    assert list(schema.questions.get(qid=2).answers.values_list("value", flat=True)) == [1, "2"]
    assert schema.scores == [{"name": "s", "label": "7", "expression": "1"}]


def test_example_of_the_documentation_has_no_errors(tmp_path):
    page = (Path(__file__).parents[2] / "docs/reference/columns.rst").read_text(encoding="utf-8")
    block = page.partition(".. code-block:: yaml\n")[2].partition("\nQuestions\n")[0]
    schema = loaded(write(tmp_path, "example.yaml", "\n".join(line[3:] for line in block.splitlines())))
    assert schema.questions.count() == 3
    assert {row.name for row in schema.questions.all()} == {"age", "pain", "since"}


def test_placeholders_in_hints_and_messages_are_checked():
    (question,) = draft_schema([{}]).questions.all()
    for columns in (
        {"hint": "{{ nothing.here }}"},
        {"skip": "{{ nothing.here }}"},
        {"required_message": "{{ nothing.here }}"},
        {"constraints": [{"check": "1", "message": "{{ nothing.here }}"}]},
        {"hint_i18n": {"pl": "{{ nothing.here }}"}},
    ):
        Question.objects.filter(pk=question.pk).update(
            **{"hint": None, "skip": None, "required_message": None, "constraints": None, **columns}
        )
        codes = [finding.code for finding in check_schema(question.schema)]
        assert "unknown_name" in codes, columns


def test_published_json_schema_has_all_types_and_limits():
    text = files("chat_api.schemas").joinpath("compact.schema.json").read_text(encoding="utf-8")
    parts = json.loads(text)["$defs"]
    assert parts["question"]["properties"]["type"]["enum"] == list(BUILT_IN)
    assert list(parts["limits"]["properties"]) == list(LIMITS)


def test_types_follow_registry():
    assert question_types() == list(Question.TYPE_CHOICES)
    assert dict(Question.TYPE_CHOICES)["calculation"]


def test_rows_of_earlier_releases_get_the_defaults():
    """An earlier release inserts rows without the new columns while a new one is rolled out."""
    schema = draft_schema()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO chat_api_group (schema_id, name, name_i18n, position) VALUES (%s, 'old', '{}', 1)",
            [schema.pk],
        )
    group = schema.groups.get()
    assert (group.text_i18n, group.key, group.repeat) == ({}, None, None)


def test_question_is_answered_once_in_each_instance():
    item = SurveyItemFactory.create()
    again = {"survey": item.survey, "related_question": item.related_question, "position": 1}
    assert item.instance == 0
    SurveyItem.objects.create(**again, instance=1)
    for instance in (0, 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyItem.objects.create(**again, instance=instance)
