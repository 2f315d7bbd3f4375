"""The fields of attachments that no other object has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat_api.attachments.models import attachment_types
from chat_api.attachments.types.registry import type_named
from chat_api.lib.rest.fields import TOO_LONG, TextField
from chat_api.lib.rest.relations import ID_MAX, IdField, no_such_row


class TypeField(serializers.ChoiceField):
    """The type of an attachment. From a client, it must be a type that clients can create."""

    default_error_messages = {"not_available": '"{input}" is not available.'}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=attachment_types(), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the name of the type. Raises `ValidationError` for a type that clients cannot create."""
        name: str = super().to_internal_value(data)
        if not type_named(name).can_be_made:
            self.fail("not_available", input=name)
        return name


@extend_schema_field({"type": "string", "nullable": True})
class SrcField(TextField):
    """The URL that an attachment leads to, by its type. Only custom types accept one; others ignore it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, error_messages={"max_length": TOO_LONG}, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the text that was sent. Raises `ValidationError`, and `SkipField` for types that accept none."""
        body: Any = self.parent
        sent = body.initial_data.get("type") if isinstance(body.initial_data, Mapping) else None
        name = sent if body.instance is None else body.instance.type
        if data is None or not isinstance(name, str) or not type_named(name).takes_src:
            raise serializers.SkipField
        return super().run_validation(data)


@extend_schema_field(OpenApiTypes.INT)
class ContentTypeField(IdField):
    """A content type by its id. Each is loaded once per process."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the content type. Raises `ValidationError` if it does not exist."""
        pk = super().to_internal_value(data)
        if not 0 <= pk <= ID_MAX:
            raise no_such_row(pk)
        try:
            return ContentType.objects.get_for_id(pk)
        except ContentType.DoesNotExist:
            raise no_such_row(pk) from None
