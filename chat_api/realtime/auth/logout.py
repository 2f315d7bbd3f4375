"""Close sockets immediately when their user signs out, is deactivated or deleted. Rechecks find the other cases."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db import router
from django.db.models.signals import post_delete, post_save

from chat_api.lib.db.transactions import chat_database, on_commit
from chat_api.realtime.group_names import digest, user_group
from chat_api.realtime.layer import has_layer, send_to_groups
from chat_api.realtime.models import SESSION_KEY_MAX


def connect() -> None:
    """Connect the signals that close a user's sockets."""
    user_logged_out.connect(_signed_out, dispatch_uid="chat_api.sockets")
    post_save.connect(_saved, sender=get_user_model(), dispatch_uid="chat_api.sockets")
    post_delete.connect(_deleted, sender=get_user_model(), dispatch_uid="chat_api.sockets")


def _signed_out(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    # The session is flushed after this signal, so identify it by the digest of its key.
    session = getattr(request, "session", None)
    key = getattr(session, "session_key", None)
    if user is not None and key:
        # A session stored in its cookie has no key that identifies its sockets: close all of the user's.
        name = digest(key) if len(key) <= SESSION_KEY_MAX else None
        stored = getattr(session, "model", None)
        using = chat_database() if stored is None else router.db_for_write(stored)
        _end_sockets(user.pk, using=using, session=name)


def _saved(sender: Any, instance: Any, created: bool, using: str, **kwargs: Any) -> None:
    if not created and not instance.is_active:
        _end_sockets(instance.pk, using=using)


def _deleted(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    _end_sockets(instance.pk, using=using)


def _end_sockets(user_id: Any, *, using: str, session: str | None = None) -> None:
    """Close the user's sockets when the database of their account or session commits."""
    if has_layer():
        message = {"type": "chat_api.signed_out", "session": session}
        on_commit(partial(send_to_groups, [(user_group(user_id), message)]), using=using)
