"""The answers of stored surveys, for the dialect of their script."""

from __future__ import annotations

from datetime import datetime

from chat_api.engine.script import Script
from chat_api.schemas.compiled import compiled
from chat_api.surveys import selectors
from chat_api.surveys.answers import Answers
from chat_api.surveys.models import Survey
from chat_api.surveys.plain_answers import PlainAnswers
from chat_api.surveys.typed_answers import TypedAnswers


def answers_of(survey: Survey, *, now: datetime | None = None) -> Answers:
    """Return the answers of a stored survey. Takes one query.

    `now` is the time of a change; without one, the state is that of the last change.
    """
    script = compiled(survey.schema).script
    if not script.is_typed:
        return PlainAnswers(survey, script, selectors.answers_given(survey_id=survey.pk))
    return TypedAnswers(survey, script, selectors.replies_given(survey_id=survey.pk), now)


def no_answers(survey: Survey, script: Script, *, now: datetime) -> Answers:
    """Return the answers of a survey that starts now on the script."""
    return TypedAnswers(survey, script, {}, now) if script.is_typed else PlainAnswers(survey, script, {})
