"""Tasks are sent by the host's Celery app, in every thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery import Celery, current_app
from django.conf import LazySettings
from django.core.checks import CheckMessage, run_checks

from chat_api.chat.models import Message
from chat_api.lib.celery import app as celery_app
from chat_api.lib.celery.wakeup import has_broker
from chat_api.notifications.queue import WAKER
from tests.celery import app as named_app
from tests.chat.conftest import client_of, thread_with
from tests.factories import UserFactory


def in_a_thread_of_a_server() -> Celery:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(celery_app.host_app).result()


def test_app_of_celery_app_path_is_used(settings: LazySettings) -> None:
    settings.CELERY_APP_PATH = "tests.celery.app"
    assert in_a_thread_of_a_server() is named_app


def test_path_that_cannot_be_imported_is_an_error(settings: LazySettings) -> None:
    settings.CELERY_APP_PATH = "tests.celery.nothing"
    with pytest.raises(ImportError, match="nothing"):
        celery_app.host_app()


def test_without_the_setting_threads_use_the_app_from_the_start_of_django(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    del settings.CELERY_APP_PATH
    monkeypatch.setattr(celery_app._noted, "app", None)
    app = Celery("host", broker="memory://")
    app.set_current()
    try:
        celery_app.note_host_app()
        assert in_a_thread_of_a_server() is app
        with ThreadPoolExecutor(1) as threads:
            # Celery's current app is another one in this thread.
            assert threads.submit(lambda: current_app.main).result() != "host"
            assert threads.submit(has_broker).result() is True
    finally:
        named_app.set_current()


def test_host_without_celery_has_no_broker(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    del settings.CELERY_APP_PATH
    monkeypatch.setattr(celery_app._noted, "app", None)
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(has_broker).result() is False


WRONG_PATHS = [
    "tests.celery.nothing",
    "no.where",
    "tests.raises_at_import.app",
    "tests.celery.Celery",
    5,
    ("a", "b"),
]


def serious_messages() -> list[CheckMessage]:
    return [message for message in run_checks(tags=["chat_api"]) if message.is_serious()]


def test_tuple_of_one_path_counts_as_the_path(settings: LazySettings) -> None:
    settings.CELERY_APP_PATH = ("tests.celery.app",)
    assert celery_app.host_app() is named_app
    assert serious_messages() == []


@pytest.mark.parametrize("path", WRONG_PATHS)
def test_wrong_path_is_reported_by_the_checks(settings: LazySettings, path: Any) -> None:
    settings.CELERY_APP_PATH = path
    (message,) = serious_messages()
    assert message.id in {"chat_api.E006", "chat_api.E007"}
    assert "CELERY_APP_PATH" in message.msg


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", WRONG_PATHS)
def test_wrong_path_loses_no_message(
    settings: LazySettings, path: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = UserFactory.create()
    thread = thread_with(alice)
    # Whatever earlier tests have sent, or could not send.
    monkeypatch.setattr(WAKER, "next_at", 0.0)
    monkeypatch.setattr(WAKER, "paused_until", 0.0)
    settings.CELERY_APP_PATH = path
    assert client_of(alice).post(f"/api/threads/{thread.pk}/messages", {"text": "Hi"}).status_code == 201
    assert Message.objects.filter(text="Hi").exists()
    assert "Celery app" in caplog.text
