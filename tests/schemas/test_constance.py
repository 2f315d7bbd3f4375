"""`$resolve: constance:NAME` with the real django-constance."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.functional import empty
from rest_framework.test import APIClient

from tests.factories import UserFactory, published_schema

constance = pytest.importorskip("constance")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _constance(monkeypatch: pytest.MonkeyPatch) -> None:
    # It reads the settings on import and keeps its backend.
    monkeypatch.setattr("constance.settings.BACKEND", "constance.backends.memory.MemoryBackend")
    hour = (9, "When the clinic opens.", int)
    monkeypatch.setattr("constance.settings.CONFIG", {"OPENING_HOUR": hour})
    monkeypatch.setattr(constance.config, "_wrapped", empty)


def test_constance_setting_is_resolved_with_current_value() -> None:
    schema = published_schema([{"meta": {"from": {"$resolve": "constance:OPENING_HOUR"}}, "text": "When?"}])
    client = APIClient()
    user: Any = UserFactory.create()
    client.force_authenticate(user)
    body = {"state": "scripted", "schema": schema.pk}
    thread = client.post(f"/api/accounts/{user.pk}/threads/chat", body, format="json").json()
    assert thread["question_data"]["meta"] == {"from": 9}
    constance.config.OPENING_HOUR = 11
    shown = client.get(f"/api/threads/{thread['id']}").json()
    assert shown["question_data"]["meta"] == {"from": 11}
    assert client.get(f"/api/threads/{thread['id']}/messages?limit=5").json()["results"][0]["meta"] == {
        "from": 9
    }
