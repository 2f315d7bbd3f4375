"""Translations of schemas: the language shown, missing translations, PO files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from chat_api.lib.languages import fallbacks
from chat_api.schemas.actions import copy_as_unpublished
from chat_api.schemas.lint import check_schema
from chat_api.schemas.models import AttachmentTemplate, Schema
from chat_api.schemas.portability import dump, load
from tests.databases import connection
from tests.factories import SurveyFactory, UserFactory, draft_schema, published_schema

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {
        "type": "choice",
        "group": "Night",
        "text": "How did you sleep?",
        "text_i18n": {"pl": "Jak spałaś?", "pt": "Como dormiu?", "pt-br": "Como você dormiu?"},
        "answers": [
            {"text": "Well", "text_i18n": {"pl": "Dobrze", "pt": "Bem"}},
            {"text": "Badly", "text_i18n": {"pl": "Źle", "pt": ""}},
        ],
    },
    {"text": "Why {{ answers.q1 }}?", "text_i18n": {"pl": "Dlaczego {{ answers.q1 }}?"}},
]


def translated_schema(**schema: Any) -> Schema:
    """Create a published schema with Polish and, in part, Portuguese translations."""
    draft = draft_schema(QUESTIONS, **{"name": "Sleep", "type": "survey", **schema})
    draft.groups.update(name_i18n={"pl": "Noc"})
    AttachmentTemplate.objects.create(
        question=draft.questions.get(qid=1),
        type="youtube",
        url="https://youtu.be/abc",
        title="Sleeping",
        title_i18n={"pl": "Sen"},
        description="A video",
        description_i18n={"pl": "Film"},
    )
    Schema.objects.filter(pk=draft.pk).update(name_i18n={"pl": "Sen"})
    draft.refresh_from_db()
    draft.publish()
    return draft


@pytest.fixture
def client() -> APIClient:
    client = APIClient()
    user: Any = UserFactory.create()
    client.force_authenticate(user)
    return client


def read(client: APIClient, path: str, language: str = "") -> Any:
    """Request the path in a language."""
    response = client.get(path, headers={"accept-language": language or "en"})
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("pt-br", ("pt-br", "pt", "en-us", "en")),
        ("zh-hans-cn", ("zh-hans-cn", "zh-hans", "zh", "en-us", "en")),
        ("pl", ("pl", "en-us", "en")),
        ("EN_GB", ("en-gb", "en", "en-us")),
        ("en-us", ("en-us", "en")),
    ],
)
def test_language_fallbacks_are_those_of_django(settings: Any, code: str, found: tuple[str, ...]) -> None:
    settings.LANGUAGE_CODE = "en-us"
    assert fallbacks(code) == found


def test_schema_is_in_language_of_request(client: APIClient) -> None:
    path = f"/api/schemas/{translated_schema().pk}"
    polish, english = read(client, path, "pl"), read(client, path)
    assert (polish["name"], english["name"]) == ("Sen", "Sleep")
    (group,) = polish["groups"]
    (question,) = group["questions"]
    assert (group["name"], question["text"]) == ("Noc", "Jak spałaś?")
    assert [answer["text"] for answer in question["answers"]] == ["Dobrze", "Źle"]
    assert [(row["title"], row["description"]) for row in question["attachments"]] == [("Sen", "Film")]
    assert english["groups"][0]["questions"][0]["text"] == "How did you sleep?"
    assert polish.keys() == english.keys()
    assert question.keys() == english["groups"][0]["questions"][0].keys()


def test_untranslated_text_falls_back_to_next_language(client: APIClient) -> None:
    path = f"/api/schemas/{translated_schema().pk}"
    brazilian = read(client, path, "pt-br")["groups"][0]["questions"][0]
    assert brazilian["text"] == "Como você dormiu?"
    # Generic Portuguese, then the source text, because the former is empty.
    assert [answer["text"] for answer in brazilian["answers"]] == ["Bem", "Badly"]
    assert read(client, path, "fr")["name"] == "Sleep"


def test_list_of_schemas_is_in_language_of_request(client: APIClient) -> None:
    translated_schema()
    assert [row["name"] for row in read(client, "/api/schemas/survey", "pl")] == ["Sen"]
    assert [row["name"] for row in read(client, "/api/schemas/survey")] == ["Sleep"]


def test_survey_is_in_language_of_request(client: APIClient) -> None:
    user: Any = UserFactory.create()
    client.force_authenticate(user)
    schema = translated_schema()
    survey: Any = SurveyFactory(user=user, schema=schema)
    first, second = schema.questions.all()
    items = f"/api/surveys/{survey.pk}/items"
    bad = first.answers.get(position=2)
    client.post(items, {"related_question": first.pk, "answers": [bad.pk]}, format="json")
    client.post(items, {"related_question": second.pk, "text": "x"}, format="json")
    polish = read(client, items, "pl")
    assert [item["related_question_data"]["text"] for item in polish] == ["Jak spałaś?", "Dlaczego Źle?"]
    assert polish[0]["answers_data"][0]["text"] == "Źle"
    assert read(client, items)[1]["related_question_data"]["text"] == "Why Badly?"


def test_translation_takes_no_query(client: APIClient) -> None:
    path = f"/api/schemas/{translated_schema().pk}"
    read(client, path), read(client, path, "pl")
    costs = []
    for language in ("en", "pl", "pt-br"):
        with CaptureQueriesContext(connection) as captured:
            read(client, path, language)
        costs.append(len(captured))
    assert len(set(costs)) == 1


def test_missing_translations_are_warnings() -> None:
    schema = draft_schema(QUESTIONS, name="Sleep")
    found = [finding.text for finding in check_schema(schema) if finding.code == "missing_translation"]
    assert found == [
        "No translation into “pl” of group 1.",
        "No translation into “pt” of group 1.",
        "No translation into “pt-br” of group 1.",
        "No translation into “pt-br” of question 1, answer 1.",
        "No translation into “pt” of question 1, answer 2.",
        "No translation into “pt-br” of question 1, answer 2.",
        "No translation into “pt” of question 2.",
        "No translation into “pt-br” of question 2.",
    ]
    schema.publish()
    assert not [f for f in check_schema(published_schema([{}])) if f.code == "missing_translation"]


def test_admin_shows_completeness_of_each_language(admin_client: Any) -> None:
    page = admin_client.get(f"/admin/chat_api/schema/{translated_schema().pk}/flow/").content.decode()
    shown = re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>', page)
    assert shown == [("pl", "8 of 8"), ("pt", "2 of 8"), ("pt-br", "1 of 8")]


def test_unknown_names_are_found_in_translations() -> None:
    schema = draft_schema([{"text": "Well?", "text_i18n": {"pl": "{{ nobody }}?"}}])
    assert 'Unknown name "nobody"' in " ".join(finding.text for finding in check_schema(schema))


@pytest.mark.parametrize(
    "value",
    [
        [],
        "x",
        {"": "x"},
        {"p": "x"},
        {"pl": 1},
        {"PL": "x"},
        {"pl_PL": "x"},
        {f"aa-{n:03}": "" for n in range(201)},
    ],
)
def test_invalid_translations_are_rejected(value: Any) -> None:
    from django.core.exceptions import ValidationError

    schema = draft_schema([{"type": "choice", "answers": [{"text": "a"}]}])
    question = schema.questions.get()
    for row, name in ((question, "text_i18n"), (question.answers.get(), "text_i18n"), (schema, "name_i18n")):
        setattr(row, name, value)
        with pytest.raises(ValidationError) as refused:
            row.clean()
        assert list(refused.value.message_dict) == [name]


@pytest.mark.parametrize("format", ["compact", "json", "yaml", "xml"])
def test_dumps_and_copies_keep_translations(tmp_path: Path, format: str) -> None:
    schema = translated_schema()
    copy = copy_as_unpublished(schema=schema)
    text = dump(schema, format=format)
    path = tmp_path / f"a.{'yaml' if format == 'compact' else format}"
    path.write_text(text, encoding="utf-8")
    (loaded,) = load([path], using="default").schemas
    for other in (copy, loaded):
        assert dump(other, format="compact").replace(f"version: {other.version}", "version: 1") == dump(
            schema, format="compact"
        )


def test_untranslated_schema_is_dumped_without_translation_columns() -> None:
    assert "i18n" not in dump(published_schema([{}]), format="json")


class TestPoFiles:
    def export(self, schema: Schema, path: Path, language: str = "pl") -> str:
        call_command("export_translations", pk=schema.pk, language=language, output=path)
        return path.read_text(encoding="utf-8")

    def import_(self, schema: Schema, path: Path, language: str = "pl") -> None:
        call_command("import_translations", str(path), pk=schema.pk, language=language, verbosity=0)

    def test_export_has_every_text_with_its_translation(self, tmp_path: Path) -> None:
        text = self.export(translated_schema(), tmp_path / "pl.po")
        assert 'msgctxt "question 1"\nmsgid "How did you sleep?"\nmsgstr "Jak spałaś?"' in text
        assert 'msgctxt "question 1, answer 2"\nmsgid "Badly"\nmsgstr "Źle"' in text
        assert 'msgctxt "question 1, attachment 1, title"\nmsgid "Sleeping"\nmsgstr "Sen"' in text
        assert '"Language: pl\\n"' in text

    def test_import_changes_translations_only(self, tmp_path: Path) -> None:
        schema = draft_schema(QUESTIONS, name="Sleep")
        path = tmp_path / "de.po"
        text = self.export(schema, path, "de")
        path.write_text(
            text.replace(
                '"How did you sleep?"\nmsgstr ""', '"How did you sleep?"\nmsgstr "Wie haben Sie geschlafen?"'
            ),
            encoding="utf-8",
        )
        self.import_(schema, path, "de")
        question = schema.questions.get(qid=1)
        assert question.text_i18n == {**QUESTIONS[0]["text_i18n"], "de": "Wie haben Sie geschlafen?"}
        assert question.answers.get(position=1).text_i18n == {"pl": "Dobrze", "pt": "Bem"}

    @pytest.mark.parametrize("end", ["\x0b", "\x1c", "\x85", "\u2028", "\r\n", '"', "\\n"])
    def test_any_text_survives_export_and_import(self, tmp_path: Path, end: str) -> None:
        text, translation = f"How{end}many?", f"Ile{end}razy?"
        schema = draft_schema([{"text": text, "text_i18n": {"pl": translation}}])
        path = tmp_path / "pl.po"
        self.export(schema, path)
        schema.questions.update(text_i18n={})
        self.import_(schema, path)
        assert schema.questions.get().text_i18n == {"pl": translation}

    def test_entries_that_do_not_match_are_skipped_and_reported(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        schema = draft_schema([{"text": "One?"}, {"text": "Two?"}])
        path = tmp_path / "pl.po"
        text = self.export(schema, path)
        text = text.replace('"One?"\nmsgstr ""', '"One?"\nmsgstr "Raz?"')
        text = text.replace('"Two?"\nmsgstr ""', '"Another?"\nmsgstr "Inne?"')
        text += '\nmsgctxt "question 9"\nmsgid "Nine?"\nmsgstr "Dziewięć?"\n'
        text += '\n#, fuzzy\nmsgctxt "question 2"\nmsgid "Two?"\nmsgstr "Dwa?"\n'
        path.write_text(text, encoding="utf-8")
        self.import_(schema, path)
        shown = capsys.readouterr().err
        assert "question 2: the text has changed" in shown
        assert "question 9: unknown text" in shown
        assert [row.text_i18n for row in schema.questions.all()] == [{"pl": "Raz?"}, {}]

    def test_published_schema_cannot_be_translated(self, tmp_path: Path) -> None:
        schema = translated_schema()
        path = tmp_path / "pl.po"
        path.write_text(self.export(schema, path).replace("Jak spałaś?", "Jak spałeś?"), encoding="utf-8")
        with pytest.raises(CommandError, match="published and cannot change"):
            self.import_(schema, path)
        assert schema.questions.get(qid=1).text_i18n["pl"] == "Jak spałaś?"

    @pytest.mark.parametrize("content", [b"", b"x", b"msgid \n\n", b"\xff", b'msgid "a\nmsgstr'])
    def test_invalid_po_file_is_rejected(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.po"
        path.write_bytes(content)
        with pytest.raises(CommandError, match=str(path)):
            self.import_(draft_schema([{}]), path)

    def test_missing_file_and_invalid_language_are_errors(self, tmp_path: Path) -> None:
        schema = draft_schema([{}])
        with pytest.raises(CommandError, match="No such file"):
            self.import_(schema, tmp_path / "none.po")
        path = tmp_path / "a.po"
        self.export(schema, path)
        for command in (self.import_, self.export):
            with pytest.raises(CommandError, match="is not a language code"):
                command(schema, path, "not a language")

    def test_without_polib_error_says_how_to_install_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import sys

        monkeypatch.setitem(sys.modules, "polib", None)
        with pytest.raises(CommandError, match=r"django-chat-api\[po\]"):
            self.export(draft_schema([{}]), tmp_path / "a.po")
