"""Threads with many members: counted everywhere, listed up to a hundred, paged beyond."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.test import override_settings

from chat_api.utils.avatars import AVATAR_INLINE, AVATAR_PATH, default_avatar
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk
from tests.chat.test_threads import listed
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def room(members: int) -> Talk:
    users = UserFactory.create_batch(members, password=None)
    return Talk(users[0], thread_with(*users).pk)


@pytest.mark.parametrize(("members", "shown"), [(3, True), (4, False)])
def test_users_are_omitted_beyond_the_limit(members: int, shown: bool, settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"THREAD_USERS_DATA_MAX": 3}
    talk = room(members)
    objects = [talk.thread(), *listed(talk.user), talk.say(text="a")["thread_data"]]
    other = room(1)
    thread_with(talk.user, other.user)
    objects += [each for each in listed(talk.user) if each["id"] == talk.thread_id]
    objects.append(talk.client.patch(talk.path, {"title": "t"}, format="json").json())
    assert len(objects) == 5
    for each in objects:
        assert each["users_count"] == members
        assert ("users_data" in each) is shown
        if shown:
            assert len(each["users_data"]) == members
    assert len({len(each.get("users_data", ())) for each in listed(talk.user)}) == 2


def test_members_beyond_the_limit_are_paged(settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"THREAD_USERS_DATA_MAX": 3}
    talk = room(7)
    found: list[Any] = []
    path = f"{talk.path}/users?limit=3"
    while path:
        page = talk.client.get(path).json()
        found += [each["user"] for each in page["results"]]
        path = page["next"]
    assert len(found) == len(set(found)) == 7


@pytest.mark.parametrize(
    "fields", ["users_count", "users_count,id", "users_data__id", "users_data,users_count"]
)
def test_response_has_exactly_the_selected_fields(fields: str, settings: LazySettings) -> None:
    talk = room(2)
    names = {name.split("__")[0] for name in fields.split(",")}
    assert set(talk.client.get(f"{talk.path}?fields={fields}").json()) == names
    settings.CHAT_SETTINGS = {"THREAD_USERS_DATA_MAX": 1}
    assert set(talk.client.get(f"{talk.path}?fields={fields}").json()) == names - {"users_data"}


def test_members_of_an_empty_thread_are_forbidden() -> None:
    talk = room(1)
    talk.client.delete(talk.path)
    assert talk.client.get(f"{talk.path}/users").status_code == 403


def test_default_avatar_is_a_static_file() -> None:
    assert default_avatar() == "/static/chat_api/avatar.svg"
    found = finders.find(AVATAR_PATH)
    assert found
    shown = room(1).thread()["users_data"][0]["avatar"]
    assert shown == default_avatar()


@override_settings(STATIC_URL="https://cdn.example/s/")
def test_default_avatar_follows_static_url() -> None:
    assert default_avatar() == "https://cdn.example/s/chat_api/avatar.svg"


MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def test_manifest_without_the_avatar_raises_no_error(settings: LazySettings, tmp_path: Any) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}
    assert default_avatar() == "/static/chat_api/avatar.svg"


def test_without_static_files_the_default_avatar_needs_no_request(settings: LazySettings) -> None:
    settings.INSTALLED_APPS = [
        name for name in settings.INSTALLED_APPS if name != "django.contrib.staticfiles"
    ]
    assert default_avatar() == AVATAR_INLINE
    settings.STATIC_URL = None
    assert default_avatar() == AVATAR_INLINE
