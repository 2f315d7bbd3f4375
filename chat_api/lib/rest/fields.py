"""Serializer fields that accept only what every supported database can store."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from rest_framework import serializers

from chat_api.lib.db.storable import JSONProblem, is_storable, json_problem
from chat_api.lib.db.timezones import as_stored
from chat_api.lib.rest.url_converters import user_key_schema
from chat_api.lib.text_formats import TextFormat
from chat_api.settings import chat_settings

#: Describes the text of a message or an answer.
STORED_TEXT: Final = (
    "As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once "
    "each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML."
)
#: The code of a text with more characters than MESSAGE_TEXT_MAX.
TOO_LONG: Final = "TOO_LONG"


class TextField(serializers.CharField):
    """A text; white space is kept as it was typed."""

    default_error_messages = {"unstorable": JSONProblem.UNSTORABLE.text}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("trim_whitespace", False)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises `ValidationError` for anything else and for texts that cannot be stored."""
        text = super().to_internal_value(data)
        if not is_storable(text):
            self.fail("unstorable")
        return text


def long_text(help_text: str | None = None) -> TextField:
    """Return the field of a long text, of at most MESSAGE_TEXT_MAX characters by the current setting."""
    return TextField(
        required=False,
        allow_blank=True,
        max_length=chat_settings.MESSAGE_TEXT_MAX,
        help_text=help_text,
        error_messages={"max_length": TOO_LONG},
    )


class TextFormatField(serializers.ChoiceField):
    """How the `text` beside it is stored: the same for each row, whatever ESCAPE_TEXT says later."""

    def __init__(self) -> None:
        super().__init__(choices=TextFormat.choices, read_only=True)

    def openapi_schema(self) -> dict[str, Any]:
        """Return how the OpenAPI document describes the format."""
        return {
            # Not a component, see `DescribedSchema`.
            "allOf": [{"type": "string", "enum": TextFormat.values}],
            "readOnly": True,
            "description": "How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`).",
        }


class UUIDField(serializers.UUIDField):
    """A UUID as a text, in any of its spellings; DRF's own also accepts numbers, and `true` as 1."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        """Return the UUID. Raises `ValidationError`."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


def client_id_in(body: Any) -> uuid.UUID | None:
    """Return the `client_id` of a request's body, checked before anything else; None if it is missing or invalid."""
    raw = body.get("client_id") if isinstance(body, Mapping) else None
    if raw is None:
        return None
    try:
        return UUIDField().to_internal_value(raw)
    except serializers.ValidationError:
        return None


class UserKeyField(serializers.IntegerField):
    """A user's primary key: a number, except on hosts whose users have other keys."""

    def openapi_schema(self) -> dict[str, Any]:
        """Return how the OpenAPI document describes the key."""
        return user_key_schema()

    def to_representation(self, value: Any) -> Any:
        """Return the key."""
        return value


class SwitchField(serializers.BooleanField):
    """True or false. Missing from a form it stays unset, where DRF's own field sets false."""

    default_empty_html = serializers.empty


class DateTimeField(serializers.DateTimeField):
    """A timestamp as the host's database stores it; near the calendar's ends DRF's own field fails."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Return the timestamp. Raises `ValidationError` past the calendar."""
        try:
            # Without time zones DRF treats UTC wall clocks as the host's.
            return as_stored(super().enforce_timezone(value) if settings.USE_TZ else value)
        except OverflowError:
            self.fail("overflow")


class JSONField(serializers.JSONField):
    """Any JSON value, including null, of a bounded depth and of at most JSON_BYTES_MAX bytes."""

    default_error_messages = {problem.value: problem.text for problem in JSONProblem}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_null", True)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the value. Raises `ValidationError` for values that cannot be stored or are too large (TOO_LARGE)."""
        most: int = chat_settings.JSON_BYTES_MAX
        if getattr(data, "is_json_string", False):
            # From a form, and not parsed yet; escapes make a text up to six times as long.
            if len(data) > 8 * most:
                self.fail(JSONProblem.TOO_MANY_BYTES.value)
            data = super().to_internal_value(data)
        problem = json_problem(data, bytes_max=most)
        if problem is not None:
            self.fail(problem.value)
        return super().to_internal_value(data)
