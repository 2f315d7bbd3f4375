"""Database routers of hosts with several databases; the settings beside this module use one each."""

from __future__ import annotations

from typing import Any

from django.conf import settings


class ReplicaRouter:
    """Reads the tables of the chat from a replica that never changes, and writes to `default`."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        # Django reads sessions and permissions from the database that the host chooses.
        lags = model._meta.app_label == "chat_api" or model._meta.label == settings.AUTH_USER_MODEL
        return "replica" if lags else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True


class SecondDatabaseRouter:
    """Keeps the chat and its accounts in `chat`, and the other tables of the host in `default`."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self._of(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return self._of(model._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == self._of(app_label)

    def _of(self, app_label: str) -> str:
        return "default" if app_label == "sessions" else "chat"
