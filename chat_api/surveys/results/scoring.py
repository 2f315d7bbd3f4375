"""Calculations, scores and flags as columns of a table of surveys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from chat_api.engine.repeats import questions_in
from chat_api.engine.scores import band_of, results_of
from chat_api.engine.script import Flag as ScriptFlag
from chat_api.engine.script import Question, QuestionType, Score
from chat_api.lib.tables import Value, number_cell
from chat_api.raised_flags.models import Flag
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.expression_context import logic_of
from chat_api.schemas.pooling import Pooled, pooled_flags, pooled_questions, pooled_scores
from chat_api.surveys import selectors
from chat_api.surveys.models import Survey
from chat_api.surveys.typed_answers import TypedAnswers

SURVEY_COLUMNS: Final = ("pk", "schema_id", "user_id", "created", "updated", "state", "submitted")


class SurveyRow(NamedTuple):
    """A survey, in the order of `SURVEY_COLUMNS`."""

    pk: int
    schema_id: int
    user_id: Any
    created: datetime
    updated: datetime
    state: Any
    submitted: datetime | None

    @property
    def is_final(self) -> bool:
        """Return whether its results are final: it is submitted or completed."""
        is_completed = isinstance(self.state, dict) and self.state.get("completed") is True
        return self.submitted is not None or is_completed


@dataclass(frozen=True, slots=True)
class ResultColumns:
    """The columns of calculations, scores and flags; none for schemas without them."""

    versions: Sequence[CompiledSchema]
    calculations: Sequence[Pooled[Question]]
    scores: Sequence[Pooled[Score]]
    flags: Sequence[Pooled[ScriptFlag]]

    @classmethod
    def of(cls, versions: Sequence[CompiledSchema], repeat: str | None) -> ResultColumns:
        """Return the columns of all versions: of a survey, or with `repeat` the calculations of that group."""
        calculations = pooled_questions(
            versions,
            lambda question: question.name or f"{question.qid}",
            lambda version: _calculations(version, repeat),
        )
        if repeat is not None:
            return cls(versions, calculations, (), ())
        scores = pooled_scores(versions, lambda score: score.name)
        return cls(versions, calculations, scores, pooled_flags(versions, lambda flag: flag.name))

    @property
    def headings(self) -> list[str]:
        """Return the headings."""
        return [
            *(each.heading for each in self.calculations),
            *(f"{what} {each.heading}" for each in self.scores for what in ("score", "band")),
            *(
                heading
                for each in self.flags
                for heading in (f"flag {each.heading}", f"flag {each.heading} cleared")
            ),
        ]

    def values(
        self, surveys: Sequence[SurveyRow], *, using: str, lists: bool
    ) -> Iterator[tuple[SurveyRow, list[Value]]]:
        """Yield the surveys with their values. One query if there are flags, two if there are scores."""
        scores = self._scores(surveys, using=using) if self.scores else {}
        flags = _raised([survey.pk for survey in surveys], using=using) if self.flags else {}
        for survey in surveys:
            yield (
                survey,
                [
                    *self.calculated(survey.schema_id, survey.state, lists=lists),
                    *self._scored(survey.schema_id, scores.get(survey.pk, {})),
                    *self._flagged(survey.schema_id, flags.get(survey.pk, {})),
                ],
            )

    def calculated(self, schema_id: int, state: Any, *, lists: bool) -> Iterator[Value]:
        """Yield the values of the calculations in the state of a survey, or of an instance."""
        stored = state.get("values") if isinstance(state, dict) else None
        for each in self.calculations:
            own = each.by_schema.get(schema_id)
            value = stored.get(own.name) if own is not None and isinstance(stored, dict) else None
            yield _cell(value, lists=lists)

    def _scored(self, schema_id: int, scores: Mapping[str, float | None]) -> Iterator[Value]:
        for each in self.scores:
            value = scores.get(each.newest.name) if schema_id in each.by_schema else None
            band = band_of(each.newest, value)
            yield None if value is None else number_cell(value)
            yield None if band is None else band.label

    def _flagged(
        self, schema_id: int, flags: Mapping[str, tuple[datetime, datetime | None]]
    ) -> Iterator[Value]:
        for each in self.flags:
            times = flags.get(each.newest.name) if schema_id in each.by_schema else None
            for timestamp in times or (None, None):
                yield None if timestamp is None else timestamp.isoformat()

    def _scores(self, rows: Iterable[SurveyRow], *, using: str) -> dict[int, Mapping[str, float | None]]:
        """Compute the scores of the surveys whose results are final."""
        scripts = {version.id: version.script for version in self.versions}
        ids = [row.pk for row in rows if row.is_final]
        replies = selectors.replies_by_survey(survey_ids=ids, using=using)
        surveys = Survey.objects.using(using).filter(pk__in=ids).select_related("user")
        found = {}
        for survey in surveys:
            script = scripts[survey.schema_id]
            known = TypedAnswers(survey, script, replies.get(survey.pk, {}), None)
            found[survey.pk] = results_of(logic_of(script), known.environment()).scores
        return found


def _cell(value: Any, *, lists: bool) -> Value:
    if isinstance(value, list):
        items = [_cell(item, lists=lists) for item in value]
        return items if lists else json.dumps(items, ensure_ascii=False)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return number_cell(value) if is_number else value


def _calculations(version: CompiledSchema, repeat: str | None) -> list[Question]:
    return [each for each in questions_in(version.script, repeat) if each.type == QuestionType.CALCULATION]


def _raised(
    survey_ids: Sequence[int], *, using: str
) -> dict[int, dict[str, tuple[datetime, datetime | None]]]:
    rows = Flag.objects.using(using).filter(survey_id__in=survey_ids)
    found: dict[int, dict[str, tuple[datetime, datetime | None]]] = {}
    for survey_id, name, raised, cleared in rows.values_list("survey_id", "name", "raised", "cleared"):
        found.setdefault(survey_id or 0, {})[name] = (raised, cleared)
    return found
