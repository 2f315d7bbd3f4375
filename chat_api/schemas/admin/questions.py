"""The admin of questions, with their answers and attachments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat_api.lib.errors import StorageUnavailable
from chat_api.schemas.admin.mixins import AnyAdmin, AnyForm, is_frozen, parse_id
from chat_api.schemas.admin.question_inlines import AnswerInline, AttachmentTemplateInline
from chat_api.schemas.models import Group, Question, Schema
from chat_api.schemas.rule_validation import proposed_name


class QuestionForm(AnyForm):
    """A question of a draft; its group must be of the same schema."""

    class Meta:
        widgets = {name: forms.Textarea({"rows": 2}) for name in ("hint", "skip", "required_message")} | {
            name: forms.TextInput({"size": 80}) for name in ("show_if", "default", "calculate")
        }
        help_texts = {
            "name": _("What expressions and texts call the answer: letters, digits and underscores."),
            "hint": _("Help text beside the question."),
            "show_if": _("An expression; the question is asked only while it is true."),
            "skip": _("The text that offers to skip the question in a chat; empty if it cannot be skipped."),
            "default": _("An expression whose value is suggested as the answer."),
            "calculate": _("The expression of a calculation."),
            "limits": _('By name, for example {"min": 0, "max": 120, "also": [999]}.'),
            "constraints": _('A list of {"check": "value <= age", "message": "…", "severity": "error"}.'),
            "required_message": _("The error of an empty answer."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            # Required by `clean`, except for steps that say nothing.
            self.fields["text"].required = False
        if "name" in self.fields and self.instance.pk is not None and self.instance.name is None:
            proposal = proposed_name(self.instance.text)
            if proposal:
                example = gettext("For example %(name)s.") % {"name": proposal}
                self.fields["name"].help_text = f"{self.fields['name'].help_text} {example}"
        if "group" not in self.fields:
            return
        chosen = self.data.get(self.add_prefix("schema")) or self.initial.get("schema")
        schema_id = parse_id(self.instance.schema_id or chosen)
        # The field of a foreign key has a queryset.
        group: Any = self.fields["group"]
        group.queryset = (
            Group.objects.none() if schema_id is None else Group.objects.filter(schema_id=schema_id)
        )

    def clean(self) -> dict[str, Any] | None:
        """Require a text, except for steps that say nothing."""
        cleaned = super().clean()
        needs_text = self.cleaned_data.get("type") not in Question.TEXTLESS_TYPES
        if needs_text and not self.cleaned_data.get("text") and "text" not in self.errors:
            self.add_error("text", gettext("This field is required."))
        return cleaned

    def clean_schema(self) -> Schema:
        """Reject a published schema."""
        schema: Schema = self.cleaned_data["schema"]
        if schema.is_frozen:
            raise forms.ValidationError(
                gettext("Choose an unpublished schema. Published schemas cannot be changed.")
            )
        return schema


@admin.register(Question)
class QuestionAdmin(AnyAdmin):
    """Questions, with answers and attachments inline."""

    form = QuestionForm
    list_display = ("schema", "position", "qid", "type", "text", "next_qid", "group")
    list_display_links = ("qid",)
    list_filter = ("type",)
    search_fields = ("text", "schema__name")
    ordering = ("-schema", "position")
    list_per_page = 100
    show_full_result_count = False
    autocomplete_fields = ("schema",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "schema",
                    "group",
                    "qid",
                    "position",
                    "type",
                    "name",
                    "text",
                    "text_i18n",
                    "hint",
                    "hint_i18n",
                    "next_qid",
                    "required",
                    "choice_open",
                    "range_from",
                    "range_to",
                    "forking_rules",
                    "variable_modifications",
                    "meta",
                    "has_attachments",
                    "show_as_type",
                    "comments",
                )
            },
        ),
        (
            "Rules",
            {
                "classes": ("collapse",),
                "fields": (
                    "show_if",
                    "limits",
                    "constraints",
                    "required_message",
                    "required_message_i18n",
                    "skip",
                    "skip_i18n",
                    "default",
                    "calculate",
                ),
            },
        ),
    )
    inlines = (AnswerInline, AttachmentTemplateInline)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or save the form; if the storage fails, show a message and save nothing."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except StorageUnavailable as error:
            self.message_user(request, str(error.errors["detail"]), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def get_readonly_fields(self, request: HttpRequest, obj: Question | None = None) -> tuple[str, ...]:
        """Return the schema for an existing question, because its answers refer to questions there."""
        return () if obj is None else ("schema",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the values in the query string, without an invalid schema, and the next free qid and position."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        schema_id = parse_id(given.get("schema"))
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
        """Redirect by the pressed button; "Save and add another" keeps the schema."""
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(f"{request.path}?schema={obj.schema_id}")
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save answers and templates, and update `has_attachments` of the question."""
        super().save_related(request, form, formsets, change)
        question: Question = form.instance
        has_attachments = question.attachments.exists()
        if question.has_attachments != has_attachments:
            question.has_attachments = has_attachments
            question.save(update_fields=["has_attachments"])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """Return the questions with schemas and groups."""
        return super().get_queryset(request).select_related("schema", "group")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a published schema."""
        return not is_frozen(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a published schema."""
        return not is_frozen(obj) and super().has_delete_permission(request, obj)
