"""Who may read schemas. Each class is the default of a setting, see `chat_api.settings`."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from chat_api.schemas import selectors
from chat_api.schemas.models import Schema
from chat_api.settings import chat_settings


class NoOne(BasePermission):
    """Nobody: a ready value for closing an endpoint."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse."""
        return False


class SchemaObject(IsAuthenticated):
    """One schema: types that the host serves, and what one's own membership works with."""

    def has_object_permission(self, request: Request, view: Any, obj: Schema) -> bool:
        """Say whether the requester may read this schema."""
        return selectors.may_read_whole(user=request.user, schema=obj)


class SchemaListByType(IsAuthenticated):
    """The schemas of a type: types that the host lists."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the type is listed."""
        listed = view.kwargs["type"] in chat_settings.TYPES_SCHEMA_LIST_THROUGH_API
        return super().has_permission(request, view) and listed
