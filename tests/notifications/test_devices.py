"""Registering devices over HTTP."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.conf import LazySettings

from chat_api.notifications.models import PushDevice
from tests.chat.conftest import client_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PATH = "/api/push-devices"
KEYS = {
    "p256dh": base64.urlsafe_b64encode(bytes(65)).decode(),
    "auth": base64.urlsafe_b64encode(bytes(16)).decode().rstrip("="),
}
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


def register(user: Any, endpoint: Any = ENDPOINT, **keys: Any) -> Any:
    return client_of(user).post(PATH, {"endpoint": endpoint, "keys": {**KEYS, **keys}}, format="json")


def test_device_is_registered_once_and_can_be_deleted() -> None:
    alice = UserFactory.create()
    for _ in range(2):
        answer = register(alice)
        assert (answer.status_code, answer.json()) == (201, {"endpoint": ENDPOINT})
    assert PushDevice.objects.get().user == alice
    for status in (204, 404):
        forgotten = client_of(alice).delete(PATH, {"endpoint": ENDPOINT}, format="json")
        assert forgotten.status_code == status
    assert not PushDevice.objects.exists()


def test_device_moves_to_its_current_user() -> None:
    alice, bob = UserFactory.create_batch(2)
    register(alice)
    register(bob)
    assert PushDevice.objects.get().user == bob
    assert client_of(alice).delete(PATH, {"endpoint": ENDPOINT}, format="json").status_code == 404
    assert PushDevice.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.test/x",
        "https://evilfcm.googleapis.com/x",
        "https://user@fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "https://[half/x",
        r"https://169.254.169.254\.push.apple.com/x",
        "https://127.0.0.1%2f.push.apple.com/x",
        "https://127.0.0.1#.push.apple.com/x",
        "https://127.0.0.1;.push.apple.com/x",
        "https://updates.push.apple.com/\nx",
        "https://push.apple.com.evil.test/x",
        "file:///etc/passwd",
        "fcm.googleapis.com/x",
        "https://fcm.googleapis.com:port/x",
    ],
)
def test_only_urls_of_push_services_are_accepted(endpoint: str) -> None:
    answer = register(UserFactory.create(), endpoint)
    assert (answer.status_code, answer.json()) == (400, {"endpoint": ["UNKNOWN_PUSH_SERVICE"]})
    assert not PushDevice.objects.exists()


def test_subdomains_of_push_services_are_accepted() -> None:
    endpoint = "https://updates.push.services.mozilla.com/wpush/v2/x"
    assert register(UserFactory.create(), endpoint).status_code == 201


@pytest.mark.parametrize(
    ("keys", "errors"),
    [
        ({"p256dh": "AAAA"}, {"keys": {"p256dh": ["WRONG_VALUE"]}}),
        ({"auth": "###"}, {"keys": {"auth": ["WRONG_VALUE"]}}),
        ({"auth": "x" * 101}, {"keys": {"auth": ["Ensure this field has no more than 100 characters."]}}),
        ({"p256dh": None}, {"keys": {"p256dh": ["This field may not be null."]}}),
    ],
)
def test_wrong_keys_are_refused(keys: dict[str, Any], errors: dict[str, Any]) -> None:
    answer = register(UserFactory.create(), **keys)
    assert (answer.status_code, answer.json()) == (400, errors)


def test_number_of_devices_per_user_is_limited(settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"PUSH_DEVICES_MAX": 3}
    alice = UserFactory.create()
    for number in range(5):
        register(alice, f"{ENDPOINT}{number}")
    left = PushDevice.objects.order_by("pk").values_list("endpoint", flat=True)
    assert list(left) == [f"{ENDPOINT}{number}" for number in (2, 3, 4)]
