"""The results of one survey: values, scores, bands and flags, computed from its stored answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from chat_api.engine.scores import results_of
from chat_api.raised_flags.documents import results_document
from chat_api.raised_flags.models import Flag
from chat_api.schemas.compiled import compiled
from chat_api.schemas.expression_context import logic_of
from chat_api.surveys.models import Survey
from chat_api.surveys.stored_answers import answers_of


def survey_results_document(survey: Survey, parts: Collection[str]) -> dict[str, Any]:
    """Return those parts of the results, as of the last change of the answers. Takes at most two queries."""
    schema = compiled(survey.schema)
    known = answers_of(survey)
    state = known.state()
    flags = Flag.objects.filter(survey=survey).select_related("schema").order_by("pk")
    return {
        "final": survey.submitted is not None or bool(state and state["completed"]),
        **results_document(
            schema,
            values=lambda: known.facts().values,
            scores=lambda: results_of(logic_of(schema.script), known.environment()).scores,
            flags=flags,
            parts=parts,
        ),
    }
