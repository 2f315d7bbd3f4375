"""Functions for attachment types of a host, in every supported form."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers


def returns_data(data: dict[str, Any]) -> dict[str, Any]:
    if "url" not in data:
        raise serializers.ValidationError("I want a URL!")
    return {**data, "title": data.get("title", "").upper()}


def returns_errors(data: dict[str, Any]) -> dict[str, Any]:
    return {} if data.get("title") else {"title": "REQUIRED", "url": ["REQUIRED"], "options": []}


def returns_nothing(data: dict[str, Any], serializer: Any) -> None:
    if serializer.context["request"].user.first_name != "Alice":
        raise DjangoValidationError({"title": ["ONLY_ALICE"]})
    data["title"] = f"{data['type']} of {serializer.context['request'].user.first_name}"


def refuses_the_type(data: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["NOT_TODAY"]}


def returns_nonsense(data: dict[str, Any]) -> bool:
    return True


def stores_pages(validated_data: dict[str, Any]) -> dict[str, Any]:
    """PRE_SAVE: set the URL from the content; refuse broken content."""
    content = validated_data.pop("file_content", None)
    if content == "broken":
        raise serializers.ValidationError({"file_content": ["BROKEN"]})
    if content is not None:
        validated_data["url"] = f"https://files.example/{content}.pdf"
    return validated_data


def makes_thumbnail(validated_data: dict[str, Any], serializer: Any) -> dict[str, Any]:
    was = serializer.instance.pk if serializer.instance is not None else None
    return {**validated_data, "thumbnail": {"src": f"{validated_data.get('url')}.png", "of": was}}


def changes_in_place(validated_data: dict[str, Any]) -> None:
    """PRE_SAVE as some were written for 0.8.8: without a return value."""
    validated_data["description"] = "seen"


def signed_src(obj: Any) -> str:
    return f"{obj.url}?key=1"


def src_for(obj: Any, serializer: Any) -> str:
    return f"{obj.url}?user={serializer.context['request'].user.username}"


def small(obj: Any) -> dict[str, Any]:
    return {"src": obj.thumbnail["src"], "small": True}


def visible_users(queryset: Any, user: Any) -> Any:
    """ATTACHMENT_REFERENCE_FILTER: users see only themselves."""
    return queryset.filter(pk=user.pk)


def without_secrets(queryset: Any, user: Any) -> Any:
    """CHAT_MESSAGE_FILTER_QUERYSET: hide messages of the type `secret`."""
    return queryset.exclude(type="secret")
