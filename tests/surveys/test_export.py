"""The contents of an export of surveys."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test.utils import CaptureQueriesContext

from chat_api.lib import tables
from chat_api.surveys.models import SurveyItem
from chat_api.surveys.results import table
from tests.databases import connection
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.surveys.conftest import Filling, question

pytestmark = pytest.mark.django_db

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|' /C calc'!A0",
    "\uff1d1",
    "-",
    "+",
    "=",
)
ABOUT, AFTER = list(table.ABOUT), list(table.AFTER)
PARTS = (table.CHUNK - 1, table.CHUNK, 2 * table.CHUNK + 1)


def run(*args: Any, **options: Any) -> str:
    """Run the command; return what it writes to standard output."""
    out = io.StringIO(newline="")
    call_command("export_survey_results", *map(str, args), stdout=out, **options)
    return out.getvalue()


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def staff_with(*codenames: str) -> Any:
    user: Any = UserFactory.create(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def body_of(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def answered(schema: Any, *texts: str) -> SurveyItem | None:
    """Create a survey whose items have these texts, as they are stored; return the last item."""
    survey: Any = SurveyFactory.create(schema=schema)
    item = None
    for row, text in zip(schema.questions.all(), texts, strict=False):
        item = SurveyItem.objects.create(
            survey=survey, related_question=row, position=row.position, text=text
        )
    return item


def sheet_of(content: bytes) -> Any:
    openpyxl = pytest.importorskip("openpyxl")
    return openpyxl.load_workbook(io.BytesIO(content)).active


class TestTable:
    def test_export_has_a_row_for_each_survey_and_a_column_for_each_question(self, client_of, alice, smoking):
        started = Filling(client_of(alice), alice, smoking)
        started.give(1, "yes")
        started.give(2, text="20")
        started.give(3, "cigar", "pipe")
        started.give(4, text='Tom & Jerry say "<b>hi</b>"')
        done = Filling(client_of(alice), alice, smoking)
        done.give(1, "no")
        done.give(6, text="7.5")
        head, first, second = rows_of(run(smoking.pk))
        assert head == [
            *ABOUT,
            "1: Smoker?",
            "2: How many a day?",
            "3: Which? = pipe",
            "3: Which? = cigar",
            "3: Which? = none",
            "4: Anything else?",
            "5: Cigar brand?",
            "6: 1-10?",
            *AFTER,
        ]
        assert [first[0], first[1], first[4]] == [str(started.id), str(alice.pk), "false"]
        chosen = ["true", "true", "false"]
        assert first[5:] == ["yes", "20", *chosen, 'Tom & Jerry say "<b>hi</b>"', "", "", "", ""]
        assert [second[0], second[4]] == [str(done.id), "true"]
        assert second[5:] == ["no", *[""] * 6, "7.5", "", ""]
        assert all(datetime.fromisoformat(cell).tzinfo for cell in first[2:4])

    def test_typed_text_of_an_open_choice_has_its_own_column(self, filling):
        asked = [{"type": "choice", "choice_open": True, "answers": [{"text": "other"}]}]
        schema = published_schema(asked)
        filling(schema).give(1, "other", text="my <own>")
        head, row = rows_of(run(schema.pk))
        assert head[5:-2] == ["1: Question 1?", "1: Question 1? [typed]"]
        assert row[5:-2] == ["other", "my <own>"]

    def test_texts_are_not_unescaped_when_escape_text_is_off(self, settings):
        settings.CHAT_SETTINGS = {"ESCAPE_TEXT": False}
        schema = published_schema([{"type": "text"}])
        answered(schema, "a &amp; b")
        assert rows_of(run(schema.pk))[1][5] == "a &amp; b"

    def test_columns_are_ordered_by_position_without_messages_and_forks(self):
        asked = [
            {"qid": 7, "position": 3, "text": "last"},
            {"qid": 8, "position": 1, "text": "first"},
            {"qid": 9, "position": 2, "type": "message", "text": "hello"},
            {"qid": 10, "position": 4, "type": "fork", "text": ""},
        ]
        assert rows_of(run(published_schema(asked).pk)) == [[*ABOUT, "8: first", "7: last", *AFTER]]

    def test_answers_of_older_releases_are_included(self):
        schema = published_schema([{"type": "text"}, {"type": "control", "text": "ok?"}])
        other = published_schema([{"type": "text", "text": "foreign"}], name="Other")
        survey = SurveyFactory(schema=schema)
        for row, text in ((question(schema, 2), "yes"), (question(other, 1), "left over")):
            SurveyItem.objects.create(survey=survey, related_question=row, position=1, text=text)
        head, row = rows_of(run(schema.pk))
        assert head[5:-2] == ["1: Question 1?", "2: ok?", "1: foreign [Other (1)]"]
        assert row[5:-2] == ["", "yes", "left over"]

    def test_survey_without_state_has_no_value_for_completed(self):
        schema = published_schema([{"type": "text"}])
        answered(schema, "x")
        assert rows_of(run(schema.pk))[1][4] == ""
        assert json.loads(run(schema.pk, "--format", "json"))[0]["completed"] is None

    @pytest.mark.parametrize("number", PARTS)
    def test_every_chunk_is_exported_with_the_same_number_of_queries(self, number):
        schema = published_schema([{"type": "text"}])
        user = UserFactory()
        made = SurveyFactory.create_batch(number, schema=schema, user=user)
        SurveyItem.objects.bulk_create(
            SurveyItem(survey=row, related_question=question(schema, 1), position=1, text=f"of {row.pk}")
            for row in (made[0], made[-1])
        )
        with CaptureQueriesContext(connection) as captured:
            rows = rows_of(run(schema.pk))[1:]
        assert [int(row[0]) for row in rows] == sorted(survey.pk for survey in made)
        texts = [f"of {row[0]}" if row[0] in (rows[0][0], rows[-1][0]) else "" for row in rows]
        assert [row[5] for row in rows] == texts
        chunks = -(-number // table.CHUNK)
        # The schema, two at first, two for each chunk, and one to see that there are no more.
        assert len(captured) == 3 + 2 * chunks + 1

    def test_query_count_does_not_depend_on_questions_and_surveys_in_a_chunk(self):
        counts = []
        for questions, surveys in ((2, 10), (60, 500)):
            schema = published_schema([{"type": "text"}] * questions)
            SurveyFactory.create_batch(surveys, schema=schema, user=UserFactory())
            with CaptureQueriesContext(connection) as captured:
                run(schema.pk)
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestFormulas:
    @pytest.mark.parametrize("text", FORMULAS)
    def test_csv_cell_never_starts_a_formula(self, text):
        schema = published_schema([{"type": "text", "text": "Well?"}], name="Evil")
        answered(schema, text)
        assert rows_of(run(schema.pk))[1][5].replace("\n'", "\n").replace("\r'", "\r") == f"'{text}"

    @pytest.mark.parametrize(
        ("text", "cell"),
        [
            ("a;=cmd|' /C calc'!A0;b", "a;'=cmd|' /C calc'!A0;b"),
            ("a\n=1+1", "a\n'=1+1"),
            ("a\r\n@SUM(A1)", "a\r\n'@SUM(A1)"),
            ('a;"=1+1";\uff1d1', "a;'\"=1+1\";'\uff1d1"),
            ("\n=1", "'\n'=1"),
            ("=1;-2+3", "'=1;'-2+3"),
            ("5;-5\n+5", "5;-5\n+5"),
            ("a; b;;c-d", "a; b;;c-d"),
        ],
    )
    def test_part_of_a_csv_cell_never_starts_a_formula(self, text, cell):
        schema = published_schema([{"type": "text"}])
        answered(schema, text.replace('"', "&quot;"))
        assert rows_of(run(schema.pk))[1][5] == cell
        lines = [part for line in run(schema.pk).splitlines() for part in line.split(";")]
        assert not any(part.lstrip('"').startswith(("=", "@", "\uff1d")) for part in lines)

    @pytest.mark.parametrize("text", ["-5", "+5", "-0.25", "-.5", "+5.", "12", "5 = five", "a", "'=1", " =1"])
    def test_numbers_and_harmless_texts_are_not_changed(self, text):
        schema = published_schema([{"type": "text"}])
        answered(schema, text)
        assert rows_of(run(schema.pk))[1][5] == text

    def test_chosen_answers_and_headings_never_start_a_formula(self, filling):
        schema = published_schema([{"qid": 1, "type": "choice", "text": "x", "answers": [{"text": "=A1"}]}])
        filling(schema).give(1, "=A1")
        assert rows_of(run(schema.pk))[1][5] == "'=A1"
        odd = published_schema([{"qid": -2, "text": "=A1"}])
        assert rows_of(run(odd.pk))[0][5] == "'-2: =A1"

    @pytest.mark.parametrize("text", [*FORMULAS, "#N/A", "#REF!", "x\x0b\x01y\ufffe", "5"])
    def test_sheet_has_texts_and_no_formulas(self, tmp_path, text):
        schema = published_schema([{"type": "text", "text": "=1+1"}])
        answered(schema, text)
        run(schema.pk, "-o", tmp_path / "r.xlsx")
        sheet = sheet_of((tmp_path / "r.xlsx").read_bytes())
        cell = sheet.cell(2, 6)
        assert cell.data_type == "s"
        assert cell.value.replace("\r", "\n") == text.translate(dict.fromkeys(b"\x0b\x01")).replace(
            "\ufffe", ""
        ).replace("\r", "\n")

    def test_cell_may_contain_quotes_commas_and_line_breaks(self):
        schema = published_schema([{"type": "text"}])
        evil = 'a,"b"\r\nc;d\n"'
        answered(schema, evil.replace('"', "&quot;"))
        assert rows_of(run(schema.pk))[1][5] == evil


class TestOtherFormats:
    def test_json_is_a_list_of_objects_with_numbers_as_numbers(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "no")
        survey.give(2, text="20")
        survey.give(4, text="ä <&> \u2028.")
        survey.give(6, text="7.5")
        (row,) = json.loads(run(smoking.pk, "--format", "json"))
        assert (row["survey id"], row["completed"]) == (survey.id, True)
        assert (row["2: How many a day?"], row["6: 1-10?"]) == (20, 7.5)
        assert row["4: Anything else?"] == "ä <&> \u2028."
        assert row["5: Cigar brand?"] is None

    @pytest.mark.parametrize("number", [0, 1, 2, *PARTS])
    def test_json_is_complete_for_any_number_of_surveys(self, number):
        schema = published_schema([{"type": "text"}])
        SurveyFactory.create_batch(number, schema=schema, user=UserFactory())
        assert len(json.loads(run(schema.pk, "--format", "json"))) == number

    def test_number_that_parsers_would_round_stays_a_text(self):
        schema = published_schema([{"type": "int"}, {"type": "float"}])
        answered(schema, "9" * 30, "0.12345678901234567890")
        (row,) = json.loads(run(schema.pk, "--format", "json"))
        assert list(row.values())[5:-2] == ["9" * 30, "0.12345678901234567890"]

    def test_sheet_equals_the_csv_with_numbers_as_numbers(self, filling, smoking, tmp_path):
        survey = filling(smoking)
        survey.give(1, "yes")
        survey.give(2, text="20")
        run(smoking.pk, "--format", "xlsx", "-o", tmp_path / "r")
        head, row = sheet_of((tmp_path / "r").read_bytes()).iter_rows(values_only=True)
        assert list(head) == rows_of(run(smoking.pk))[0]
        assert (row[0], row[4], row[5], row[6], row[7]) == (survey.id, False, "yes", 20, None)

    def test_missing_openpyxl_is_reported_with_the_install_command(self, monkeypatch, tmp_path, smoking):
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        with pytest.raises(CommandError, match=r'pip install "django-chat-api\[xlsx\]"'):
            run(smoking.pk, "-o", tmp_path / "r.xlsx")
        assert list(tmp_path.iterdir()) == []

    def test_export_larger_than_a_sheet_is_rejected(self, monkeypatch, tmp_path, smoking):
        SurveyFactory.create_batch(2, schema=smoking, user=UserFactory())
        monkeypatch.setattr(tables, "SHEET_ROWS_MAX", 1)
        with pytest.raises(CommandError, match="csv or json"):
            run(smoking.pk, "-o", tmp_path / "r.xlsx")
        assert list(tmp_path.iterdir()) == []
