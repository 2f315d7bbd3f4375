"""How a user is shown by default; the path is 0.8.8's."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.contrib.auth import get_user_model
from rest_framework import serializers

from chat_api.lib.rest.accounts import account_class
from chat_api.lib.rest.fields import UserKeyField
from chat_api.lib.rest.serializers import Serializer
from chat_api.lib.url_prefix import url_of_file
from chat_api.utils.avatars import default_avatar

#: What is shown of a user beside his key.
_SHOWN: Final = ("first_name", "last_name", "avatar")


class SimpleAccountSerializer(Serializer):
    """A user's `first_name`, `last_name` (empty where the host's users have none), `id` and `avatar`."""

    first_name = serializers.CharField(read_only=True, default="")
    last_name = serializers.CharField(read_only=True, default="")
    id = UserKeyField(source="pk", read_only=True)
    avatar = serializers.SerializerMethodField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Show the user; lists of members are long, so the plain case goes the short way."""
        if type(self) is not SimpleAccountSerializer or self.get_selection().only:
            return super().to_representation(instance)
        return {
            "first_name": getattr(instance, "first_name", ""),
            "last_name": getattr(instance, "last_name", ""),
            "id": instance.pk,
            "avatar": self.get_avatar(instance),
        }

    def get_avatar(self, user: Any) -> str:
        """Return the URL of the user's avatar; of a default image for those without one."""
        avatar = getattr(user, "avatar", None)
        if avatar and getattr(avatar, "url", None):
            return url_of_file(avatar)
        return default_avatar()


class PlainAccount(NamedTuple):
    """A user as `SimpleAccountSerializer` shows one without an avatar; made much sooner than the model's object."""

    pk: Any
    first_name: str
    last_name: str


def account_columns() -> tuple[str, ...] | None:
    """Give the columns of a user that his account shows, so that lists of members load no more than that.

    None means all: the host has a serializer of his own, or one of the shown attributes is no column.
    """
    if account_class() is not SimpleAccountSerializer:
        return None
    model = get_user_model()
    shown = [name for name in _SHOWN if hasattr(model, name)]
    columns = {field.name for field in model._meta.concrete_fields}
    return tuple(shown) if columns.issuperset(shown) else None
