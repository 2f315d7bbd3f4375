"""System checks of the rest of a project: database, caches, channel layers, packages, pagination."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from tests.checking import reported, said
from tests.databases import connection


@pytest.mark.sqlite_only
def test_sqlite_without_immediate_transactions_is_a_warning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    (message,) = reported({})
    assert message.id == "chat_api.W001"
    assert "IMMEDIATE" in said(message)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "immediate")
    assert reported({}) == []


def test_cachalot_with_a_cache_per_process_is_a_warning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("chat_api.project_checks.apps.is_installed", lambda name: name == "cachalot")
    own = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    shared = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": "cache"}
    with override_settings(CACHES={"default": shared, "own": own}, CACHALOT_CACHE="own"):
        (message,) = reported({})
        assert message.id == "chat_api.W002"
        assert "'own'" in message.msg
    with override_settings(CACHES={"default": shared}, CACHALOT_CACHE="default"):
        assert reported({}) == []


def test_redis_layer_with_a_small_capacity_is_a_warning() -> None:
    small = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": ["redis://localhost"]}}
    for layer in (small, {**small, "CONFIG": {"capacity": 100}}, {**small, "CONFIG": None}):
        with override_settings(CHANNEL_LAYERS={"default": layer}):
            (message,) = reported({})
            assert message.id == "chat_api.W003"
            assert "RedisPubSubChannelLayer" in said(message)
    pubsub = "channels_redis.pubsub.RedisPubSubChannelLayer"
    for layer in ({**small, "CONFIG": {"capacity": 5000}}, {**small, "BACKEND": pubsub}):
        with override_settings(CHANNEL_LAYERS={"default": layer}):
            assert reported({}) == []


def test_in_memory_layer_is_a_warning_in_deployment_checks() -> None:
    memory = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    pubsub = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}}
    for layers, expected in ((memory, True), (pubsub, False), ({}, False), (None, False)):
        with override_settings(CHANNEL_LAYERS=layers):
            found = run_checks(tags=["chat_api"], include_deployment_checks=True)
            assert ("chat_api.W007" in [message.id for message in found]) is expected
            assert "chat_api.W007" not in [message.id for message in run_checks(tags=["chat_api"])]


@override_settings(ACCEPTED_IMAGE_MIME=["image/png", "image/svg+xml"])
def test_image_types_that_cannot_be_encoded_are_a_warning() -> None:
    (message,) = reported({})
    assert message.id == "chat_api.W004"
    assert "image/svg+xml, but such images are rejected" in said(message)
    with override_settings(ACCEPTED_IMAGE_MIME=("image/gif", "image/jpg", "image/jpeg")):
        assert reported({}) == []


def test_lists_that_need_a_limit_are_a_warning() -> None:
    (message,) = run_checks(tags=["chat_api"])
    assert (message.id, message.is_serious()) == ("chat_api.W005", False)
    keys = ("THREAD", "MESSAGES", "GLOBAL_SURVEY", "ACCOUNT_SURVEY", "RUN")
    assert all(f"PAGINATION_{key}_LIST" in message.msg for key in keys)
    assert "PAGINATION_SCHEMA_LIST" not in message.msg
    plain = dict.fromkeys(
        [f"PAGINATION_{key}_LIST" for key in keys], "rest_framework.pagination.LimitOffsetPagination"
    )
    with override_settings(CHAT_SETTINGS=plain):
        assert run_checks(tags=["chat_api"]) == []


OPTIONS = {
    "push": {"vapid_private_key": "key", "vapid_subject": "mailto:clinic@example.com"},
    "sms": {"account_sid": "AC1", "auth_token": "token", "from_": "+15550100"},
}
WAYS = {
    "push": "chat_api.notifications.transports.WebPushTransport",
    "sms": "chat_api.notifications.transports.TwilioSMSTransport",
}


@pytest.mark.parametrize(("name", "package"), [("push", "pywebpush"), ("sms", "twilio")])
def test_transport_without_its_package_is_an_error(
    name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = {"NOTIFICATION_TRANSPORTS": WAYS, "NOTIFICATION_OPTIONS": OPTIONS}
    assert reported(host) == []
    monkeypatch.setitem(sys.modules, package, None)
    (message,) = reported(host)
    assert (message.id, message.is_serious()) == ("chat_api.E010", True)
    assert f"['NOTIFICATION_TRANSPORTS'][{name!r}]" in message.msg
    assert f"needs the package {package}" in message.msg
    assert f"django-chat-api[{name}]" in str(message.hint)


def test_transport_without_its_options_is_an_error() -> None:
    found = reported({"NOTIFICATION_TRANSPORTS": WAYS, "NOTIFICATION_OPTIONS": {"push": OPTIONS["push"]}})
    assert [message.id for message in found] == ["chat_api.E011"] * 3
    for message, option in zip(found, OPTIONS["sms"], strict=True):
        assert f"TwilioSMSTransport needs the option {option!r}" in message.msg


BY_ELASTIC = "chat_api.search.elastic.ElasticsearchBackend"


@pytest.mark.parametrize("named", [{}, {"SEARCH_BACKEND": BY_ELASTIC}])
def test_elasticsearch_without_its_package_is_an_error(
    named: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = {"ELASTICSEARCH_URL": "http://localhost:9200", **named}
    assert reported(host) == []
    monkeypatch.setitem(sys.modules, "httpx", None)
    (message,) = reported(host)
    assert (message.id, "needs the package httpx" in message.msg) == ("chat_api.E010", True)
    assert reported({**host, "SEARCH_BACKEND": "chat_api.search.database.DatabaseSearchBackend"}) == []


def test_elasticsearch_without_a_url_is_an_error() -> None:
    (message,) = reported({"SEARCH_BACKEND": BY_ELASTIC})
    assert message.id == "chat_api.E011"
    assert "['ELASTICSEARCH_URL']" in str(message.hint)
