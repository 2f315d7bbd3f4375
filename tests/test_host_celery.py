"""Which Celery app wakes workers: the host's, in every thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from celery import Celery, current_app
from django.conf import LazySettings

from chat_api.lib import host_celery
from chat_api.lib.waking import has_broker
from tests.celery import app as named_app


def in_a_thread_of_a_server() -> Celery:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(host_celery.host_app).result()


def test_the_app_that_celery_app_path_names_is_used(settings: LazySettings) -> None:
    settings.CELERY_APP_PATH = "tests.celery.app"
    assert in_a_thread_of_a_server() is named_app


def test_a_path_that_names_nothing_is_an_error(settings: LazySettings) -> None:
    settings.CELERY_APP_PATH = "tests.celery.nothing"
    with pytest.raises(ImportError, match="nothing"):
        host_celery.host_app()


def test_without_it_threads_see_the_app_that_was_there_when_django_started(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    del settings.CELERY_APP_PATH
    monkeypatch.setattr(host_celery._noted, "app", None)
    app = Celery("host", broker="memory://")
    app.set_current()
    try:
        host_celery.note_host_app()
        assert in_a_thread_of_a_server() is app
        with ThreadPoolExecutor(1) as threads:
            # Celery itself sees another one there.
            assert threads.submit(lambda: current_app.main).result() != "host"
            assert threads.submit(has_broker).result() is True
    finally:
        named_app.set_current()


def test_a_host_without_celery_has_no_broker(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    del settings.CELERY_APP_PATH
    monkeypatch.setattr(host_celery._noted, "app", None)
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(has_broker).result() is False
