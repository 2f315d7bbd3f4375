"""Signed tokens that end one way of telling one member of one thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import NoReverseMatch, reverse

from chat_api.lib.url_prefix import public_url
from chat_api.settings import chat_settings

_SALT: Final = "chat_api.notifications.unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """What a token says: no more of this thread by this transport to this user."""

    user_id: Any
    thread_id: int
    transport: str


def token_for(what: Unsubscription) -> str:
    """Give the token. It does not run out: who keeps an old mail may still unsubscribe by it."""
    return signing.dumps([str(what.user_id), what.thread_id, what.transport], salt=_SALT)


def read_token(token: str) -> Unsubscription | None:
    """Give what the token says; None where it is none of ours."""
    try:
        user_id, thread_id, transport = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Unsubscription(get_user_model()._meta.pk.to_python(user_id), thread_id, transport)


def address_for(what: Unsubscription) -> str | None:
    """Give the address that does it in one click; None where the host has no NOTIFICATION_BASE_URL or no such route."""
    if chat_settings.NOTIFICATION_BASE_URL is None:
        return None
    try:
        path = reverse("notifications-unsubscribe", kwargs={"token": token_for(what)})
    except NoReverseMatch:
        return None
    return public_url(path)
