"""The results of one version of a schema, counted question by question. Nothing here writes."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from statistics import median
from typing import Any, Final

from chat_api.engine.script import NON_ANSWERABLE, Question
from chat_api.raised_flags.counts import flag_counts
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.models import Schema
from chat_api.schemas.pooling import pooled_questions, repeats_of, versions_together
from chat_api.schemas.results.columns import NUMBERS
from chat_api.schemas.results.histogram import Bar, number_in
from chat_api.schemas.results.tallies import FlagResults, ResultTally, ScoreResults, distribution_of
from chat_api.schemas.results.versions import counted_versions
from chat_api.surveys.models import Survey
from chat_api.surveys.results.completion import completed, is_counted_completed
from chat_api.surveys.results.computed import Withdrawn, computed_surveys
from chat_api.surveys.results.rows import ItemRow, SurveyRow, items_of_surveys, with_items
from chat_api.surveys.results.shown_parts import ShownParts
from chat_api.surveys.validation import holds_answer

#: If there are more surveys than this, only the newest are counted.
SURVEYS_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class QuestionResults:
    """The results of one question. Answers to a question that is hidden in their survey do not count."""

    qid: int
    position: int
    type: str
    text: str
    #: The text, with the versions if only some of those counted together have the question.
    heading: str
    #: False for messages, forks and controls.
    is_answerable: bool
    saw: int
    answered: int
    #: The number of surveys that are not completed and have this as the first visible question without an answer.
    stopped: int
    #: From the previous answer (or the start of the survey) to this one; None if nobody answered.
    median_seconds: float | None
    #: How often each answer was chosen, or a histogram of numbers; empty for other questions.
    distribution: tuple[Bar, ...]
    #: The number of answers, which is larger than that of surveys with an answer in repeated groups.
    answers: int = 0


@dataclass(frozen=True, slots=True)
class SchemaResults:
    """The results of the newest surveys of one version, or of all of them, its questions by position."""

    surveys: int
    completed: int
    #: Whether there are older surveys, which were not counted.
    has_more: bool
    questions: tuple[QuestionResults, ...]
    #: The keys of repeated groups.
    repeats: tuple[str, ...] = ()
    scores: tuple[ScoreResults, ...] = ()
    flags: tuple[FlagResults, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionResults:
    """A version of a schema, and the number of its surveys."""

    pk: int
    version: int
    published: bool
    deprecated: bool
    surveys: int
    completed: int


def versions_of(schema: Schema) -> list[VersionResults]:
    """Return all versions with the schema's name, latest first. One query."""
    return [VersionResults(*row) for row in counted_versions(schema, "surveys", completed("surveys__"))]


def results_of(
    schema: Schema, *, surveys_max: int = SURVEYS_MAX, all_versions: bool = False
) -> SchemaResults:
    """Count the newest surveys of the version, at most `surveys_max`, as they are now.

    With `all_versions` the surveys of all published versions are counted together, see `pooled_questions`. Three
    queries, plus those that compile the schemas, one more each with `all_versions` and with flags, and those of
    `computed_surveys`. Surveys are streamed; only one or two numbers are kept for each answer.
    """
    versions = versions_together(schema) if all_versions else [compiled(schema)]
    counting = _Counting(versions)
    ids, using = [version.id for version in versions], schema._state.db
    surveys = Survey.objects.using(using).filter(schema__in=ids).order_by("-pk")
    last_left_out = list(surveys.values_list("pk", flat=True)[surveys_max : surveys_max + 1])
    if last_left_out:
        surveys = surveys.filter(pk__gt=last_left_out[0])
    tally, withdrawn = ResultTally(versions), {}
    for computed in computed_surveys(surveys, counting.scripts):
        tally.add(computed.schema_id, computed.scores)
        if computed.withdrawn:
            withdrawn[computed.pk] = computed.withdrawn
    for survey, items in with_items(surveys[:surveys_max], items_of_surveys(ids, last_left_out, using=using)):
        counting.add(survey, items, withdrawn.get(survey.pk, {}))
    return SchemaResults(
        surveys=counting.surveys,
        completed=counting.completed,
        has_more=bool(last_left_out),
        questions=tuple(counting.results()),
        repeats=repeats_of(versions),
        scores=tally.scores(),
        flags=tally.flags(flag_counts("survey", surveys) if counting.has_flags else ()),
    )


@dataclass(slots=True)
class _Tally:
    saw: int = 0
    answered: int = 0
    stopped: int = 0
    answers: int = 0
    chosen: Counter[int] = field(default_factory=Counter)
    # Eight bytes each: every question may have as many as there are surveys.
    seconds: array[float] = field(default_factory=lambda: array("d"))
    numbers: array[float] = field(default_factory=lambda: array("d"))


