"""Starting, touching, submitting and deleting surveys."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from chat_api.lib.db.idempotency import create_once
from chat_api.lib.db.locks import lock_row
from chat_api.lib.db.transactions import atomic, on_commit
from chat_api.lib.errors import Gone, InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.schemas.expression_context import reads_context
from chat_api.schemas.models import Schema
from chat_api.surveys import selectors, validation
from chat_api.surveys.actions.flags import follow_answers
from chat_api.surveys.models import Survey, SurveyCreation
from chat_api.surveys.rule_context import starting_context
from chat_api.surveys.signals import survey_submitted
from chat_api.surveys.stored_answers import answers_of, no_answers

Data = Mapping[str, Any]


def start_survey(
    *,
    user: Any,
    schema: Schema,
    automated_sender: Any = None,
    context: Data | None = None,
    answers: Data | None = None,
) -> Survey:
    """Start a survey of `user` on `schema`, with its state, and with the flags that are true without any answer.

    `context` is what the expressions of the schema can read about the person, and wins over EXPRESSION_CONTEXT.
    `answers` are suggested, by the names of questions, and win over defaults. Raises `InvalidInput` (`schema`:
    NOT_ALLOWED, NOT_PUBLISHED; `answers`: UNKNOWN_NAME, WRONG_VALUE).
    """
    codes = validation.schema_problems(schema)
    if codes:
        raise InvalidInput.field("schema", *codes)
    survey = Survey(user=user, schema=schema, automated_sender=automated_sender)
    now, known = timezone.now(), None
    has_state = validation.has_state(schema)
    if has_state or answers or reads_context():
        script = compiled(schema).script
        kept = starting_context(survey, script, context or {}, answers or {})
        survey.rule_context = None if kept is None else kept.to_json() or None
        if has_state:
            known = no_answers(survey, script, now=now)
            survey.state, survey.rule_context = known.state(), known.rule_context()
    if not schema.flags:
        survey.save(force_insert=True)
        return survey
    with atomic():
        survey.save(force_insert=True)
        # Like those of a run, flags can be true before the first answer.
        follow_answers(survey, known or no_answers(survey, compiled(schema).script, now=now))
    return survey


def start_survey_once(
    *,
    user: Any,
    schema: Schema,
    client_id: uuid.UUID,
    automated_sender: Any = None,
    context: Data | None = None,
    answers: Data | None = None,
) -> tuple[Survey, bool]:
    """Start a survey of `user`, or return the one that an earlier request with this client_id started.

    The second value is whether the survey was started now. Raises `InvalidInput` like `start_survey`, and `Gone`
    (`client_id`: DELETED) if the earlier survey was deleted since.
    """

    def create() -> Survey:
        survey = start_survey(
            user=user, schema=schema, automated_sender=automated_sender, context=context, answers=answers
        )
        SurveyCreation.objects.create(user=user, client_id=client_id, survey=survey)
        return survey

    return create_once(earlier=lambda: earlier_start(user=user, client_id=client_id), create=create)


def earlier_start(*, user: Any, client_id: uuid.UUID) -> Survey | None:
    """Return the survey of an earlier request with this client_id. Raises `Gone` if it was deleted since."""
    key = selectors.creation_by(user=user, client_id=client_id)
    if key is None:
        return None
    if key.survey is None:
        raise Gone({"client_id": ["DELETED"]})
    return key.survey


@atomic
def touch_survey(*, survey: Survey) -> Survey:
    """Set `updated` to now and nothing else. Raises `Survey.DoesNotExist`, `InvalidInput`."""
    selectors.lock_survey(survey)
    validation.refuse_submitted(survey)
    survey.save(update_fields=("updated",))
    return survey


@atomic
def submit_survey(*, survey: Survey) -> Survey:
    """Close the survey for good, which sets `submitted` to now; a submitted survey stays as it is.

    Locks the survey: an answer sent at the same time is either stored before or rejected. The signal
    `survey_submitted` is sent after commit. Raises `Survey.DoesNotExist`, and `InvalidInput` (`state`: NOT_COMPLETE)
    while a visible required question has no answer.
    """
    selectors.lock_survey(survey)
    if survey.submitted is not None:
        return survey
    state = answers_of(survey).state()
    if state is None or not state["completed"]:
        raise InvalidInput.field("state", "NOT_COMPLETE")
    if validation.has_state(survey.schema):
        survey.state = state
    survey.submitted = timezone.now()
    survey.save(update_fields=("state", "submitted", "updated"))
    on_commit(lambda: survey_submitted.send_robust(sender=Survey, survey=survey))
    return survey


@atomic
def delete_survey(*, survey: Survey) -> None:
    """Delete the survey with its items and their attachments. Raises `Survey.DoesNotExist`."""
    lock_row(Survey, survey.pk).delete()
