"""Models whose rows are read from the database that the host's routers write them to.

A replica can lag behind. The chat's own rows decide what it writes next and who is notified, so its managers, querysets
and foreign keys (`chat_api.lib.db.keys`) ask the routers for the database of writes. `using()` still selects another
one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib.auth import get_user_model
from django.db import models, router

M = TypeVar("M", bound=models.Model)


class _Primary:
    """Part of managers and querysets."""

    model: Any
    _db: str | None
    _hints: dict[str, Any]

    @property
    def db(self) -> str:
        """Return the alias that `using()` named, else the one that the routers write the model to."""
        return self._db or router.db_for_write(self.model, **self._hints)


class PrimaryQuerySet(_Primary, models.QuerySet[M]):
    """A queryset that reads from the database that its model is written to."""


class PrimaryManager(_Primary, models.Manager[M]):
    """A manager that reads from the database that its model is written to."""

    _queryset_class: ClassVar[type[models.QuerySet[Any]]] = PrimaryQuerySet


class ChatModel(models.Model):
    """A model of this app: every path reads its rows from the database that they are written to."""

    if not TYPE_CHECKING:
        # The types are those of Django's plugin, which treats an inherited manager as one of any model.
        objects = PrimaryManager()

    class Meta:
        abstract = True
        # Related rows and `refresh_from_db` read by it. Subclasses inherit it.
        base_manager_name = "objects"


def accounts() -> models.QuerySet[Any]:
    """Return the host's users from the database that they are written to, so that new users are found at once."""
    users = get_user_model()
    return users._default_manager.using(router.db_for_write(users))
