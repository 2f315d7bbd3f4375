"""The fields of attachments that no other object has."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat_api.attachments.models import BaseAttachment, attachment_types
from chat_api.attachments.registry import type_named
from chat_api.lib.relations import ID_MAX, IdField, no_such_row


class TypeField(serializers.ChoiceField):
    """The type of an attachment; to be taken from a client it must be one that clients can make."""

    default_error_messages = {"not_available": '"{input}" is not available.'}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=attachment_types(), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Give the type's name. Raises `ValidationError` for all but the types that can be made."""
        name: str = super().to_internal_value(data)
        if not type_named(name).can_be_made:
            self.fail("not_available", input=name)
        return name


@extend_schema_field(OpenApiTypes.INT)
class ContentTypeField(IdField):
    """A content type, named by its id. Content types are read once a process."""

    def to_internal_value(self, data: Any) -> Any:
        """Give the content type. Raises `ValidationError` where there is none."""
        pk = super().to_internal_value(data)
        if not 0 <= pk <= ID_MAX:
            raise no_such_row(pk)
        try:
            return ContentType.objects.get_for_id(pk)
        except ContentType.DoesNotExist:
            raise no_such_row(pk) from None

    def get_attribute(self, instance: BaseAttachment) -> int | None:
        """Give the id, without reading the row."""
        return instance.content_type_id
