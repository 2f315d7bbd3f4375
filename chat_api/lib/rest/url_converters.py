"""Converters of path parameters.

They accept a little more than ids and names, so that our views respond to malformed values (404 as JSON) and not
Django's page. They do not accept words in place of an id: those belong to the host's URLs.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib.auth import get_user_model
from django.db import models
from django.urls import register_converter

from chat_api.lib.db.storable import is_storable


class OutOfShape(str):
    """A malformed path parameter, which can name nothing. `ChatAPIView` responds with 404."""

    __slots__ = ()


class IdConverter:
    """The id of a row: digits. A sign before them is accepted as malformed."""

    regex = r"[-+]?[0-9]+"
    openapi_schema: ClassVar[dict[str, Any]] = {"type": "integer", "minimum": 0}

    def to_python(self, value: str) -> int | OutOfShape:
        """Return the id; a number with too many digits for Python's own limit is malformed, too."""
        try:
            return int(value) if value.isdigit() else OutOfShape(value)
        except ValueError:
            return OutOfShape(value)

    def to_url(self, value: Any) -> str:
        """Return the id as it appears in a path."""
        return str(value)


class WordConverter:
    """The name of a type: letters, digits and underscores. Other characters are accepted as malformed."""

    regex = r"[^/]+"
    openapi_schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": r"^\w+$"}

    def to_python(self, value: str) -> str:
        """Return the name."""
        return value if value.replace("_", "a").isalnum() else OutOfShape(value)

    def to_url(self, value: str) -> str:
        """Return the name."""
        return value


class KeyConverter:
    """A key that is a text: anything that a database can store."""

    regex = r"[^/]+"
    openapi_schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def to_python(self, value: str) -> str:
        """Return the key."""
        return value if is_storable(value) else OutOfShape(value)

    def to_url(self, value: Any) -> str:
        """Return the key as it appears in a path."""
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


#: The converter of a user's key: a whole number, or the type of the host's user model.
USER: Final = _user_converter()
