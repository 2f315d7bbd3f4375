"""Signed tokens by which one user stops notifications of one thread by one transport."""

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
    """The content of a token: the user no longer wants notifications of the thread by the transport."""

    user_id: Any
    thread_id: int
    transport: str


def token_for(what: Unsubscription) -> str:
    """Return the token. It never expires, so that users can unsubscribe from an old mail, too."""
    return signing.dumps([str(what.user_id), what.thread_id, what.transport], salt=_SALT)


def read_token(token: str) -> Unsubscription | None:
    """Return the content of the token, or None if this app did not sign it."""
    try:
        user_id, thread_id, transport = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Unsubscription(get_user_model()._meta.pk.to_python(user_id), thread_id, transport)


def unsubscribe_url(what: Unsubscription) -> str | None:
    """Return the URL that unsubscribes with one click, or None without NOTIFICATION_BASE_URL or the route."""
    if chat_settings.NOTIFICATION_BASE_URL is None:
        return None
    try:
        path = reverse("notifications-unsubscribe", kwargs={"token": token_for(what)})
    except NoReverseMatch:
        return None
    return public_url(path)
