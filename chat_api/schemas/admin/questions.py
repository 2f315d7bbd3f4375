"""Questions in the admin, each with its answers and attachments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import UploadedFile
from django.db.models import ForeignKey, Max, QuerySet, URLField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from rest_framework.exceptions import ValidationError

from chat_api.attachments.types.base import Submission
from chat_api.attachments.types.registry import type_named
from chat_api.engine.script import END
from chat_api.lib.errors import StorageUnavailable
from chat_api.schemas.admin.mixins import AnyAdmin, AnyForm, UnderSchemaInline, as_id, is_frozen
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema


class AnswerForm(AnyForm):
    """An answer; a new one ends the script, as the question it leads to may not be written yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("next_qid", END)


class AnswerInline(UnderSchemaInline):
    """The answers that a choice offers."""

    model = Answer
    form = AnswerForm
    fields = (
        "position",
        "text",
        "text_i18n",
        "next_qid",
        "exclusive",
        "variable_modifications",
        "meta",
        "comments",
    )


class TemplateForm(AnyForm):
    """An attachment template; a file that is uploaded is checked and made anew, as a client's would be."""

    _columns: Mapping[str, Any] = {}

    def clean(self) -> dict[str, Any] | None:
        """Refuse a file that the type does not take, and what shows nothing; what was stored so may stay so."""
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
            # The small image goes with the file that it was made of.
            self._columns = {"thumbnail_image": "", "thumbnail": None} if self.instance.file else {}
            if kind.takes_files() and "file" not in self.errors:
                self.add_error("file", "REQUIRED")
        url = self.cleaned_data.get("url")
        if "url" not in self.errors:
            sent = {"url": url} if url else {}
            wrong = kind.url_errors(Submission(sent, frozenset(sent), instance=None, serializer=None))
            for codes in wrong.values():
                self.add_error("url", codes)
        if kind.needs_reference:
            for column in ("content_type", "object_id"):
                if self.cleaned_data.get(column) is None and column not in self.errors:
                    self.add_error(column, "REQUIRED")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Save the template with what was made of its file."""
        for name, value in self._columns.items():
            setattr(self.instance, name, value)
        return super().save(commit)


class AttachmentTemplateInline(UnderSchemaInline):
    """The attachments that come with a question."""

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
        """Give the field; the models to choose from are read once, not once a row."""
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "content_type" and field is not None:
            field.choices = [("", "---------"), *((row.pk, str(row)) for row in _models(request))]
        return field


def _models(request: HttpRequest) -> list[ContentType]:
    found: list[ContentType] | None = request.META.get("chat_api.models")
    if found is None:
        found = request.META["chat_api.models"] = list(ContentType.objects.order_by("app_label", "model"))
    return found


class QuestionForm(AnyForm):
    """A question of a draft, in one of the groups of its schema."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "group" not in self.fields:
            return
        chosen = self.data.get(self.add_prefix("schema")) or self.initial.get("schema")
        schema_id = as_id(self.instance.schema_id or chosen)
        # A field of a foreign key's, so it has a queryset.
        group: Any = self.fields["group"]
        group.queryset = (
            Group.objects.none() if schema_id is None else Group.objects.filter(schema_id=schema_id)
        )

    def clean_schema(self) -> Schema:
        """Refuse a published schema."""
        schema: Schema = self.cleaned_data["schema"]
        if schema.is_frozen:
            raise forms.ValidationError("A published schema never changes. Copy it as unpublished.")
        return schema


@admin.register(Question)
class QuestionAdmin(AnyAdmin):
    """Questions with their answers and attachments."""

    form = QuestionForm
    list_display = ("schema", "position", "qid", "type", "text", "next_qid", "group")
    list_display_links = ("qid",)
    list_filter = ("type",)
    search_fields = ("text", "schema__name")
    ordering = ("-schema", "position")
    list_per_page = 100
    show_full_result_count = False
    autocomplete_fields = ("schema",)
    inlines = (AnswerInline, AttachmentTemplateInline)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or save the form; where the storage fails, nothing is saved, and a message says so."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except StorageUnavailable as error:
            self.message_user(request, str(error.errors["detail"]), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def get_readonly_fields(self, request: HttpRequest, obj: Question | None = None) -> tuple[str, ...]:
        """Keep a question in its schema: its answers refer to the questions there."""
        return () if obj is None else ("schema",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Give what the address says of a new question, but for a schema that is none; and its free numbers."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        schema_id = as_id(given.get("schema"))
        if schema_id is None:
            given.pop("schema", None)
            return given
        last = Question.objects.filter(schema_id=schema_id).aggregate(
            qid=Max("qid"), position=Max("position")
        )
        return {name: (highest or 0) + 1 for name, highest in last.items()} | given

    def response_add(
        self, request: HttpRequest, obj: Question, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go where the pressed button says; *Save and add another* stays with the schema."""
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(f"{request.path}?schema={obj.schema_id}")
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save answers and templates, and let the question say whether it has any of these."""
        super().save_related(request, form, formsets, change)
        question: Question = form.instance
        has = question.attachments.exists()
        if question.has_attachments != has:
            question.has_attachments = has
            question.save(update_fields=["has_attachments"])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """Give the questions with their schemas and groups."""
        return super().get_queryset(request).select_related("schema", "group")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse under a published schema."""
        return not is_frozen(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse under a published schema."""
        return not is_frozen(obj) and super().has_delete_permission(request, obj)
