"""The answers and attachments of a question, inline in its admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import UploadedFile
from django.db.models import ForeignKey, URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from chat_api.attachments.types.base import Submission
from chat_api.attachments.types.registry import type_named
from chat_api.engine.script import END
from chat_api.schemas.admin.mixins import AnyForm, UnderSchemaInline
from chat_api.schemas.models import Answer, AttachmentTemplate


class AnswerForm(AnyForm):
    """An answer; a new one ends the script by default, because the next question may not exist yet."""

    class Meta:
        widgets = {"value": forms.TextInput, "show_if": forms.TextInput}
        help_texts = {
            "value": _('A number, a "text" or true: stands for the answer in expressions.'),
            "weight": _("For scores. Default: the value."),
            "show_if": _("An expression; default: always."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("next_qid", END)


class AnswerInline(UnderSchemaInline):
    """The answers of a choice."""

    model = Answer
    form = AnswerForm
    fields = (
        "position",
        "text",
        "text_i18n",
        "next_qid",
        "exclusive",
        "value",
        "weight",
        "show_if",
        "variable_modifications",
        "meta",
        "comments",
    )


class TemplateForm(AnyForm):
    """An attachment template; an uploaded file is validated and re-encoded, like that of a client."""

    _columns: Mapping[str, Any] = {}

    def clean(self) -> dict[str, Any] | None:
        """Reject files that the type does not accept and templates without content; unchanged rows pass."""
        cleaned = super().clean()
        file, name = self.cleaned_data.get("file"), self.cleaned_data.get("type")
        if name is None or not self.has_changed():
            return cleaned
        kind = type_named(name)
        if isinstance(file, UploadedFile):
            try:
                self._columns = kind.columns_of_file(file)
            except ValidationError as error:
                details: Any = error.detail
                self.add_error("file", [str(code) for codes in details.values() for code in codes])
        elif not file:
            # The thumbnail is removed together with its file.
            self._columns = {"thumbnail_image": "", "thumbnail": None} if self.instance.file else {}
            if kind.takes_files() and "file" not in self.errors:
                self.add_error("file", "REQUIRED")
        url = self.cleaned_data.get("url")
        if "url" not in self.errors:
            sent = {"url": url} if url else {}
            url_errors = kind.url_errors(Submission(sent, frozenset(sent), instance=None, serializer=None))
            for codes in url_errors.values():
                self.add_error("url", codes)
        if kind.needs_reference:
            for column in ("content_type", "object_id"):
                if self.cleaned_data.get(column) is None and column not in self.errors:
                    self.add_error(column, "REQUIRED")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Save the template with the columns derived from its file."""
        for name, value in self._columns.items():
            setattr(self.instance, name, value)
        return super().save(commit)


class AttachmentTemplateInline(UnderSchemaInline):
    """The attachments of a question."""

    model = AttachmentTemplate
    form = TemplateForm
    fields = (
        "type",
        "title",
        "title_i18n",
        "description",
        "description_i18n",
        "url",
        "file",
        "options",
        "content_type",
        "object_id",
    )
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Return the field; content types are loaded once per request, not for each row."""
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "content_type" and field is not None:
            field.choices = [("", "---------"), *((row.pk, str(row)) for row in _models(request))]
        return field


def _models(request: HttpRequest) -> list[ContentType]:
    found: list[ContentType] | None = request.META.get("chat_api.models")
    if found is None:
        found = request.META["chat_api.models"] = list(ContentType.objects.order_by("app_label", "model"))
    return found
