"""Visibility of messages by the host's filters: CHAT_MESSAGE_FILTER_QUERYSET and CHAT_MESSAGE_USER_FILTER.

The models import this module, so it knows messages by their querysets only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.db.models import QuerySet

from chat_api.lib.hooks import WrongResult, degraded, required
from chat_api.settings import chat_settings

T = TypeVar("T")
Fallback = TypeVar("Fallback")

_QUERYSET_FILTER: Final = "CHAT_MESSAGE_FILTER_QUERYSET"
_USER_FILTER: Final = "CHAT_MESSAGE_USER_FILTER"
#: How many of the newest messages are checked one by one.
_CHECKED_MAX: Final = 100


def filtered_by_host(messages: QuerySet[Any], *, user: Any, for_write: bool = False) -> QuerySet[Any]:
    """Return the messages that the host's queryset filter shows to the user; none where it fails.

    With `for_write` a failure raises `HookFailed` instead.
    """
    if not chat_settings.has(_QUERYSET_FILTER):
        return messages

    def filtered() -> QuerySet[Any]:
        found = chat_settings.CHAT_MESSAGE_FILTER_QUERYSET(messages, user)
        if not (isinstance(found, QuerySet) and found.model is messages.model):
            raise WrongResult(f"{_QUERYSET_FILTER} must return a queryset of messages, not {found!r}.")
        return found

    if for_write:
        return required(_QUERYSET_FILTER, filtered)
    return degraded(_QUERYSET_FILTER, filtered, fallback=messages.none(), answers=True)


def evaluated(call: Callable[[], T], *, fallback: Fallback) -> T | Fallback:
    """Return the result of a query over filtered messages, or `fallback` if the database rejects the host's filter.

    Mistakes in a returned queryset (a cast, a regular expression) show only when it is evaluated.
    """
    if not chat_settings.has(_QUERYSET_FILTER):
        return call()
    return degraded(_QUERYSET_FILTER, call, fallback=fallback)


def is_visible_to(*, message: Any, user: Any, for_write: bool = False) -> bool:
    """Return whether the host's filter of single messages shows this one to the user; False where it fails.

    With `for_write` a failure raises `HookFailed` instead.
    """
    if not chat_settings.has(_USER_FILTER):
        return True

    def is_visible() -> bool:
        return bool(chat_settings.CHAT_MESSAGE_USER_FILTER(message, user))

    if for_write:
        return required(_USER_FILTER, is_visible)
    return degraded(_USER_FILTER, is_visible, fallback=False, answers=True)


def last_visible(messages: QuerySet[Any], *, user: Any) -> Any:
    """Return the newest of the messages that the user can see, or None. Raises `HookFailed`."""
    visible = filtered_by_host(messages, user=user, for_write=True)
    for message in visible.order_by("-pk")[:_CHECKED_MAX]:
        if is_visible_to(message=message, user=user, for_write=True):
            return message
    return None
