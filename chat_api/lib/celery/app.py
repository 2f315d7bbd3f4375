"""The host's Celery app, for any thread."""

from __future__ import annotations

from typing import Final

from celery import Celery
from celery.app import app_or_default
from django.utils.module_loading import import_string

from chat_api.lib.conf.django_settings import celery_app_path


class _Noted:
    """The Celery app at the start of Django; None if there was none."""

    app: Celery | None = None


_noted: Final = _Noted()


def note_host_app() -> None:
    """Store the current app of this thread, if the host has created one.

    Celery's current app belongs to the thread that created it; threads of a server get a default app without a broker.
    So it is stored when Django starts.
    """
    app: Celery = app_or_default()
    _noted.app = app if app.main != "default" else None


def host_app() -> Celery:
    """Return the app of CELERY_APP_PATH, as in 0.8.8; else the app at the start of Django, else Celery's current one.

    Raises `ImportError`, or any exception of the module, if the setting does not name an app. The system checks report
    that, and no request may fail because of it.
    """
    path = celery_app_path()
    if path is not None:
        named: Celery = import_string(path) if isinstance(path, str) else path
        if not isinstance(named, Celery):
            raise ImportError(f"CELERY_APP_PATH: {path!r} is not a Celery app.")
        return named
    if _noted.app is not None:
        return _noted.app
    current: Celery = app_or_default()
    return current
