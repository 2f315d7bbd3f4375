"""The JSON document of an attachment, whatever its parent is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.functional import SimpleLazyObject

from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.types.registry import type_named
from chat_api.lib.rest.selection import EVERYTHING, Selection


@dataclass(frozen=True, slots=True)
class AttachmentContext:
    """The viewer of attachments, and the selected fields."""

    #: Name of the field, and of the relation, of the parent.
    parent: str
    #: The `serializer` that the host's functions get; its context contains the request.
    serializer: Any
    selection: Selection = EVERYTHING


def attachment_context(
    serializer_class: Any, context: Mapping[str, Any], selection: Selection = EVERYTHING
) -> AttachmentContext:
    """Return the context of attachments that `serializer_class` describes; the serializer is created on demand."""
    serializer = SimpleLazyObject(lambda: serializer_class(context={**context}))
    return AttachmentContext(serializer_class.parent_key, serializer, selection)


def attachment_document(attachment: BaseAttachment, shown: AttachmentContext) -> dict[str, Any]:
    """Return the document of the attachment. The only query is for a content type that this process has not loaded."""
    wants = shown.selection.wants
    kind = type_named(attachment.type)
    document = {
        "title": attachment.title,
        shown.parent: getattr(attachment, f"{shown.parent}_id"),
        "description": attachment.description,
        "src": kind.src(attachment, shown.serializer) if wants("src") else None,
        "id": attachment.pk,
        "thumbnail": kind.thumbnail(attachment, shown.serializer) if wants("thumbnail") else None,
        "options": attachment.options,
        "object_id": attachment.object_id,
        "content_type": attachment.content_type_id,
        "type": attachment.type,
        "content_type_name": (
            content_type_name(attachment.content_type_id) if wants("content_type_name") else None
        ),
    }
    return shown.selection.of(document)


def content_type_name(pk: int | None) -> str | None:
    """Return the name of a content type's model; it is loaded once per process."""
    return None if pk is None else ContentType.objects.get_for_id(pk).model
