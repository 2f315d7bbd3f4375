"""Invalid files of schemas: the error has the reason, and nothing is loaded."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat_api.lib.db.storable import JSONProblem, json_problem
from chat_api.schemas.models import Schema
from tests.factories import draft_schema
from tests.schemas.files import fixture, loaded, with_question, write

pytestmark = pytest.mark.django_db


DEEP = "[" * 100 + "]" * 100


BOMB = "a: &a [x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 8)}]\n"
    for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)


XML_BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<django-objects version="1.0"><object model="chat_api.schema" pk="1"><field name="name" type="CharField">&b;</field>
</object></django-objects>"""


def group(**fields: Any) -> dict[str, Any]:
    row = {"schema": 1, "name": "g", "position": 1, **fields}
    return {"model": "chat_api.group", "pk": 1, "fields": row}


def compact_group(columns: str, name: str = "") -> str:
    written = name or f"{{name: g, {columns}}}"
    return f"name: a\ntype: survey\ngroups:\n- {written}\nquestions:\n- {{qid: 1, type: text, text: a}}\n"


def compact_range(end: Any) -> str:
    return f"name: a\ntype: survey\nquestions:\n- {{qid: 1, type: range, range_from: 0, range_to: {end}}}\n"


def template(**fields: Any) -> dict[str, Any]:
    row = {"question": 5, "type": "youtube", **fields}
    return {"model": "chat_api.attachmenttemplate", "pk": 1, "fields": row}


MERGED = """
name: a
type: survey
questions:
  - qid: 1
    type: text
    text: a
    meta:
      inside: {first: &first {a: 1}, second: &second {<<: *first, a: 2}}
      again: {<<: *second}
"""


