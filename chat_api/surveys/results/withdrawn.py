"""Chosen answers of surveys that are no longer offered, because other answers have changed: they count for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from chat_api.engine.script import Script
from chat_api.surveys import selectors
from chat_api.surveys.instances import Place
from chat_api.surveys.models import Survey, SurveyItemAnswer
from chat_api.surveys.typed_answers import TypedAnswers

#: The number of surveys that are read at a time.
_CHUNK: Final = 100

#: The ids of the answers by question and instance.
Withdrawn = Mapping[Place, frozenset[int]]


def conditional_answers(script: Script) -> frozenset[int]:
    """Return the ids of the answers that are offered only while their condition holds."""
    return frozenset(pk for pk, answer in script.answers_by_id.items() if answer.show_if)


def withdrawn_of(
    known: TypedAnswers, script: Script, stored: Mapping[Place, selectors.StoredReply]
) -> dict[Place, frozenset[int]]:
    """Return the chosen answers of a survey that its other answers do not offer now. No query."""
    conditional = conditional_answers(script)
    found = {}
    for place, row in stored.items():
        chosen = conditional.intersection(row.answer.answer_ids)
        question = script.questions_by_id.get(place[0])
        if chosen and question is not None:
            offered = {answer.id for answer in known.offered(question, place[1]).answers}
            found[place] = chosen - offered
    return {place: answers for place, answers in found.items() if answers}


def withdrawn_in(surveys: QuerySet[Survey], scripts: Mapping[int, Script]) -> dict[int, Withdrawn]:
    """Return the same by survey, for those that have any.

    Takes two queries for each chunk of surveys in which an answer with a condition was chosen, none without such
    answers. `scripts` are by the id of the schema.
    """
    conditional = [pk for script in scripts.values() for pk in conditional_answers(script)]
    if not conditional:
        return {}
    chosen = SurveyItemAnswer.objects.filter(surveyitem__survey=OuterRef("pk"), answer__in=conditional)
    wanted = surveys.filter(Exists(chosen)).order_by("pk").select_related("user")
    found: dict[int, Withdrawn] = {}
    last = 0
    while chunk := list(wanted.filter(pk__gt=last)[:_CHUNK]):
        last = chunk[-1].pk
        found.update(_of_chunk(chunk, scripts, using=surveys.db))
    return found


def _of_chunk(
    surveys: Iterable[Survey], scripts: Mapping[int, Script], *, using: str
) -> dict[int, Withdrawn]:
    replies = selectors.replies_by_survey(survey_ids=[survey.pk for survey in surveys], using=using)
    found: dict[int, Withdrawn] = {}
    for survey in surveys:
        script, stored = scripts[survey.schema_id], replies.get(survey.pk, {})
        withdrawn = withdrawn_of(TypedAnswers(survey, script, stored, None), script, stored)
        if withdrawn:
            found[survey.pk] = withdrawn
    return found
