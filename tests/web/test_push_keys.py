"""The key with which browsers subscribe to pushes is that of the transport, and names no secret."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import LazySettings
from django.test import Client
from django.urls import include, path

from chat_api.notifications.push_keys import _public_key
from chat_api.notifications.transports import WebPushTransport
from tests.web.pages import data_of, urlconf

py_vapid = pytest.importorskip("py_vapid")

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

TRANSPORT = "chat_api.notifications.transports.WebPushTransport"


class OwnPush(WebPushTransport):
    """A transport of the host's."""


@pytest.fixture(autouse=True)
def project(settings: LazySettings) -> Iterator[None]:
    settings.ROOT_URLCONF = urlconf(path("api/", include("chat_api.api_urls")))
    _public_key.cache_clear()
    yield
    _public_key.cache_clear()


def key_pair() -> tuple[Any, str]:
    """Return a new key, and its public part as browsers take it."""
    vapid = py_vapid.Vapid()
    vapid.generate_keys()
    raw = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return vapid, base64.urlsafe_b64encode(raw).decode().rstrip("=")


def options(settings: LazySettings, key: Any, transport: str = TRANSPORT) -> None:
    settings.CHAT_SETTINGS = {
        "NOTIFICATION_TRANSPORTS": {"push": transport},
        "NOTIFICATION_OPTIONS": {"push": {"vapid_private_key": key, "vapid_subject": "mailto:a@example.com"}},
    }


@pytest.mark.parametrize("transport", [TRANSPORT, "tests.web.test_push_keys.OwnPush"])
def test_page_has_the_public_key_of_the_transport(
    transport: str, client: Client, settings: LazySettings
) -> None:
    vapid, public = key_pair()
    number = vapid.private_key.private_numbers().private_value
    private = base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")
    options(settings, private, transport)
    html = client.get("/page/").content.decode()
    assert data_of(client)["vapid"] == public
    assert private not in html


def test_key_can_be_a_file(client: Client, settings: LazySettings, tmp_path: Path) -> None:
    vapid, public = key_pair()
    vapid.save_key(str(tmp_path / "key.pem"))
    options(settings, str(tmp_path / "key.pem"))
    assert data_of(client)["vapid"] == public
    assert isinstance(vapid.private_key.curve, ec.SECP256R1)


@pytest.mark.parametrize("key", ["…", "", "no/such/file.pem", "x" * 20, None, 7, "\x00"])
def test_page_with_an_invalid_key_has_none(
    key: Any, client: Client, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options(settings, key)
    assert data_of(client)["vapid"] is None
    assert list(tmp_path.iterdir()) == []


def test_other_transports_have_no_key(client: Client, settings: LazySettings) -> None:
    vapid, _ = key_pair()
    options(settings, vapid, "chat_api.notifications.transports.ConsoleTransport")
    assert data_of(client)["vapid"] is None
    options(settings, vapid, "no.such.Transport")
    assert data_of(client)["vapid"] is None
