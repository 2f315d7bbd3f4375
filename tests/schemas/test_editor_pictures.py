"""Pictures of the script editor are stored before the script is saved with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from chat_api.attachments.orphans import unused_files
from chat_api.schemas.editing import read_script
from chat_api.schemas.models import Schema
from tests.attachments.pictures import SCRIPT, picture
from tests.factories import draft_schema, published_schema
from tests.schemas.admin_pages import ask, client_with, document, path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT, settings.MEDIA_URL = str(tmp_path), "/media/"


@pytest.fixture
def admin(db: None) -> Client:
    return client_with(is_superuser=True)


@pytest.fixture
def schema(db: None) -> Schema:
    return draft_schema([{}])


def upload(client: Client, schema: Schema, content: bytes, name: str = "a.png") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(path("editor_picture", schema.pk), {"file": file})


def stored_bytes(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def served(client: Client, url: str) -> Any:
    response: Any = client.get(url)
    assert response.status_code == 200
    return response.streaming_content


def saved_with(client: Client, schema: Schema, *attachments: dict[str, Any]) -> None:
    content = document({"qid": 1, "type": "text", "text": "?", "attachments": list(attachments)})
    response = ask(client, schema, "save", document=content, token=read_script(schema).token)
    assert response.status_code == 200, response.content


def test_picture_is_stored_and_saved_with_the_document(admin: Client, schema: Schema) -> None:
    stored = upload(admin, schema, picture("PNG", (400, 200))).json()
    attachment = stored["attachment"]
    assert attachment["type"] == "image"
    assert attachment["file"].startswith("attachments/draft-")
    assert attachment["thumbnail_image"].startswith("attachments/thumbnails/draft-")
    assert attachment["thumbnail"] == {"width": 100, "height": 50}
    assert stored["src"] == f"/media/{attachment['file']}"
    assert default_storage.exists(attachment["file"])
    saved_with(admin, schema, attachment)
    template = schema.questions.get().attachments.get()
    assert (template.file.name, template.thumbnail) == (attachment["file"], attachment["thumbnail"])


def test_names_are_random_and_metadata_is_gone(admin: Client, schema: Schema) -> None:
    content = picture("PNG") + b"secret"
    first, second = (upload(admin, schema, content).json()["attachment"]["file"] for _ in range(2))
    assert first != second
    assert b"secret" not in stored_bytes(first)


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 400), (b"GIF89a", 400), (b"%PDF-1.4", 400), (picture("PNG") + SCRIPT, 400), (b"x" * 2000, 413)],
)
def test_what_attachments_refuse_is_refused_and_nothing_is_stored(
    admin: Client, schema: Schema, settings: Any, content: bytes, status: int
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "ATTACHMENT_MAX_BYTES": 1_500}
    response = upload(admin, schema, content)
    assert response.status_code == status
    (problem,) = response.json()["errors"]
    assert (problem["part"], problem["field"]) == ("attachment", "file")
    assert problem["text"]
    assert list(unused_files(before=timezone.now() + timedelta(days=3))) == []


def test_picture_of_too_many_pixels_is_refused(admin: Client, schema: Schema, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "ATTACHMENT_MAX_PIXELS": 100}
    assert upload(admin, schema, picture("PNG")).status_code == 413


def test_request_without_a_file_is_refused(admin: Client, schema: Schema) -> None:
    response = admin.post(path("editor_picture", schema.pk), {"file": "text"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["text"] == "Choose a picture."


def test_published_schema_takes_no_picture(admin: Client) -> None:
    response = upload(admin, published_schema([{}]), picture("PNG"))
    assert (response.status_code, response.json()) == (409, {"reason": "PUBLISHED"})


def test_picture_of_an_unsaved_editor_is_kept_for_a_day_and_cleaned_up_then(
    admin: Client, schema: Schema, monkeypatch: Any
) -> None:
    names = upload(admin, schema, picture("PNG")).json()["attachment"]
    now = timezone.now()
    assert list(unused_files(before=now + timedelta(hours=1))) == []
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=25))
    found = {name for _, name in unused_files(before=now + timedelta(hours=1))}
    assert found == {names["file"], names["thumbnail_image"]}


def test_saved_picture_is_not_cleaned_up(admin: Client, schema: Schema, monkeypatch: Any) -> None:
    saved_with(admin, schema, upload(admin, schema, picture("PNG")).json()["attachment"])
    later = timezone.now() + timedelta(days=9)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert list(unused_files(before=timezone.now())) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("removed", ["picture", "question"])
def test_removed_picture_comes_back_with_undo(admin: Client, schema: Schema, removed: str) -> None:
    attachment = upload(admin, schema, picture("PNG")).json()["attachment"]
    saved_with(admin, schema, attachment)
    if removed == "picture":
        saved_with(admin, schema)
    else:
        token = read_script(schema).token
        other = document({"qid": 2, "type": "text", "text": "?"})
        assert ask(admin, schema, "save", document=other, token=token).status_code == 200
    assert schema.questions.get().attachments.count() == 0
    assert default_storage.exists(attachment["file"])
    saved_with(admin, schema, attachment)
    template = schema.questions.get().attachments.get()
    assert template.file.name == attachment["file"]
    assert default_storage.exists(attachment["file"])
    assert default_storage.exists(attachment["thumbnail_image"])


@pytest.mark.django_db(transaction=True)
def test_removed_picture_is_cleaned_up_later(admin: Client, schema: Schema, monkeypatch: Any) -> None:
    attachment = upload(admin, schema, picture("PNG")).json()["attachment"]
    saved_with(admin, schema, attachment)
    saved_with(admin, schema)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=25))
    found = {name for _, name in unused_files(before=now + timedelta(hours=1))}
    assert found == {attachment["file"], attachment["thumbnail_image"]}


class TestPrivateFiles:
    @pytest.fixture(autouse=True)
    def _private(self, settings: Any) -> None:
        settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "ATTACHMENT_FILES_PRIVATE": True}

    def test_picture_has_a_signed_url_for_those_who_can_view_the_schema(
        self, admin: Client, schema: Schema
    ) -> None:
        stored = upload(admin, schema, picture("PNG")).json()
        shown: Any = admin.get(stored["src"])
        assert shown["Content-Type"] == "image/png"
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert b"".join(shown.streaming_content) == stored_bytes(stored["attachment"]["file"])
        assert client_with().get(stored["src"]).status_code == 403
        other = draft_schema([{}])
        elsewhere = stored["src"].replace(f"/{schema.pk}/", f"/{other.pk}/")
        assert admin.get(elsewhere).status_code == 404
        assert admin.get(stored["src"][:-3] + "x/").status_code == 404

    def test_preview_shows_unsaved_pictures_to_authors_alone(self, admin: Client, schema: Schema) -> None:
        attachment = upload(admin, schema, picture("PNG")).json()["attachment"]
        content = document({"qid": 1, "type": "text", "text": "?", "attachments": [attachment]})

        def src(client: Client) -> str:
            shown = ask(client, schema, "preview", document=content).json()
            return str(shown["lines"][0]["pictures"][0]["src"])

        viewer = client_with("view_schema")
        assert stored_bytes(attachment["file"]) == b"".join(served(admin, src(admin)))
        assert src(viewer) == ""
        saved_with(admin, schema, attachment)
        assert stored_bytes(attachment["file"]) == b"".join(served(viewer, src(viewer)))
