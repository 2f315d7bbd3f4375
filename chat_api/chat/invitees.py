"""Whom a user may add to threads: the accounts that `THREAD_INVITEES` returns, all of them where it is not set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from chat_api.lib import hooks
from chat_api.lib.db.managers import accounts
from chat_api.settings import chat_settings

T = TypeVar("T")

_SETTING: Final = "THREAD_INVITEES"


def are_chosen_by_host() -> bool:
    """Return whether the host says who may be added, so that nothing is told of other accounts."""
    return chat_settings.has(_SETTING)


def invitees_of(user: Any) -> QuerySet[Any]:
    """Return the accounts that `user` may name as a new member, themselves among them. Raises `HookFailed`."""
    everybody = accounts()
    if not are_chosen_by_host():
        return everybody

    def chosen() -> QuerySet[Any]:
        found = chat_settings.THREAD_INVITEES(user)
        if not (isinstance(found, QuerySet) and issubclass(found.model, get_user_model())):
            raise hooks.WrongResult(f"{_SETTING} must return a queryset of accounts, not {found!r}.")
        # A new account is there at once, whichever database the host's queryset would be read from.
        chosen_keys = found.using(everybody.db).order_by().values("pk")
        return everybody.filter(Q(pk__in=chosen_keys) | Q(pk=user.pk))

    return hooks.required(_SETTING, chosen)


def evaluated(call: Callable[[], T]) -> T:
    """Return what a query over `invitees_of` gives. Raises `HookFailed` where the database refuses the host's part.

    Mistakes of a queryset (a cast, a regular expression) show only when it is evaluated.
    """
    return hooks.required(_SETTING, call) if are_chosen_by_host() else call()
