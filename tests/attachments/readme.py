"""The functions of a custom attachment type from the README of 0.8.8, with its two typos fixed."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as serializer

SEEN: list[dict[str, Any]] = []


def validation_func(data: dict[str, Any]) -> dict[str, Any]:
    if "src" not in data:
        raise serializer.ValidationError("I want this field!")
    return data


def pre_save_func(validated_data: dict[str, Any]) -> dict[str, Any]:
    SEEN.append(dict(validated_data))
    return validated_data


def thumbnail_generator_func(validated_data: dict[str, Any]) -> dict[str, Any]:
    if "src" in validated_data:
        validated_data["thumbnail"] = {"src": validated_data["src"] + ".png"}
    return validated_data


def get_src_func(obj: Any) -> str:
    return str(obj.src) + "?some_magic_key=dsaokpdsa"


def get_thumbnail_func(obj: Any) -> Any:
    return obj.thumbnail["src"]


def prefixes(validated_data: dict[str, Any]) -> dict[str, Any]:
    """PRE_SAVE that must not be applied twice."""
    if "src" in validated_data:
        validated_data["src"] = "s3://bucket/" + validated_data["src"]
    if "title" in validated_data:
        validated_data["title"] = "PDF: " + validated_data["title"]
    return validated_data
