"""Adding instances to the repeated groups of a survey, and removing them with their answers."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from chat_api.engine.repeats import RepeatedGroup, repeated_groups
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.surveys import selectors
from chat_api.surveys.actions.flags import follow_answers
from chat_api.surveys.actions.items import lock_open, update_state
from chat_api.surveys.answers import Answers
from chat_api.surveys.instances import Instances
from chat_api.surveys.models import Survey
from chat_api.surveys.stored_answers import changing_answers
from chat_api.surveys.typed_answers import TypedAnswers


class NoSuchInstance(LookupError):
    """The survey has no such repeated group, or the group no such instance."""


@atomic
def add_instance(*, survey: Survey, group_id: int) -> int:
    """Add an instance at the end of a repeated group, and return its number; the state follows, also on `survey`.

    Locks the survey. Raises `Survey.DoesNotExist`, `NoSuchInstance` for a group that is not repeated, and
    `InvalidInput` (`survey`: SUBMITTED; `instances`: COUNTED, TOO_MANY).
    """
    part = _locked_part(survey, group_id)
    with changing_answers(survey, now=timezone.now()) as known:
        known, instances = _decided(known, part)
        if len(instances.numbers) >= part.most:
            raise InvalidInput.field("instances", "TOO_MANY")
        added = instances.with_next()
        _store(survey, known, part, added)
    return added.last


@atomic
def remove_instance(*, survey: Survey, group_id: int, number: int) -> None:
    """Remove an instance of a repeated group with its answers; the state follows, also on `survey`.

    Its number is not used again. Locks the survey. Raises like `add_instance`, `NoSuchInstance` if it was removed
    before, and `InvalidInput` (`instances`: TOO_FEW).
    """
    part = _locked_part(survey, group_id)
    with changing_answers(survey, now=timezone.now()) as known:
        known, instances = _decided(known, part)
        if number not in instances.numbers:
            raise NoSuchInstance
        if len(instances.numbers) <= part.least:
            raise InvalidInput.field("instances", "TOO_FEW")
        questions = compiled(survey.schema).script.questions
        question_ids = [questions[index].id for index in part.indexes]
        items = selectors.items_of_instance(survey_id=survey.pk, question_ids=question_ids, instance=number)
        removed = [*items.values_list("pk", flat=True)]
        items.delete()
        for question_id in question_ids:
            known.remove((question_id, number))
        _store(survey, known, part, instances.without(number), removed)


def _locked_part(survey: Survey, group_id: int) -> RepeatedGroup:
    part = repeated_groups(compiled(survey.schema).script).get(group_id)
    if part is None:
        raise NoSuchInstance
    lock_open(survey)
    return part


def _decided(known: Answers, part: RepeatedGroup) -> tuple[TypedAnswers, Instances]:
    """Return the instances of the group. Raises `InvalidInput` where a `count` decides about them."""
    # A schema with a repeated group has no plain answers.
    if not isinstance(known, TypedAnswers) or part.key not in known.instances.decided:
        raise InvalidInput.field("instances", "COUNTED")
    return known, known.instances.decided[part.key]


def _store(
    survey: Survey,
    known: TypedAnswers,
    part: RepeatedGroup,
    instances: Instances,
    removed_item_ids: Collection[int] = (),
) -> None:
    known.set_instances(part.key, instances)
    update_state(survey, known, with_instances=True)
    follow_answers(survey, known, removed_item_ids=removed_item_ids)
