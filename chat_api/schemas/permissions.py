"""Permission classes of schemas. Each is the default of a setting, see `chat_api.settings`."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from chat_api.schemas import selectors
from chat_api.schemas.models import Schema
from chat_api.settings import chat_settings


class NoOne(BasePermission):
    """Reject everyone, to close an endpoint."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return False."""
        return False


class SchemaObject(IsAuthenticated):
    """Permit schemas of TYPES_SCHEMA_GET_THROUGH_API, and those that a front end of the user needs for a thread."""

    def has_object_permission(self, request: Request, view: Any, obj: Schema) -> bool:
        """Return whether the user can read the schema."""
        return selectors.can_read_schema(user=request.user, schema=obj)


class SchemaListByType(IsAuthenticated):
    """Permit lists of the types in TYPES_SCHEMA_LIST_THROUGH_API."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether schemas of the type are listed."""
        listed = view.kwargs["type"] in chat_settings.TYPES_SCHEMA_LIST_THROUGH_API
        return super().has_permission(request, view) and listed
