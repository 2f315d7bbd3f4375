"""Raised flags."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel
from chat_api.schemas.models import Schema


class Flag(ChatModel):
    """A flag of a schema that was raised in a run of a script or in a survey; at most one per flag and subject.

    The row stays when the flag's condition is no longer true: `cleared` then says since when.
    """

    schema = ForeignKey(Schema, on_delete=models.PROTECT, related_name="raised_flags", db_index=False)
    #: The name of the flag in the schema, which has its label.
    name = models.CharField(max_length=100)
    run = ForeignKey(
        "chat_api.ScriptRun",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="flags",
        db_index=False,
    )
    survey = ForeignKey(
        "chat_api.Survey",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="flags",
        db_index=False,
    )
    #: When it was raised, for the last time since it was seen.
    raised = models.DateTimeField()
    #: The answer that raised it; null if that is gone, or if something else raised it.
    message = ForeignKey(
        "chat_api.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Without a constraint, so that removing an answer takes no query more where there are no flags. Removing it by
    #: `remove_answer` sets this to null; a host that deletes items leaves ids of items that are gone.
    item = ForeignKey(
        "chat_api.SurveyItem",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    #: When somebody marked it as seen, and who.
    seen = models.DateTimeField(null=True, blank=True)
    seen_by = ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Since when its condition is no longer true; null while it is.
    cleared = models.DateTimeField(null=True, blank=True)
    #: Whether its notifications are queued.
    dispatched = models.BooleanField(default=True, editable=False)

    class Meta:
        app_label = "chat_api"
        constraints = (
            models.UniqueConstraint(fields=("run", "name"), name="chat_api_flag_once_per_run"),
            models.UniqueConstraint(fields=("survey", "name"), name="chat_api_flag_once_per_survey"),
            models.CheckConstraint(
                condition=Q(run__isnull=False, survey__isnull=True)
                | Q(run__isnull=True, survey__isnull=False),
                name="chat_api_flag_of_run_or_survey",
            ),
        )
        indexes = (
            models.Index(
                fields=("id",), name="chat_api_flag_undispatched", condition=models.Q(dispatched=False)
            ),
            models.Index(
                fields=("raised",), name="chat_api_flag_open", condition=models.Q(cleared=None, seen=None)
            ),
        )

    def __str__(self) -> str:
        return f"Flag {self.name} of {f'survey {self.survey_id}' if self.run_id is None else f'run {self.run_id}'}"

    @property
    def is_open(self) -> bool:
        """Return whether the condition is true and nobody has seen it."""
        return self.cleared is None and self.seen is None
