"""The answers of stored surveys, for the dialect of their script."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from chat_api.engine.script import Script
from chat_api.lib.db.transactions import chat_database
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.surveys import selectors
from chat_api.surveys.answers import Answers, Kept
from chat_api.surveys.instances import Place
from chat_api.surveys.kept_states import STATES
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


def answers_from(survey: Survey, rows: Mapping[Place, selectors.StoredReply]) -> Answers:
    """Return the answers of a stored survey of a script with names, loaded with those of other surveys."""
    return TypedAnswers(survey, compiled(survey.schema).script, rows, None)


def no_answers(survey: Survey, script: Script, *, now: datetime) -> Answers:
    """Return the answers of a survey that starts now on the script."""
    return TypedAnswers(survey, script, {}, now) if script.is_typed else PlainAnswers(survey, script, {})


@contextmanager
def changing_answers(survey: Survey, *, now: datetime) -> Iterator[Answers]:
    """Return the answers of a survey for a change to them now, in the transaction that has locked it.

    The state that this process has computed last is continued, if the survey still has its `state_version`. Takes one
    query; one more if somebody has added or removed items without an action.
    """
    key, before = (chat_database(), survey.pk), survey.state_version
    kept = STATES.take(key, before) if before else None
    known = None if kept is None else _continued(survey, kept, now)
    if known is None:
        kept, known = None, answers_of(survey, now=now)
    try:
        yield known
    except InvalidInput:
        # The change is rolled back, and with it the version of the survey. What explains it must not share the state.
        known.hand_over()
        if kept is not None:
            STATES.put(key, before, kept)
        raise
    # Should the transaction still be rolled back, no survey ever has this version.
    if survey.state_version:
        STATES.put(key, survey.state_version, known.hand_over())


def new_version() -> int:
    """Return the `state_version` of changed answers: positive, random, of 62 bits."""
    return secrets.randbelow(2**62 - 1) + 1


def _continued(survey: Survey, kept: Kept, now: datetime) -> Answers | None:
    script = compiled(survey.schema).script
    if kept.script is not script or kept.mark != selectors.items_mark(survey_id=survey.pk):
        return None
    if not script.is_typed:
        return PlainAnswers(survey, script, {}, kept)
    return TypedAnswers(survey, script, {}, now, kept)
