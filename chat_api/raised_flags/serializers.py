"""Serializers that describe raised flags; `documents` shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from chat_api.lib.rest.serializers import ModelSerializer, Serializer
from chat_api.raised_flags.documents import flag_document
from chat_api.raised_flags.models import Flag


class FlagSerializer(ModelSerializer):
    """A flag that an answer raised."""

    label = serializers.CharField(read_only=True)  # type: ignore[assignment]  # a key of that name
    severity = serializers.CharField(read_only=True)
    message = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The id of the message whose answer raised it."
    )
    item = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The id of the survey item whose answer raised it."
    )
    cleared = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Since when it no longer holds; null while it does."
    )
    seen = serializers.DateTimeField(read_only=True, allow_null=True)
    seen_by = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)

    class Meta:
        model = Flag
        fields: tuple[str, ...] = (
            "id",
            "name",
            "label",
            "severity",
            "raised",
            "message",
            "item",
            "cleared",
            "seen",
            "seen_by",
        )

    def to_representation(self, instance: Flag) -> dict[str, Any]:
        """Return the flag's document."""
        return flag_document(instance)


class BandSerializer(Serializer):
    """A range of a score: from `from` to below the next band's; the last one includes `to`."""

    to = serializers.FloatField()
    label = serializers.CharField()  # type: ignore[assignment]  # a key of that name
    severity = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; one has the name of a word of Python."""
        return {"from": serializers.FloatField(), **super().get_fields()}


class ResultsSerializer(Serializer):
    """The results of answers. Respondents get only the parts that RESPONDENT_SEES names."""

    final = serializers.BooleanField(help_text="Whether they no longer change: the answers are complete.")
    values = serializers.DictField(
        required=False, help_text="By name of the question, what rules read of its answer or calculation."
    )
    scores = serializers.DictField(
        child=serializers.FloatField(allow_null=True), required=False, help_text="By name; null where empty."
    )
    bands = serializers.DictField(
        child=BandSerializer(allow_null=True), required=False, help_text="By name of the score."
    )
    labels = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="With `scores` or `bands`: the labels of the scores by name, in the language of the request.",
    )
    flags = FlagSerializer(many=True, required=False)
