"""The host's Celery app, as seen from any thread."""

from __future__ import annotations

from typing import Final

from celery import Celery
from celery.app import app_or_default
from django.utils.module_loading import import_string

from chat_api.lib.conf.django_settings import celery_app_path


class _Noted:
    """The app that was there when Django started; None where there was none."""

    app: Celery | None = None


_noted: Final = _Noted()


def note_host_app() -> None:
    """Remember the current app of this thread, if the host has made one.

    Celery's current app is that of the thread which made it, and threads of a server see a default one without a
    broker; so it is remembered where Django starts.
    """
    app: Celery = app_or_default()
    _noted.app = app if app.main != "default" else None


def host_app() -> Celery:
    """Return the app that CELERY_APP_PATH names, as for 0.8.8; else the one noted, else Celery's current one.

    Raises `ImportError`, or whatever the module raises, where the setting names nothing: the system checks report
    that, and no request may depend on it.
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