class _Counting:
    """Counts surveys one after the other."""

    def __init__(self, versions: Sequence[CompiledSchema]) -> None:
        self.scripts = {version.id: version.script for version in versions}
        self.has_flags = any(version.script.flags for version in versions)
        self.pooled = pooled_questions(versions, lambda question: question.text)
        self.questions = [each.newest for each in self.pooled]
        self.surveys = 0
        self.completed = 0
        self.tallies = [_Tally() for _ in self.pooled]
        self.places = {
            question.id: place
            for place, each in enumerate(self.pooled)
            for question in each.by_schema.values()
        }

    def add(self, survey: SurveyRow, items: list[ItemRow], withdrawn: Withdrawn) -> None:
        """Add a survey; chosen answers that are `withdrawn` do not count."""
        state = survey.state if isinstance(survey.state, dict) else {}
        answered = self.answered(survey, items, ShownParts.of(survey.state))
        seen = self.seen(survey.schema_id, state.get("visibility"), answered)
        is_completed = is_counted_completed(
            state, survey.submitted, is_answered=any(place in answered for place in seen)
        )
        if withdrawn:
            answered = _without(answered, withdrawn)
        self.surveys += 1
        self.completed += is_completed
        has_stopped = is_completed
        for place in seen:
            question, tally = self.questions[place], self.tallies[place]
            tally.saw += 1
            if place in answered:
                tally.answered += 1
                for item, seconds in answered[place]:
                    _count(question, tally, item, seconds)
            elif not has_stopped and question.type not in NON_ANSWERABLE:
                tally.stopped += 1
                has_stopped = True

    def answered(
        self, survey: SurveyRow, items: list[ItemRow], shown: ShownParts
    ) -> dict[int, list[tuple[ItemRow, float]]]:
        """Return the items that hold a visible answer, with the seconds it took, by the place of the question."""
        answered: dict[int, list[tuple[ItemRow, float]]] = {}
        before, script = survey.created, self.scripts[survey.schema_id]
        for item in sorted(items, key=attrgetter("created", "pk")):
            seconds = max(0.0, (item.created - before).total_seconds())
            before = item.created
            # Older releases left behind items of other schemas.
            question = script.questions_by_id.get(item.question_id)
            if question is None or not shown.shows(script, question, item.instance):
                continue
            place = self.places[item.question_id]
            kind, has_attachments = self.questions[place].type, item.has_attachments
            if holds_answer(kind, item.text, item.answer_ids, has_attachments=has_attachments):
                answered.setdefault(place, []).append((item, seconds))
        return answered

    def seen(self, schema_id: int, visibility: Any, answered: Iterable[int]) -> list[int]:
        """Return the places of the visible questions by position; without a state, of the answered ones."""
        if not isinstance(visibility, list):
            return sorted(answered)
        script = self.scripts[schema_id]
        known = script.index_by_qid
        indexes = sorted({known[qid] for qid in visibility if isinstance(qid, int) and qid in known})
        return [self.places[script.questions[index].id] for index in indexes]

    def results(self) -> Iterator[QuestionResults]:
        """Yield the results by position."""
        for each, tally in zip(self.pooled, self.tallies, strict=True):
            question = each.newest
            yield QuestionResults(
                qid=question.qid,
                position=question.position,
                type=question.type,
                text=question.text,
                heading=each.heading,
                is_answerable=question.type not in NON_ANSWERABLE,
                saw=tally.saw,
                answered=tally.answered,
                stopped=tally.stopped,
                median_seconds=median(tally.seconds) if tally.seconds else None,
                distribution=distribution_of(each, tally.chosen, tally.numbers),
                answers=tally.answers,
            )


def _without(
    answered: Mapping[int, list[tuple[ItemRow, float]]], withdrawn: Withdrawn
) -> dict[int, list[tuple[ItemRow, float]]]:
    """Return the items by place without the withdrawn answers, and without those that have no other ones."""
    found: dict[int, list[tuple[ItemRow, float]]] = {}
    for place, several in answered.items():
        for item, seconds in several:
            gone = withdrawn.get((item.question_id, item.instance), ())
            item.answer_ids[:] = [pk for pk in item.answer_ids if pk not in gone]
            if item.answer_ids or not gone:
                found.setdefault(place, []).append((item, seconds))
    return found


def _count(question: Question, tally: _Tally, item: ItemRow, seconds: float) -> None:
    tally.answers += 1
    tally.seconds.append(seconds)
    tally.chosen.update(item.answer_ids)
    if question.type in NUMBERS:
        number = number_in(item.text)
        if number is not None:
            tally.numbers.append(number)
