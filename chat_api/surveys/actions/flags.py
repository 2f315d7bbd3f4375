"""The flags of a survey, raised and cleared as its answers change."""

from __future__ import annotations

import logging
from collections.abc import Collection

from django.utils import timezone

from chat_api.engine.scores import results_of
from chat_api.raised_flags.actions import Subject, log_failures, update_flags
from chat_api.schemas.compiled import compiled
from chat_api.schemas.expression_context import logic_of
from chat_api.surveys.answers import Answers
from chat_api.surveys.models import Survey

logger = logging.getLogger("chat_api.surveys")


def follow_answers(
    survey: Survey, known: Answers, *, item_id: int | None = None, removed_item_ids: Collection[int] = ()
) -> None:
    """Store which flags the answers raise, in the transaction that has changed them, under the survey's lock.

    `item_id` is the answer that was given or changed, `removed_item_ids` those that were removed. A schema without
    flags costs nothing.
    """
    script = compiled(survey.schema).script
    if not script.flags:
        return
    found = results_of(logic_of(script), known.environment())
    log_failures(logger, found, schema_id=survey.schema_id, subject=f"survey {survey.pk}")
    subject = Subject(survey.schema, survey_id=survey.pk)
    update_flags(subject, found.flags, now=timezone.now(), item_id=item_id, removed_item_ids=removed_item_ids)
