"""What `chat_settings` promises to the library and to hosts."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import override_settings
from rest_framework.test import APIClient

from chat_api.attachments.models import attachment_types
from chat_api.chat.models import Thread, UserThread
from chat_api.permissions import NoOne
from chat_api.schemas.models import Schema
from chat_api.settings import DEFAULTS, IMPORT_STRINGS, PERMISSION_CLASSES, chat_settings, optimization
from tests.factories import MemberFactory, UserFactory


def a_function(*arguments: Any) -> None:
    """What a host's setting may name."""


@pytest.mark.parametrize("key", sorted(DEFAULTS.keys() - IMPORT_STRINGS))
def test_a_key_that_the_host_leaves_out_has_its_default(key: str, settings: LazySettings):
    del settings.CHAT_SETTINGS
    assert getattr(chat_settings, key) == DEFAULTS[key]


@pytest.mark.parametrize("key", sorted(IMPORT_STRINGS))
def test_a_dotted_path_is_read_as_the_object_it_names(key: str):
    with override_settings(CHAT_SETTINGS={key: f"{__name__}.a_function"}):
        assert getattr(chat_settings, key) is a_function


@pytest.mark.parametrize("key", sorted(IMPORT_STRINGS))
def test_an_object_may_stand_in_place_of_its_path(key: str):
    with override_settings(CHAT_SETTINGS={key: a_function}):
        assert getattr(chat_settings, key) is a_function


@pytest.mark.parametrize("key", sorted(IMPORT_STRINGS))
@pytest.mark.parametrize("path", ["no.where", "tests.test_settings.missing", "plain"])
def test_a_path_that_leads_nowhere_names_the_key_and_the_path(key: str, path: str):
    with override_settings(CHAT_SETTINGS={key: path}), pytest.raises(ImportError) as caught:
        getattr(chat_settings, key)
    assert key in str(caught.value)
    assert repr(path) in str(caught.value)


@pytest.mark.parametrize("key", PERMISSION_CLASSES)
def test_every_default_permission_class_can_be_imported(key: str):
    assert getattr(chat_settings, key).__name__ == PERMISSION_CLASSES[key]


@pytest.mark.parametrize("key", sorted(IMPORT_STRINGS - PERMISSION_CLASSES.keys()))
def test_every_other_default_can_be_imported(key: str):
    assert (getattr(chat_settings, key) is None) == (DEFAULTS[key] is None)


def test_an_unknown_key_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match="'TYPE_CHAT'"):
        _ = chat_settings.TYPE_CHAT


def test_a_key_that_only_the_host_knows_is_unknown_all_the_same():
    with override_settings(CHAT_SETTINGS={"MINE": 1}), pytest.raises(AttributeError, match="'MINE'"):
        _ = chat_settings.MINE


def test_all_keys_are_listed():
    assert DEFAULTS.keys() <= set(dir(chat_settings))


def test_an_override_takes_effect_at_once_and_is_undone():
    before = chat_settings.PAGE_SIZE_MAX
    with override_settings(CHAT_SETTINGS={"PAGE_SIZE_MAX": 3}):
        assert chat_settings.PAGE_SIZE_MAX == 3
        with override_settings(CHAT_SETTINGS={}):
            assert before == chat_settings.PAGE_SIZE_MAX
        assert chat_settings.PAGE_SIZE_MAX == 3
    assert before == chat_settings.PAGE_SIZE_MAX


def test_a_value_of_the_host_may_be_false_or_none():
    with override_settings(CHAT_SETTINGS={"ESCAPE_TEXT": False, "MESSAGE_TYPES_RESERVED": ()}):
        assert chat_settings.ESCAPE_TEXT is False
        assert chat_settings.MESSAGE_TYPES_RESERVED == ()


@pytest.mark.django_db
def test_views_look_their_permission_up_at_each_request():
    member = MemberFactory()
    client = APIClient()
    client.force_authenticate(member.user)
    address = f"/api/threads/{member.thread_id}"
    assert client.get(address).status_code == 200
    with override_settings(CHAT_SETTINGS={"PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": NoOne}):
        assert client.get(address).status_code == 403
    assert client.get(address).json()["id"] == member.thread_id


@pytest.mark.django_db
def test_serializers_look_up_how_an_account_is_shown_at_each_request():
    member = MemberFactory()
    client = APIClient()
    client.force_authenticate(member.user)
    address = f"/api/threads/{member.thread_id}"
    path = "tests.accounts.NameSerializer"
    assert client.get(address).json()["users_data"][0].keys() == {"id", "first_name", "last_name", "avatar"}
    with override_settings(CHAT_SETTINGS={"ACCOUNT_SERIALIZER": path}):
        assert client.get(address).json()["users_data"] == [{"username": member.user.username}]


@pytest.mark.django_db
def test_lists_look_their_pagination_up_at_each_request():
    user = UserFactory()
    for _ in range(3):
        MemberFactory(user=user)
    client = APIClient()
    client.force_authenticate(user)
    address = f"/api/accounts/{user.pk}/threads/chat?limit=3"
    assert len(client.get(address).json()["results"]) == 3
    with override_settings(CHAT_SETTINGS={"PAGE_SIZE_MAX": 2}):
        assert len(client.get(address).json()["results"]) == 2
    with override_settings(
        CHAT_SETTINGS={"PAGINATION_THREAD_LIST": "rest_framework.pagination.LimitOffsetPagination"}
    ):
        assert client.get(address).json()["count"] == 3


def test_the_choices_of_models_are_the_hosts_types():
    types = {
        "TYPES_CHAT": [("forum", "Forum")],
        "TYPES_CHAT_DEFAULT": "forum",
        "TYPES_SCHEMA": [("quiz", "Quiz")],
        "TYPES_CUSTOM_ATTACHMENTS": [("pdf", "PDF File")],
    }
    with override_settings(CHAT_SETTINGS=types):
        assert list(Thread._meta.get_field("type").choices) == [("forum", "Forum")]
        assert list(Schema._meta.get_field("type").choices) == [("quiz", "Quiz")]
        assert ("pdf", "PDF File") in attachment_types()
        assert Thread().type == "forum"
    assert Thread().type == "chat"


def test_the_permissions_of_a_membership_follow_the_settings():
    with override_settings(
        CHAT_SETTINGS={"THREAD_PERMISSIONS_DEFAULT": 1, "THREAD_CREATOR_PERMISSIONS_DEFAULT": 8191}
    ):
        assert UserThread().permissions == UserThread.PERMISSIONS_DEFAULT == 1
        assert UserThread.PERMISSIONS_CREATOR_DEFAULT == 8191
    assert UserThread().permissions == UserThread.PERMISSIONS_DEFAULT == 19
    assert UserThread.PERMISSIONS_CREATOR_DEFAULT == 507


def test_a_switch_that_is_not_set_is_none():
    with override_settings(CHAT_SETTINGS={"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NOT_INDEXED": True}}}):
        assert optimization("chat", "NOT_INDEXED") is True
        assert optimization("chat", "NO_MOVE_TO_NEXT_QID") is None
        assert optimization("tracker", "NOT_INDEXED") is None
