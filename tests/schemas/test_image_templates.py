"""Image templates of 0.8.8: shown as recorded, plus the thumbnail, which 0.8.8 did not show."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.schemas.models import AttachmentTemplate
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db


def shown(schema: Any) -> list[dict[str, Any]]:
    client = APIClient()
    user: Any = UserFactory.create()
    client.force_authenticate(user)
    answer = client.get(f"/api/schemas/{schema.pk}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["questions"][0]["attachments"]
    return found


def test_image_of_0_8_8_is_shown_with_or_without_thumbnail(settings: Any) -> None:
    settings.MEDIA_URL = "/media/"
    schema = published_schema([{"type": "text"}], type="survey")
    question = schema.questions.get()
    rows = [
        AttachmentTemplate(question=question, type="image", file="a.png", thumbnail_image="t.png"),
        AttachmentTemplate(question=question, type="image", file="b.png", thumbnail_image=""),
    ]
    AttachmentTemplate.objects.bulk_create(rows)
    alike = {"question": question.pk, "title": "", "type": "image", "description": ""}
    alike |= {"options": None, "object_id": None, "content_type": None}
    first, second = (row.pk for row in AttachmentTemplate.objects.order_by("pk"))
    thumbnail = {"width": 100, "height": 100, "src": "/media/t.png"}
    assert shown(schema) == [
        {**alike, "id": first, "src": "/media/a.png", "thumbnail": thumbnail},
        {**alike, "id": second, "src": "/media/b.png", "thumbnail": None},
    ]
