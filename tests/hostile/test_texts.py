"""Hostile templates and names in the texts of scripts render to harmless text."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.chat.models import Message
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

#: Templates, none of which must reveal anything outside of their context.
TEMPLATES = [
    "{{ user.password }}",
    "{{ user._password }}",
    "{{ user.__class__ }}",
    "{{ user.__class__.__mro__ }}",
    "{{ user.set_unusable_password }}",
    "{{ user.delete }}",
    "{{ user.groups.model._meta }}",
    "{{ sender.password }}",
    "{{ thread.__init__.__globals__ }}",
    "{{ answers.__dict__ }}",
    "{{ variables.__class__ }}",
    "{{ settings.SECRET_KEY }}",
    "{{ request.session }}",
    "{{ self }}",
    "{{ ''.__class__ }}",
    "{{ 7 * 7 }}",
    "{{ user|safe }}",
    "{{ user.first_name|safe }}",
    "{% load static %}{% debug %}",
    "{% include '/etc/passwd' %}",
    "{# {{ user.password }} #}",
    "{{ user.first_name.format }}",
    "{0.__class__}",
    "{user.__class__}",
    "%(password)s %s %n",
    "${user.password}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{" * 5000,
    "{{ " + "a." * 5000 + "b }}",
    '{{ x|fallback:"' + "{{ user.password }}" * 20 + '" }}',
    "{{{{ user.first_name }}}}",
    "{{ user.first_name }}" * 1000,
    "{{\u200buser.password\u200b}}",
    "{{ user\u3002password }}",
]
#: Names of users, each inserted into a text.
VALUES = [
    "{{ user.password }}",
    "{{ 7 * 7 }}",
    "{% debug %}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "&lt;script&gt;",
    "{0.__class__}",
    "%s%s%n",
    "${jndi:ldap://x}",
    "a\u202eb",
    "\u0001",
    "`rm -rf /`",
    "=cmd|' /C calc'!A0",
]
_SECRETS = ("pbkdf2", "md5$", "SECRET_KEY", "bound method", "<class", "object at 0x", "49")


def said(first_name: str, text: str) -> str:
    """Start a script with the text for a user of that name; return the stored message."""
    user: Any = UserFactory.create(first_name=first_name[:150])
    user.set_password("secret")
    user.save()
    client = APIClient()
    client.force_authenticate(user)
    schema = published_schema([{"type": "text", "text": text}])
    body = {"state": "scripted", "schema": schema.pk}
    made = client.post(f"/api/accounts/{user.pk}/threads/chat", body, format="json")
    assert made.status_code == 201, made.content
    shown = made.json()["question_data"]["text"]
    stored = Message.objects.get(thread_id=made.json()["id"]).text
    assert shown == stored
    return stored


def test_there_are_fifty_templates() -> None:
    assert len(TEMPLATES) + len(VALUES) == 50


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda text: text[:40])
def test_template_can_access_only_its_context(template: str) -> None:
    stored = said("Alice", template)
    assert len(stored) <= max(10_000, len(template))
    assert not [secret for secret in _SECRETS if secret in stored and secret not in template]


@pytest.mark.parametrize("value", VALUES)
def test_values_are_inserted_as_they_are_and_not_rendered(value: str) -> None:
    assert said(value, "Hello {{ user.first_name }}!") == f"Hello {value}!"
