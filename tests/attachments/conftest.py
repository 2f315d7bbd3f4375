"""Fixtures for the tests of attachments."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage, default_storage
from rest_framework.test import APIClient

from chat_api.attachments.models import BaseAttachment
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Attachment
from chat_api.surveys.models import SurveyAttachment
from tests.factories import (
    MemberFactory,
    MessageFactory,
    SurveyFactory,
    SurveyItemFactory,
    ThreadFactory,
    UserFactory,
)

PLAIN = (("plain", "Plain custom"),)
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def client_of(user: Any) -> APIClient:
    """Return a client signed in as `user`."""
    client = APIClient()
    client.force_login(user)
    return client


@dataclass
class Place:
    """A message or a survey item of Alice that attachments can be added to."""

    path: str
    key: str
    holder: Any
    model: type[BaseAttachment]
    client: APIClient
    owner: Any

    def post(self, **body: Any) -> Any:
        """Add an attachment; return the response."""
        # Encoded here, because JSON can contain lone surrogates, which UTF-8 cannot encode.
        return self.client.post(self.path, json.dumps(body), content_type="application/json")

    def attach(self, **body: Any) -> dict[str, Any]:
        """Add an attachment; return it."""
        response = self.post(**body)
        assert response.status_code == 201, response.content
        made: dict[str, Any] = response.json()
        return made

    def row(self, **columns: Any) -> Any:
        """Create a row without the API, as an earlier release left it."""
        type(self.holder)._default_manager.filter(pk=self.holder.pk).update(has_attachments=True)
        return self.model._default_manager.create(**{self.key: self.holder, **columns})

    def has_attachments(self) -> bool:
        """Load `has_attachments` of the holder."""
        self.holder.refresh_from_db()
        flag: bool = self.holder.has_attachments
        return flag


@pytest.fixture
def alice(db: None) -> Any:
    return UserFactory(username="alice", first_name="Alice")


@pytest.fixture
def bob(db: None) -> Any:
    return UserFactory(username="bob", first_name="Bob")


def message_place(owner: Any, *others: Any, **message: Any) -> Place:
    """Create a thread of these users with a message of `owner`."""
    thread: Any = ThreadFactory()
    for user in (owner, *others):
        MemberFactory(thread=thread, user=user, permissions=PERMISSIONS_ALL)
    made: Any = MessageFactory(thread=thread, sender=owner, **message)
    path = f"/api/threads/{thread.pk}/messages/{made.pk}/attachments"
    return Place(path, "message", made, Attachment, client_of(owner), owner)


def item_place(owner: Any) -> Place:
    """Create a survey of `owner` with an item."""
    item: Any = SurveyItemFactory(survey=SurveyFactory(user=owner))
    path = f"/api/surveys/{item.survey_id}/items/{item.pk}/attachments"
    return Place(path, "item", item, SurveyAttachment, client_of(owner), owner)


@pytest.fixture
def message(alice: Any, bob: Any) -> Place:
    """A message of Alice in a thread with Bob."""
    return message_place(alice, bob)


@pytest.fixture(params=["message", "item"])
def place(request: pytest.FixtureRequest, alice: Any, bob: Any) -> Place:
    """A message of Alice, and then an item of her survey."""
    return message_place(alice, bob) if request.param == "message" else item_place(alice)


@pytest.fixture
def chat(settings: Any) -> Callable[..., None]:
    """A function that sets keys of CHAT_SETTINGS."""

    def put(**keys: Any) -> None:
        settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, **keys}

    return put


@pytest.fixture
def user_type(db: None) -> int:
    """The id of the content type of users."""
    from django.contrib.auth import get_user_model

    return ContentType.objects.get_for_model(get_user_model()).pk


STORAGES = {
    "file system": "django.core.files.storage.FileSystemStorage",
    "memory": "django.core.files.storage.InMemoryStorage",
}


@pytest.fixture(params=sorted(STORAGES))
def storage(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> Storage:
    """The storage of the test: first files in a temporary folder, then memory."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": STORAGES[request.param]}}
    return default_storage
