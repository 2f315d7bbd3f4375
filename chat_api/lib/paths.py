"""The shapes of what stands in an address."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import models
from django.urls import register_converter


class WordConverter:
    """Letters, digits and underscores: the name of a type."""

    regex = r"\w+"

    def to_python(self, value: str) -> str:
        """Give the word."""
        return value

    def to_url(self, value: str) -> str:
        """Give the word."""
        return value


WORD: Final = "chat_api_word"
register_converter(WordConverter, WORD)


def _user_key() -> str:
    key: Any = get_user_model()._meta.pk
    while isinstance(key, models.ForeignKey):
        key = key.target_field
    if isinstance(key, models.IntegerField):
        return "int"
    return "uuid" if isinstance(key, models.UUIDField) else "str"


#: The shape of a user's key: a whole number, or what the host's user model has instead.
USER: Final = _user_key()
