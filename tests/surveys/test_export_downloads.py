"""Exporting by the management command and by the admin download."""

from __future__ import annotations

import io
import json
import stat
import sys
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.messages import get_messages
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.test import AsyncClient, Client
from django.urls import reverse

from chat_api.lib import tables
from chat_api.surveys.results import table
from tests.factories import SurveyFactory, UserFactory, draft_schema, published_schema
from tests.surveys.test_export import body_of, rows_of, run, sheet_of, staff_with

pytestmark = pytest.mark.django_db


def export_url(schema: Any, kind: str) -> str:
    return reverse("admin:chat_api_survey_export", args=[getattr(schema, "pk", schema), kind])


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def exporter(db: None) -> Client:
    return signed_in(staff_with("view_survey", "export_survey_results"))


class TestCommand:
    def test_name_selects_the_latest_version_unless_it_is_an_id(self):
        published_schema([{"text": "old"}], name="Mood")
        published_schema([{"text": "new"}], name="Mood", version=2)
        number = published_schema([{"text": "numbered"}], name="4711")
        assert rows_of(run("Mood"))[0][5] == "1: new"
        assert rows_of(run("4711"))[0][5] == "1: numbered"
        assert rows_of(run(number.pk))[0][5] == "1: numbered"

    @pytest.mark.parametrize("name", ["nothing", "9999999", "9" * 19, "9" * 5000, "", "²"])
    def test_unknown_schema_is_named_in_the_error(self, name):
        with pytest.raises(CommandError, match="There is no schema") as caught:
            run(name)
        assert repr(name) in str(caught.value)

    def test_unknown_database_is_named_in_the_error(self, smoking):
        with pytest.raises(CommandError, match="Unknown database 'elsewhere'"):
            run(smoking.pk, "--database", "elsewhere")

    def test_output_file_is_readable_by_its_owner_only(self, tmp_path, smoking):
        path = tmp_path / "r.csv"
        assert run(smoking.pk, "-o", path) == ""
        assert path.read_bytes().decode() == run(smoking.pk)
        assert list(tmp_path.iterdir()) == [path]
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_format_follows_the_file_extension_unless_it_is_given(self, tmp_path, smoking):
        run(smoking.pk, "-o", tmp_path / "r.JSON")
        assert json.loads((tmp_path / "r.JSON").read_text()) == []
        run(smoking.pk, "-o", tmp_path / "x.json", "--format", "csv")
        assert (tmp_path / "x.json").read_text().startswith("survey id,")

    def test_existing_file_is_not_overwritten(self, tmp_path, smoking):
        path = tmp_path / "r.csv"
        path.write_text("mine")
        with pytest.raises(CommandError, match="already exists") as caught:
            run(smoking.pk, "-o", path)
        assert str(path) in str(caught.value)
        assert path.read_text() == "mine"

    def test_error_of_the_file_system_is_reported(self, tmp_path, smoking):
        path = tmp_path / "missing" / "r.csv"
        with pytest.raises(CommandError, match="No such file or directory") as caught:
            run(smoking.pk, "-o", path)
        assert str(path) in str(caught.value)

    @pytest.mark.parametrize("kind", tables.FORMATS)
    @pytest.mark.parametrize("failure", [DatabaseError, KeyboardInterrupt, OSError(28, "No space left")])
    def test_failed_export_leaves_no_partial_file(self, monkeypatch, tmp_path, smoking, kind, failure):
        SurveyFactory.create_batch(3, schema=smoking, user=UserFactory())
        monkeypatch.setattr(table, "CHUNK", 2)
        real, calls = table._answers, []

        def failing(*args: Any, **options: Any) -> Any:
            calls.append(args)
            if len(calls) > 1:
                raise failure
            return real(*args, **options)

        monkeypatch.setattr(table, "_answers", failing)
        with pytest.raises((CommandError, DatabaseError, KeyboardInterrupt)):
            run(smoking.pk, "--format", kind, "-o", tmp_path / "r")
        assert len(calls) == 2
        assert list(tmp_path.iterdir()) == []

    def test_sheet_is_not_written_to_standard_output(self, smoking):
        with pytest.raises(CommandError, match="-o"):
            run(smoking.pk, "--format", "xlsx")

    def test_progress_bar_is_drawn_only_on_a_terminal(self, monkeypatch, smoking):
        class Screen(io.StringIO):
            def isatty(self) -> bool:
                return True

        SurveyFactory.create_batch(3, schema=smoking, user=UserFactory())
        monkeypatch.setattr(table, "CHUNK", 2)
        screen, file = Screen(), io.StringIO()
        written = run(smoking.pk, stderr=screen)
        assert "2 of 3 surveys" in screen.getvalue()
        assert screen.getvalue().endswith("3 of 3 surveys\n")
        assert run(smoking.pk, stderr=file) == written
        assert file.getvalue() == ""


