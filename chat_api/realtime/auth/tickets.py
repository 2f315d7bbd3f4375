"""Tickets for clients that cannot send their session with the handshake."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chat_api.lib.db.transactions import atomic
from chat_api.lib.named_account import is_other_account
from chat_api.realtime.group_names import digest
from chat_api.realtime.models import SESSION_KEY_MAX, SocketTicket
from chat_api.settings import chat_settings


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as its owner receives it, once."""

    text: str
    expires: datetime


def issue_ticket(*, user: Any, session_key: str = "") -> Ticket:
    """Create a ticket for one socket of the user; with a `session_key`, the socket is closed with that session.

    A session that is stored in its cookie has no real key and ends only in the browser, so it is left out. Also deletes
    the user's expired tickets.
    """
    now = timezone.now()
    text = secrets.token_urlsafe(32)
    expires = now + timedelta(seconds=chat_settings.WS_TICKET_SECONDS)
    with atomic():
        SocketTicket.objects.filter(user=user, expires__lt=now).delete()
        SocketTicket.objects.create(
            user=user,
            digest=digest(text),
            session_key=session_key if len(session_key) <= SESSION_KEY_MAX else "",
            expires=expires,
        )
    return Ticket(text, expires)


@atomic
def redeem_ticket(text: str, *, named: Sequence[str] = ()) -> tuple[Any, str] | None:
    """Return the ticket's user and session key, and invalidate it. Return None if it is unknown, used or expired.

    If `named`, the values of the client's `account`, is another account, return None and leave the ticket valid.
    Of concurrent calls, exactly one succeeds: the one whose statement deletes the row.
    """
    tickets = SocketTicket.objects.filter(digest=digest(text))
    ticket = tickets.select_related("user").first()
    if ticket is None or is_other_account(named, ticket.user):
        return None
    if not tickets.filter(pk=ticket.pk).delete()[0]:
        return None
    if ticket.expires < timezone.now():
        return None
    return ticket.user, ticket.session_key
