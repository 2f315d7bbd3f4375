"""Scripts with names are published through every door unless the checker finds an error in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat_api.api import publish as publish_schema
from chat_api.schemas.actions import SchemaHasErrors
from chat_api.schemas.lint import check_schema
from chat_api.schemas.models import Schema
from tests.databases import connection
from tests.factories import UserFactory, draft_schema
from tests.schemas.test_admin import path, publish

pytestmark = pytest.mark.django_db

AGE: dict[str, Any] = {"type": "int", "name": "age", "limits": {"min": 0, "max": 120}}
NEVER = {"show_if": "age > 120"}
WRONG = {"show_if": 'age == "old"'}


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


def test_admin_publishes_script_with_warning_and_names_it(admin: Client) -> None:
    schema = draft_schema([AGE, NEVER], name="Mood")
    page = admin.get(path("schema_publish", schema.pk)).content.decode()
    assert "never_true" in page or "is never true" in page
    assert publish(admin, schema)[-1] == "Mood (1) was published."


def test_admin_refuses_script_with_error(admin: Client) -> None:
    schema = draft_schema([AGE, WRONG])
    page = admin.get(path("schema_publish", schema.pk)).content.decode()
    assert "never works: it compares a number with a text." in page
    admin.post(path("schema_publish", schema.pk))
    assert not Schema.objects.get(pk=schema.pk).published


def test_publishing_in_code_refuses_circle() -> None:
    schema = draft_schema([{**AGE, "show_if": "name == 'x'"}, {"name": "name", "show_if": "age > 3"}])
    with pytest.raises(SchemaHasErrors) as raised:
        publish_schema(schema=schema)
    assert [finding.code for finding in raised.value.findings] == ["circle"]


def test_groups_scores_and_flags_reach_the_checker() -> None:
    schema = draft_schema(
        [{**AGE, "group": "First"}, {"group": "Second"}],
        scores=[{"name": "risk", "label": "Risk", "expression": "agee"}],
        flags=[{"name": "old", "if": "age > 120", "label": "Old"}],
    )
    schema.groups.filter(name="Second").update(show_if="age >")
    assert sorted(finding.code for finding in check_schema(schema)) == [
        "bad_expression",
        "never_true",
        "unknown_variable",
    ]


def test_checking_takes_four_queries_whatever_rules_there_are() -> None:
    schema = draft_schema([AGE, NEVER], flags=[{"name": "old", "if": "age > 120", "label": "Old"}])
    with CaptureQueriesContext(connection) as queries:
        check_schema(schema)
    assert len(queries) == 4


def test_flow_page_marks_questions_with_findings_of_rules(admin: Client) -> None:
    schema = draft_schema([AGE, {"type": "fork", "forking_rules": [["3", "age > 3"], ["-1", "1"]]}, NEVER])
    page = admin.get(path("schema_flow", schema.pk)).content.decode()
    assert "is never true" in page
    assert "age &gt; 3" in page


DOCUMENT = """
name: Mood
type: survey
questions:
  - {{qid: 1, type: int, name: age, text: How old are you?, limits: {{min: 0, max: 120}}}}
  - {{qid: 2, type: text, text: And then?, show_if: "{condition}"}}
"""


@pytest.mark.parametrize(("condition", "is_published"), [("age > 120", True), ("years(age, 2) > 3", False)])
def test_commands_publish_compact_document_with_warnings_only(
    tmp_path: Path, condition: str, is_published: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mood.yaml"
    file.write_text(DOCUMENT.format(condition=condition))
    if is_published:
        call_command("load_schema", str(file), publish=True)
        call_command("check_schema", name="Mood")
        assert "warning never_true: qid 2:" in capsys.readouterr().out
    else:
        with pytest.raises(CommandError, match="years takes no number"):
            call_command("load_schema", str(file), publish=True)
    assert Schema.objects.filter(published=True).exists() is is_published
