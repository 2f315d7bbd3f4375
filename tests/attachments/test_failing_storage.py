"""A failing storage is a 503 with a code, whatever it raises, and nothing is stored or left half written."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import AsyncClient, Client

from chat_api.chat.models import Attachment, Message
from chat_api.schemas.models import AttachmentTemplate
from tests.attachments.conftest import Place
from tests.attachments.failing import FAILURES, OUTSIDE, FailingStorage, failing
from tests.attachments.pictures import as_text, picture
from tests.attachments.storing import stored_files
from tests.factories import UserFactory, draft_schema

pytestmark = pytest.mark.django_db

UNAVAILABLE = {"detail": "Files are not available now. Please try again.", "code": "STORAGE_UNAVAILABLE"}


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    backend = {"BACKEND": "tests.attachments.failing.FailingStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    yield
    FailingStorage.error, FailingStorage.interrupted = None, False


def fingerprint() -> dict[str, Any]:
    """Return all rows of all tables of this app."""
    tables = [name for name in connection.introspection.table_names() if name.startswith("chat_api_")]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def assert_unavailable(response: Any) -> None:
    assert (response.status_code, response.json()) == (503, UNAVAILABLE)
    assert response["Retry-After"] == "30"


@pytest.mark.parametrize("error", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("good", [0, 1], ids=["the file", "the thumbnail"])
def test_attachment_is_not_stored_if_its_file_cannot_be_saved(
    place: Place, error: Exception, good: int
) -> None:
    image = {"type": "image", "file_content": as_text(picture())}
    made = place.attach(**image)
    rows, files = fingerprint(), stored_files()
    with failing(error, "save", good=good):
        assert_unavailable(place.post(**image))
        path = f"{place.path}/{made['id']}"
        for method in (place.client.patch, place.client.put):
            assert_unavailable(method(path, {"title": "t", **image}, format="json"))
    assert (fingerprint(), stored_files()) == (rows, files)
    assert place.post(**image).status_code == 201


@pytest.mark.parametrize("good", range(4))
def test_message_is_posted_with_all_its_files_or_not_at_all(message: Place, good: int) -> None:
    image = {"type": "image", "file_content": as_text(picture())}
    rows = fingerprint()
    path = message.path.rsplit("/", 2)[0]
    body = {"text": "x", "attachments": [image, image]}
    with failing(FAILURES["a full disk"], "save", good=good):
        assert_unavailable(message.client.post(path, body, format="json"))
    assert (fingerprint(), stored_files()) == (rows, set())
    with failing(FAILURES["a full disk"], "save", "delete", good=good):
        assert_unavailable(message.client.post(path, body, format="json"))
    assert fingerprint() == rows
    # Files that could not be deleted are cleaned up later.
    call_command("delete_unused_files", hours=-1, verbosity=0)
    assert stored_files() == set()
    assert not Message.objects.filter(text="x").exists()


def test_attachment_is_not_stored_if_a_file_of_the_host_cannot_be_saved(place: Place, chat: Any) -> None:
    def makes_files(data: dict[str, Any]) -> dict[str, Any]:
        report, small = ContentFile(b"%PDF-", name="report.pdf"), ContentFile(b"png", name="report.png")
        return {**data, "file": report, "thumbnail_image": small}

    chat(TYPES_CUSTOM_ATTACHMENTS=[("pdf", "PDF")], CUSTOM_ATTACHMENTS_PRE_SAVE={"pdf": makes_files})
    place.attach(type="pdf")
    rows, files = fingerprint(), stored_files()
    assert len(files) == 2
    for good in (0, 1):
        with failing(FAILURES["a time-out"], "save", good=good):
            assert_unavailable(place.post(type="pdf"))
        assert (fingerprint(), stored_files()) == (rows, files)


@pytest.mark.parametrize("error", FAILURES.values(), ids=FAILURES)
def test_unreadable_file_is_503_and_missing_file_is_404(place: Place, error: Exception) -> None:
    made = place.attach(type="image", file_content=as_text(picture()))
    path = f"/api/attachments/{place.key}/{made['id']}/file"
    for query in ("", "?thumbnail=true"):
        with failing(error, "open"):
            assert_unavailable(place.client.get(path + query))
            assert place.client.head(path + query).status_code == 503
        for missing in (
            FileNotFoundError(2, "No such file"),
            IsADirectoryError(21, "Is a directory"),
            OUTSIDE,
        ):
            with failing(missing, "open"):
                gone = place.client.get(path + query)
                assert (gone.status_code, gone.json()) == (404, {"detail": "Not found."})
        response: Any = place.client.get(path + query)
        assert response.status_code == 200
        assert b"".join(response.streaming_content)


def test_file_name_outside_of_the_storage_is_not_found(place: Place) -> None:
    row = place.row(type="image")
    place.model._default_manager.filter(pk=row.pk).update(file="../../etc/passwd")
    assert place.client.get(f"/api/attachments/{place.key}/{row.pk}/file").status_code == 404


def large_file(place: Place) -> str:
    stored = FailingStorage().save("attachments/a.bin", ContentFile(b"x" * 200_000))
    row = place.row(type="image", file=stored)
    return f"/api/attachments/{place.key}/{row.pk}/file"


def test_error_while_streaming_cuts_the_response_off(message: Place, caplog: Any) -> None:
    path = large_file(message)
    FailingStorage.interrupted = True
    response: Any = message.client.get(path)
    assert (response.status_code, response["Content-Length"]) == (200, "200000")
    with pytest.raises(TimeoutError):
        b"".join(response.streaming_content)
    assert "when a part of it was sent" in caplog.text


def test_error_while_streaming_cuts_the_response_off_under_asgi(message: Place, caplog: Any) -> None:
    path = large_file(message)
    FailingStorage.interrupted = True

    async def read() -> int:
        client = AsyncClient()
        await sync_to_async(client.force_login)(message.owner)
        response: Any = await client.get(path)
        got = 0
        try:
            async for chunk in response:
                got += len(chunk)
        except TimeoutError:
            return got
        raise AssertionError("It was not cut off.")

    assert 0 < async_to_sync(read)() < 200_000
    assert "when a part of it was sent" in caplog.text


@pytest.mark.parametrize("error", FAILURES.values(), ids=FAILURES)
def test_attachments_can_be_read_if_the_storage_fails_to_return_urls(place: Place, error: Exception) -> None:
    made = place.attach(type="image", file_content=as_text(picture()))
    with failing(error, "url"):
        shown = place.client.get(f"{place.path}/{made['id']}").json()
        assert shown["src"] == f"/api/attachments/{place.key}/{made['id']}/file"
        assert shown["thumbnail"]["src"] == f"{shown['src']}?thumbnail=true"
        listed = place.client.get(place.path)
        assert (listed.status_code, listed.json()) == (200, [shown])


@pytest.mark.parametrize("error", FAILURES.values(), ids=FAILURES)
def test_file_that_cannot_be_deleted_is_cleaned_up_later(
    place: Place, error: Exception, caplog: Any, django_capture_on_commit_callbacks: Any
) -> None:
    made = place.attach(type="image", file_content=as_text(picture()))
    with failing(error, "delete"), django_capture_on_commit_callbacks(execute=True):
        assert place.client.delete(f"{place.path}/{made['id']}").status_code == 204
    assert "could not be deleted" in caplog.text
    assert len(stored_files()) == 2
    out = StringIO()
    with failing(error, "delete"), pytest.raises(CommandError, match=r"2 file\(s\) could not be deleted"):
        call_command("delete_unused_files", hours=-1, stdout=out)
    with failing(error, "listdir"), pytest.raises(CommandError, match="cannot list"):
        call_command("delete_unused_files", hours=-1, stdout=out)
    call_command("delete_unused_files", hours=-1, stdout=out)
    assert out.getvalue() == "0 file(s) deleted.\n2 file(s) deleted.\n"
    assert stored_files() == set()


def test_upload_to_a_full_disk_is_503(message: Place, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    rows = fingerprint()

    def full(self: Any, data: bytes, start: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", full)
    sent = {"type": "image", "file": SimpleUploadedFile("a.png", picture())}
    assert_unavailable(message.client.post(message.path, sent, format="multipart"))
    assert (fingerprint(), Attachment.objects.count()) == (rows, 0)


def test_admin_reports_that_a_template_could_not_be_saved(client: Client) -> None:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    question = draft_schema([{"type": "text"}]).questions.get()
    path = f"/admin/chat_api/question/{question.pk}/change/"
    form = client.get(path).context["adminform"].form
    data = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    data |= {
        "answers-TOTAL_FORMS": 0,
        "answers-INITIAL_FORMS": 0,
        "attachments-TOTAL_FORMS": 1,
        "attachments-INITIAL_FORMS": 0,
        "attachments-0-type": "image",
        "attachments-0-title_i18n": "{}",
        "attachments-0-description_i18n": "{}",
        "attachments-0-file": SimpleUploadedFile("a.png", picture()),
    }
    rows = fingerprint()
    with failing(FAILURES["a full disk"], "save", good=1):
        response = client.post(path, data, follow=True)
    assert response.status_code == 200
    assert UNAVAILABLE["detail"] in [str(message) for message in response.context["messages"]], (
        response.context["errors"]
    )
    assert (fingerprint(), stored_files()) == (rows, set())
    assert not AttachmentTemplate.objects.exists()


def test_exception_handler_of_the_host_keeps_the_header(place: Place, settings: Any) -> None:
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "EXCEPTION_HANDLER": "tests.attachments.test_failing_storage.handle",
    }
    with failing(FAILURES["a time-out"], "save"):
        assert_unavailable(place.post(type="image", file_content=as_text(picture())))


def handle(error: Any, context: Any) -> Any:
    from rest_framework.response import Response

    return Response(error.detail, status=error.status_code)
