"""The columns of the questionnaire language in the REST API, and their translations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from chat_api.schemas.compiled import build
from chat_api.schemas.lint import check_schema
from chat_api.schemas.loader import rows_of
from chat_api.schemas.models import Schema
from chat_api.schemas.translations.catalog import completeness, translatable_texts
from chat_api.schemas.translations.po import export_po, import_po
from chat_api.surveys.actions import start_survey
from tests.databases import connection
from tests.factories import UserFactory, publish_unchecked, published_schema
from tests.schemas.checkup import checkup
from tests.schemas.files import loaded, write

pytestmark = pytest.mark.django_db

KEYS = ("name", "hint", "show_if", "skip", "calculate", "limits", "constraints", "required_message")


@pytest.fixture
def draft(tmp_path: Path) -> Schema:
    return loaded(write(tmp_path, "checkup.json", checkup()))


@pytest.fixture
def schema(draft: Schema) -> Schema:
    return publish_unchecked(draft)


@pytest.fixture
def editor(db: None) -> Any:
    user: Any = UserFactory.create()
    user.user_permissions.add(Permission.objects.get(codename="view_schema"))
    return user


def read(user: Any, schema: Schema, query: str = "", language: str = "en") -> Any:
    client = APIClient()
    client.force_authenticate(user)
    response = client.get(f"/api/schemas/{schema.pk}{query}", headers={"accept-language": language})
    assert response.status_code == 200, response.content
    return response.json()


def test_document_has_the_columns_that_are_set(alice, schema):
    body = read(alice, schema)
    age, pain, decade = body["questions"]
    assert {key: age[key] for key in KEYS if key in age} == {
        "name": "age",
        "hint": "In {{ variables.unit }} years.",
        "skip": "Skip",
        "limits": {"min": 0, "max": "100 + 20", "also": [999]},
        "constraints": [
            {"check": "value != 13", "message": "Not 13.", "severity": "warning"},
            {"check": "value >= 0", "message": "No."},
        ],
        "required_message": "Enter your age.",
    }
    assert not {"show_if", "calculate", "default", "hint_i18n"} & age.keys()
    assert [set(answer) & {"value", "show_if", "weight"} for answer in pain["answers"]] == [
        {"value"},
        {"value"},
        {"value", "show_if"},
    ]
    assert decade["calculate"] == "age // 10"
    (group,) = body["groups"]
    assert (group["key"], group["show_if"], group["layout"]) == ("meds", "age > 3", "page")
    assert group["repeat"] == {"count": None, "min": 0, "max": 5, "add": 4}
    assert (group["text"], group["questions"][0]["show_if"]) == (
        "Now about {{ user.first_name }}.",
        "age > 1",
    )
    assert body["match_text"] is True


def test_schema_without_the_columns_has_no_new_keys(alice, editor):
    plain = published_schema([{"group": "g", "type": "choice", "answers": [{}]}])
    for user in (alice, editor):
        body = read(user, plain)
        (group,) = body["groups"]
        (question,) = group["questions"]
        shown = {*body, *group, *question, *question["answers"][0]}
        assert not shown & {
            "value",
            "weight",
            "limits",
            "hint",
            "key",
            "scores",
            "flags",
            "match_text",
            "layout",
        }


def test_weights_scores_and_flags_are_for_those_who_can_view_schemas(alice, editor, schema):
    body = read(alice, schema)
    assert not {"scores", "flags"} & body.keys()
    assert "weight" not in str(body)
    full = read(editor, schema)
    assert [answer.get("weight") for answer in full["questions"][1]["answers"]] == [None, 1.5, None]
    assert full["scores"] == [
        {
            "name": "burden",
            "label": "Burden",
            "expression": "weight(pain) + 1",
            "bands": [{"from": 0, "to": 5, "label": "low", "severity": "ok"}],
        }
    ]
    assert full["flags"] == [{"name": "old", "if": "age > 100", "label": "Old"}]
    # The document of one user is not that of the next one.
    assert read(alice, schema) == body
    assert read(editor, schema, "?fields=scores__name,flags__if") == {
        "scores": [{"name": "burden"}],
        "flags": [{"if": "age > 100"}],
    }
    assert read(editor, schema, language="pl")["scores"][0]["label"] == "Obciążenie"
    assert read(editor, schema, language="pl")["scores"][0]["bands"][0]["label"] == "małe"


def test_permission_is_looked_up_only_for_schemas_with_weights_scores_or_flags(alice, schema):
    plain = published_schema([{}])
    counts = []
    for each in (plain, schema):
        read(alice, each)
        # Users keep their permissions, once these are loaded.
        again = type(alice).objects.get(pk=alice.pk)
        with CaptureQueriesContext(connection) as queries:
            read(again, each)
        counts.append(sum("auth_permission" in query["sql"] for query in queries))
    assert counts[0] == 0 < counts[1]


def test_texts_are_in_the_language_of_the_request(alice, schema):
    body = read(alice, schema, language="pl")
    age = body["questions"][0]
    assert (age["hint"], age["skip"], age["required_message"]) == ("W latach.", "Pomiń", "Podaj wiek.")
    assert [each["message"] for each in age["constraints"]] == ["Nie 13.", "No."]
    assert body["groups"][0]["text"] == "Opowiedz."
    assert read(alice, schema)["questions"][0]["skip"] == "Skip"


def test_texts_are_rendered_in_the_context_of_a_survey(alice, schema):
    survey = start_survey(user=alice, schema=schema)
    body = read(alice, schema, f"?survey={survey.pk}")
    assert body["questions"][0]["hint"] == "In  years."
    assert body["groups"][0]["text"] == "Now about Alice."
    assert not {"scores", "flags"} & body.keys()


def test_malformed_columns_of_a_published_schema_are_left_out(alice):
    """Rows can be written without `clean`."""
    schema = published_schema(
        [
            {
                "limits": 5,
                "constraints": [1, {"check": "1"}, {"check": "value", "message": "m", "message_i18n": 3}],
            }
        ],
        scores={"name": 1},
        flags=["x"],
    )
    (question,) = read(alice, schema)["questions"]
    assert question["constraints"] == [{"check": "value", "message": "m"}]
    assert build(schema).script.scores == ()


def test_all_texts_can_be_translated(draft):
    labels = {text.label for text in translatable_texts(draft, rows_of(draft))}
    assert {
        "group 1, text",
        "question 1, hint",
        "question 1, skip",
        "question 1, required message",
        "question 1, constraint 1",
        "question 1, constraint 2",
        "score burden",
        "score burden, band 1",
        "flag old",
    } <= labels
    (polish,) = completeness(draft, rows_of(draft))
    assert (polish.language, polish.done) == ("pl", 8)


def test_missing_translations_are_reported(draft):
    missing = [finding.text for finding in check_schema(draft) if finding.code == "missing_translation"]
    assert "No translation into “pl” of question 1, constraint 2." in missing
    assert not any("score" in text or "hint" in text for text in missing)


@pytest.mark.parametrize("place", ["score burden", "score burden, band 1", "flag old"])
def test_labels_without_a_translation_are_reported(draft, place):
    scores, flags = draft.scores, [{**draft.flags[0], "label_i18n": {"pl": "Stary"}}]
    holder = {"score burden": scores[0], "score burden, band 1": scores[0]["bands"][0], "flag old": flags[0]}
    holder[place].pop("label_i18n")
    draft.scores, draft.flags = scores, flags
    draft.save()
    missing = [finding.text for finding in check_schema(draft) if finding.code == "missing_translation"]
    assert [text for text in missing if "score" in text or "flag" in text] == [
        f"No translation into “pl” of {place}."
    ]


def test_translations_survive_a_po_file(draft):
    text = export_po(draft, "pl")
    assert 'msgctxt "question 1, constraint 1"' in text
    german = text.replace('msgstr "Nie 13."', 'msgstr "Nicht 13."').replace('"Obciążenie"', '"Last"')
    imported = import_po(draft, "de", german)
    assert (imported.changed, imported.skipped) == (8, [])
    stored = Schema.objects.get(pk=draft.pk)
    question = stored.questions.get(qid=1)
    assert question.constraints[0]["message_i18n"] == {"pl": "Nie 13.", "de": "Nicht 13."}
    assert question.hint_i18n["de"] == "W latach."
    assert stored.scores[0]["label_i18n"] == {"pl": "Obciążenie", "de": "Last"}
    assert stored.scores[0]["bands"][0]["label_i18n"]["de"] == "małe"
    assert stored.groups.get().text_i18n["de"] == "Opowiedz."
    # Columns without texts stay null.
    assert stored.questions.filter(constraints__isnull=True).count() == 3
    assert import_po(draft, "de", german).changed == 0
