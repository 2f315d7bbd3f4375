"""The shapes of path parameters.

The converters accept a little more than ids and names, so that a value of the wrong shape is answered by our views
(404 as JSON) and not by Django's page. They accept no words in the place of an id: those belong to the host's URLs.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib.auth import get_user_model
from django.db import models
from django.urls import register_converter

from chat_api.lib.db.storable import is_storable


class OutOfShape(str):
    """A path parameter that can name nothing. `ChatAPIView` answers it by 404."""

    __slots__ = ()


class IdConverter:
    """The id of a row: digits. A sign before them is accepted, and out of shape."""

    regex = r"[-+]?[0-9]+"
    openapi_schema: ClassVar[dict[str, Any]] = {"type": "integer", "minimum": 0}

    def to_python(self, value: str) -> int | OutOfShape:
        """Return the id; a number with too many digits for Python's own limit is out of shape, too."""
        try:
            return int(value) if value.isdigit() else OutOfShape(value)
        except ValueError:
            return OutOfShape(value)

    def to_url(self, value: Any) -> str:
        """Return the id as it stands in a path."""
        return str(value)


class WordConverter:
    """The name of a type: letters, digits and underscores. Other characters are accepted, and out of shape."""

    regex = r"[^/]+"
    openapi_schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": r"^\w+$"}

    def to_python(self, value: str) -> str:
        """Return the name."""
        return value if value.replace("_", "a").isalnum() else OutOfShape(value)

    def to_url(self, value: str) -> str:
        """Return the name."""
        return value


class KeyConverter:
    """A key that is a text: whatever a database can store."""

    regex = r"[^/]+"
    openapi_schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def to_python(self, value: str) -> str:
        """Return the key."""
        return value if is_storable(value) else OutOfShape(value)

    def to_url(self, value: Any) -> str:
        """Return the key as it stands in a path."""
        return str(value)


ID: Final = "chat_api_id"
WORD: Final = "chat_api_word"
KEY: Final = "chat_api_key"
CONVERTERS: Final[dict[str, Any]] = {ID: IdConverter, WORD: WordConverter, KEY: KeyConverter}
for _name, _converter in CONVERTERS.items():
    register_converter(_converter, _name)


def _user_key() -> models.Field[Any, Any]:
    key: Any = get_user_model()._meta.pk
    while isinstance(key, models.ForeignKey):
        key = key.target_field
    return key  # type: ignore[no-any-return]


def user_key_schema() -> dict[str, Any]:
    """Return how the OpenAPI document describes a user's key."""
    key = _user_key()
    if isinstance(key, models.IntegerField):
        return {"type": "integer"}
    return {"type": "string", "format": "uuid"} if isinstance(key, models.UUIDField) else {"type": "string"}


def _user_converter() -> str:
    key = _user_key()
    if isinstance(key, models.IntegerField):
        return ID
    return "uuid" if isinstance(key, models.UUIDField) else KEY


#: The shape of a user's key: a whole number, or what the host's user model has instead.
USER: Final = _user_converter()
