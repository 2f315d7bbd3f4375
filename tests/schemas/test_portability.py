"""Dumping and loading of schemas, without losses and all or nothing."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.test.utils import CaptureQueriesContext

from chat_api.schemas import portability
from chat_api.schemas.models import AttachmentTemplate, Question, Schema
from chat_api.schemas.portability import dump
from chat_api.schemas.portability.validating import validator
from chat_api.schemas.signals import schema_uploaded_signal
from tests.databases import connection
from tests.factories import draft_schema, published_schema
from tests.schemas.conftest import sleep_draft
from tests.schemas.files import fixture, loaded, with_question, write

pytestmark = pytest.mark.django_db

FORMATS = ["json", "yaml", "xml", "compact"]

COMPACT = """
name: Mood
type: survey
questions:
  - qid: 1
    type: text
    text: How are you?
  - qid: 2
    type: choice
    text: Really?
    answers: &answers
      - {text: yes}
      - {text: no, next_qid: -1, variable_modifications: [[low, low + 1]]}
  - {qid: 3, type: choice, text: Sure, group: More, required: true, answers: *answers}
"""


def extension(format: str) -> str:
    return "yaml" if format == "compact" else format


def same_text(schema: Schema) -> str:
    """Return the content of the schema, without ids and version."""
    document = yaml.safe_load(dump(schema, format="compact"))
    return json.dumps({**document, "name": "", "version": 0})


class TestRoundTrip:
    @pytest.mark.parametrize("format", FORMATS)
    def test_dump_loads_as_same_schema(self, tmp_path, published, format):
        path = tmp_path / f"sleep.{extension(format)}"
        call_command("dump_schema", pk=published.pk, format=format, output=path)
        copy = loaded(path)
        assert copy.pk != published.pk
        assert same_text(copy) == same_text(published)

    @pytest.mark.parametrize("format", FORMATS)
    def test_dump_loaded_into_another_database_dumps_the_same(self, tmp_path, draft, format):
        path = write(tmp_path, f"sleep.{extension(format)}", dump(draft, format=format))
        draft.delete()
        copy = loaded(path)
        again = dump(copy, format=format)
        if format == "compact":
            assert again == path.read_text(encoding="utf-8")
        else:
            shifted = loaded(write(tmp_path, f"again.{format}", again))
            assert same_text(shifted) == same_text(copy)
        assert copy.version == 1

    def test_loaded_schema_is_draft(self, tmp_path, published):
        Schema.objects.filter(pk=published.pk).update(deprecated=True)
        published.refresh_from_db()
        copy = loaded(write(tmp_path, "a.json", dump(published, format="json")))
        assert (copy.published, copy.deprecated, copy.revision) == (False, False, None)

    def test_existing_version_becomes_next_one(self, tmp_path, published):
        Schema.objects.create(name="Sleep", version=5, type="survey")
        path = write(tmp_path, "a.json", dump(published, format="json"))
        assert [loaded(path).version, loaded(path).version] == [6, 7]

    def test_free_version_is_kept(self, tmp_path):
        schema = draft_schema([{}], name="a", version=4)
        path = write(tmp_path, "a.json", dump(schema, format="json"))
        schema.delete()
        assert loaded(path).version == 4

    def test_content_types_are_dumped_by_name(self, tmp_path):
        schema = draft_schema([{}])
        user_type = ContentType.objects.get(app_label="auth", model="user")
        row = {"type": "object_reference", "content_type": user_type, "object_id": 7}
        AttachmentTemplate.objects.create(question=schema.questions.get(), **row)
        for each in FORMATS:
            text = dump(schema, format=each)
            assert "auth" in text
            copy = loaded(write(tmp_path, f"{each}.{extension(each)}", text))
            template = AttachmentTemplate.objects.get(question__schema=copy)
            assert (template.content_type, template.object_id) == (user_type, 7)

    def test_dump_has_no_revision(self, published):
        assert str(published.revision) not in dump(published, format="json")

    @pytest.mark.slow
    @pytest.mark.parametrize("format", ["json", "compact"])
    def test_number_of_queries_is_constant(self, tmp_path, format):
        def cost(size: int) -> int:
            schema = draft_schema([{"type": "choice", "answers": [{}] * 4} for _ in range(size)])
            path = write(tmp_path, f"{size}.{extension(format)}", dump(schema, format=format))
            with CaptureQueriesContext(connection) as captured:
                loaded(path)
            return len(captured)

        assert cost(5) == cost(1000)


class TestCompact:
    def test_minimal_document(self, tmp_path):
        schema = loaded(write(tmp_path, "mood.yaml", COMPACT))
        rows = [
            (row.qid, row.position, row.next_qid, row.group and row.group.name)
            for row in schema.questions.all()
        ]
        assert rows == [(1, 1, 2, None), (2, 2, None, None), (3, 3, None, "More")]
        answers = [
            [(row.text, row.position, row.next_qid) for row in question.answers.all()]
            for question in schema.questions.filter(type="choice")
        ]
        assert answers == [
            [("yes", 1, 3), ("no", 2, -1)],
            [("yes", 1, -1), ("no", 2, -1)],
        ]

    def test_version_survives_dump_and_load(self, tmp_path):
        text = dump(draft_schema([{"text": "a"}], name="old", version=0), format="compact")
        Schema.objects.all().delete()
        assert loaded(write(tmp_path, "a.yaml", text)).version == 0

    def test_document_without_version_is_next_version(self, tmp_path):
        Schema.objects.create(name="Mood", version=3, type="survey")
        assert loaded(write(tmp_path, "mood.yaml", COMPACT)).version == 4

    def test_output_file_with_json_suffix_is_json(self, tmp_path, draft):
        path = tmp_path / "sleep.json"
        call_command("dump_schema", pk=draft.pk, format="compact", output=path)
        assert json.loads(path.read_text())["questions"][0]["qid"] == 10
        assert same_text(loaded(path, format="compact")) == same_text(draft)

    def test_document_matches_json_schema(self, draft):
        validator().validate(yaml.safe_load(dump(draft, format="compact")))
        jsonschema.Draft202012Validator.check_schema(validator().schema)

    def test_defaults_are_omitted(self):
        text = dump(draft_schema([{"text": "a"}, {"text": "b"}], name="short"), format="compact")
        assert text == (
            "name: short\ntype: survey\nversion: 1\nquestions:\n"
            "- {qid: 1, type: text, text: a}\n- {qid: 2, type: text, text: b}\n"
        )

    def test_texts_that_look_like_other_types_stay_texts(self, tmp_path):
        texts = [
            "yes",
            "no",
            "1:30",
            "2017-01-01",
            "010",
            "1e5",
            "null",
            "~",
            "true",
            "<<",
            "=",
            " a ",
            "# b",
        ]
        schema = draft_schema([{"text": text} for text in texts])
        copy = loaded(write(tmp_path, "a.yaml", dump(schema, format="compact")))
        assert list(copy.questions.values_list("text", flat=True)) == texts

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"questions": [{"qid": 1, "type": "riddle"}]}, "questions[0].type: 'riddle' is not one of"),
            ({"questions": [{"type": "text"}]}, "questions[0]: 'qid' is a required property"),
            (
                {"questions": [{"qid": 1, "type": "text", "text": True}]},
                "questions[0].text: true is not a text",
            ),
            ({"colour": "red"}, "document: Additional properties"),
            ({"name": ""}, "name: '' should be non-empty"),
            ({"type": "nothing"}, "schema: type: Value 'nothing' is not a valid choice."),
            ({"groups": ["a", "a"]}, "groups: duplicate name"),
            ({"groups": ["a", {"name": "b", "position": 1}]}, "2 groups have the position 1"),
            (
                {"questions": [{"qid": 1, "type": "text"}, {"qid": 1, "type": "text"}]},
                "2 questions have the qid 1",
            ),
            (
                {"questions": [{"qid": 1, "type": "range", "range_from": 3, "range_to": 2}]},
                "question 1: range_to: Enter a number greater than",
            ),
            (
                {"questions": [{"qid": 1, "type": "choice", "answers": [{"next_qid": 7}]}]},
                "question 1, answer 1: next_qid: The schema has no question with QID 7.",
            ),
            (
                {"questions": [{"qid": 1, "type": "text", "variable_modifications": [["a b", "1"]]}]},
                "question 1: variable_modifications: 'a b' is not a valid variable name",
            ),
            (
                {
                    "questions": [
                        {"qid": 1, "type": "text", "attachments": [{"type": "image", "file": "../x"}]}
                    ]
                },
                "question 1, attachment 1: file: '../x' is not the name of a stored file",
            ),
            # Files elsewhere belong to the host: they would be shown, and deleted with the schema.
            (
                {
                    "questions": [
                        {
                            "qid": 1,
                            "type": "text",
                            "attachments": [{"type": "image", "file": "invoices/7.pdf"}],
                        }
                    ]
                },
                "question 1, attachment 1: file: 'invoices/7.pdf' is not the name of a stored file",
            ),
            (
                {
                    "questions": [
                        {
                            "qid": 1,
                            "type": "text",
                            "attachments": [{"type": "image", "file": "attachments/thumbnails/a.png"}],
                        }
                    ]
                },
                "file: 'attachments/thumbnails/a.png' is not the name of a stored file",
            ),
            (
                {
                    "questions": [
                        {"qid": 1, "type": "text", "attachments": [{"type": "y", "content_type": "a.b"}]}
                    ]
                },
                "unknown model a.b",
            ),
            (
                {
                    "questions": [
                        {
                            "qid": 1,
                            "type": "text",
                            "attachments": [{"type": "youtube", "url": "javascript:alert(1)"}],
                        }
                    ]
                },
                "question 1, attachment 1: url: 'javascript:alert(1)' is not a web URL",
            ),
        ],
    )
    def test_error_has_position_and_reason(self, tmp_path, change, reason):
        document = {"name": "a", "type": "survey", "questions": [], **change}
        path = write(tmp_path, "wrong.json", document)
        with pytest.raises(CommandError) as caught:
            loaded(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert reason in str(caught.value)
        assert not Schema.objects.exists()


class TestPublishOption:
    def test_publish_option_publishes_and_deprecates_earlier_version(self, tmp_path, published):
        path = write(tmp_path, "a.json", dump(published, format="json"))
        copy = loaded(path, publish=True)
        published.refresh_from_db()
        assert (copy.version, copy.published, copy.deprecated) == (2, True, False)
        assert published.deprecated

    def test_schema_with_errors_is_not_loaded(self, tmp_path):
        path = write(tmp_path, "a.json", with_question(next_qid=9))
        with pytest.raises(CommandError, match="Question with QID 9 does not exists"):
            loaded(path, publish=True)
        assert not Schema.objects.exists()
        assert loaded(path).questions.get().next_qid == 9


class TestSignal:
    @pytest.fixture
    def received(self):
        received: list[tuple[Any, Schema]] = []

        def receiver(sender: Any, instance: Schema, **_: Any) -> None:
            received.append((sender, instance))

        schema_uploaded_signal.connect(receiver)
        yield received
        schema_uploaded_signal.disconnect(receiver)

    def test_signal_is_sent_for_each_schema_after_commit(
        self, tmp_path, received, django_capture_on_commit_callbacks
    ):
        paths = [write(tmp_path, f"{name}.json", fixture(name=name)) for name in "ab"]
        with django_capture_on_commit_callbacks(execute=True):
            call_command("load_schema", *paths, verbosity=0)
            assert received == []
        assert received == [(Schema, row) for row in Schema.objects.order_by("pk")]

    def test_signal_is_not_sent_for_failed_load(self, tmp_path, received, django_capture_on_commit_callbacks):
        paths = [write(tmp_path, "a.json", fixture()), write(tmp_path, "b.json", "{")]
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(CommandError):
            call_command("load_schema", *paths, verbosity=0)
        assert received == []


class TestSelection:
    def test_name_selects_latest_version(self, capsys):
        for version in (1, 3, 2):
            draft_schema([{}], name="a", version=version)
        call_command("dump_schema", name="a")
        assert json.loads(capsys.readouterr().out)[0]["fields"]["version"] == 3

    @pytest.mark.parametrize("pk", [999, 10**30, -1])
    def test_unknown_schema_is_an_error(self, pk):
        with pytest.raises(CommandError, match="Schema not found"):
            call_command("dump_schema", pk=pk)


def test_dump_takes_one_query_for_each_table(published, django_assert_num_queries):
    with django_assert_num_queries(4):
        portability.dump(published, format="compact")
    assert Question.objects.count() == 5
    assert published_schema([{}]).pk


def test_sample_schema_can_be_published():
    sleep_draft(name="again").publish()
    assert Schema.objects.get(name="again").published
