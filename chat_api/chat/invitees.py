"""The accounts that a user can add to threads: those that `THREAD_INVITEES` returns, by default all."""

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
    """Return whether the host limits the invitees; responses then reveal nothing about other accounts."""
    return chat_settings.has(_SETTING)


def invitees_of(user: Any) -> QuerySet[Any]:
    """Return the accounts that `user` can add as members, including `user`. Raises `HookFailed`."""
    everybody = accounts()
    if not are_chosen_by_host():
        return everybody

    def chosen() -> QuerySet[Any]:
        found = chat_settings.THREAD_INVITEES(user)
        if not (isinstance(found, QuerySet) and issubclass(found.model, get_user_model())):
            raise hooks.WrongResult(f"{_SETTING} must return a queryset of accounts, not {found!r}.")
        # Query the database that accounts are written to, so that a new account is found immediately.
        chosen_keys = found.using(everybody.db).order_by().values("pk")
        return everybody.filter(Q(pk__in=chosen_keys) | Q(pk=user.pk))

    return hooks.required(_SETTING, chosen)


def evaluated(call: Callable[[], T]) -> T:
    """Return the result of a query based on `invitees_of`. Raises `HookFailed` if the host's part of it fails.

    Errors in a queryset (a cast, a regular expression) only occur when it is evaluated.
    """
    return hooks.required(_SETTING, call) if are_chosen_by_host() else call()
