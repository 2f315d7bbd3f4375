"""Commands received by the signal `ws_received`, from code of the host or from sockets of universal_notifications.

0.8.8 executed them for the users with the e-mail addresses in the signal, and its README asks hosts to send it. Our
own sockets send the signal, too, but execute their commands themselves.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from chat_api.chat import selectors
from chat_api.chat.choices import Permission, State
from chat_api.chat.delivery.socket_commands import (
    WRITING_LENGTH_MAX,
    WRITING_SECONDS,
    read_message,
    writing_message,
)
from chat_api.lib.db.managers import accounts
from chat_api.lib.db.transactions import atomic
from chat_api.lib.rest.accounts import account_document
from chat_api.realtime.group_names import thread_group
from chat_api.realtime.layer import send_to_groups
from chat_api.realtime.signals import OUR_RECEIVER, ws_received
from chat_api.realtime.socket.codes import ErrorCode
from chat_api.realtime.socket.commands import CommandRefused, whole_number
from chat_api.realtime.socket.consumer import ChatConsumer
from chat_api.realtime.socket.frames import as_json

logger = logging.getLogger("chat_api.realtime")

_REPORTED_MAX: Final = 10_000


def connect() -> None:
    """Connect the receiver of the signal."""
    ws_received.connect(_received, dispatch_uid=OUR_RECEIVER)


def _received(
    sender: Any, message_data: Any = None, channel_emails: Collection[str] = (), **kwargs: Any
) -> None:
    """Execute a command for the users with these e-mail addresses. Errors are logged, not raised."""
    if isinstance(sender, type) and issubclass(sender, ChatConsumer):
        return
    try:
        name = message_data.get("message") if isinstance(message_data, Mapping) else None
        execute = _COMMANDS.get(name) if isinstance(name, str) else None
        if execute is None:
            return
        data = message_data.get("data")
        for user in _users(channel_emails):
            try:
                # A savepoint if the sender is in a transaction.
                with atomic():
                    execute(user, data if isinstance(data, dict) else {})
            except CommandRefused as refused:
                logger.info("%s was refused for user %s: %s %s", name, user.pk, refused, refused.details)
            except Exception:
                # Do not let it affect the other users with such an e-mail address.
                logger.exception("%s failed for user %s", name, user.pk)
    except Exception:
        logger.exception("A command received by the signal ws_received failed.")


def _users(emails: Collection[str]) -> list[Any]:
    """Return the active users with exactly these e-mail addresses; several users can share one."""
    model: Any = get_user_model()
    field = model.get_email_field_name() if hasattr(model, "get_email_field_name") else "email"
    if field not in {column.name for column in model._meta.concrete_fields}:
        return []
    wanted = [emails] if isinstance(emails, str) else [email for email in emails if email]
    found = accounts().filter(**{f"{field}__in": wanted}).order_by("pk") if wanted else ()
    return [user for user in found if user.is_active]


def _mark_message_as_read(user: Any, data: dict[str, Any]) -> None:
    read_message(user, whole_number(data, "message"))


def _someone_is_writing(user: Any, data: dict[str, Any]) -> None:
    thread_id = whole_number(data, "thread")
    length = whole_number(data, "length", most=WRITING_LENGTH_MAX)
    member = selectors.membership_row(user_id=user.pk, thread_id=thread_id)
    if member is None or not member.may(Permission.MESSAGES_CREATE) or member.state == State.CLOSED:
        raise CommandRefused(ErrorCode.NO_PERMISSIONS, field="thread")
    now = time.monotonic()
    if now - _reported.get((user.pk, thread_id), -WRITING_SECONDS) < WRITING_SECONDS:
        return
    if len(_reported) >= _REPORTED_MAX:
        _reported.clear()
    _reported[user.pk, thread_id] = now
    shown = as_json(account_document(user, viewer=AnonymousUser()))
    message = writing_message(thread_id=thread_id, length=length, user_id=user.pk, shown=shown)
    send_to_groups([(thread_group(thread_id), message)])


#: When a user was last reported as typing, by user and thread (monotonic seconds).
_reported: Final[dict[tuple[Any, int], float]] = {}

_COMMANDS: Final[dict[str, Callable[[Any, dict[str, Any]], None]]] = {
    "mark_message_as_read": _mark_message_as_read,
    "thread_someone_is_writing": _someone_is_writing,
}