class TestBrokenFiles:
    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("a.json", "", "invalid JSON"),
            ("a.json", "{", "invalid JSON"),
            ("a.json", '{"a": 1, "a": 2}', "duplicate key 'a'"),
            ("a.json", "[NaN]", "NaN is not valid JSON"),
            ("a.json", '["\\u0000"]', "a character that cannot be stored"),
            ("a.json", '["\\ud800"]', "a character that cannot be stored"),
            ("a.json", DEEP, "levels"),
            ("a.json", "[" * 100_000, "nested too deeply"),
            ("a.json", "9" * 5000, "JSON"),
            ("a.json", "7", "is not of type 'object'"),
            ("a.yaml", "a: [", "invalid YAML"),
            ("a.yaml", "a: 1\na: 2", "duplicate key 'a'"),
            ("a.yaml", "!!python/object/apply:os.getcwd []", "invalid YAML"),
            ("a.yaml", "? [a]\n: b", "invalid YAML"),
            ("a.yaml", BOMB, "more than"),
            ("a.yaml", "&a [*a]", "levels"),
            ("a.yaml", "[.inf]", "not a fixture"),
            ("a.yaml", "2017-01-01", "is not of type 'object'"),
            ("a.yaml", "!!timestamp 2017-01-01", "timestamp"),
            ("a.yaml", "!!set {a, b}", "set"),
            ("a.yaml", "!!bool maybe", "'maybe' is not a valid bool"),
            ("a.yaml", '!!int ""', "'' is not a valid int"),
            ("a.yaml", f'!!int "{":".join("1" * 9000)}"', "is not a valid int"),
            ("a.yaml", f'!!float "{":".join("1" * 400)}"', "is not a valid float"),
            ("a.yaml", r'"\Uffffffff"', "invalid YAML"),
            ("a.yaml", compact_group("layout: grid"), "groups[0].layout: 'grid' is not one of ["),
            ("a.yaml", compact_group("repeat: {min: -1}"), "groups[0].repeat.min: -1 is less than"),
            ("a.yaml", compact_group("colour: red"), "groups[0]: Additional properties are not allowed"),
            ("a.yaml", compact_group("", name="[x]"), "groups[0]: ['x'] is not"),
            ("a.yaml", compact_range("2, next_qid: x"), "questions[0].next_qid: 'x' is not"),
            ("a.yaml", compact_range(10**400), "questions[0].range_to: 1000"),
            ("a.yaml", "name: a\ntype: survey\nquestions: []\nname_i18n: {1: b}", "'1' is not a language"),
            ("a.xml", "<a", "not a fixture"),
            ("a.xml", XML_BOMB, "not a fixture"),
            ("a.xml", "", "the file is empty"),
            ("a.json", [1], "not a fixture"),
            ("a.json", fixture(name_i18n="pl"), "schema: name_i18n: Enter the texts by language"),
            ("a.json", [*fixture(), group(name_i18n={"pl": 1})], "group g: name_i18n: The text for pl is no"),
            (
                "a.json",
                [*with_question(), template(title_i18n=[])],
                "attachment 1: title_i18n: Enter the texts",
            ),
            ("a.json", [*with_question(), template(file=["a"])], "is not the name of a stored file"),
            (
                "a.json",
                [*with_question(), template(file="attachments/" + "a" * 89)],
                "attachment 1: file: longer than 100 characters",
            ),
            ("a.json", [{"model": "auth.user", "pk": 1, "fields": {}}], "auth.user is not part of a schema"),
            ("a.json", [{"model": "a.b", "pk": 1, "fields": {}}], "Invalid model identifier"),
            ("a.json", fixture(zzz=1), "no field named 'zzz'"),
            ("a.json", fixture(version="x"), "must be an integer"),
            ("a.json", fixture(version=2**40), "schema: version: "),
            ("a.json", fixture(name="x" * 101), "schema: name: "),
            ("a.json", fixture(type="nothing"), "schema: type: "),
            ("a.json", fixture() * 2, "duplicate or missing pk"),
            ("a.json", with_question()[1:], "refers to a schema (1) that is not in the file"),
            ("a.json", with_question(group=3), "refers to a group (3) that is not in the file"),
            ("a.json", with_question(qid=None), "question None: qid: "),
            ("a.json", with_question(type="riddle"), "question 1: type: "),
            ("a.json", with_question(next_qid=None), "question 1: next_qid: "),
            ("a.json", with_question(forking_rules=[["a", "1"]]), "Only forks can have rules."),
            ("a.json", [*with_question(), template(content_type=999)], "unknown content type 999"),
            ("a.json", [*with_question(), template(content_type=2**70)], "unknown content type 11805916"),
            ("a.json", [*with_question(), template(file="/etc/passwd")], "is not the name of a stored file"),
            ("a.json", [*with_question(), template(url="javascript:x")], "is not a web URL"),
            ("a.json", [*with_question(), template(url="http://[")], "is not a web URL"),
            (
                "a.json",
                [*with_question(), template(type="x" * 51)],
                "attachment 1: type: longer than 50 characters",
            ),
            ("a.json", [*with_question(), template(question=6)], "refers to a question (6) that is not in"),
            ("a.json", with_question(range_from="x"), "must be a float"),
            ("a.json", [*with_question(), with_question()[1] | {"pk": 6}], "2 questions have the qid 1"),
        ],
    )
    def test_error_has_path_and_reason_and_nothing_is_loaded(self, tmp_path, name, content, reason):
        good = write(tmp_path, "good.json", fixture(name="good"))
        path = write(tmp_path, name, content)
        with pytest.raises(CommandError) as caught:
            call_command("load_schema", good, path, verbosity=0)
        assert str(caught.value).startswith(f"{path}: ")
        assert reason in str(caught.value)
        assert not Schema.objects.exists()

    def test_merged_mapping_can_merge_others(self, tmp_path):
        path = write(tmp_path, "a.yaml", MERGED)
        assert loaded(path).questions.get().meta == {
            "inside": {"first": {"a": 1}, "second": {"a": 2}},
            "again": {"a": 2},
        }

    def test_earlier_merged_key_wins(self, tmp_path):
        text = MERGED.replace("again: {<<: *second}", "again: {<<: [*first, *second], long: 1}")
        assert loaded(write(tmp_path, "a.yaml", text)).questions.get().meta["again"] == {"a": 1, "long": 1}

    def test_only_mappings_can_be_merged(self, tmp_path):
        text = MERGED.replace("again: {<<: *second}", "again: {<<: [1, 2]}")
        with pytest.raises(CommandError, match="only a mapping or a list of mappings can be merged"):
            loaded(write(tmp_path, "a.yaml", text))

    def test_number_of_merged_keys_is_limited(self, tmp_path, monkeypatch):
        monkeypatch.setattr("chat_api.schemas.portability.parsing.DOCUMENT_NODES_MAX", 1000)
        keys = ", ".join(f"key{number}: 1" for number in range(100))
        rows = [f"a: &a {{{keys}}}", *(f"b{number}: {{<<: *a}}" for number in range(11))]
        with pytest.raises(CommandError, match="too many merged keys"):
            loaded(write(tmp_path, "a.yaml", "\n".join(rows)))

    def test_too_long_list_is_not_iterated(self):
        class Untouched(list[int]):
            def __iter__(self) -> Any:
                raise AssertionError

        assert json_problem(Untouched([1] * 10), nodes_max=10) is JSONProblem.TOO_LARGE

    def test_unknown_database_is_an_error(self, tmp_path):
        with pytest.raises(CommandError, match="Unknown database 'nowhere'"):
            loaded(write(tmp_path, "a.json", fixture()), database="nowhere")

    def test_missing_file_is_an_error_with_its_path(self, tmp_path):
        path = tmp_path / "missing.json"
        with pytest.raises(CommandError, match=r"missing\.json: No such file or directory"):
            loaded(path)

    def test_folder_is_an_error(self, tmp_path):
        with pytest.raises(CommandError, match="Is a directory"):
            loaded(tmp_path)

    def test_file_must_be_utf_8(self, tmp_path):
        path = tmp_path / "a.json"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(CommandError, match="the file is not UTF-8"):
            loaded(path)

    def test_too_large_file_is_not_parsed(self, tmp_path, monkeypatch):
        monkeypatch.setattr("chat_api.schemas.portability.parsing.BYTES_MAX", 10)
        with pytest.raises(CommandError, match="the file is larger than 10 bytes"):
            loaded(write(tmp_path, "a.json", fixture()))

    def test_number_of_questions_is_limited(self, tmp_path, settings):
        settings.CHAT_SETTINGS = {"SCHEMA_QUESTIONS_MAX": 1}
        rows = [*with_question(), with_question(qid=2, position=2)[1] | {"pk": 6}]
        with pytest.raises(CommandError, match="2 questions; SCHEMA_QUESTIONS_MAX allows 1"):
            loaded(write(tmp_path, "a.json", rows))

    def test_format_compact_rejects_fixture(self, tmp_path):
        with pytest.raises(CommandError, match="is not of type 'object'"):
            loaded(write(tmp_path, "a.json", fixture()), format="compact")

    def test_ignorenonexistent_skips_unknown_fields_and_models(self, tmp_path):
        rows = [*fixture(zzz=1), {"model": "gone.away", "pk": 1, "fields": {}}]
        assert loaded(write(tmp_path, "a.json", rows), ignorenonexistent=True).name == "a"

    def test_character_that_xml_cannot_represent_is_an_error(self):
        schema = draft_schema([{"text": "a\x07b"}])
        with pytest.raises(CommandError, match=r"Unable to serialize schema \d+ \(1\)"):
            call_command("dump_schema", pk=schema.pk, format="xml")

    def test_output_file_that_cannot_be_written_is_an_error(self, tmp_path, draft):
        with pytest.raises(CommandError, match="nowhere"):
            call_command("dump_schema", pk=draft.pk, output=tmp_path / "nowhere" / "a.json")
