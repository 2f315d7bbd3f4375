"""How users are shown: by the host's ACCOUNT_SERIALIZER, which may fail without harm to what is around."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from chat_api.lib.background_requests import BackgroundRequest
from chat_api.lib.hooks import WrongResult, degraded
from chat_api.settings import chat_settings

SETTING = "ACCOUNT_SERIALIZER"


class UnshownAccount(serializers.Serializer[Any]):
    """Stands for an ACCOUNT_SERIALIZER that cannot be imported or made, until an account is to be shown."""

    def to_representation(self, instance: Any) -> Any:
        """Raise the fault of the setting."""
        chat_settings.ACCOUNT_SERIALIZER(instance, context=self.context)
        raise WrongResult("ACCOUNT_SERIALIZER could not be made.")


def account_class() -> type[serializers.BaseSerializer[Any]]:
    """Return the host's serializer of accounts; `UnshownAccount` where it cannot be imported."""
    found: type[serializers.BaseSerializer[Any]]
    try:
        found = chat_settings.ACCOUNT_SERIALIZER
    except ImportError:
        return UnshownAccount
    return found


def account_field(*, source: str, many: bool = False, optional: bool = False) -> Any:
    """Build a read-only field that shows a user (or, with `many`, users) as the host's ACCOUNT_SERIALIZER does.

    One that is `optional` is described as a key that may not be there.
    """
    options: dict[str, Any] = {"source": source, "many": many, "read_only": True}
    if not many:
        # Nobody may have sent it; and where the host's serializer fails, nobody is shown.
        options["allow_null"] = True
    # The check of settings, and each attempt to show an account, report the fault of the class.
    field: Any = UnshownAccount(**options)
    with suppress(Exception):
        field = account_class()(**options)
    field.same_for_same_pk = not many
    field.shows_accounts = True
    if optional:
        # Read-only keys are described as always there.
        field.read_only = field.required = False
    return field


def shown_safely(show: Callable[[Any], Any], child: Any, *, many: bool) -> Callable[[Any], Any]:
    """Return `show`, but that an account which cannot be shown is null; in a list, it is left out.

    What a serializer of the host's makes must be something that JSON can say.
    """
    checked = show if _is_ours(child) else lambda value: in_json(show(value))

    def show_one(value: Any) -> Any:
        return degraded(SETTING, lambda: checked(value), fallback=None)

    def show_list(accounts: Any) -> Any:
        shown = show_one(accounts)
        if shown is not None:
            return shown
        return [account for each in accounts for account in show_one([each]) or ()]

    return show_list if many else show_one


def account_document(user: Any, *, viewer: Any) -> Any:
    """Return the user as `viewer` sees them outside of any request; None where ACCOUNT_SERIALIZER fails."""
    return degraded(
        SETTING,
        lambda: in_json(account_class()(user, context={"request": BackgroundRequest(viewer)}).data),
        fallback=None,
    )


def in_json(value: Any) -> Any:
    """Return the value. Raises `TypeError` or `ValueError` where DRF cannot say it in JSON."""
    json.dumps(value, cls=JSONEncoder, allow_nan=False)
    return value


def _is_ours(child: Any) -> bool:
    return type(child).__module__.startswith("chat_api.")
