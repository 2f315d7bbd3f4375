"""Shared parts of the admin of schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest

from chat_api.schemas.models import Question, Schema

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AnyTable = admin.TabularInline[Any, Any]
    AnyForm = forms.ModelForm[Any]
else:
    AnyAdmin, AnyTable, AnyForm = admin.ModelAdmin, admin.TabularInline, forms.ModelForm


def is_frozen(row: Any) -> bool:
    """Return whether a schema, or that of a question, can no longer be changed; False for None."""
    schema = row.schema if isinstance(row, Question) else row
    return schema is not None and schema.is_frozen


class UnderSchemaInline(AnyTable):
    """An inline that is read-only once the schema is published."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a published schema."""
        return not is_frozen(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a published schema."""
        return not is_frozen(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a published schema."""
        return not is_frozen(obj) and super().has_delete_permission(request, obj)


def schema_with_id(pk: int) -> Schema:
    """Return the schema that a URL names. Raises `Http404`."""
    schema = None if parse_id(pk) is None else Schema.objects.filter(pk=pk).first()
    if schema is None:
        raise Http404
    return schema


def parse_id(value: Any) -> int | None:
    """Return the id in a URL or form; None if it is invalid."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else None
