"""Conversations in the admin are read-only."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from chat_api.chat.models import Message, Thread, UserThread
from tests.factories import MemberFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    client = Client()
    user: Any = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def rows() -> dict[str, Any]:
    """Create a row of each model."""
    member: Any = MemberFactory.create()
    message: Any = MessageFactory.create(thread=member.thread, sender=member.user)
    return {"thread": member.thread, "userthread": member, "message": message}


@pytest.mark.parametrize("name", ["thread", "userthread", "message"])
def test_admin_cannot_delete_conversations(admin: Client, name: str) -> None:
    row = rows()[name]
    delete = reverse(f"admin:chat_api_{name}_delete", args=[row.pk])
    assert admin.get(delete).status_code == 403
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    assert delete not in admin.get(reverse(f"admin:chat_api_{name}_change", args=[row.pk])).content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    admin.post(reverse(f"admin:chat_api_{name}_changelist"), chosen)
    assert (Thread.objects.count(), UserThread.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_admin_can_delete_a_user_with_their_memberships(admin: Client) -> None:
    member = rows()["userthread"]
    delete = reverse("admin:auth_user_delete", args=[member.user_id])
    assert admin.post(delete, {"post": "yes"}).status_code == 302
    assert not get_user_model().objects.filter(pk=member.user_id).exists()
    assert Message.objects.count() == 1


def test_filter_by_an_unknown_transport_shows_an_empty_list(admin: Client) -> None:
    listed = reverse("admin:chat_api_notificationdelivery_changelist")
    assert admin.get(f"{listed}?transport=email").status_code == 200
    assert admin.get(f"{listed}?transport=%00").status_code == 200
