"""The rule by which results count surveys as completed, in Python and in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from chat_api.engine.script import CHOICE_TYPES
from chat_api.settings import chat_settings
from chat_api.surveys.models import SurveyItem, SurveyItemAnswer


def is_counted_completed(state: Mapping[str, Any], submitted: datetime | None, *, is_answered: bool) -> bool:
    """Return whether a survey is counted as completed: submitted, or complete with a visible answer (`is_answered`).

    With SURVEYS_REQUIRE_SUBMIT only submitted surveys count.
    """
    if submitted is not None:
        return True
    return not chat_settings.SURVEYS_REQUIRE_SUBMIT and state.get("completed") is True and is_answered


def completed(prefix: str = "") -> Q:
    """Return the same condition as a query; `prefix` is the path to the surveys, like `surveys__`."""
    submitted = Q(**{f"{prefix}submitted__isnull": False})
    if chat_settings.SURVEYS_REQUIRE_SUBMIT:
        return submitted
    chosen = SurveyItemAnswer.objects.filter(surveyitem=OuterRef("pk"))
    is_choice = Q(related_question__type__in=CHOICE_TYPES)
    answered = (is_choice & Exists(chosen)) | (~is_choice & ~Q(text=""))
    items = SurveyItem.objects.filter(answered, survey=OuterRef(f"{prefix}pk"))
    # Older releases left behind items of other schemas.
    own = items.filter(related_question__schema=F("survey__schema"))
    visible = own.filter(_Shows(F("survey__state"), F("related_question__qid")))
    return submitted | (Q(**{f"{prefix}state__completed": True}) & Q(Exists(visible)))


class _Shows(Func):
    """Whether the state of a survey lists a qid as visible."""

    output_field: ClassVar[Any] = BooleanField()
    conditional = True

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL for PostgreSQL."""
        return self.as_sql(
            compiler,
            connection,
            template="(%(expressions)s)",
            arg_joiner=" -> 'visibility') @> to_jsonb(",
            **context,
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL for SQLite."""
        return self.as_sql(
            compiler,
            connection,
            template="EXISTS (SELECT 1 FROM json_each(%(expressions)s))",
            arg_joiner=", '$.visibility') WHERE value = (",
            **context,
        )
