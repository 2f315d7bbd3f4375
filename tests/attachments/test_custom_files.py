"""Attachment types of the host with files, which are recognized by content, not by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.attachments.conftest import Place
from tests.attachments.pictures import SCRIPT, as_text, picture, zipped
from tests.attachments.storing import stored_files
from tests.openapi.watching import unwatched

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]

PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture(autouse=True)
def _types(chat: Any) -> None:
    chat(
        TYPES_CUSTOM_ATTACHMENTS=[("pdf", "PDF"), ("plain", "Plain")],
        CUSTOM_ATTACHMENTS_FILE_TYPES={"pdf": ["application/pdf"]},
    )


def test_listed_file_type_is_stored_under_a_random_name(place: Place) -> None:
    by_text = place.attach(type="pdf", file_content=as_text(PDF))
    form = {"type": "pdf", "file": SimpleUploadedFile("report.exe", PDF)}
    by_form = place.client.post(place.path, form, format="multipart").json()
    for made in (by_text, by_form):
        row: Any = place.model._default_manager.get(pk=made["id"])
        assert made["src"] == row.file.url
        assert row.file.name.endswith(".pdf")
        assert "report" not in row.file.name
        with row.file.open() as file:
            assert file.read() == PDF
    response: Any = place.client.get(f"/api/attachments/{place.key}/{by_text['id']}/file")
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content) == PDF


@pytest.mark.parametrize("content", [picture(), zipped(), SCRIPT, b"plain text"])
def test_unlisted_file_type_is_refused(place: Place, content: bytes) -> None:
    response = place.post(type="pdf", file_content=as_text(content))
    assert (response.status_code, response.json()) == (400, {"non_field_errors": ["INCORRECT_TYPE"]})
    assert stored_files() == set()


def test_file_is_required_only_at_creation(place: Place) -> None:
    assert place.post(type="pdf").json() == {"file_content": ["REQUIRED"]}
    made = place.attach(type="pdf", file_content=as_text(PDF))
    changed = place.client.patch(f"{place.path}/{made['id']}", {"title": "b"}, format="json").json()
    assert changed == {**made, "title": "b"}


def test_functions_of_the_host_can_read_and_replace_the_file(place: Place, chat: Any) -> None:
    seen: list[bytes] = []

    def validate(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(data["file"].read())
        data["file"].seek(0)
        return data

    def small(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(data["file"].read())
        return {**data, "thumbnail_image": ContentFile(picture(), name="small.png")}

    chat(
        TYPES_CUSTOM_ATTACHMENTS=[("pdf", "PDF")],
        CUSTOM_ATTACHMENTS_FILE_TYPES={"pdf": ["application/pdf"]},
        CUSTOM_ATTACHMENTS_VALIDATION={"pdf": validate},
        CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR={"pdf": small},
    )
    place.attach(type="pdf", file_content=as_text(PDF))
    assert seen == [PDF, PDF]
    row: Any = place.model._default_manager.get()
    assert stored_files() == {row.file.name, row.thumbnail_image.name}


def test_attachment_refused_by_the_host_leaves_no_file(place: Place, chat: Any) -> None:
    from rest_framework.exceptions import ValidationError

    def refuse(data: dict[str, Any]) -> dict[str, Any]:
        raise ValidationError({"title": ["TOO_DULL"]})

    for setting in ("VALIDATION", "PRE_SAVE"):
        chat(
            CUSTOM_ATTACHMENTS_VALIDATION={},
            CUSTOM_ATTACHMENTS_PRE_SAVE={},
        )
        chat(**{f"CUSTOM_ATTACHMENTS_{setting}": {"pdf": refuse}})
        response = place.post(type="pdf", file_content=as_text(PDF))
        assert (response.status_code, response.json()) == (400, {"title": ["TOO_DULL"]})
        assert stored_files() == set()


def test_file_created_by_a_function_is_deleted_if_the_request_fails(
    message: Place, chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "file": ContentFile(b"made by the host", name="made.txt")}

    chat(CUSTOM_ATTACHMENTS_PRE_SAVE={"plain": add})

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr("chat_api.chat.actions.attachments._write", fail)
    message.client.raise_request_exception = False
    with unwatched("no document promises a failure of ours"):
        assert message.post(type="plain").status_code == 500
    assert stored_files() == set()
