"""Surveys with the facts about them from which their rows are made, read in chunks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, QuerySet

from chat_api.engine.expressions.values import Kind, Value, kind_of
from chat_api.engine.given_answers import GivenAnswer, given_from_json
from chat_api.engine.question_types.stored_values import value_from_json
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Question, QuestionType, Script
from chat_api.lib.tables import Progress
from chat_api.raised_flags.times import Times, flag_times
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.results.columns import Said
from chat_api.schemas.results.layout import Facts, variables_of
from chat_api.surveys import selectors
from chat_api.surveys.instances import Place
from chat_api.surveys.models import Survey, SurveyAttachment
from chat_api.surveys.plain_answers import PlainAnswers
from chat_api.surveys.results.completion import is_counted_completed
from chat_api.surveys.results.computed import Computed, computed_of, conditional_answers
from chat_api.surveys.results.shown_parts import ShownParts
from chat_api.surveys.validation import is_answer

_DATES: Final = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME})
#: The stored answers of a survey.
Stored = Mapping[Place, selectors.StoredReply]


@dataclass(frozen=True, slots=True)
class FoundSurvey:
    """A survey and the facts about it by the number of the instance, 0 for all that is outside of instances."""

    survey: Survey
    facts: Mapping[int, Facts]
    #: Whether results count it as completed; None if that is not known.
    completed: bool | None


class SurveyReader:
    """Reads surveys of some versions in chunks.

    States hold the dates of calculations as texts; with `dates` these are dates.
    """

    def __init__(self, versions: Sequence[CompiledSchema], *, dates: bool = False) -> None:
        self._scripts = {version.id: version.script for version in versions}
        scripts = self._scripts.values()
        self._has_flags = any(script.flags for script in scripts)
        self._computes = any(
            script.scores
            or variables_of(script)
            or conditional_answers(script)
            or (dates and any(map(_is_calculation, script.questions)))
            for script in scripts
        )

    def read(
        self, surveys: QuerySet[Survey], *, chunk: int, number: int, progress: Progress | None
    ) -> Iterator[FoundSurvey]:
        """Yield each survey, oldest first; `number` is that of all.

        Takes two queries for each chunk, one more if there are flags, and one if answers are files that were stored
        without their number.
        """
        last, done = 0, 0
        # Scores can depend on the time zone of the user.
        surveys = (surveys.select_related("user") if self._computes else surveys).order_by("pk")
        while found := list(surveys.filter(pk__gt=last)[:chunk]):
            last = found[-1].pk
            yield from self._with_facts(found, using=surveys.db)
            done += len(found)
            if progress is not None:
                progress(done, max(done, number))

    def _with_facts(self, surveys: Sequence[Survey], *, using: str) -> Iterator[FoundSurvey]:
        pks = [survey.pk for survey in surveys]
        replies = selectors.replies_by_survey(survey_ids=pks, using=using)
        flags = flag_times("survey_id", pks, using=using) if self._has_flags else {}
        files = self._files(replies, using=using)
        for survey in surveys:
            script = self._scripts[survey.schema_id]
            # Older releases left behind items of other schemas.
            stored = {
                place: row
                for place, row in replies.get(survey.pk, {}).items()
                if place[0] in script.questions_by_id
            }
            said = {
                (pk, number): _said(script.questions_by_id[pk], row, files.get((survey.pk, pk, number)))
                for (pk, number), row in stored.items()
            }
            yield _found(
                survey, script, stored, said, self._computed(survey, script, stored), flags.get(survey.pk, {})
            )

    def _computed(self, survey: Survey, script: Script, stored: Stored) -> Computed:
        if not self._computes:
            return Computed(survey.pk, survey.schema_id)
        if script.is_typed:
            return computed_of(survey, script, stored)
        plain = {pk: row.answer for (pk, number), row in stored.items() if not number}
        return Computed(survey.pk, survey.schema_id, PlainAnswers(survey, script, plain).facts().variables)

    def _files(self, replies: Mapping[int, Stored], *, using: str) -> Mapping[tuple[int, int, int], int]:
        """Return the number of files by survey, question and instance, where it is not stored with the answer."""
        kinds = {
            pk: each.type for script in self._scripts.values() for pk, each in script.questions_by_id.items()
        }
        unknown = [
            survey_id
            for survey_id, stored in replies.items()
            for (pk, _), row in stored.items()
            if row.answer.has_attachments and kinds.get(pk) == QuestionType.FILE and row.reply is None
        ]
        if not unknown:
            return {}
        columns = ("item__survey_id", "item__related_question_id", "item__instance")
        attached = SurveyAttachment.objects.using(using).filter(item__survey__in=unknown).order_by()
        counted = attached.values_list(*columns).annotate(files=Count("pk"))
        return {(survey_id, pk, number): files for survey_id, pk, number, files in counted}


def _found(
    survey: Survey,
    script: Script,
    stored: Stored,
    said: Mapping[Place, Said],
    computed: Computed,
    flags: Mapping[str, Times],
) -> FoundSurvey:
    shown = ShownParts.of(survey.state)
    questions = script.questions_by_id
    holding = [place for place, row in stored.items() if is_answer(questions[place[0]], row.answer)]
    visible = {(pk, number) for pk, number in holding if shown.shows(script, questions[pk], number)}
    # Where none of the chosen answers is offered any more, the answer counts for nothing.
    counted = {place for place in visible if not _is_withdrawn(stored[place], computed.withdrawn.get(place))}
    calculated = _calculated(script, survey.state, computed.values)
    rounds = _rounds(script, shown, stored)
    numbers = {
        0,
        *calculated,
        *(number for _, number in stored),
        *(each for found in rounds.values() for each in found),
    }
    facts = {
        number: Facts(
            {pk: each for (pk, instance), each in said.items() if instance == number},
            {},
            variables=computed.variables,
            calculated=calculated.get(number, {}),
            scores=computed.scores,
            flags=flags,
            hidden={pk for pk, instance in holding if instance == number and (pk, instance) not in counted},
            rounds=rounds,
        )
        for number in numbers
    }
    completed = None
    if survey.submitted is not None or isinstance(survey.state, dict):
        completed = is_counted_completed(survey.state or {}, survey.submitted, is_answered=bool(visible))
    return FoundSurvey(survey, facts, completed)


def _is_withdrawn(row: selectors.StoredReply, answers: Collection[int] | None) -> bool:
    return answers is not None and all(pk in answers for pk in row.answer.answer_ids)


def _said(question: Question, row: selectors.StoredReply, files: int | None) -> Said:
    text, chosen = row.answer.text, tuple(row.answer.answer_ids)
    # The text of a choice is what was typed beside it.
    is_beside = bool(question.answers) and question.choice_open
    given = given_from_json(question, row.reply) or GivenAnswer(
        value=files, other=(text or None) if is_beside else None, chosen=chosen
    )
    return Said("" if is_beside else text, given, chosen)


def _is_calculation(question: Question) -> bool:
    return question.type == QuestionType.CALCULATION


def _calculated(script: Script, state: Any, values: Mapping[str, Value]) -> dict[int, dict[int, Value]]:
    """Return the values of calculations that a state has, by instance and id of the question.

    Their kinds are those of `values` by name, as expressions read them.
    """
    if not isinstance(state, dict):
        return {}
    found = {0: _named(script.questions, state, values, "")}
    groups = state.get("instances")
    for part in repeated_groups(script).values():
        own = [script.questions[index] for index in part.indexes]
        for each in groups.get(part.key, ()) if isinstance(groups, dict) else ():
            found.setdefault(each["instance"], {}).update(_named(own, each, values, f"{part.key}."))
    return found


def _named(
    questions: Collection[Question], state: Mapping[str, Any], values: Mapping[str, Value], prefix: str
) -> dict[int, Value]:
    stored = state.get("values")
    if not isinstance(stored, dict):
        return {}
    return {
        each.id: _value(stored[each.name], values.get(f"{prefix}{each.name}"))
        for each in questions
        if _is_calculation(each) and each.name in stored
    }


def _value(raw: Any, like: Value) -> Value:
    """Return a stored value; a text as a date or time if `like`, or what it lists, is one."""
    if isinstance(raw, list):
        return tuple(_value(item, like) for item in raw)
    kind = kind_of(next(iter(like), None) if isinstance(like, tuple) else like)
    if isinstance(raw, str) and kind in _DATES:
        with suppress(ValueError):
            return value_from_json(raw, kind)
    plain: Value = raw
    return plain


def _rounds(script: Script, shown: ShownParts, stored: Stored) -> dict[int, list[int]]:
    """Return the numbers of instances that are not hidden, by the id of their group; those of items without a state."""
    found = {}
    for pk, part in repeated_groups(script).items():
        ids = {script.questions[index].id for index in part.indexes}
        if shown.instances is None:
            found[pk] = sorted({number for question_id, number in stored if number and question_id in ids})
        else:
            found[pk] = [*shown.instances.get(part.key, ())]
    return found
