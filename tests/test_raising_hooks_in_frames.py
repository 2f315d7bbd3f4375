"""A setting whose callable raises does not stop frames and notifications."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Max
from rest_framework.test import APIClient

from chat_api.chat.delivery.frames import frames_of
from chat_api.chat.models import Attachment, Thread, UserThread
from chat_api.lib.db.transactions import atomic
from chat_api.settings import PERMISSION_CLASSES
from chat_api.tasks import deliver_pending_notifications
from tests.notifications.conftest import minutes_later
from tests.permissions import MEMBERS, OWNER, World
from tests.raising_hooks import HARM, host_of, world_of_host

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None, settings: Any) -> World:
    return world_of_host(settings)


@pytest.mark.postgres_only
@pytest.mark.parametrize("key", [key for key in HARM if key not in PERMISSION_CLASSES])
def test_frames_and_deliveries_continue(
    world: World, settings: Any, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CHAT_SETTINGS = {**host_of(), "NOTIFICATION_DELAYS": {}, **HARM[key].beside}
    owner = world.users[OWNER]
    for user in world.users.values():
        type(user).objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
    Attachment.objects.create(message=world.messages[OWNER], type="pdf", title="A PDF")
    client = APIClient()
    client.force_authenticate(world.users[OWNER])
    UserThread.objects.filter(thread=world.thread).update(notifications=31)
    path = f"/api/threads/{world.thread.pk}/messages"
    assert client.post(path, {"text": "Hello"}).status_code == 201
    assert client.patch(f"{path}/{world.messages[OWNER].pk}", {"text": "Hello"}).status_code == 200
    head = Thread.objects.aggregate(head=Max("event_head"))["head"]
    people = [world.users[kind].pk for kind in MEMBERS]
    asked = {"thread_id": world.thread.pk, "first": 1, "last": head, "user_ids": people, "live": False}
    whole = frames_of(**asked)
    with atomic():
        settings.CHAT_SETTINGS = {"NOTIFICATION_DELAYS": {}, **host_of(key)}
        harmed = frames_of(**asked)
        with minutes_later(10):
            deliver_pending_notifications()
        assert owner.chat_api_threads.exists()
        settings.CHAT_SETTINGS = host_of()
    assert harmed.keys() == whole.keys()
    assert {user: len(frames) for user, frames in harmed.items()} == {
        user: len(frames) for user, frames in whole.items()
    }
    logged = {record.args for record in caplog.records if record.name == "chat_api.hooks"}
    assert logged <= {(key,)}
    if key in ("ACCOUNT_SERIALIZER", "CHAT_MESSAGE_FILTER_QUERYSET", "NOTIFICATION_TRANSPORTS", "USER_PHONE"):
        assert logged
