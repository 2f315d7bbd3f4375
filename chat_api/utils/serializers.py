"""The default serializer of users, at its path of 0.8.8."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Model
from rest_framework import serializers

from chat_api.lib.rest.accounts import account_class
from chat_api.lib.rest.fields import UserKeyField
from chat_api.lib.rest.serializers import Serializer
from chat_api.lib.url_prefix import url_of_file
from chat_api.utils.avatars import default_avatar

#: The attributes of a user that are shown besides the primary key.
_SHOWN: Final = ("first_name", "last_name", "avatar")


class SimpleAccountSerializer(Serializer):
    """A user's `first_name`, `last_name` (empty if the user model has none), `id` and `avatar`."""

    first_name = serializers.CharField(read_only=True, default="")
    last_name = serializers.CharField(read_only=True, default="")
    id = UserKeyField(source="pk", read_only=True)
    avatar = serializers.SerializerMethodField()

    def get_avatar(self, user: Any) -> str:
        """Return the URL of the user's avatar, or of the default image."""
        avatar = getattr(user, "avatar", None)
        return _url_of(avatar) or default_avatar() if avatar else default_avatar()

    @staticmethod
    def plain_documents(users: Sequence[Any]) -> list[dict[str, Any]]:
        """Return the users as this class, but no subclass of it, shows them; lists of members are long."""
        default = default_avatar() if users else ""
        return [
            {
                "first_name": getattr(user, "first_name", ""),
                "last_name": getattr(user, "last_name", ""),
                "id": user.pk,
                "avatar": _url_of(avatar) or default
                if (avatar := getattr(user, "avatar", None))
                else default,
            }
            for user in users
        ]


def _url_of(avatar: Any) -> str | None:
    return url_of_file(avatar) if getattr(avatar, "url", None) else None


class PlainAccount(NamedTuple):
    """A user as `SimpleAccountSerializer` shows one without an avatar; much cheaper to create than a model instance."""

    pk: Any
    first_name: str
    last_name: str


def account_columns() -> tuple[str, ...] | None:
    """Return the columns of a user that the default serializer shows, so that lists of members load only these.

    None means all: the host has its own serializer, or one of the shown attributes is not a column.
    """
    if account_class() is not SimpleAccountSerializer:
        return None
    return _shown_columns(get_user_model())


@cache
def _shown_columns(model: type[Model]) -> tuple[str, ...] | None:
    shown = [name for name in _SHOWN if hasattr(model, name)]
    columns = {field.name for field in model._meta.concrete_fields}
    return tuple(shown) if columns.issuperset(shown) else None