class TestDownload:
    def test_anonymous_user_is_sent_to_the_login_page(self, client, smoking):
        response = client.get(export_url(smoking, "csv"))
        assert response.status_code == 302
        assert "/login/" in response["Location"]

    @pytest.mark.parametrize("codenames", [(), ("view_survey",), ("view_survey", "change_survey")])
    @pytest.mark.parametrize("kind", tables.FORMATS)
    def test_staff_without_export_permission_cannot_download(self, smoking, codenames, kind):
        client = signed_in(staff_with(*codenames))
        assert client.get(export_url(smoking, kind)).status_code == 403
        assert client.get(export_url(9_999_999, kind)).status_code == 403

    @pytest.mark.parametrize("kind", ["csv", "json"])
    def test_download_equals_the_output_of_the_command(self, exporter, filling, smoking, kind):
        filling(smoking).give(4, text="=ä & b")
        response = exporter.get(export_url(smoking, kind))
        assert response.streaming
        assert body_of(response).decode() == run(smoking.pk, "--format", kind)

    def test_downloaded_sheet_is_a_sheet(self, exporter, filling, smoking):
        filling(smoking).give(4, text="=1+1")
        response = exporter.get(export_url(smoking, "xlsx"))
        assert sheet_of(body_of(response)).cell(2, 11).value == "=1+1"
        assert response["Content-Type"].endswith("spreadsheetml.sheet")

    def test_download_is_named_after_the_schema_and_never_cached(self, exporter):
        schema = draft_schema([{}], name='Mood "a"\r\nX: <b>', version=3)
        response = exporter.get(export_url(schema, "csv"))
        assert response["Content-Disposition"] == 'attachment; filename="mood-a-x-b-3.csv"'
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"] == "text/csv; charset=utf-8"

    def test_download_of_an_unknown_schema_or_format_is_not_found(self, exporter, smoking):
        assert exporter.get(export_url(9_999_999, "csv")).status_code == 404
        assert exporter.get(export_url(2**63, "csv")).status_code == 404
        assert exporter.get(export_url(smoking, "exe")).status_code == 404

    @pytest.mark.parametrize("views", [True, False])
    def test_download_redirects_with_a_message_without_openpyxl(self, monkeypatch, smoking, views):
        client = signed_in(staff_with("export_survey_results", *(["view_survey"] if views else [])))
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        response = client.get(export_url(smoking, "xlsx"))
        assert response.status_code == 302
        assert "pip install" in str(next(iter(get_messages(response.wsgi_request))))
        assert client.get(response["Location"]).status_code == 200

    def test_sheet_is_not_offered_without_openpyxl(self, monkeypatch, exporter, smoking):
        page = reverse("admin:chat_api_survey_results", args=[smoking.pk])
        assert export_url(smoking, "xlsx") in exporter.get(page).content.decode()
        monkeypatch.setattr(tables, "find_spec", lambda name: None)
        assert export_url(smoking, "xlsx") not in exporter.get(page).content.decode()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("kind", tables.FORMATS)
    def test_download_is_streamed_under_asgi(self, monkeypatch, smoking, kind):
        user = staff_with("export_survey_results")
        SurveyFactory.create_batch(5, schema=smoking, user=user)
        monkeypatch.setattr(table, "CHUNK", 2)

        async def parts() -> list[bytes]:
            client = AsyncClient()
            await sync_to_async(client.force_login)(user)
            response: Any = await client.get(export_url(smoking, kind))
            assert response.is_async
            return [part async for part in response.streaming_content]

        found = async_to_sync(parts)()
        if kind == "xlsx":
            assert sheet_of(b"".join(found)).max_row == 6
        else:
            assert len(found) == 3
            assert b"".join(found).decode() == run(smoking.pk, "--format", kind)
