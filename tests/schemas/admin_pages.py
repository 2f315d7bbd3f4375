"""Requests to the additional admin views of a schema."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from chat_api.schemas.editing import read_script
from chat_api.schemas.models import Schema
from tests.factories import UserFactory, draft_schema

PAGES = ("flow", "script", "preview", "publish")


def client_with(*codenames: str, **columns: Any) -> Client:
    """Return a client of a staff user with these permissions."""
    user: Any = UserFactory.create(is_staff=True, **columns)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def path(page: str, *args: Any) -> str:
    return reverse(f"admin:chat_api_schema_{page}", args=args)


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def loop_schema() -> Schema:
    return draft_schema(
        [
            {"qid": 1, "type": "message", "text": "Round & <b>round</b>", "next_qid": 2},
            {"qid": 2, "type": "message", "text": "and round", "next_qid": 1},
            {"qid": 3, "type": "text", "text": "never", "next_qid": -1},
        ],
        name="Loop",
    )


def document(*questions: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"name": "x", "type": "survey", "questions": list(questions), **keys}


def save(client: Client, schema: Schema, script: Any, *, token: str | None = None) -> Any:
    token = read_script(schema).token if token is None else token
    text = script if isinstance(script, str) else json.dumps(script)
    return client.post(path("script", schema.pk), {"script": text, "token": token})


def ask(client: Client, schema: Schema, endpoint: str, **body: Any) -> Any:
    """Send JSON to an endpoint of the script editor."""
    return client.post(
        path(f"editor_{endpoint}", schema.pk), json.dumps(body), content_type="application/json"
    )
