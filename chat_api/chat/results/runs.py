"""The runs of scripts with the facts about them, read in chunks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from django.db.models import QuerySet

from chat_api.chat.models import ScriptRun
from chat_api.chat.results.answers import answers_of
from chat_api.chat.results.stored import final_scores, stored_parts, stored_rounds
from chat_api.engine.given_answers import typed_from_json
from chat_api.engine.script import Question, Script
from chat_api.lib.tables import Progress
from chat_api.raised_flags.times import Times, flag_times
from chat_api.schemas.results.columns import Said
from chat_api.schemas.results.layout import Facts

V = TypeVar("V")

_COLUMNS: Final = (
    "pk",
    "schema_id",
    "user_thread__user_id",
    "user_thread__thread_id",
    "started",
    "finished",
    "outcome",
    "led_by_frontend",
    "variables",
    "values",
    "user_thread__run_id",
    "user_thread__variables_pool",
    "user_thread__values",
)


class Run(NamedTuple):
    """A run and its membership, in the order of `_COLUMNS`."""

    pk: int
    schema_id: int
    user_id: Any
    thread_id: int
    started: datetime
    finished: datetime | None
    outcome: str
    led_by_frontend: bool
    variables: Any
    values: Any
    current_run_id: int | None
    current_variables: Any
    current_values: Any

    @property
    def is_current(self) -> bool:
        """Return whether variables and values are still those of the member."""
        return self.finished is None and self.current_run_id == self.pk


def runs_with_facts(
    runs: QuerySet[ScriptRun],
    scripts: Sequence[Script],
    *,
    chunk: int,
    number: int,
    progress: Progress | None,
) -> Iterator[tuple[Run, dict[int, Facts]]]:
    """Yield each run, oldest first, with its facts by the number of the round, 0 for all that is outside of rounds.

    Takes at most four queries for each `chunk` of runs; `number` is that of all runs.
    """
    last, done = 0, 0
    has_flags = any(script.flags for script in scripts)
    questions = {pk: question for script in scripts for pk, question in script.questions_by_id.items()}
    selected = runs.order_by("pk").values_list(*_COLUMNS)
    while found := [Run(*row) for row in selected.filter(pk__gt=last)[:chunk]]:
        last = found[-1].pk
        pks = [run.pk for run in found]
        answers = answers_of(pks, scripts, using=runs.db)
        standing, superseded = _by_run(answers.standing), _by_run(answers.superseded)
        flags = flag_times("run_id", pks, using=runs.db) if has_flags else {}
        for run in found:
            yield run, _facts(run, questions, standing[run.pk], superseded[run.pk], flags.get(run.pk, {}))
        done += len(found)
        if progress is not None:
            progress(done, max(done, number))


#: By the number of the round and the id of the question.
_Answered = Mapping[tuple[int, int], V]


def _by_run(found: Mapping[tuple[int, int, int], V]) -> Mapping[int, dict[tuple[int, int], V]]:
    by_run: dict[int, dict[tuple[int, int], V]] = defaultdict(dict)
    for (pk, number, question_id), value in found.items():
        by_run[pk][number, question_id] = value
    return by_run


def _by_round(found: _Answered[V]) -> Mapping[int, dict[int, V]]:
    by_round: dict[int, dict[int, V]] = defaultdict(dict)
    for (number, question_id), value in found.items():
        by_round[number][question_id] = value
    return by_round


def _facts(
    run: Run,
    questions: Mapping[int, Question],
    standing: _Answered[Said],
    superseded: _Answered[list[Said]],
    flags: Mapping[str, Times],
) -> dict[int, Facts]:
    values = run.current_values if run.is_current else run.values
    variables = run.current_variables if run.is_current else run.variables
    stored, answers, gone = stored_parts(values), _by_round(standing), _by_round(superseded)
    scores = final_scores(run.outcome, values)
    # States of older releases have no rounds.
    rounds = stored_rounds(values) or _rounds_of(questions, standing)

    def part(number: int, replaced: Mapping[int, list[Said]]) -> Facts:
        own, given = stored[number], answers.get(number, {})
        return Facts(
            given,
            replaced,
            variables=variables if isinstance(variables, dict) else {},
            calculated={
                int(pk): typed_from_json(raw) for pk, raw in own.calculated.items() if pk.isdecimal()
            },
            scores=scores,
            flags=flags,
            hidden={*own.hidden, *filter(own.hides, given)},
            rounds=rounds,
        )

    numbers = {*stored, *answers, *gone} - {0}
    return {
        0: part(0, _together(superseded)),
        **{number: part(number, gone.get(number, {})) for number in numbers},
    }


def _together(superseded: _Answered[list[Said]]) -> dict[int, list[Said]]:
    """Return the superseded answers of all rounds by question."""
    found: dict[int, list[Said]] = {}
    for (_, question_id), several in superseded.items():
        found.setdefault(question_id, []).extend(several)
    return found


def _rounds_of(questions: Mapping[int, Question], answers: _Answered[Any]) -> dict[int, set[int]]:
    """Return the numbers of rounds with answers, by the id of the group."""
    found: dict[int, set[int]] = {}
    for number, question_id in answers:
        group_id = questions[question_id].group_id
        if number and group_id is not None:
            found.setdefault(group_id, set()).add(number)
    return found
