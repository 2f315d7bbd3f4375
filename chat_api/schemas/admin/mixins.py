"""What the pages of schemas in the admin share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from chat_api.schemas.models import Question

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AnyTable = admin.TabularInline[Any, Any]
    AnyForm = forms.ModelForm[Any]
else:
    AnyAdmin, AnyTable, AnyForm = admin.ModelAdmin, admin.TabularInline, forms.ModelForm


def is_frozen(row: Any) -> bool:
    """Say whether a schema, or what a question belongs to, may no longer be changed; False for no row."""
    schema = row.schema if isinstance(row, Question) else row
    return schema is not None and schema.is_frozen


class UnderSchemaInline(AnyTable):
    """Rows shown on their parent's page; they can be changed as long as the schema is a draft."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse under a published schema."""
        return not is_frozen(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse under a published schema."""
        return not is_frozen(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse under a published schema."""
        return not is_frozen(obj) and super().has_delete_permission(request, obj)


def as_id(value: Any) -> int | None:
    """Give the id that an address or a form names; None for what cannot be one."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else None
