"""`chat_settings`, and the table of settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import LazySettings, global_settings
from django.conf import settings as django_settings
from django.core.signals import request_started
from django.test import override_settings
from rest_framework.test import APIClient

from chat_api.attachments.models import attachment_types
from chat_api.chat.models import Thread, UserThread
from chat_api.permissions import NoOne
from chat_api.schemas.models import Schema
from chat_api.settings import (
    DEFAULTS,
    IMPORT_STRINGS,
    PERMISSION_CLASSES,
    SECTIONS,
    chat_settings,
    optimization,
)
from tests.docs.examples import ROOT
from tests.factories import MemberFactory, UserFactory

#: The code that reads settings, each file with its syntax tree.
READERS: Final[dict[Path, ast.AST]] = {
    path: ast.parse(path.read_text())
    for path in (ROOT / "chat_api").rglob("*.py")
    if not path.is_relative_to(ROOT / "chat_api" / "settings")
}


def a_function(*arguments: Any) -> None:
    """A function that a setting can name."""


@pytest.mark.parametrize("key", sorted(DEFAULTS.keys() - IMPORT_STRINGS))
def test_missing_setting_has_its_default(key: str, settings: LazySettings):
    del settings.CHAT_SETTINGS
    assert getattr(chat_settings, key) == DEFAULTS[key]


@pytest.mark.parametrize("key", sorted(IMPORT_STRINGS))
def test_dotted_path_reads_as_the_object(key: str):
    with override_settings(CHAT_SETTINGS={key: f"{__name__}.a_function"}):
        assert getattr(chat_settings, key) is a_function


@pytest.mark.parametrize("key", sorted(IMPORT_STRINGS))
def test_object_can_replace_its_path(key: str):
    with override_settings(CHAT_SETTINGS={key: a_function}):
        assert getattr(chat_settings, key) is a_function


@pytest.mark.parametrize("key", sorted(IMPORT_STRINGS))
@pytest.mark.parametrize("path", ["no.where", "tests.test_settings.missing", "plain"])
def test_failed_import_names_the_setting_and_the_path(key: str, path: str):
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


def test_unknown_setting_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match="'TYPE_CHAT'"):
        _ = chat_settings.TYPE_CHAT


def test_key_that_only_the_host_has_is_unknown():
    with override_settings(CHAT_SETTINGS={"MINE": 1}), pytest.raises(AttributeError, match="'MINE'"):
        _ = chat_settings.MINE


def test_dir_lists_all_settings():
    assert DEFAULTS.keys() <= set(dir(chat_settings))


def test_every_setting_is_in_the_table_once_with_a_rule_and_a_text():
    settings = [setting for section in SECTIONS.values() for setting in section]
    assert [setting.name for setting in settings] == list(DEFAULTS)
    for setting in settings:
        assert re.fullmatch(r"[A-Z][A-Z_]+[A-Z]", setting.name)
        assert list(setting.rule(setting.default, setting.name)) == []
        assert setting.doc.strip()


def names_read(tree: ast.AST) -> Iterator[str]:
    """Yield the names of settings that code reads as attributes, or passes to functions that take such a name."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="chat_settings"), attr=name) if name.isupper():
                yield name
            case ast.Call(
                func=(
                    ast.Attribute(value=ast.Name(id="chat_settings"))
                    | ast.Name(id="import_setting" | "degraded" | "required")
                ),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def test_only_settings_of_the_table_are_read():
    unknown = {
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in READERS.items()
        for name in names_read(tree)
        # A hook can also belong to a Django setting: AUTH_USER_MODEL.
        if name not in DEFAULTS and not hasattr(global_settings, name)
    }
    assert unknown == set()


def test_every_setting_is_read():
    words: set[str] = set()
    for path in READERS:
        words.update(re.findall(r"[A-Z_]{5,}", path.read_text()))
    assert DEFAULTS.keys() - words == set()


def test_an_override_takes_effect_at_once_and_is_undone():
    before = chat_settings.PAGE_SIZE_MAX
    with override_settings(CHAT_SETTINGS={"PAGE_SIZE_MAX": 3}):
        assert chat_settings.PAGE_SIZE_MAX == 3
        with override_settings(CHAT_SETTINGS={}):
            assert before == chat_settings.PAGE_SIZE_MAX
        assert chat_settings.PAGE_SIZE_MAX == 3
    assert before == chat_settings.PAGE_SIZE_MAX


@pytest.fixture
def plain_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Return a dictionary that became CHAT_SETTINGS without a signal, as when code changes settings at run time."""
    host: dict[str, Any] = {"PAGE_SIZE_MAX": 3}
    monkeypatch.setattr(django_settings, "CHAT_SETTINGS", host)
    chat_settings.reload()
    yield host
    monkeypatch.undo()
    chat_settings.reload()


def test_dictionary_changed_in_place_takes_effect_with_the_next_request(
    plain_settings: dict[str, Any],
):
    assert chat_settings.PAGE_SIZE_MAX == 3
    plain_settings["PAGE_SIZE_MAX"] = 4
    request_started.send(sender=None)
    assert chat_settings.PAGE_SIZE_MAX == 4


def test_replaced_dictionary_takes_effect_with_the_next_request(
    plain_settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    assert chat_settings.PAGE_SIZE_MAX == 3
    monkeypatch.setattr(django_settings, "CHAT_SETTINGS", {"PAGE_SIZE_MAX": 5})
    request_started.send(sender=None)
    assert chat_settings.PAGE_SIZE_MAX == 5


def test_deleted_dictionary_takes_effect_with_the_next_request(
    plain_settings: dict[str, Any], settings: LazySettings
):
    assert chat_settings.PAGE_SIZE_MAX == 3
    del settings.CHAT_SETTINGS
    request_started.send(sender=None)
    assert DEFAULTS["PAGE_SIZE_MAX"] == chat_settings.PAGE_SIZE_MAX


def test_reload_discards_the_kept_values(plain_settings: dict[str, Any]):
    assert chat_settings.PAGE_SIZE_MAX == 3
    plain_settings["PAGE_SIZE_MAX"] = 6
    chat_settings.reload()
    assert chat_settings.PAGE_SIZE_MAX == 6


class LiveSettings(Mapping[str, Any]):
    """Settings that an administrator can change while the site runs."""

    def __init__(self) -> None:
        self.size = 1

    def __getitem__(self, key: str) -> Any:
        if key == "PAGE_SIZE_MAX":
            return self.size
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(["PAGE_SIZE_MAX"])

    def __len__(self) -> int:
        return 1


def test_mapping_that_computes_its_values_is_asked_at_each_read():
    live = LiveSettings()
    with override_settings(CHAT_SETTINGS=live):
        assert chat_settings.PAGE_SIZE_MAX == 1
        live.size = 2
        assert chat_settings.PAGE_SIZE_MAX == 2
        assert chat_settings.is_set("PAGE_SIZE_MAX")
        assert not chat_settings.has("SEARCH_BACKEND")


def test_failed_import_is_retried_at_the_next_read(monkeypatch: pytest.MonkeyPatch):
    with override_settings(CHAT_SETTINGS={"AUTOMATED_SENDERS": f"{__name__}.comes_later"}):
        with pytest.raises(ImportError):
            _ = chat_settings.AUTOMATED_SENDERS
        monkeypatch.setitem(globals(), "comes_later", a_function)
        assert chat_settings.AUTOMATED_SENDERS is a_function


def test_setting_is_set_if_the_host_has_it_even_as_none():
    with override_settings(CHAT_SETTINGS={"AUTOMATED_SENDERS": None, "USER_PHONE": "no.where"}):
        assert chat_settings.is_set("AUTOMATED_SENDERS")
        assert not chat_settings.has("AUTOMATED_SENDERS")
        assert chat_settings.has("USER_PHONE")
        assert not chat_settings.is_set("PAGE_SIZE_MAX")
        assert chat_settings.has("PAGE_SIZE_MAX")


def test_value_of_the_host_may_be_false_or_empty():
    with override_settings(CHAT_SETTINGS={"ESCAPE_TEXT": False, "MESSAGE_TYPES_RESERVED": ()}):
        assert chat_settings.ESCAPE_TEXT is False
        assert chat_settings.MESSAGE_TYPES_RESERVED == ()


@pytest.mark.django_db
def test_views_look_up_their_permission_at_each_request():
    member = MemberFactory()
    client = APIClient()
    client.force_authenticate(member.user)
    address = f"/api/threads/{member.thread_id}"
    assert client.get(address).status_code == 200
    with override_settings(CHAT_SETTINGS={"PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": NoOne}):
        assert client.get(address).status_code == 403
    assert client.get(address).json()["id"] == member.thread_id


@pytest.mark.django_db
def test_account_serializer_is_looked_up_at_each_request():
    member = MemberFactory()
    client = APIClient()
    client.force_authenticate(member.user)
    address = f"/api/threads/{member.thread_id}"
    path = "tests.accounts.NameSerializer"
    assert client.get(address).json()["users_data"][0].keys() == {"id", "first_name", "last_name", "avatar"}
    with override_settings(CHAT_SETTINGS={"ACCOUNT_SERIALIZER": path}):
        assert client.get(address).json()["users_data"] == [{"username": member.user.username}]


@pytest.mark.django_db
def test_lists_look_up_their_pagination_at_each_request():
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


def test_choices_of_models_are_the_types_of_the_host():
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


def test_default_permissions_of_a_membership_follow_the_settings():
    with override_settings(
        CHAT_SETTINGS={"THREAD_PERMISSIONS_DEFAULT": 1, "THREAD_CREATOR_PERMISSIONS_DEFAULT": 8191}
    ):
        assert UserThread().permissions == UserThread.PERMISSIONS_DEFAULT == 1
        assert UserThread.PERMISSIONS_CREATOR_DEFAULT == 8191
    assert UserThread().permissions == UserThread.PERMISSIONS_DEFAULT == 19
    assert UserThread.PERMISSIONS_CREATOR_DEFAULT == 507


def test_missing_switch_is_none():
    with override_settings(CHAT_SETTINGS={"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NOT_INDEXED": True}}}):
        assert optimization("chat", "NOT_INDEXED") is True
        assert optimization("chat", "NO_MOVE_TO_NEXT_QID") is None
        assert optimization("tracker", "NOT_INDEXED") is None
