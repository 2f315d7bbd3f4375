"""The rule by which results count surveys as completed, in Python and in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from chat_api.engine.script import CHOICE_TYPES, QuestionType
from chat_api.settings import chat_settings
from chat_api.surveys.models import SurveyItem, SurveyItemAnswer

#: Conditions that are true where a state shows a question in an instance; questions of repeated groups are in the
#: visibility of the survey, too, if any instance shows them.
_POSTGRESQL: Final = """(CASE WHEN jsonb_path_exists(
    {state}, '$.instances.*[*].visibility[*] ? (@ == $qid)', jsonb_build_object('qid', {qid})
) THEN jsonb_path_exists(
    {state},
    '$.instances.*[*] ? (@.instance == $instance && @.visibility[*] == $qid)',
    jsonb_build_object('qid', {qid}, 'instance', {instance})
) ELSE {instance} = 0 AND ({state} -> 'visibility') @> to_jsonb({qid}) END)"""
_SQLITE: Final = """(CASE WHEN EXISTS (
    SELECT 1 FROM json_each({state}, '$.instances') AS parts, json_each(parts.value) AS part,
        json_each(part.value, '$.visibility') AS shown
    WHERE shown.value = {qid}
) THEN EXISTS (
    SELECT 1 FROM json_each({state}, '$.instances') AS parts, json_each(parts.value) AS part,
        json_each(part.value, '$.visibility') AS shown
    WHERE shown.value = {qid} AND json_extract(part.value, '$.instance') = {instance}
) ELSE {instance} = 0 AND EXISTS (
    SELECT 1 FROM json_each({state}, '$.visibility') WHERE value = {qid}
) END)"""


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
    is_choice, is_file = (
        Q(related_question__type__in=CHOICE_TYPES),
        Q(related_question__type=QuestionType.FILE),
    )
    answered = (
        (is_choice & Exists(chosen))
        | (is_file & Q(has_attachments=True))
        | (~is_choice & ~is_file & ~Q(text=""))
    )
    items = SurveyItem.objects.filter(answered, survey=OuterRef(f"{prefix}pk"))
    # Older releases left behind items of other schemas.
    own = items.filter(related_question__schema=F("survey__schema"))
    visible = own.filter(_Shows(F("survey__state"), F("related_question__qid"), F("instance")))
    return submitted | (Q(**{f"{prefix}state__completed": True}) & Q(Exists(visible)))


class _Shows(Func):
    """Whether the state of a survey shows a qid in an instance of its group, 0 outside of repeated groups."""

    output_field: ClassVar[Any] = BooleanField()
    conditional = True

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL for PostgreSQL."""
        return self._filled(compiler, _POSTGRESQL)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL for SQLite."""
        return self._filled(compiler, _SQLITE)

    def _filled(self, compiler: Any, template: str) -> tuple[str, tuple[Any, ...]]:
        """Return the template with the columns, which have no parameters."""
        names = ("state", "qid", "instance")
        columns = [compiler.compile(expression)[0] for expression in self.get_source_expressions()]
        return template.format(**dict(zip(names, columns, strict=True))), ()
