"""Serializers of attachments, whatever their parent is: they validate and describe, and write nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.settings import api_settings
from rest_framework.utils import html

from chat_api.attachments.documents import AttachmentContext, attachment_document
from chat_api.attachments.drafts import AttachmentDraft, new_row
from chat_api.attachments.fields import ContentTypeField, SrcField, TypeField
from chat_api.attachments.image_cost import picture_work
from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.reference_access import VisibleReferences
from chat_api.attachments.types.base import SENT_COLUMNS, Submission
from chat_api.attachments.types.registry import type_named
from chat_api.lib.rest.fields import JSONField, TextField, long_text
from chat_api.lib.rest.relations import as_id
from chat_api.lib.rest.serializers import ModelSerializer
from chat_api.settings import chat_settings

THUMBNAIL_SCHEMA: Final = {
    "nullable": True,
    "description": "An object with `width`, `height` and `src`, or the value of the host's own type.",
}
URL_LENGTH_MAX: Final = 200
_SRC: Final = (
    "The URL of the attachment, or an empty text; null if a function of the host fails."
    " Only the host's own types accept a value."
)


def attachment_keys(parent: str) -> tuple[str, ...]:
    """Return the fields of an attachment; `parent` is the field of its parent."""
    return (
        "title",
        parent,
        "description",
        "src",
        "id",
        "thumbnail",
        "options",
        "object_id",
        "content_type",
        "type",
        "content_type_name",
        "file_content",
        "file",
        "url",
    )


@extend_schema_field(THUMBNAIL_SCHEMA)
class ThumbnailField(serializers.Field[Any, Any, Any, Any]):
    """Describes the preview of an attachment."""


class BaseAttachmentSerializer(ModelSerializer):
    """An attachment. Its type defines the required fields, the URL and the preview; `type` never changes."""

    #: The field and the relation of the parent.
    parent_key: ClassVar[str]

    title = TextField(required=False, allow_blank=True, max_length=255, trim_whitespace=True)
    description = TextField(required=False, allow_blank=True)
    src = SrcField()
    thumbnail = ThumbnailField(read_only=True)
    options = JSONField()
    object_id = serializers.IntegerField(required=False, allow_null=True)
    content_type = ContentTypeField(required=False, allow_null=True)
    content_type_name = serializers.CharField(read_only=True, allow_null=True)
    file_content = TextField(
        required=False,
        allow_blank=True,
        write_only=True,
        help_text="The file in base64, with or without a prefix `data:…;base64,`.",
    )
    file = serializers.FileField(
        required=False,
        allow_empty_file=True,
        write_only=True,
        help_text="The file itself, in a multipart form; it takes precedence over `file_content`.",
    )
    url = TextField(required=False, write_only=True, max_length=URL_LENGTH_MAX, trim_whitespace=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with the types of the current settings; a stored attachment keeps its type."""
        fields = super().get_fields()
        fields["type"] = TypeField(read_only=self.instance is not None)
        fields["description"] = long_text()
        fields["src"] = SrcField(max_length=chat_settings.MESSAGE_TEXT_MAX, help_text=_SRC)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Validate the whole by its type: the stored values, updated by the request."""
        stored: BaseAttachment | None = self.instance
        name = attrs.get("type") if stored is None else stored.type
        if name is None:
            return attrs
        before = {} if stored is None else {key: getattr(stored, key) for key in SENT_COLUMNS}
        present = {key: value for key, value in before.items() if value is not None}
        if not present.get("src"):
            # Treat a row without a URL as if none had ever been sent.
            present.pop("src", None)
        submission = Submission(
            data={**present, **attrs, "type": name},
            sent=frozenset(attrs),
            instance=stored,
            serializer=self,
            work=self.context.get("picture_work") or picture_work(),
        )
        kind = type_named(name)
        self._draft = AttachmentDraft(kind, submission, kind.check(submission), self.Meta.model)
        return attrs

    def draft(self) -> AttachmentDraft:
        """Return the validated data, ready to be stored; call `is_valid` first."""
        return self._draft

    def to_representation(self, instance: BaseAttachment) -> dict[str, Any]:
        """Return the attachment's document."""
        return attachment_document(
            instance, AttachmentContext(self.parent_key, serializer=self, selection=self.get_selection())
        )


def template_document(template: Any) -> dict[str, Any]:
    """Return the document of an attachment template of a question."""
    kind = type_named(template.type)
    # Functions of the host's types may take a serializer; a template has no particular viewer.
    bare: serializers.Serializer[Any] = serializers.Serializer(template)
    return {
        "question": template.question_id,
        "title": template.title,
        "type": template.type,
        "description": template.description,
        "src": kind.src(template, bare),
        "id": template.pk,
        "thumbnail": kind.thumbnail(template, bare),
        "options": template.options,
        "object_id": template.object_id,
        "content_type": template.content_type_id,
    }


def validate_inline(
    raw: object, *, serializer_class: type[BaseAttachmentSerializer], context: dict[str, Any]
) -> list[Any]:
    """Return unsaved rows of the attachments in a request body; call `drafts.fill_in` before saving them.

    Raises `ValidationError`: its detail has an entry for each attachment (empty for a valid one), or an error of
    the whole if `raw` is not a list or is longer than MESSAGE_ATTACHMENTS_MAX.
    """
    most = chat_settings.MESSAGE_ATTACHMENTS_MAX
    if not isinstance(raw, list):
        raise _of_the_whole(f'Expected a list of items but got type "{type(raw).__name__}".')
    if len(raw) > most:
        raise _of_the_whole(f"Ensure this field has no more than {most} elements.")
    references = VisibleReferences(context["request"].user)
    references.look_up(_references_in(raw))
    context = {**context, "visible_references": references, "picture_work": picture_work()}
    rows: list[Any] = []
    errors: list[Any] = []
    for item in raw:
        body = serializer_class(data=item, context=context)
        errors.append({} if body.is_valid() else body.errors)
        if not errors[-1]:
            rows.append(new_row(serializer_class.Meta.model, body.draft()))
    if any(errors):
        raise serializers.ValidationError(errors)
    return rows


def _of_the_whole(text: str) -> serializers.ValidationError:
    return serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [text]})


def _references_in(raw: list[Any]) -> Iterable[tuple[int, int]]:
    for item in raw:
        if not isinstance(item, dict):
            continue
        try:
            yield as_id(item.get("content_type")), as_id(item.get("object_id"))
        except (TypeError, ValueError):
            # The validation of the item reports it.
            continue


class BaseInlineAttachmentsField(serializers.Field[Any, Any, Any, Any]):
    """The attachments in the request body of their parent; the value is a list of unsaved rows."""

    serializer_class: type[BaseAttachmentSerializer]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(write_only=True, **kwargs)

    def get_value(self, dictionary: Any) -> Any:
        """Return the value of the field, also from the keys `attachments[0]title` of a form."""
        if html.is_html_input(dictionary):
            return html.parse_html_list(dictionary, prefix=str(self.field_name), default=serializers.empty)
        return super().get_value(dictionary)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Validate all attachments. Raises `ValidationError` as `validate_inline` does."""
        return validate_inline(data, serializer_class=self.serializer_class, context={**self.context})
