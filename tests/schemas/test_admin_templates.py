"""Attachment templates in the admin: files are validated and re-encoded, like those of clients."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chat_api.schemas.models import AttachmentTemplate, Schema
from tests.attachments.pictures import SCRIPT, picture, zipped
from tests.attachments.storing import stored_files
from tests.factories import UserFactory, draft_schema

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _memory(settings: Any) -> None:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def schema(db: None) -> Schema:
    return draft_schema([{"type": "message", "next_qid": -1, "text": "Look"}])


def save(client: Client, schema: Schema, *rows: dict[str, Any]) -> Any:
    """Save the question of the schema with these templates; a row with an `id` is a stored one."""
    question = schema.questions.get()
    stored = question.attachments.count()
    data: dict[str, Any] = {
        "qid": question.qid,
        "position": question.position,
        "type": question.type,
        "text": question.text,
        "next_qid": question.next_qid,
        "show_as_type": question.show_as_type,
        "meta": "null",
        "variable_modifications": "[]",
        "forking_rules": "[]",
        "answers-TOTAL_FORMS": 0,
        "answers-INITIAL_FORMS": 0,
        "attachments-TOTAL_FORMS": len(rows),
        "attachments-INITIAL_FORMS": stored,
    }
    for number, row in enumerate(rows):
        row = {"options": "null", "question": question.pk, **row}
        data |= {f"attachments-{number}-{name}": value for name, value in row.items()}
    return client.post(reverse("admin:chat_api_question_change", args=[question.pk]), data)


def uploaded(content: bytes, name: str = "evil.html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_image_is_reencoded_with_thumbnail_and_question_has_attachments(admin, schema):
    response = save(
        admin, schema, {"type": "image", "title": "Map", "file": uploaded(picture("PNG", (300, 150)))}
    )
    assert response.status_code == 302, response.content
    template = AttachmentTemplate.objects.get()
    assert stored_files() == {template.file.name, template.thumbnail_image.name}
    assert template.file.name.endswith(".png")
    assert "evil" not in template.file.name
    assert template.thumbnail == {"width": 100, "height": 50}
    assert schema.questions.get().has_attachments


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"type": "image", "file": zipped()}, "INCORRECT_TYPE"),
        ({"type": "image", "file": picture() + SCRIPT}, "INCORRECT_TYPE"),
        ({"type": "youtube", "url": "https://youtu.be/abc", "file": picture()}, "NOT_ALLOWED"),
    ],
)
def test_file_that_a_client_cannot_upload_is_rejected(admin, schema, row, code):
    response = save(admin, schema, {**row, "file": uploaded(row["file"])})
    assert response.status_code == 200
    (formset,) = [
        inline
        for inline in response.context["inline_admin_formsets"]
        if inline.formset.prefix == "attachments"
    ]
    assert formset.formset.errors == [{"file": [code]}]
    assert stored_files() == set()
    assert not AttachmentTemplate.objects.exists()


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        ({"type": "image"}, {"file": ["REQUIRED"]}),
        ({"type": "youtube"}, {"url": ["REQUIRED"]}),
        ({"type": "youtube", "url": "https://example.com/abc"}, {"url": ["INCORRECT_URL"]}),
        ({"type": "object_reference"}, {"content_type": ["REQUIRED"], "object_id": ["REQUIRED"]}),
    ],
)
def test_template_without_content_is_rejected(admin, schema, row, errors):
    response = save(admin, schema, {"title": "Map", **row})
    assert response.status_code == 200
    (formset,) = [
        inline
        for inline in response.context["inline_admin_formsets"]
        if inline.formset.prefix == "attachments"
    ]
    assert formset.formset.errors == [errors]


def test_question_with_stored_template_without_file_can_be_saved(admin, schema):
    stored = AttachmentTemplate.objects.create(question=schema.questions.get(), type="image")
    assert save(admin, schema, {"id": stored.pk, "type": "image"}).status_code == 302


def test_thumbnail_is_removed_with_its_file(admin, schema, django_capture_on_commit_callbacks):
    save(admin, schema, {"type": "image", "file": uploaded(picture())})
    stored = AttachmentTemplate.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        row = {"id": stored.pk, "type": "youtube", "url": "https://youtu.be/abc", "file-clear": "on"}
        assert save(admin, schema, row).status_code == 302
    stored.refresh_from_db()
    assert (stored.file.name, stored.thumbnail_image.name, stored.thumbnail) == ("", "", None)
    assert stored_files() == set()


def test_deleting_template_deletes_files_and_clears_flag(admin, schema, django_capture_on_commit_callbacks):
    save(admin, schema, {"type": "image", "file": uploaded(picture())})
    pk = AttachmentTemplate.objects.get().pk
    with django_capture_on_commit_callbacks(execute=True):
        response = save(admin, schema, {"id": pk, "type": "image", "DELETE": "on"})
        assert response.status_code == 302, response.content
    assert stored_files() == set()
    assert not schema.questions.get().has_attachments


def test_saving_question_again_keeps_file(admin, schema, django_capture_on_commit_callbacks):
    save(admin, schema, {"type": "image", "file": uploaded(picture())})
    before, pk = stored_files(), AttachmentTemplate.objects.get().pk
    with django_capture_on_commit_callbacks(execute=True):
        assert save(admin, schema, {"id": pk, "type": "image", "title": "new"}).status_code == 302
    assert stored_files() == before
    assert AttachmentTemplate.objects.get().title == "new"


def test_message_shares_file_of_template_and_file_survives_message(
    admin, schema, django_capture_on_commit_callbacks
):
    from chat_api.chat.actions import ScriptPlan, ThreadDraft, create_thread
    from chat_api.chat.models import Attachment

    save(admin, schema, {"type": "image", "title": "Map", "file": uploaded(picture())})
    schema.publish()
    user: Any = UserFactory.create()
    create_thread(creator=user, draft=ThreadDraft(type="chat", plan=ScriptPlan(schema=schema)))
    shared = Attachment.objects.get()
    assert shared.file.name == AttachmentTemplate.objects.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        shared.delete()
    assert len(stored_files()) == 2
