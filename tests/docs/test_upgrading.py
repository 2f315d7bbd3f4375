"""The code on the upgrade page restores the behaviour that the page promises."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Group
from django.core.checks import run_checks
from rest_framework.test import APIClient

from tests.chat.conftest import client_of, thread_with
from tests.docs.examples import ROOT, Block, blocks_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = ROOT / "docs" / "upgrading.rst"


def captioned() -> Iterator[Block]:
    """Yield the blocks whose caption names a file."""
    yield from (block for block in blocks_of(PAGE.read_text(encoding="utf-8")) if block.caption)


@pytest.fixture
def host(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Create the modules of the page, and apply each of its `CHAT_SETTINGS`."""
    monkeypatch.setitem(sys.modules, "clinic", ModuleType("clinic"))
    chosen: dict[str, Any] = {}
    for block in captioned():
        if block.caption == "settings.py":
            made: dict[str, Any] = {}
            exec(block.body, made)  # noqa: S102
            chosen |= made["CHAT_SETTINGS"]
            continue
        path = block.caption.removesuffix(".py").replace("/", ".")
        module = ModuleType(path)
        exec(block.body, module.__dict__)  # noqa: S102
        monkeypatch.setitem(sys.modules, path, module)
    settings.CHAT_SETTINGS = chosen
    return chosen


def test_settings_of_the_page_pass_the_checks(host: dict[str, Any]) -> None:
    assert len(host) >= 2
    assert [message for message in run_checks() if message.id and message.id.startswith("chat_api.E")] == []


def test_staff_can_post_without_being_a_member(host: dict[str, Any]) -> None:
    alice, staff = UserFactory.create(), UserFactory.create(is_staff=True)
    thread = thread_with(alice)
    sent = client_of(staff).post(f"/api/threads/{thread.pk}/messages", {"text": "hello"}, format="json")
    assert (sent.status_code, sent.json()["sender"]) == (201, staff.pk)
    assert thread.users.count() == 1
    stranger: APIClient = client_of(UserFactory.create())
    assert (
        stranger.post(f"/api/threads/{thread.pk}/messages", {"text": "x"}, format="json").status_code == 403
    )


def test_members_can_add_only_people_of_their_groups(host: dict[str, Any]) -> None:
    ward = Group.objects.create(name="ward")
    alice, bob, stranger = UserFactory.create_batch(3)
    ward.user_set.add(alice, bob)
    path = f"/api/threads/{thread_with(alice).pk}/users"
    refused = client_of(alice).post(path, {"user": stranger.pk}, format="json")
    assert (refused.status_code, refused.json()) == (400, {"user": ["NOT_ALLOWED"]})
    assert client_of(alice).post(path, {"user": bob.pk}, format="json").status_code == 201
