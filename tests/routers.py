"""How hosts spread their tables over databases; the settings beside this module say which of it a host does."""

from __future__ import annotations

from typing import Any


class ReplicaRouter:
    """Reads what the chat works with from a copy that stays as it was, and writes to `default`."""

    #: Sessions and the admin's log are the host's own business.
    lagging = frozenset({"auth", "chat_api", "contenttypes"})

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "replica" if model._meta.app_label in self.lagging else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True


class SecondDatabaseRouter:
    """Keeps the chat, and the accounts that it refers to, in `chat`; `default` has the host's other tables."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self._of(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return self._of(model._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == self._of(app_label)

    def _of(self, app_label: str) -> str:
        return "default" if app_label == "sessions" else "chat"
