"""The runs of a script, counted for the admin."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q, QuerySet

from chat_api.chat.choices import RunOutcome
from chat_api.chat.models import ScriptRun
from chat_api.chat.results.answers import answers_of
from chat_api.chat.results.stored import StoredParts, final_scores, stored_parts
from chat_api.engine.script import CHOICE_TYPES, NON_ANSWERABLE, Question, Script
from chat_api.raised_flags.counts import flag_counts
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Schema
from chat_api.schemas.pooling import Pooled, pooled_questions, repeats_of, versions_together
from chat_api.schemas.results.columns import Said, number_in
from chat_api.schemas.results.histogram import Bar
from chat_api.schemas.results.tallies import (
    FlagResults,
    ResultTally,
    ScoreResults,
    countable,
    distribution_of,
)
from chat_api.schemas.results.versions import counted_versions

#: The largest number of runs that are counted.
RUNS_MAX: Final = 10_000
#: The number of runs in a chunk.
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class VersionRuns:
    """A version of a script, with its runs."""

    pk: int
    version: int
    published: bool
    deprecated: bool
    runs: int
    completed: int


@dataclass(frozen=True, slots=True)
class QuestionRuns:
    """In how many runs a question has an answer that counts, and the distribution of the answers of all rounds.

    `heading` is the text, with the versions if only some of those counted together have the question. `distribution` is
    how often each option was chosen, or a histogram of numbers; empty for other questions.
    """

    qid: int
    heading: str
    text: str
    type: str
    answered: int
    distribution: tuple[Bar, ...]
    #: The number of answers, which is larger than that of runs with an answer in repeated groups.
    answers: int = 0

    @property
    def options(self) -> tuple[tuple[str, int], ...]:
        """Return the options of a choice, and how often each was chosen."""
        is_choice = self.type in CHOICE_TYPES
        return tuple((bar.label, bar.count) for bar in self.distribution) if is_choice else ()


@dataclass(frozen=True, slots=True)
class RunResults:
    """The counted runs, by outcome (empty while they go on); `has_more` if there are older ones.

    `repeats` are the keys of repeated groups.
    """

    runs: int
    outcomes: tuple[tuple[str, int], ...]
    has_more: bool
    questions: tuple[QuestionRuns, ...]
    repeats: tuple[str, ...] = ()
    scores: tuple[ScoreResults, ...] = ()
    flags: tuple[FlagResults, ...] = ()


@dataclass(slots=True)
class _Counts:
    outcomes: Counter[str] = field(default_factory=Counter)
    #: By question id.
    answered: Counter[int] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    #: By answer id.
    chosen: Counter[int] = field(default_factory=Counter)
    #: By question id; eight bytes each.
    numbers: dict[int, array[float]] = field(default_factory=dict)

    def add(self, question: Question, said: Said) -> None:
        """Count an answer."""
        self.answers[question.id] += 1
        self.chosen.update(said.chosen)
        number = countable(number_in(question, said))
        if number is not None:
            self.numbers.setdefault(question.id, array("d")).append(number)


def versions_of(schema: Schema) -> list[VersionRuns]:
    """Return all versions with the schema's name, latest first. One query."""
    completed = Q(runs__outcome=RunOutcome.COMPLETED)
    return [VersionRuns(*row) for row in counted_versions(schema, "runs", completed)]


def results_of(schema: Schema, *, runs_max: int = RUNS_MAX, all_versions: bool = False) -> RunResults:
    """Count the newest runs of the version, at most `runs_max`, with the answers that stand and are not hidden.

    With `all_versions` the runs of all published versions are counted together, see `pooled_questions`. Takes at most
    three queries for each chunk of runs, beside those that compile the schemas, one to see whether there are more runs,
    and one for flags.
    """
    versions = versions_together(schema) if all_versions else [compiled(schema)]
    questions = pooled_questions(versions, lambda question: question.text)
    ids = [version.id for version in versions]
    runs = ScriptRun.objects.using(schema._state.db).filter(schema__in=ids).order_by("-pk")
    last_left_out = list(runs.values_list("pk", flat=True)[runs_max : runs_max + 1])
    if last_left_out:
        runs = runs.filter(pk__gt=last_left_out[0])
    scripts = [version.script for version in versions]
    tally = ResultTally(versions)
    counts = _counts(runs, scripts, tally)
    return RunResults(
        runs=counts.outcomes.total(),
        outcomes=tuple(sorted(counts.outcomes.items())),
        has_more=bool(last_left_out),
        questions=tuple(_questions(questions, counts)),
        repeats=repeats_of(versions),
        scores=tally.scores(),
        flags=tally.flags(flag_counts("run", runs) if any(script.flags for script in scripts) else ()),
    )


def _counts(runs: QuerySet[ScriptRun], scripts: Collection[Script], tally: ResultTally) -> _Counts:
    counts = _Counts()
    questions = {pk: question for script in scripts for pk, question in script.questions_by_id.items()}
    columns = (
        "pk",
        "schema_id",
        "outcome",
        "finished",
        "values",
        "user_thread__run_id",
        "user_thread__values",
    )
    selected = runs.values_list(*columns)
    chunk = list(selected[:_CHUNK])
    while chunk:
        parts: dict[int, StoredParts] = {}
        answered: set[tuple[int, int]] = set()
        for pk, schema_id, outcome, finished, values, current, current_values in chunk:
            counts.outcomes[outcome] += 1
            stored = current_values if finished is None and current == pk else values
            parts[pk] = stored_parts(stored)
            tally.add(schema_id, final_scores(outcome, stored))
        found = answers_of([row[0] for row in chunk], scripts, using=runs.db).standing
        for (pk, number, question_id), said in found.items():
            is_given = said.given is None or not said.given.is_skipped
            if is_given and not parts[pk][number].hides(question_id):
                answered.add((pk, question_id))
                counts.add(questions[question_id], said)
        counts.answered.update(question_id for _, question_id in answered)
        chunk = list(selected.filter(pk__lt=chunk[-1][0])[:_CHUNK])
    return counts


def _questions(questions: Iterable[Pooled[Question]], counts: _Counts) -> Iterator[QuestionRuns]:
    for question in questions:
        newest = question.newest
        if newest.type not in NON_ANSWERABLE:
            yield QuestionRuns(
                newest.qid,
                question.heading,
                newest.text,
                newest.type,
                sum(counts.answered[each.id] for each in question.by_schema.values()),
                distribution_of(question, counts.chosen, _numbers(question, counts)),
                sum(counts.answers[each.id] for each in question.by_schema.values()),
            )


def _numbers(question: Pooled[Question], counts: _Counts) -> list[float]:
    return [number for each in question.by_schema.values() for number in counts.numbers.get(each.id, ())]
