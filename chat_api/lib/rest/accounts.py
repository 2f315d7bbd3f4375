"""Documents of users by the host's ACCOUNT_SERIALIZER, whose failure does not affect the surrounding document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from chat_api.lib.background_requests import BackgroundRequest
from chat_api.lib.hooks import WrongResult, degraded
from chat_api.lib.rest.selection import EVERYTHING, Selection, cut
from chat_api.settings import chat_settings

SETTING = "ACCOUNT_SERIALIZER"


class UnshownAccount(serializers.Serializer[Any]):
    """Placeholder for an ACCOUNT_SERIALIZER that cannot be imported or created; showing an account raises the error."""

    def to_representation(self, instance: Any) -> Any:
        """Raise the error of the setting."""
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
    """Return a read-only field that describes a user (or, with `many`, users) as ACCOUNT_SERIALIZER shows them.

    An `optional` one is described as a field that can be missing.
    """
    options: dict[str, Any] = {"source": source, "many": many, "read_only": True}
    if not many:
        # Null if there is no sender, and where the host's serializer fails.
        options["allow_null"] = True
    # The check of settings, and each attempt to show an account, report the error of the class.
    field: Any = UnshownAccount(**options)
    with suppress(Exception):
        field = account_class()(**options)
    show, child = field.to_representation, field.child if many else field
    # For the host's views that use one of our serializers; in documents, `Accounts` shows accounts.
    field.to_representation = shown_safely(show, child, many=many)
    if optional:
        # Read-only fields are described as always present.
        field.read_only = field.required = False
    return field


class Accounts:
    """Shows users to one reader by the current ACCOUNT_SERIALIZER, each user at most once.

    `context` is the context of the serializer. Users who cannot be shown are None, and left out of lists.
    """

    def __init__(self, context: Mapping[str, Any], selection: Selection = EVERYTHING) -> None:
        self._context = context
        self._selection = selection
        kind: Any = account_class()
        # Not those of a parent class: a subclass shows something else.
        self._plain: Callable[[Sequence[Any]], list[Any]] | None = (
            kind.plain_documents if "plain_documents" in vars(kind) else None
        )
        self._one: Any = None
        self._many: Any = None
        self._shown: dict[Any, Any] = {}

    def document(self, user: Any) -> Any:
        """Return the user as the reader sees them; None for None."""
        if user is None:
            return None
        shown, pk = self._shown, user.pk
        if pk not in shown:
            if self._plain is None or hasattr(type(user), "avatar"):
                # Code of the host's shows it: a serializer, or the storage of the avatar.
                shown[pk] = degraded(SETTING, lambda: self._document(user), fallback=None)
            else:
                shown[pk] = self._document(user)
        return shown[pk]

    def documents(self, users: Sequence[Any]) -> list[Any]:
        """Return the users as the reader sees them, in a list."""
        if not users or not (self._plain is None or hasattr(type(users[0]), "avatar")):
            return self._documents(users)
        shown = self._attempt(users)
        if shown is not None:
            return shown
        return [document for user in users for document in self._attempt([user]) or ()]

    def _attempt(self, users: Sequence[Any]) -> list[Any] | None:
        found: list[Any] | None = degraded(SETTING, lambda: self._documents(users), fallback=None)
        return found

    def _document(self, user: Any) -> Any:
        if self._plain is not None:
            (shown,) = self._plain([user])
            return cut(shown, self._selection) if self._selection.only else shown
        if self._one is None:
            self._one = account_class()(context=self._own_context())
        return self._checked(self._one.to_representation(user), self._one)

    def _documents(self, users: Sequence[Any]) -> list[Any]:
        if self._plain is not None:
            shown = self._plain(users)
            return cut(shown, self._selection) if self._selection.only else shown
        if self._many is None:
            self._many = account_class()(many=True, context=self._own_context())
        checked: list[Any] = self._checked(self._many.to_representation(users), self._many.child)
        return checked

    def _own_context(self) -> dict[str, Any]:
        """Return the context, with the selection as drf-tweaks' serializers take it."""
        return {
            **self._context,
            "fields": set(self._selection.only),
            "include_fields": set(self._selection.include),
        }

    def _checked(self, shown: Any, serializer: Any) -> Any:
        """Return the serializer's data. Raises if the host's serializer returned data that JSON cannot represent."""
        if not hasattr(serializer, "get_only_fields_and_include_fields"):
            shown = cut(shown, self._selection)
        return shown if _is_ours(serializer) else in_json(shown)


def account_document(user: Any, *, viewer: Any) -> Any:
    """Return the user as `viewer` sees them outside of any request; None if ACCOUNT_SERIALIZER fails."""
    return degraded(
        SETTING,
        lambda: in_json(account_class()(user, context={"request": BackgroundRequest(viewer)}).data),
        fallback=None,
    )


def shown_safely(show: Callable[[Any], Any], child: Any, *, many: bool) -> Callable[[Any], Any]:
    """Return `show` with failures caught: an account that cannot be shown is null, and left out of lists.

    The host's serializer must return what JSON can represent.
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


def in_json(value: Any) -> Any:
    """Return the value. Raises `TypeError` or `ValueError` where DRF cannot encode it as JSON."""
    json.dumps(value, cls=JSONEncoder, allow_nan=False)
    return value


def _is_ours(child: Any) -> bool:
    return type(child).__module__.startswith("chat_api.")
