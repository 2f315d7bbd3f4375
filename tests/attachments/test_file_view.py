"""The view that serves files: only to readers of the attachment, and harmless for browsers."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.test import AsyncClient
from rest_framework.test import APIClient

from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.schemas.models import AttachmentTemplate
from tests.attachments.conftest import Place, client_of
from tests.attachments.pictures import as_text, picture
from tests.factories import SurveyFactory, UserFactory, draft_schema, published_schema

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]


def file_url(place: Place, pk: int) -> str:
    return f"/api/attachments/{place.key}/{pk}/file"


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def template_of(schema: Any, stored: str) -> int:
    """Create a template of the schema's first question; return its id."""
    question = schema.questions.get(qid=1)
    (made,) = AttachmentTemplate.objects.bulk_create(
        [AttachmentTemplate(question=question, type="image", file=stored)]
    )
    return made.pk


def status_of(client: APIClient, path: str) -> int:
    """Request and read the file; return the status."""
    response: Any = client.get(path)
    if response.streaming:
        content_of(response)
    return int(response.status_code)


def test_image_is_served_inline(place: Place) -> None:
    made = place.attach(type="image", title="My cat / 2", file_content=as_text(picture("PNG", (300, 150))))
    row: Any = place.model._default_manager.get(pk=made["id"])
    for query, file in (("", row.file), ("?thumbnail=true", row.thumbnail_image)):
        response: Any = place.client.get(file_url(place, made["id"]) + query)
        assert response.status_code == 200
        shown = content_of(response)
        with file.open() as stored:
            assert shown == stored.read()
        assert response["Content-Type"] == "image/png"
        assert response["Content-Length"] == str(file.size)
        assert response["Content-Disposition"] == 'inline; filename="My cat _ 2.png"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Cache-Control"] == "private"


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.pdf", "a.unknown", "a"])
def test_other_files_are_served_as_downloads(place: Place, name: str) -> None:
    stored = default_storage.save(f"attachments/{name}", ContentFile(b"<script>"))
    row = place.row(type="image", file=stored)
    response: Any = place.client.get(file_url(place, row.pk))
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert content_of(response) == b"<script>"


def test_title_cannot_add_headers_or_folders(place: Place) -> None:
    stored = default_storage.save("attachments/a.png", ContentFile(b"x"))
    for title, name in (
        ('a"\r\nSet-Cookie: b=1', 'filename="a_Set-Cookie_ b_1.png"'),
        ("../../etc/passwd", 'filename="_.._etc_passwd.png"'),
        ("zażółć", "filename*=utf-8''za%C5%BC%C3%B3%C5%82%C4%87.png"),
        ("photo.PNG", 'filename="photo.PNG"'),
    ):
        response = place.client.get(file_url(place, place.row(type="image", file=stored, title=title).pk))
        assert response["Content-Disposition"] == f"inline; {name}"
        assert content_of(response) == b"x"


def test_file_is_not_found_without_permission_to_read_the_attachment(place: Place) -> None:
    made = place.attach(type="image", file_content=as_text(picture()))
    stranger = client_of(UserFactory())
    for path in (file_url(place, made["id"]), file_url(place, 10**6), file_url(place, 10**15)):
        response = stranger.get(path)
        assert (response.status_code, response.json()) == (404, {"detail": "Not found."})
        assert APIClient().get(path).status_code in (401, 403)


def test_removed_member_cannot_read_the_file(message: Place, bob: Any) -> None:
    path = file_url(message, message.attach(type="image", file_content=as_text(picture()))["id"])
    client = client_of(bob)
    assert status_of(client, path) == 200
    UserThread.objects.filter(user=bob).delete()
    assert status_of(client, path) == 404


def test_files_of_deleted_or_hidden_messages_are_not_served(message: Place, bob: Any, chat: Any) -> None:
    path = file_url(message, message.attach(type="image", file_content=as_text(picture()))["id"])
    chat(CHAT_MESSAGE_FILTER_QUERYSET=lambda messages, user: messages.exclude(pk=message.holder.pk))
    assert status_of(client_of(bob), path) == 404
    chat(CHAT_MESSAGE_FILTER_QUERYSET=None)
    Message.objects.filter(pk=message.holder.pk).update(deleted=True)
    assert status_of(message.client, path) == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_file_view_is_read_only(place: Place, method: str) -> None:
    made = place.attach(type="image", file_content=as_text(picture()))
    assert getattr(place.client, method)(file_url(place, made["id"])).status_code == 405
    assert place.client.get(f"{place.path}/{made['id']}").json() == made


def test_attachment_without_a_file_or_with_a_missing_file_is_not_found(place: Place) -> None:
    video = place.attach(type="youtube", url="https://youtu.be/dQw4w9WgXcQ")["id"]
    lost = place.row(type="image", file="attachments/lost.png").pk
    for pk in (video, lost):
        assert status_of(place.client, file_url(place, pk)) == 404


def test_template_file_is_visible_to_readers_of_the_schema_and_members_of_its_script(chat: Any) -> None:
    chat(TYPES_SCHEMA_GET_THROUGH_API=("survey",))
    stored = default_storage.save("attachments/a.png", ContentFile(b"x"))
    asked: Any = UserFactory()
    schema = published_schema([{}], type="automated_flow")
    path = f"/api/attachments/question/{template_of(schema, stored)}/file"
    assert status_of(client_of(asked), path) == 404
    SurveyFactory(user=asked, schema=schema)
    assert status_of(client_of(asked), path) == 200
    assert status_of(client_of(UserFactory()), path) == 404
    open_to_all = published_schema([{}], type="survey")
    path = f"/api/attachments/question/{template_of(open_to_all, stored)}/file"
    assert status_of(client_of(UserFactory()), path) == 200
    draft = draft_schema([{}], type="survey")
    path = f"/api/attachments/question/{template_of(draft, stored)}/file"
    assert status_of(client_of(UserFactory()), path) == 404


def test_private_files_have_urls_of_the_file_view(place: Place, chat: Any) -> None:
    chat(ATTACHMENT_FILES_PRIVATE=True)
    made = place.attach(type="image", file_content=as_text(picture()))
    assert made["src"] == file_url(place, made["id"])
    assert made["thumbnail"]["src"] == f"{file_url(place, made['id'])}?thumbnail=true"
    assert status_of(place.client, made["src"]) == 200


def test_files_of_a_storage_without_urls_have_urls_of_the_file_view(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_url(self: Any, name: str | None) -> str:
        raise ValueError("This file is not accessible via a URL.")

    monkeypatch.setattr(InMemoryStorage, "url", no_url)
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.url", no_url)
    made = place.attach(type="image", file_content=as_text(picture()))
    assert status_of(place.client, made["src"]) == 200


@pytest.mark.django_db(transaction=True)
def test_file_is_streamed_under_asgi(message: Place) -> None:
    content = picture("PNG", (300, 300))
    path = file_url(message, message.attach(type="image", file_content=as_text(content))["id"])

    async def read() -> bytes:
        client = AsyncClient()
        await sync_to_async(client.force_login)(message.owner)
        response: Any = await client.get(path)
        assert response.status_code == 200
        return b"".join([part async for part in response.streaming_content])

    shown = async_to_sync(read)()
    with Attachment.objects.get().file.open() as file:
        assert shown == file.read()
