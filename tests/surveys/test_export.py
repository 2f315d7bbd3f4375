"""The surveys of a schema as a file: from the command line, and from the admin."""

from __future__ import annotations

import csv
import io
import json
import stat
import sys
from datetime import datetime
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.surveys import exporting
from chat_api.surveys.models import SurveyItem
from tests.factories import SurveyFactory, UserFactory, draft_schema, published_schema
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
ABOUT = list(exporting.ABOUT)
PARTS = (exporting.CHUNK - 1, exporting.CHUNK, 2 * exporting.CHUNK + 1)


def run(*args: Any, **options: Any) -> str:
    """Run the command; give what it writes to standard output."""
    out = io.StringIO(newline="")
    call_command("export_survey_results", *map(str, args), stdout=out, **options)
    return out.getvalue()


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def address(schema: Any, kind: str) -> str:
    return reverse("admin:chat_api_survey_export", args=[getattr(schema, "pk", schema), kind])


def staff_with(*codenames: str) -> Any:
    user: Any = UserFactory.create(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def exporter(db: None) -> Client:
    return signed_in(staff_with("view_survey", "export_survey_results"))


def body_of(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def answered(schema: Any, *texts: str) -> SurveyItem | None:
    """Make a survey whose questions have these texts, as they are stored."""
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


class TestTheTable:
    def test_has_a_row_for_each_survey_and_a_column_for_each_question(self, client_of, alice, smoking):
        begun = Filling(client_of(alice), alice, smoking)
        begun.give(1, "yes")
        begun.give(2, text="20")
        begun.give(3, "cigar", "pipe")
        begun.give(4, text='Tom & Jerry say "<b>hi</b>"')
        done = Filling(client_of(alice), alice, smoking)
        done.give(1, "no")
        done.give(6, text="7.5")
        head, first, second = rows_of(run(smoking.pk))
        assert head == [
            *ABOUT,
            "1: Smoker?",
            "2: How many a day?",
            "3: Which?",
            "4: Anything else?",
            "5: Cigar brand?",
            "6: 1-10?",
        ]
        assert [first[0], first[1], first[4]] == [str(begun.id), str(alice.pk), "false"]
        assert first[5:] == ["yes", "20", "cigar, pipe", 'Tom & Jerry say "<b>hi</b>"', "", ""]
        assert [second[0], second[4]] == [str(done.id), "true"]
        assert second[5:] == ["no", "", "", "", "", "7.5"]
        assert all(datetime.fromisoformat(cell).tzinfo for cell in first[2:4])

    def test_has_what_was_typed_beside_a_choice(self, filling):
        asked = [{"type": "choice", "choice_open": True, "answers": [{"text": "other"}]}]
        schema = published_schema(asked)
        filling(schema).give(1, "other", text="my <own>")
        assert rows_of(run(schema.pk))[1][5:] == ["other, my <own>"]

    def test_has_texts_as_they_are_stored_where_the_host_stores_them_so(self, settings):
        settings.CHAT_SETTINGS = {"ESCAPE_TEXT": False}
        schema = published_schema([{"type": "text"}])
        answered(schema, "a &amp; b")
        assert rows_of(run(schema.pk))[1][5] == "a &amp; b"

    def test_has_columns_by_position_and_none_for_what_asks_nothing(self):
        asked = [
            {"qid": 7, "position": 3, "text": "last"},
            {"qid": 8, "position": 1, "text": "first"},
            {"qid": 9, "position": 2, "type": "message", "text": "hello"},
            {"qid": 10, "position": 4, "type": "fork", "text": ""},
        ]
        assert rows_of(run(published_schema(asked).pk)) == [[*ABOUT, "8: first", "7: last"]]

    def test_loses_no_answer_of_an_older_release(self):
        schema = published_schema([{"type": "text"}, {"type": "control", "text": "ok?"}])
        other = published_schema([{"type": "text", "text": "foreign"}], name="Other")
        survey = SurveyFactory(schema=schema)
        for row, text in ((question(schema, 2), "yes"), (question(other, 1), "left over")):
            SurveyItem.objects.create(survey=survey, related_question=row, position=1, text=text)
        head, row = rows_of(run(schema.pk))
        assert head[5:] == ["1: Question 1?", "2: ok?", "1: foreign [Other (1)]"]
        assert row[5:] == ["", "yes", "left over"]

    def test_says_nothing_of_completion_where_there_is_no_state(self):
        schema = published_schema([{"type": "text"}])
        answered(schema, "x")
        assert rows_of(run(schema.pk))[1][4] == ""
        assert json.loads(run(schema.pk, "--format", "json"))[0]["completed"] is None

    @pytest.mark.parametrize("number", PARTS)
    def test_is_whole_over_chunks_with_as_many_queries_each(self, number):
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
        chunks = -(-number // exporting.CHUNK)
        # The schema, two at first, two a chunk, and one to see that there is no more.
        assert len(captured) == 3 + 2 * chunks + 1

    def test_costs_the_same_for_few_and_many_questions_and_surveys_of_a_chunk(self):
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
    def test_no_cell_of_csv_begins_one(self, text):
        schema = published_schema([{"type": "text", "text": "Well?"}], name="Evil")
        answered(schema, text)
        assert rows_of(run(schema.pk))[1][5] == f"'{text}"

    @pytest.mark.parametrize("text", ["-5", "+5", "-0.25", "12", "5 = five", "a", "'=1", " =1"])
    def test_numbers_and_other_texts_stay_what_they_are(self, text):
        schema = published_schema([{"type": "text"}])
        answered(schema, text)
        assert rows_of(run(schema.pk))[1][5] == text

    def test_no_chosen_answer_and_no_heading_begins_one(self, filling):
        schema = published_schema([{"qid": 1, "type": "choice", "text": "x", "answers": [{"text": "=A1"}]}])
        filling(schema).give(1, "=A1")
        assert rows_of(run(schema.pk))[1][5] == "'=A1"
        odd = published_schema([{"qid": -2, "text": "=A1"}])
        assert rows_of(run(odd.pk))[0][5] == "'-2: =A1"

    @pytest.mark.parametrize("text", [*FORMULAS, "#N/A", "#REF!", "x\x0b\x01y\ufffe", "5"])
    def test_a_sheet_has_texts_and_no_formulas(self, tmp_path, text):
        schema = published_schema([{"type": "text", "text": "=1+1"}])
        answered(schema, text)
        run(schema.pk, "-o", tmp_path / "r.xlsx")
        sheet = sheet_of((tmp_path / "r.xlsx").read_bytes())
        cell = sheet.cell(2, 6)
        assert cell.data_type == "s"
        assert cell.value.replace("\r", "\n") == text.translate(dict.fromkeys(b"\x0b\x01")).replace(
            "\ufffe", ""
        ).replace("\r", "\n")

    def test_a_cell_may_have_quotes_commas_and_lines(self):
        schema = published_schema([{"type": "text"}])
        evil = 'a,"b"\r\nc;d\n"'
        answered(schema, evil.replace('"', "&quot;"))
        assert rows_of(run(schema.pk))[1][5] == evil


class TestTheOtherFormats:
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
    def test_json_is_whole_for_any_number(self, number):
        schema = published_schema([{"type": "text"}])
        SurveyFactory.create_batch(number, schema=schema, user=UserFactory())
        assert len(json.loads(run(schema.pk, "--format", "json"))) == number

    def test_a_number_that_readers_would_change_stays_a_text(self):
        schema = published_schema([{"type": "int"}, {"type": "float"}])
        answered(schema, "9" * 30, "0.12345678901234567890")
        (row,) = json.loads(run(schema.pk, "--format", "json"))
        assert list(row.values())[5:] == ["9" * 30, "0.12345678901234567890"]

    def test_a_sheet_has_the_same_with_numbers_as_numbers(self, filling, smoking, tmp_path):
        survey = filling(smoking)
        survey.give(1, "yes")
        survey.give(2, text="20")
        run(smoking.pk, "--format", "xlsx", "-o", tmp_path / "r")
        head, row = sheet_of((tmp_path / "r").read_bytes()).iter_rows(values_only=True)
        assert list(head) == rows_of(run(smoking.pk))[0]
        assert (row[0], row[4], row[5], row[6], row[7]) == (survey.id, False, "yes", 20, None)

    def test_without_openpyxl_a_sheet_says_what_to_install(self, monkeypatch, tmp_path, smoking):
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        with pytest.raises(CommandError, match=r'pip install "django-chat-api\[xlsx\]"'):
            run(smoking.pk, "-o", tmp_path / "r.xlsx")
        assert list(tmp_path.iterdir()) == []

    def test_more_than_a_sheet_holds_is_refused(self, monkeypatch, tmp_path, smoking):
        SurveyFactory.create_batch(2, schema=smoking, user=UserFactory())
        monkeypatch.setattr(exporting, "_SHEET_ROWS_MAX", 1)
        with pytest.raises(CommandError, match="csv or json"):
            run(smoking.pk, "-o", tmp_path / "r.xlsx")
        assert list(tmp_path.iterdir()) == []


class TestTheCommand:
    def test_takes_an_id_or_a_name_which_means_the_latest_version(self):
        published_schema([{"text": "old"}], name="Mood")
        published_schema([{"text": "new"}], name="Mood", version=2)
        number = published_schema([{"text": "numbered"}], name="4711")
        assert rows_of(run("Mood"))[0][5] == "1: new"
        assert rows_of(run("4711"))[0][5] == "1: numbered"
        assert rows_of(run(number.pk))[0][5] == "1: numbered"

    @pytest.mark.parametrize("name", ["nothing", "9999999", "9" * 19, "9" * 5000, "", "²"])
    def test_says_which_schema_there_is_not(self, name):
        with pytest.raises(CommandError, match="There is no schema") as caught:
            run(name)
        assert repr(name) in str(caught.value)

    def test_says_which_database_there_is_not(self, smoking):
        with pytest.raises(CommandError, match="no database 'elsewhere'"):
            run(smoking.pk, "--database", "elsewhere")

    def test_writes_a_file_that_only_its_owner_reads(self, tmp_path, smoking):
        path = tmp_path / "r.csv"
        assert run(smoking.pk, "-o", path) == ""
        assert path.read_bytes().decode() == run(smoking.pk)
        assert list(tmp_path.iterdir()) == [path]
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_writes_the_format_that_the_file_is_named_for(self, tmp_path, smoking):
        run(smoking.pk, "-o", tmp_path / "r.JSON")
        assert json.loads((tmp_path / "r.JSON").read_text()) == []
        run(smoking.pk, "-o", tmp_path / "x.json", "--format", "csv")
        assert (tmp_path / "x.json").read_text().startswith("survey id,")

    def test_overwrites_nothing(self, tmp_path, smoking):
        path = tmp_path / "r.csv"
        path.write_text("mine")
        with pytest.raises(CommandError, match="already") as caught:
            run(smoking.pk, "-o", path)
        assert str(path) in str(caught.value)
        assert path.read_text() == "mine"

    def test_says_why_a_file_cannot_be_written(self, tmp_path, smoking):
        path = tmp_path / "missing" / "r.csv"
        with pytest.raises(CommandError, match="No such file or directory") as caught:
            run(smoking.pk, "-o", path)
        assert str(path) in str(caught.value)

    @pytest.mark.parametrize("kind", exporting.FORMATS)
    @pytest.mark.parametrize("failure", [DatabaseError, KeyboardInterrupt, OSError(28, "No space left")])
    def test_leaves_no_part_of_a_file(self, monkeypatch, tmp_path, smoking, kind, failure):
        SurveyFactory.create_batch(3, schema=smoking, user=UserFactory())
        monkeypatch.setattr(exporting, "CHUNK", 2)
        real, calls = exporting._answers, []

        def failing(*args: Any, **options: Any) -> Any:
            calls.append(args)
            if len(calls) > 1:
                raise failure
            return real(*args, **options)

        monkeypatch.setattr(exporting, "_answers", failing)
        with pytest.raises((CommandError, DatabaseError, KeyboardInterrupt)):
            run(smoking.pk, "--format", kind, "-o", tmp_path / "r")
        assert len(calls) == 2
        assert list(tmp_path.iterdir()) == []

    def test_writes_no_sheet_to_a_screen(self, smoking):
        with pytest.raises(CommandError, match="-o"):
            run(smoking.pk, "--format", "xlsx")

    def test_draws_a_bar_only_for_who_watches(self, monkeypatch, smoking):
        class Screen(io.StringIO):
            def isatty(self) -> bool:
                return True

        SurveyFactory.create_batch(3, schema=smoking, user=UserFactory())
        monkeypatch.setattr(exporting, "CHUNK", 2)
        screen, file = Screen(), io.StringIO()
        written = run(smoking.pk, stderr=screen)
        assert "2 of 3 surveys" in screen.getvalue()
        assert screen.getvalue().endswith("3 of 3 surveys\n")
        assert run(smoking.pk, stderr=file) == written
        assert file.getvalue() == ""


class TestTheDownload:
    def test_is_for_nobody_unknown(self, client, smoking):
        response = client.get(address(smoking, "csv"))
        assert response.status_code == 302
        assert "/login/" in response["Location"]

    @pytest.mark.parametrize("codenames", [(), ("view_survey",), ("view_survey", "change_survey")])
    @pytest.mark.parametrize("kind", exporting.FORMATS)
    def test_is_for_no_staff_who_may_not_export(self, smoking, codenames, kind):
        client = signed_in(staff_with(*codenames))
        assert client.get(address(smoking, kind)).status_code == 403
        assert client.get(address(9_999_999, kind)).status_code == 403

    @pytest.mark.parametrize("kind", ["csv", "json"])
    def test_is_what_the_command_writes(self, exporter, filling, smoking, kind):
        filling(smoking).give(4, text="=ä & b")
        response = exporter.get(address(smoking, kind))
        assert response.streaming
        assert body_of(response).decode() == run(smoking.pk, "--format", kind)

    def test_of_a_sheet_is_one(self, exporter, filling, smoking):
        filling(smoking).give(4, text="=1+1")
        response = exporter.get(address(smoking, "xlsx"))
        assert sheet_of(body_of(response)).cell(2, 9).value == "=1+1"
        assert response["Content-Type"].endswith("spreadsheetml.sheet")

    def test_is_saved_under_the_schemas_name_and_kept_nowhere(self, exporter):
        schema = draft_schema([{}], name='Mood "a"\r\nX: <b>', version=3)
        response = exporter.get(address(schema, "csv"))
        assert response["Content-Disposition"] == 'attachment; filename="mood-a-x-b-3.csv"'
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"] == "text/csv; charset=utf-8"

    def test_of_an_unknown_schema_or_format_is_not_found(self, exporter, smoking):
        assert exporter.get(address(9_999_999, "csv")).status_code == 404
        assert exporter.get(address(2**63, "csv")).status_code == 404
        assert exporter.get(address(smoking, "exe")).status_code == 404

    @pytest.mark.parametrize("views", [True, False])
    def test_of_a_sheet_that_cannot_be_made_says_why(self, monkeypatch, smoking, views):
        client = signed_in(staff_with("export_survey_results", *(["view_survey"] if views else [])))
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        response = client.get(address(smoking, "xlsx"))
        assert response.status_code == 302
        assert "pip install" in str(next(iter(get_messages(response.wsgi_request))))
        assert client.get(response["Location"]).status_code == 200

    def test_is_not_offered_where_it_cannot_be_made(self, monkeypatch, exporter, smoking):
        page = reverse("admin:chat_api_survey_results", args=[smoking.pk])
        assert address(smoking, "xlsx") in exporter.get(page).content.decode()
        monkeypatch.setattr(exporting, "find_spec", lambda name: None)
        assert address(smoking, "xlsx") not in exporter.get(page).content.decode()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("kind", exporting.FORMATS)
    def test_is_sent_in_parts_under_asgi(self, monkeypatch, smoking, kind):
        user = staff_with("export_survey_results")
        SurveyFactory.create_batch(5, schema=smoking, user=user)
        monkeypatch.setattr(exporting, "CHUNK", 2)

        async def parts() -> list[bytes]:
            client = AsyncClient()
            await sync_to_async(client.force_login)(user)
            response: Any = await client.get(address(smoking, kind))
            assert response.is_async
            return [part async for part in response.streaming_content]

        found = async_to_sync(parts)()
        if kind == "xlsx":
            assert sheet_of(b"".join(found)).max_row == 6
        else:
            assert len(found) == 3
            assert b"".join(found).decode() == run(smoking.pk, "--format", kind)
