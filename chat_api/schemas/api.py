"""The REST views of schemas."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.attachments.file_view import FileViewMixin
from chat_api.lib.rest.documents import ReadyResponse
from chat_api.lib.rest.filters import autofiltered
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals
from chat_api.lib.rest.relations import no_such_row
from chat_api.lib.rest.selection import Selection, cut
from chat_api.lib.rest.views import ChatAPIView
from chat_api.schemas import selectors
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import AttachmentTemplate, Schema
from chat_api.schemas.render_contexts import TEXT_CONTEXTS
from chat_api.schemas.rendered_schemas import render_schema
from chat_api.schemas.rendering import TextContext
from chat_api.schemas.serializers import SchemaListSerializer, SchemaSerializer
from chat_api.settings import chat_settings

_SURVEY = OpenApiParameter(
    "survey",
    OpenApiTypes.INT,
    description="The id of a survey of the user: texts and meta are rendered as in that survey, and questions have"
    " the answers that they suggest; repeated groups have the `instances` of that survey, where these differ.",
)


@extend_schema_view(
    get=extend_schema(
        summary="Read a schema",
        parameters=[*SELECTION_PARAMETERS, _SURVEY],
        responses={200: SchemaSerializer, **refusals(400)},
    )
)
class SchemaDetailView(ChatAPIView):
    """One schema with all its questions."""

    operation_name = "schemas"
    permission_setting = "PERMISSIONS_SCHEMA_OBJECT"
    serializer_class = SchemaSerializer
    queryset = Schema.objects.none()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the permissions on the schema for every method."""
        super().initial(request, *args, **kwargs)
        self.check_who_may_read(request)

    def get_object(self) -> Schema:
        """Return the schema. Raises 404 if it does not exist, 403 if the user has no permission."""
        schema = selectors.find_schema(user=self.request.user, pk=self.kwargs["pk"])
        if schema is None:
            raise NotFound
        self.check_object_permissions(self.request, schema)
        return schema

    def get(self, request: Request, pk: int) -> Response:
        """Return a schema; texts are not rendered, unless a survey is given."""
        schema = self.get_object()
        ready = compiled(schema).in_language(None)
        selection = Selection.of_request({"request": request})
        context = self._text_context(request, schema)
        if context is not None:
            return Response(cut(render_schema(ready, schema, context), selection))
        # Without anything restricted, the user's permissions need not be looked up.
        is_full = ready.is_restricted and selectors.can_view_drafts(request.user)
        document = ready.full_document(schema) if is_full else ready.document(schema)
        if selection.only or is_full:
            return Response(cut(document, selection))
        return ReadyResponse(document, render=lambda: ready.rendered(schema))

    def _text_context(self, request: Request, schema: Schema) -> TextContext | None:
        """Return the context that a query parameter names. Raises `ValidationError` if it does not exist."""
        for parameter, create_context in TEXT_CONTEXTS.items():
            value = request.query_params.get(parameter)
            if value is None:
                continue
            context = create_context(request.user, schema, value)
            if context is None:
                raise ValidationError({parameter: no_such_row(value[:50]).detail})
            return context
        return None


class TemplateFileView(FileViewMixin, SchemaDetailView):
    """The file of an attachment template, for users who can read the schema or take part in it."""

    operation_name = "attachments_question_file"

    def place(self) -> dict[str, int]:
        """Return the id of the schema that the template belongs to; zero if there is none."""
        self._template = selectors.find_template(pk=self.kwargs["pk"])
        schema = None if self._template is None else self._template.owning_schema
        return {"pk": 0 if schema is None else schema.pk}

    def check_object_permissions(self, request: Request, obj: Any) -> None:
        """Permit users with a thread or survey on the schema, and those who can read it."""
        if not selectors.is_participant(user=request.user, schema=obj):
            super().check_object_permissions(request, obj)

    def get_attachment(self) -> AttachmentTemplate:
        """Return the template, for users who can read its schema or take part in it. Raises 404 and 403."""
        self.get_object()
        if self._template is None:
            raise NotFound
        return self._template


@autofiltered
@extend_schema_view(
    get=extend_schema(
        summary="List the schemas of a type",
        parameters=SELECTION_PARAMETERS,
        responses=SchemaListSerializer(many=True),
    )
)
class SchemasView(ChatAPIView):
    """The schemas of a type, oldest first."""

    operation_name = "schemas"
    permission_setting = "PERMISSIONS_SCHEMA_LIST_BY_TYPE"
    serializer_class = SchemaListSerializer
    queryset = Schema.objects.none()
    ordering = ("id",)
    also_filtered = ("name", "version")

    pagination_setting = "PAGINATION_SCHEMA_LIST"

    def get_queryset(self) -> QuerySet[Schema]:
        """Return the schemas of the type that are visible to the user."""
        if getattr(self, "swagger_fake_view", False):
            return Schema.objects.none()
        return selectors.schemas_of_type(user=self.request.user, type=self.kwargs["type"])

    def get(self, request: Request, type: str) -> Response:
        """List the schemas of a type, paginated if `limit` is given."""
        rows = self.page_of(self.filter_queryset(self.get_queryset()), at_most=chat_settings.SCHEMA_LIST_MAX)
        shown = SchemaListSerializer(rows, many=True, context=self.get_serializer_context())
        return self.answer_page(list(shown.data))
