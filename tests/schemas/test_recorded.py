"""Recordings of 0.8.8 replayed: everything is the same, except for `DIFFERENCES`."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from rest_framework.test import APIClient

from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from tests.databases import connection
from tests.recorded.differences import error_of_0_8_8
from tests.schemas.test_round_trips import without_ids

SCENARIOS = json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8"))
BY_NAME = {scenario["name"]: scenario for scenario in SCENARIOS}
MODELS: dict[str, Any] = {
    model.__name__: model for model in (Schema, Group, Question, Answer, AttachmentTemplate)
}
JSON_COLUMNS = frozenset({"meta", "variable_modifications", "forking_rules", "options", "thumbnail"})
PEOPLE = ("alice", "bob", "carol", "dave", "admin")


@dataclass(frozen=True)
class Difference:
    """The reason for a different response; `body` is the response, or a function of the recorded one.

    With `user` in place of the recorded user, the response is the recorded one.
    """

    why: str
    status: int
    body: Any
    user: str | None = None


def published_only(recorded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in recorded if row["id"] != 2]


def renderers_and_parsers(recorded: dict[str, Any]) -> dict[str, Any]:
    return {key: recorded[key] for key in ("renders", "parses")}


def without_duplicates(recorded: dict[str, Any]) -> dict[str, Any]:
    for question in [
        *recorded["questions"],
        *(q for group in recorded["groups"] for q in group["questions"]),
    ]:
        question["attachments"] = question["attachments"][:1]
    return recorded


DRAFTS = "drafts are listed only with the permission to view schemas"
NAMES = "views have other names and descriptions"

DIFFERENCES: dict[str, dict[str, Difference]] = {
    "schemas_list_detail": {
        "list survey (unpaginated; unpublished & deprecated included)": Difference(
            DRAFTS, 200, published_only, user="admin"
        ),
        "ordering": Difference(DRAFTS, 200, published_only, user="admin"),
        "filter deprecated=False": Difference(DRAFTS, 200, [{"id": 1, "deprecated": False}], user="admin"),
        "filter deprecated=2": Difference(
            "an invalid value of a filter is rejected", 400, {"deprecated": ["Enter true or false."]}
        ),
        "filter name (not indexed)": Difference("`name` is a filter", 200, [{"id": 1, "name": "big"}]),
        "OPTIONS detail": Difference(NAMES, 200, renderers_and_parsers),
        "OPTIONS list": Difference(NAMES, 200, renderers_and_parsers),
    },
    "schema_publish_copy": {
        "v2 detail": Difference("a draft is not found", 404, {"detail": "Not found."}),
        "v1 detail (attachments doubled?)": Difference(
            "a copy has its own templates", 200, without_duplicates
        ),
        "after publishing v1 again": Difference(
            "the last published version is the active one",
            200,
            lambda recorded: [{**recorded[0], "deprecated": False}, recorded[1]],
        ),
        "after publishing v2 twice": Difference(
            "the last published version is the active one",
            200,
            lambda recorded: [recorded[0], {**recorded[1], "deprecated": False}],
        ),
    },
    "schema_dump_load": {
        "loaded schema detail": Difference(
            "a loaded schema is a draft, with ids in order of position", 404, {"detail": "Not found."}
        ),
    },
}


def set_up(step: dict[str, Any]) -> None:
    """Create the recorded rows, with their ids."""
    for name in ("Schema", "Group", "Question", "Answer", "AttachmentTemplate"):
        rows = [
            {
                column: json.loads(value) if column in JSON_COLUMNS and value is not None else value
                for column, value in row.items()
            }
            for row in step["insert"].get(name, [])
        ]
        MODELS[name].objects.bulk_create(MODELS[name](**row) for row in rows)
    for sql in connection.ops.sequence_reset_sql(no_style(), list(MODELS.values())):
        with connection.cursor() as cursor:
            cursor.execute(sql)


def sent(step: dict[str, Any], user: str | None) -> tuple[int, Any]:
    client = APIClient()
    if user is not None:
        client.force_login(get_user_model().objects.get(username=user))
    response = client.generic(
        step["method"], step["path"], json.dumps(step["request"]), content_type="application/json"
    )
    body: Any = response.json() if response.content else None
    if step["method"] == "OPTIONS":
        body = renderers_and_parsers(body)
    return response.status_code, error_of_0_8_8(body)


def replay(step: dict[str, Any], settings: Any, scenario: dict[str, Any]) -> None:
    """Send the request of a step and compare the response with the recorded one."""
    settings.CHAT_SETTINGS = scenario["chat_settings"] if step["label"].startswith("restricted") else {}
    difference = DIFFERENCES[scenario["name"]].get(step["label"])
    recorded = step["response"]
    if difference is None:
        assert sent(step, step["user"]) == (step["status"], recorded), step["label"]
        return
    if difference.user is not None:
        assert sent(step, difference.user) == (step["status"], recorded), step["label"]
    expected = difference.body(recorded) if callable(difference.body) else difference.body
    assert sent(step, step["user"]) == (difference.status, expected), difference.why


def version(number: int) -> Schema:
    return Schema.objects.get(version=number)


def publish_twice(schema: Schema) -> None:
    schema.publish()
    schema.publish()


#: The recorded calls between the requests. A second copy of version 1 was impossible.
CALLS: dict[str, Callable[[], Any]] = {
    "v1.publish()": lambda: version(1).publish(),
    "v1.copy_as_unpublished()": lambda: version(1).copy_as_unpublished(),
    "v2.publish()": lambda: version(2).publish(),
    "v1.publish() again (old version)": lambda: version(1).publish(),
    "v2.publish() twice": lambda: publish_twice(version(2)),
}


@pytest.fixture
def people(db):
    for name in PEOPLE:
        get_user_model().objects.create(username=name, is_superuser=name == "admin")


@pytest.mark.parametrize("name", ["schemas_list_detail", "schema_publish_copy"])
def test_recorded_requests_have_recorded_responses(people, settings, name):
    for step in BY_NAME[name]["steps"]:
        if step["kind"] == "setup":
            set_up(step)
        elif step["kind"] == "http":
            replay(step, settings, BY_NAME[name])
        elif "exception" not in step:
            CALLS[step["label"]]()


def test_every_difference_occurs():
    for name, differences in DIFFERENCES.items():
        assert set(differences) <= {step["label"] for step in BY_NAME[name]["steps"]}


class TestFiles:
    """Dumps of 0.8.8, and the messages of its commands."""

    scenario = BY_NAME["schema_dump_load"]
    steps = {step["label"]: step for step in scenario["steps"]}

    @pytest.fixture
    def big(self, db) -> Schema:
        set_up(self.steps["big"])
        return Schema.objects.get()

    def result(self, label: str) -> str:
        return str(self.steps[label]["result"])

    def dumped(self, **options: Any) -> str:
        out = io.StringIO()
        call_command("dump_schema", stdout=out, **options)
        return out.getvalue()

    @pytest.mark.parametrize(
        ("label", "options", "read"),
        [
            ("dump_schema --pk", {"pk": 1, "indent": 4}, json.loads),
            ("dump_schema --name", {"name": "dump"}, json.loads),
            ("dump_schema --format yaml", {"name": "dump", "format": "yaml", "indent": 4}, yaml.safe_load),
        ],
    )
    def test_dump_has_recorded_content(self, big, label, options, read):
        def by_row(fixture: list[dict[str, Any]]) -> dict[Any, Any]:
            return {(row["model"], row["pk"]): row["fields"] for row in fixture}

        assert by_row(read(self.dumped(**options))) == by_row(read(self.result(label)))

    @pytest.mark.parametrize(
        ("label", "options"),
        [
            ("dump_schema without args", {}),
            ("dump_schema with both", {"pk": 1, "name": "dump"}),
            ("dump_schema unknown", {"pk": 999}),
            ("dump_schema --format zzz", {"pk": 1, "format": "zzz"}),
        ],
    )
    def test_error_has_recorded_message(self, big, label, options):
        with pytest.raises(CommandError) as caught:
            self.dumped(**options)
        assert f"CommandError: {caught.value}" == self.steps[label]["exception"]

    def test_xml_dump_works_where_0_8_8_failed(self, big):
        assert "exception" in self.steps["dump_schema --format xml"]
        assert self.dumped(pk=1, format="xml").startswith("<?xml")

    @pytest.mark.parametrize(
        ("label", "name"), [("dump_schema --pk", "a.json"), ("dump_schema --format yaml", "a.yaml")]
    )
    @pytest.mark.django_db
    def test_dump_of_0_8_8_loads(self, tmp_path, client, settings, label, name):
        path = tmp_path / name
        path.write_text(self.result(label))
        out = io.StringIO()
        call_command("load_schema", path, stdout=out)
        assert out.getvalue() == self.result("load_schema renamed")
        schema = Schema.objects.get()
        assert (schema.name, schema.version, schema.published) == ("dump", 1, False)
        schema.publish()
        client.force_login(get_user_model().objects.create(username="alice"))
        shown = client.get(f"/api/schemas/{schema.pk}").json()
        assert plain(shown) == {**plain(self.steps["loaded schema detail"]["response"]), "name": "dump"}

    @pytest.mark.parametrize(
        ("label", "name"), [("dump_schema --pk", "a.json"), ("dump_schema --format yaml", "a.yaml")]
    )
    @pytest.mark.parametrize("kind", ["json", "compact"])
    @pytest.mark.django_db
    def test_dump_of_0_8_8_survives_round_trip(self, tmp_path, label, name, kind):
        """Load, dump, load into an empty database and dump again: the documents are equal."""
        path = tmp_path / name
        path.write_text(self.result(label))
        documents = []
        for _ in range(2):
            call_command("load_schema", path, verbosity=0)
            schema = Schema.objects.get()
            documents.append(self.dumped(pk=schema.pk, format=kind))
            schema.delete()
            path = tmp_path / f"again.{'json' if kind == 'json' else 'yaml'}"
            path.write_text(documents[-1])
        first, second = documents if kind == "compact" else map(without_ids, documents)
        assert first == second

    def test_same_name_and_version_becomes_next_version(self, big, tmp_path):
        assert self.steps["load_schema same name+version"]["exception"].startswith("IntegrityError")
        path = tmp_path / "a.json"
        path.write_text(self.result("dump_schema --pk"))
        call_command("load_schema", path, verbosity=0)
        assert Schema.objects.filter(name="dump", version=2).count() == 1

    @pytest.mark.django_db
    def test_unknown_field_is_rejected_or_skipped(self, tmp_path):
        rows = json.loads(self.result("dump_schema --pk"))
        rows[0]["fields"]["zzz"] = 1
        path = tmp_path / "a.json"
        path.write_text(json.dumps(rows))
        with pytest.raises(CommandError, match="Schema has no field named 'zzz'"):
            call_command("load_schema", path)
        assert not Schema.objects.exists()
        out = io.StringIO()
        call_command("load_schema", path, ignorenonexistent=True, stdout=out)
        assert out.getvalue() == self.result("load_schema unknown field, --ignorenonexistent")

    @pytest.mark.django_db
    def test_empty_list_loads_nothing(self, tmp_path):
        path = tmp_path / "a.json"
        path.write_text("[]")
        out = io.StringIO()
        call_command("load_schema", path, stdout=out)
        assert out.getvalue() == self.result("load_schema empty list")


def plain(document: Any) -> Any:
    """Return the document without ids, which followed the positions of answers."""
    if isinstance(document, list):
        return [plain(each) for each in document]
    if isinstance(document, dict):
        left_out = {"id", "schema", "group", "question"}
        return {key: plain(value) for key, value in document.items() if key not in left_out}
    return document
