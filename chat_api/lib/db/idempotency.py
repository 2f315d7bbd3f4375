"""Idempotent creation: an object is created once for each id that the client chose, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, models

from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel
from chat_api.lib.db.transactions import atomic

T = TypeVar("T")


class CreationKey(ChatModel):
    """A `client_id` that a user's request carried; it outlives the object that the request created."""

    user = ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    client_id = models.UUIDField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta(ChatModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.client_id)


def create_once(*, earlier: Callable[[], T | None], create: Callable[[], T]) -> tuple[T, bool]:
    """Return the object of the earlier request, else create it; and whether it was created now.

    `create` runs in a transaction and stores the object's unique key. Of two concurrent requests, the database accepts
    one key, and the other request gets the object of the first. Errors of both functions are raised.
    """
    found = earlier()
    if found is not None:
        return found, False
    try:
        with atomic():
            return create(), True
    except IntegrityError:
        found = earlier()
        if found is None:
            raise
        return found, False
