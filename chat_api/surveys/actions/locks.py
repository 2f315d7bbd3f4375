"""Locking a survey, which every action does first."""

from __future__ import annotations

from chat_api.lib.db.locks import lock_row
from chat_api.surveys import validation
from chat_api.surveys.models import Survey


def lock(survey: Survey) -> None:
    """Lock the survey and update `survey` to what is stored. Raises `Survey.DoesNotExist`."""
    locked = lock_row(Survey, survey.pk)
    survey.state, survey.updated, survey.submitted = locked.state, locked.updated, locked.submitted


def lock_open(survey: Survey) -> None:
    """Lock the survey like `lock`. Raises `InvalidInput` (`survey`: SUBMITTED) if it is submitted."""
    lock(survey)
    validation.refuse_submitted(survey)
