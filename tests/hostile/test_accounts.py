"""With every kind of account serializer, a response contains nothing of another request."""

from __future__ import annotations

from typing import Any

import drf_tweaks.serializers
import pytest
from django.conf import LazySettings
from rest_framework import serializers

from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import begin
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db


class PlainInside(serializers.Serializer[Any]):
    viewer = serializers.SerializerMethodField()
    email = serializers.CharField()

    def get_viewer(self, user: Any) -> str:
        return str(self.context["request"].user.username)


class PlainSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    inside = PlainInside(source="*")


class TweakedInside(drf_tweaks.serializers.Serializer):
    viewer = serializers.SerializerMethodField()
    email = serializers.CharField()
    get_viewer = PlainInside.get_viewer


class TweakedSerializer(drf_tweaks.serializers.Serializer):
    id = serializers.IntegerField()
    inside = TweakedInside(source="*")


@pytest.mark.parametrize("kind", [PlainSerializer, TweakedSerializer])
def test_account_serializer_sees_the_current_user_and_request(settings: LazySettings, kind: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": kind}
    users: list[Any] = [UserFactory(), UserFactory()]
    thread = thread_with(*users)
    path = f"/api/threads/{thread.pk}/messages?limit=1"
    client_of(users[0]).post(path, {"text": "x"})
    sender = users[0]
    whole = {"id": sender.pk, "inside": {"viewer": "", "email": sender.email}}
    for user in users * 2:
        shown = client_of(user).get(path).json()["results"][0]["sender_data"]
        assert shown == whole | {"inside": {"viewer": user.username, "email": sender.email}}
        for name, value in {"viewer": user.username, "email": sender.email}.items():
            fields = f"&fields=sender_data__inside__{name}"
            shown = client_of(user).get(path + fields).json()["results"]
            assert shown == [{"sender_data": {"inside": {name: value}}}]


def test_script_works_if_the_account_serializer_needs_a_request(settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": PlainSerializer}
    user = UserFactory.create()
    text = 'Hello {{ user.id|fallback:"you" }}'
    assert begin(user, published_schema([{"type": "text", "text": text}])).texts() == [f"Hello {user.pk}"]
