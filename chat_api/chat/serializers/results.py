"""Serializers that describe the results of scripts; `chat_api.chat.documents` shows them."""

from __future__ import annotations

from rest_framework import serializers

from chat_api.chat.choices import RunOutcome
from chat_api.lib.rest.fields import UserKeyField
from chat_api.lib.rest.serializers import Serializer
from chat_api.raised_flags.serializers import FlagSerializer, ResultsSerializer


class PublishedFlagSerializer(FlagSerializer):
    """A flag that was raised in a thread."""

    thread = serializers.IntegerField(read_only=True)
    run = serializers.IntegerField(read_only=True, help_text="The id of the run of the script.")
    user = UserKeyField(read_only=True, help_text="Whose answer raised it.")

    class Meta(FlagSerializer.Meta):
        fields = ("thread", "run", "user", *FlagSerializer.Meta.fields)


class RoundSerializer(Serializer):
    """A round of a repeated group."""

    instance = serializers.IntegerField(help_text="The number of the round.")
    values = serializers.DictField(help_text="By name of the question; empty ones are left out.")


class RunSerializer(ResultsSerializer):
    """A run of a script, with the results of its answers."""

    id = serializers.IntegerField()
    schema = serializers.IntegerField()
    user = UserKeyField(help_text="The member whom the script asks.")
    started = serializers.DateTimeField()
    finished = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(
        choices=["", *(outcome.value for outcome in RunOutcome)], help_text="Empty while it is open."
    )
    instances = serializers.DictField(
        child=RoundSerializer(many=True),
        required=False,
        help_text="With `values`, of scripts with repeated groups only: the rounds of each group, by its key.",
    )
