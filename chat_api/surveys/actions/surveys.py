"""What can be done with a survey. Each action is one transaction and locks the survey's row first.

A submitted survey takes no more writes: what changes it raises `InvalidInput` (`survey`: SUBMITTED).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from chat_api.engine.script import Question, Script
from chat_api.lib.db.idempotency import create_once
from chat_api.lib.db.locks import lock_row
from chat_api.lib.db.transactions import atomic, on_commit
from chat_api.lib.errors import Gone, InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Schema
from chat_api.surveys import selectors, validation
from chat_api.surveys.models import Survey, SurveyCreation, SurveyItem, SurveyItemAnswer
from chat_api.surveys.signals import survey_submitted


def start_survey(*, user: Any, schema: Schema, automated_sender: Any = None) -> Survey:
    """Begin a survey of `user` on `schema`; its state is there at once.

    Raises `InvalidInput` (`schema`: NOT_ALLOWED, NOT_PUBLISHED).
    """
    codes = validation.schema_problems(schema)
    if codes:
        raise InvalidInput.field("schema", *codes)
    survey = Survey(user=user, schema=schema, automated_sender=automated_sender)
    if validation.has_state(schema):
        survey.state = validation.state_of(compiled(schema).script, {})
    survey.save(force_insert=True)
    return survey


def start_survey_once(
    *, user: Any, schema: Schema, client_id: uuid.UUID, automated_sender: Any = None
) -> tuple[Survey, bool]:
    """Start a survey of `user`, unless an earlier request with this client_id did; and return whether it started now.

    Raises `InvalidInput` as `start_survey`, `Gone` (`client_id`: DELETED) if that survey was deleted since.
    """

    def create() -> Survey:
        survey = start_survey(user=user, schema=schema, automated_sender=automated_sender)
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


def answer_question(
    *,
    survey: Survey,
    question_id: int,
    answers: Sequence[int] = (),
    text: str = "",
    sender: Any,
    verify: bool = False,
) -> SurveyItem:
    """Answer a question that has no answer yet; the survey's state follows, also on `survey` itself.

    `answers` are ids of the question's answers, `text` is as typed. With `verify` everything is checked and
    nothing stored: the item that comes back has no id. Locks the survey. Raises `InvalidInput` with all that
    is wrong (`related_question`, `answers`, `text`), `Survey.DoesNotExist`.
    """
    script = compiled(survey.schema).script
    try:
        with atomic():
            _lock_open(survey)
            problems = validation.answer_problems(survey, question_id, answers, text)
            if "related_question" not in problems:
                problems |= validation.already_answered(survey, question_id)
            if problems:
                raise InvalidInput(problems)
            item = _new_item(survey, script.questions_by_id[question_id], answers, text, sender)
            if not verify:
                item.save(force_insert=True)
                _link(item, answers)
                _follow_answers(survey, script)
    except IntegrityError as error:
        problems = {**validation.already_answered(survey, question_id)}
        if not problems:
            raise
        raise InvalidInput(problems) from error
    return item


@atomic
def change_answer(
    *, item: SurveyItem, answers: Sequence[int] | None = None, text: str | None = None
) -> SurveyItem:
    """Change an answer; what is None stays as it is. The survey's state follows, also on `item.survey`.

    Locks the survey. Raises `InvalidInput` as a new answer does, `Survey.DoesNotExist`,
    `SurveyItem.DoesNotExist`.
    """
    survey = item.survey
    script = compiled(survey.schema).script
    _lock_open(survey)
    current = SurveyItem.objects.prefetch_related("answer_links").get(pk=item.pk)
    current.survey = survey
    chosen = current.answer_ids if answers is None else list(answers)
    typed = validation.unescaped_text(current) if text is None else text
    if answers is not None or text is not None:
        problems = validation.answer_problems(survey, current.related_question_id, chosen, typed)
        if problems:
            raise InvalidInput(problems)
    if text is not None:
        question = script.questions_by_id[current.related_question_id]
        checked = validation.check_answer(survey, question, chosen, text)
        current.text, current.typed_text = validation.stored_text(checked.text), checked.typed
    current.save(update_fields=("text", "typed_text", "updated"))
    if answers is not None and chosen != current.answer_ids:
        current.answer_links.all().delete()
        _link(current, chosen)
    _follow_answers(survey, script)
    return current


@atomic
def remove_answer(*, item: SurveyItem) -> None:
    """Take an answer back; the question can be answered anew. The survey's state follows.

    Locks the survey. Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist` if it is gone already.
    """
    survey = item.survey
    _lock_open(survey)
    SurveyItem.objects.get(pk=item.pk).delete()
    _follow_answers(survey, compiled(survey.schema).script)


@atomic
def touch_survey(*, survey: Survey) -> Survey:
    """Set `updated` to now and nothing else. Raises `Survey.DoesNotExist`, `InvalidInput`."""
    _lock_open(survey)
    survey.save(update_fields=("updated",))
    return survey


@atomic
def submit_survey(*, survey: Survey) -> Survey:
    """Close the survey for good: `submitted` is the time; a submitted survey stays as it is.

    Locks the survey, so that an answer sent meanwhile comes before or is refused. The signal `survey_submitted` goes
    out after commit. Raises `Survey.DoesNotExist`, and `InvalidInput` (`state`: NOT_COMPLETE) while a visible required
    question has no answer.
    """
    _lock(survey)
    if survey.submitted is not None:
        return survey
    state = validation.state_of(compiled(survey.schema).script, selectors.answers_given(survey_id=survey.pk))
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


def _lock(survey: Survey) -> None:
    locked = lock_row(Survey, survey.pk)
    survey.state, survey.updated, survey.submitted = locked.state, locked.updated, locked.submitted


def _lock_open(survey: Survey) -> None:
    _lock(survey)
    validation.refuse_submitted(survey)


def _new_item(
    survey: Survey, question: Question, answers: Sequence[int], text: str, sender: Any
) -> SurveyItem:
    checked = validation.check_answer(survey, question, answers, text)
    item = SurveyItem(
        survey=survey,
        related_question_id=question.id,
        position=question.position,
        text=validation.stored_text(checked.text),
        typed_text=checked.typed,
        sender=sender,
    )
    item.chosen = list(answers)
    return item


def _link(item: SurveyItem, answers: Sequence[int]) -> None:
    SurveyItemAnswer.objects.bulk_create(
        SurveyItemAnswer(surveyitem=item, answer_id=answer_id) for answer_id in answers
    )
    item.chosen = list(answers)


def _follow_answers(survey: Survey, script: Script) -> None:
    if not validation.has_state(survey.schema):
        return
    survey.state = validation.state_of(script, selectors.answers_given(survey_id=survey.pk))
    survey.updated = timezone.now()
    survey.save(update_fields=("state", "updated"))
