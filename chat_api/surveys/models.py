"""Surveys: schemas that users fill in, question by question, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import models

from chat_api.attachments.models import BaseAttachment, index_of_files
from chat_api.lib.db.idempotency import CreationKey
from chat_api.lib.db.keys import ForeignKey
from chat_api.lib.db.managers import ChatModel
from chat_api.lib.text_formats import HasPlainText, text_format_column
from chat_api.schemas.models import Answer, Question, Schema


class Survey(ChatModel):
    """A schema filled in by one user. `state` is updated at every change of the answers."""

    schema = ForeignKey(Schema, on_delete=models.PROTECT, related_name="surveys", db_index=False)
    user = ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chat_api_surveys")
    automated_sender = ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="automated_surveys_sent_by",
        db_index=False,
    )
    state = models.JSONField(null=True, blank=True)
    #: The time of the last change, and what the host knows and suggests, for rules; null where none reads it.
    rule_context: Any = models.JSONField(null=True, blank=True, editable=False)
    #: A random number, new at every change of the answers: a process continues its own state of the survey only while
    #: this is the one that it knows. 0 before the first change.
    state_version = models.BigIntegerField(default=0, db_default=0, editable=False)
    #: When the survey was submitted, which closes it; null while it is open.
    submitted = models.DateTimeField(null=True, blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    updated = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        app_label = "chat_api"
        permissions = (("export_survey_results", "Can export survey results"),)

    def __str__(self) -> str:
        return f"Survey {self.pk}"


class SurveyCreation(CreationKey):
    """The `client_id` of a request that started a survey; `survey` is null once it is deleted."""

    survey = ForeignKey(Survey, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        app_label = "chat_api"
        constraints = (
            models.UniqueConstraint(fields=("user", "client_id"), name="chat_api_survey_created_once"),
        )


class SurveyItem(HasPlainText, ChatModel):
    """The answer to one question of a survey."""

    survey = ForeignKey(Survey, on_delete=models.CASCADE, related_name="survey_items")
    related_question = ForeignKey(Question, on_delete=models.PROTECT, related_name="survey_items")
    answers = models.ManyToManyField(
        Answer, blank=True, related_name="survey_items", through="chat_api.SurveyItemAnswer"
    )
    sender = ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    text = models.TextField(blank=True, default="")
    #: How `text` is stored, see `plain_text`; null in rows of earlier releases, which are as the settings say.
    text_format = text_format_column()
    #: The number as typed, not escaped, if `text` holds it in another notation; else null.
    typed_text = models.CharField(max_length=100, null=True, blank=True, editable=False)
    type = models.CharField(max_length=50, default="answer")
    meta = models.JSONField(null=True, blank=True)
    #: The answer as a typed value, the chosen ids, and the time and time zone at which it was given.
    reply: Any = models.JSONField(null=True, blank=True, editable=False)
    #: The instance of a repeated group, from 1; 0 outside of repeated groups.
    instance = models.IntegerField(default=0, db_default=0, editable=False)
    position = models.IntegerField(db_index=True)
    has_attachments = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        app_label = "chat_api"
        constraints = (
            models.UniqueConstraint(
                fields=("survey", "related_question", "instance"), name="chat_api_item_once_per_instance"
            ),
        )

    #: The ids of the chosen answers where they are known without a query.
    chosen: Sequence[int] | None = None

    def __str__(self) -> str:
        return f"Item {self.pk} of survey {self.survey_id}"

    @property
    def answer_ids(self) -> list[int]:
        """Return the ids of the chosen answers, in the order in which they were sent."""
        if self.chosen is not None:
            return list(self.chosen)
        return [link.answer_id for link in sorted(self.answer_links.all(), key=attrgetter("pk"))]


class SurveyItemAnswer(ChatModel):
    """The link from an item to a chosen answer, which protects the answer from deletion."""

    surveyitem = ForeignKey(SurveyItem, on_delete=models.CASCADE, related_name="answer_links")
    answer = ForeignKey(Answer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "chat_api"
        db_table = "chat_api_surveyitem_answers"
        unique_together = (("surveyitem", "answer"),)

    def __str__(self) -> str:
        return f"{self.surveyitem_id}: {self.answer_id}"


class SurveyAttachment(BaseAttachment):
    """An attachment of a survey item."""

    file_kind = "item"

    item = ForeignKey(SurveyItem, on_delete=models.CASCADE, related_name="attachments")

    class Meta:
        app_label = "chat_api"
        indexes = (index_of_files("chat_api_survey_file"),)
