"""The runs of a script, counted for the admin."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Q, QuerySet

from chat_api.chat.choices import RunOutcome
from chat_api.chat.models import ScriptRun
from chat_api.chat.results.funnel import Funnel, RunFacts, StepRuns
from chat_api.chat.results.histories import Histories
from chat_api.chat.results.stored import final_scores, stored_parts
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
    steps: tuple[StepRuns, ...] = ()
    #: The runs that are in no branches and times of `steps`: led by the front end, or with a corrected answer.
    left_out: int = 0


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

    With `all_versions` the runs of all published versions are counted together, see `pooled_questions`. Takes four
    queries, beside those that compile the schemas, and one more each with `all_versions` and with flags. Runs and their
    messages are streamed; only one or two numbers are kept for each answer.
    """
    versions = versions_together(schema) if all_versions else [compiled(schema)]
    questions = pooled_questions(versions, lambda question: question.text)
    ids = [version.id for version in versions]
    runs = ScriptRun.objects.using(schema._state.db).filter(schema__in=ids).order_by("-pk")
    last_left_out = list(runs.values_list("pk", flat=True)[runs_max : runs_max + 1])
    if last_left_out:
        runs = runs.filter(pk__gt=last_left_out[0])
    scripts = {version.id: version.script for version in versions}
    tally = ResultTally(versions)
    funnel = Funnel(versions, questions)
    histories = Histories(scripts, after=last_left_out[0] if last_left_out else 0, using=runs.db)
    counts = _counts(runs[:runs_max], scripts, histories, tally, funnel)
    return RunResults(
        runs=counts.outcomes.total(),
        outcomes=tuple(sorted(counts.outcomes.items())),
        has_more=bool(last_left_out),
        questions=tuple(_questions(questions, counts)),
        repeats=repeats_of(versions),
        scores=tally.scores(),
        flags=tally.flags(
            flag_counts("run", runs) if any(script.flags for script in scripts.values()) else ()
        ),
        steps=tuple(funnel.steps()),
        left_out=funnel.left_out,
    )


class _Row(NamedTuple):
    """A run and its membership, in the order of `_COLUMNS`."""

    pk: int
    schema_id: int
    outcome: str
    finished: datetime | None
    values: Any
    last_qid: int | None
    led_by_frontend: bool
    current_run_id: int | None
    current_values: Any
    current_question_id: int | None
    initial_question_id: int | None

    @property
    def is_current(self) -> bool:
        """Return whether values and question are still those of the member."""
        return self.finished is None and self.current_run_id == self.pk

    @property
    def stored(self) -> Any:
        """Return the stored values."""
        return self.current_values if self.is_current else self.values


_COLUMNS: Final = (
    "pk",
    "schema_id",
    "outcome",
    "finished",
    "values",
    "last_qid",
    "led_by_frontend",
    "user_thread__run_id",
    "user_thread__values",
    "user_thread__question_id",
    "user_thread__initial_question_id",
)


def _counts(
    runs: QuerySet[ScriptRun],
    scripts: Mapping[int, Script],
    histories: Histories,
    tally: ResultTally,
    funnel: Funnel,
) -> _Counts:
    counts = _Counts()
    for columns in runs.values_list(*_COLUMNS).iterator():
        run = _Row(*columns)
        script, history = scripts[run.schema_id], histories.get(run.pk, run.schema_id)
        parts = stored_parts(run.stored)
        answered, skipped = set[int](), set[int]()
        for (_, number, question_id), said in history.standing.items():
            if parts[number].hides(question_id):
                continue
            if said.given is not None and said.given.is_skipped:
                skipped.add(question_id)
                continue
            answered.add(question_id)
            counts.add(script.questions_by_id[question_id], said)
        counts.outcomes[run.outcome] += 1
        counts.answered.update(answered)
        tally.add(run.schema_id, final_scores(run.outcome, run.stored))
        funnel.add(
            RunFacts(
                schema_id=run.schema_id,
                outcome=run.outcome,
                led_by_frontend=run.led_by_frontend,
                initial_id=run.initial_question_id,
                waiting=_waiting(run, script),
                is_current=run.is_current,
                parts=parts,
                answered=answered,
                skipped=skipped,
                asked=history.asked,
            )
        )
    return counts


def _waiting(run: _Row, script: Script) -> Question | None:
    """Return the question at which the run waits, or at which it ended."""
    if run.is_current:
        return script.questions_by_id.get(run.current_question_id or 0)
    return None if run.last_qid is None else script.questions_by_qid.get(run.last_qid)


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
