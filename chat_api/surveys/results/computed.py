"""Parts of results that surveys do not store: scores, variables, and chosen answers that are no longer offered."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from chat_api.engine.expressions.values import Value
from chat_api.engine.scores import results_of
from chat_api.engine.script import Script
from chat_api.schemas.expression_context import logic_of
from chat_api.schemas.results.streams import NewestFirst
from chat_api.surveys import selectors
from chat_api.surveys.instances import Place
from chat_api.surveys.models import Survey, SurveyItemAnswer
from chat_api.surveys.typed_answers import TypedAnswers

#: The number of surveys that are read at a time.
_CHUNK: Final = 100

#: The ids of chosen answers that are not offered any more, because other answers have changed: they count for nothing.
Withdrawn = Mapping[Place, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Computed:
    """The results of a survey that follow from its answers."""

    pk: int
    schema_id: int
    variables: Mapping[str, Any] = field(default_factory=dict)
    #: Empty until they are final.
    scores: Mapping[str, Any] = field(default_factory=dict)
    withdrawn: Withdrawn = field(default_factory=dict)
    #: What expressions read by name, lists of repeated groups by `group.name`.
    values: Mapping[str, Value] = field(default_factory=dict)


def conditional_answers(script: Script) -> frozenset[int]:
    """Return the ids of the answers that are offered only while their condition holds."""
    return frozenset(pk for pk, answer in script.answers_by_id.items() if answer.show_if)


def computed_of(survey: Survey, script: Script, stored: Mapping[Place, selectors.StoredReply]) -> Computed:
    """Compute the results of a survey of a script with names from its stored answers. No query.

    The survey has its user, on whose time zone they can depend.
    """
    known = TypedAnswers(survey, script, stored, None)
    environment = known.environment()
    is_completed = isinstance(survey.state, dict) and survey.state.get("completed") is True
    is_final = survey.submitted is not None or is_completed
    return Computed(
        survey.pk,
        survey.schema_id,
        environment.variables,
        results_of(logic_of(script), environment).scores if is_final else {},
        _withdrawn(known, script, stored),
        ChainMap(environment.answers, environment.instances),  # type: ignore[arg-type]
    )


def computed_surveys(surveys: QuerySet[Survey], scripts: Mapping[int, Script]) -> Iterator[Computed]:
    """Yield the results of the surveys that have final scores, or in which an answer with a condition was chosen.

    Newest first. Takes two queries, which are streamed, and none without scores and such answers. `scripts` are by the
    id of the schema.
    """
    conditional = [pk for script in scripts.values() for pk in conditional_answers(script)]
    scored = [pk for pk, script in scripts.items() if script.scores]
    if not conditional and not scored:
        return
    chosen = SurveyItemAnswer.objects.filter(surveyitem__survey=OuterRef("pk"), answer__in=conditional)
    is_final = Q(submitted__isnull=False) | Q(state__completed=True)
    wanted = surveys.filter((Q(schema__in=scored) & is_final) | Q(Exists(chosen)))
    replies = NewestFirst(selectors.replies_of(surveys=wanted))
    for survey in wanted.order_by("-pk").select_related("user").iterator(chunk_size=_CHUNK):
        yield computed_of(survey, scripts[survey.schema_id], replies.get(survey.pk) or {})


def _withdrawn(
    known: TypedAnswers, script: Script, stored: Mapping[Place, selectors.StoredReply]
) -> dict[Place, frozenset[int]]:
    conditional = conditional_answers(script)
    found = {}
    for place, row in stored.items():
        chosen = conditional.intersection(row.answer.answer_ids)
        question = script.questions_by_id.get(place[0])
        if chosen and question is not None:
            offered = {answer.id for answer in known.offered(question, place[1]).answers}
            found[place] = chosen - offered
    return {place: answers for place, answers in found.items() if answers}
