"""The rules of a conversation whose questions have names, and what they see: answers, calculations, variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from chat_api.engine.dependencies import Dependencies
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value, same
from chat_api.engine.given_answers import GivenAnswer, zone_of
from chat_api.engine.logic import Formula, Logic
from chat_api.engine.outdated import Outdated
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.repeats import RepeatedGroup
from chat_api.engine.rounds import Part, Rounds
from chat_api.engine.rules import Variables
from chat_api.engine.run_state_json import load_state, state_to_json
from chat_api.engine.script import Question
from chat_api.engine.stored_rounds import load_rounds

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class RunState:
    """The newest answers and the calculations of a run; also the `Rules` of its walks.

    Each answer is judged with its own time and zone. All else uses `timestamp` and `zone`, those of the last change. An
    answer whose question is hidden by later answers is kept, and counts for nothing; a condition that reads variables
    is evaluated when its question is reached, and not again.
    """

    logic: Logic
    timestamp: datetime = _EPOCH
    zone: str = "UTC"
    #: By question id, in the order in which the questions were first answered.
    given: dict[int, GivenAnswer] = field(default_factory=dict)
    #: The values of the calculations reached, by question id.
    calculated: dict[int, Value] = field(default_factory=dict)
    #: The ids of answered questions and calculations that are hidden now.
    hidden: set[int] = field(default_factory=set)
    #: See `Part`.
    followed: dict[int, int] = field(default_factory=dict, repr=False, compare=False)
    #: By path, what the host knows about the person.
    context: Mapping[str, Value] = field(default_factory=dict)
    #: The paths of `context` that the start of the script has given; the others are asked for at each new run.
    given_paths: frozenset[str] = frozenset()
    #: By name of a question, the answers that the start of the script suggests.
    prefill: Mapping[str, Value] = field(default_factory=dict)
    #: Whether the run has answers to questions after the open one, since an earlier answer was corrected.
    has_kept: bool = False
    #: Whether the answer that comes next confirms the warnings of constraints.
    confirms: bool = False
    #: The rounds of repeated groups, with their answers and calculations; None for a script without any.
    rounds: Rounds | None = None
    _answers: dict[str, Value] = field(default_factory=dict)
    _weights: dict[str, float] = field(default_factory=dict)
    #: One for all expressions, because they are evaluated one after the other.
    _live: Environment | None = field(default=None, repr=False, compare=False)
    _outdated: Outdated = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.rounds = Rounds.of(self.logic.script, self._answers, self._weights)
        self._outdated = Outdated(
            self.logic,
            self.rounds,
            outside=self,
            answers=self._answers,
            weights=self._weights,
            environment=self._without_variables,
            dependencies=Dependencies.of(self.logic),
        )

    @classmethod
    def from_json(cls, logic: Logic, raw: Any) -> RunState:
        """Return the state that `to_json` has stored; a state without answers for anything else."""
        state, questions = cls(logic), logic.script.questions_by_id
        load_state(state, raw)
        for question_id in (*state.given, *state.calculated):
            state._outdated.expose(questions[question_id], state.part(questions[question_id]))
        if state.rounds is not None:
            load_rounds(state.rounds, raw.get("rounds") if isinstance(raw, dict) else None)
        state._outdated.was_loaded(state.timestamp)
        return state

    def to_json(self) -> dict[str, Any]:
        """Return the state as plain JSON."""
        self.settle()
        return state_to_json(self)

    def at(self, timestamp: datetime, zone: str) -> None:
        """Set the time of the change that follows; conditions and calculations that read it follow."""
        if (timestamp, zone) != (self.timestamp, self.zone):
            before, self.timestamp = self.timestamp, timestamp
            before_zone, self.zone = self.zone, zone
            if self._outdated.dependencies.dated:
                is_other_day = zone != before_zone or not _is_same_day(timestamp, before, zone)
                self._outdated.time_changed(is_other_day=is_other_day)

    def settle(self) -> None:
        """Evaluate what answers and the time have changed; all that reads the state from outside does so before."""
        self._outdated.settle()

    def environment(
        self, variables: Variables, *, at: GivenAnswer | None = None, question: Question | None = None
    ) -> Environment:
        """Return what expressions read now, with the clock of an answer, else that of the last change.

        With `question`, it is for the rules of that question only.
        """
        if question is None:
            self.settle()
        else:
            self._outdated.prepare_at(question)
        return self._seen(variables, at)

    def _without_variables(self) -> Environment:
        return Environment(
            answers=self._answers,
            weights=self._weights,
            context=self.context,
            instances={} if self.rounds is None else self.rounds.lists,
            timestamp=self.timestamp,
            zone=zone_of(self.zone),
        )

    def _seen(self, variables: Variables, at: GivenAnswer | None = None) -> Environment:
        clock = self if at is None else at
        live = self._live
        if live is None:
            live = self._live = Environment(answers=self._answers, weights=self._weights)
        live.variables, live.context, live.prefill = variables, self.context, self.prefill
        live.timestamp, live.zone = clock.timestamp, zone_of(clock.zone)
        if self.rounds is not None:
            live.instances, live.index = self.rounds.lists, self.rounds.index
        return live

    def values(self) -> dict[str, Value]:
        """Return the answers and calculations that count, by name; of repeated groups those of the current round."""
        self.settle()
        return dict(self._answers)

    def values_outside(self) -> dict[str, Value]:
        """Return the answers and calculations that count, by name, without those of repeated groups."""
        self.settle()
        repeated = self.logic.group_keys
        return {
            name: value for name, value in self._answers.items() if name.partition(".")[0] not in repeated
        }

    def values_at(self, question: Question, instance: int | None) -> dict[str, Value]:
        """Return the answers and calculations by name as the text of a question shows them, asked in that round."""
        rounds = self.rounds
        if rounds is None:
            return self.values()
        rounds.show(rounds.group_of(question), instance or 0)
        found = self.values()
        rounds.show_place()
        return found

    def round_of(self, question: Question) -> int:
        """Return the round in which the question is asked now; 0 outside of repeated groups."""
        return 0 if self.rounds is None else self.rounds.number_of(question) or 0

    # What a walk asks for.

    def number(self, question: Question, source: str, variables: Variables) -> float | None:
        """Return the number that a modification sets; None if it is empty. Raises `ExpressionError`."""
        return self._formula(source, question).number(self._seen(variables))

    def holds(self, question: Question, source: str, variables: Variables) -> bool:
        """Return whether a condition is true. Raises `ExpressionError`."""
        return bool(self._formula(source, question).value(self._seen(variables)))

    def target(self, question: Question, source: str, variables: Variables) -> int:
        """Return the qid to which a rule of a fork leads. Raises `ExpressionError`."""
        return self._formula(source, question).qid(self._seen(variables))

    def hides(self, question: Question, variables: Variables) -> bool:
        """Return whether a condition of the question, or of its group, is not true. Raises `ExpressionError`."""
        conditions = self.logic.conditions(question)
        if not conditions:
            return False
        self._outdated.prepare(*conditions)
        environment = self._seen(variables)
        return not all(condition.value(environment) for condition in conditions)

    def calculate(self, question: Question, variables: Variables) -> None:
        """Compute a calculation that the walk has reached; it is empty after an `ExpressionError`."""
        number = self._number(question)
        self._outdated.prepare_own(question, number)
        before, part = self._visible(question), self.part(question)
        part.calculated[question.id] = None
        part.hidden.discard(question.id)
        try:
            if question.calculate:
                formula = self._formula(question.calculate, question)
                part.calculated[question.id] = formula.value(self._seen(variables))
        finally:
            self._outdated.is_current(question, number)
            self._outdated.expose(question, part)
            if not same(before, self._visible(question)):
                self._outdated.mark_readers(question, number)

    def answered(self, question: Question, checked: CheckedReply) -> None:
        """Add an answer, given at the time of the last change; it replaces an earlier one to the same question."""
        given = GivenAnswer.of(checked, self.timestamp, self.zone, is_confirmed=self.confirms)
        self.put(question, given)

    def put(self, question: Question, given: GivenAnswer) -> None:
        """Add an answer; it replaces an earlier one to the same question."""
        part = self.part(question)
        part.given[question.id] = given
        part.hidden.discard(question.id)
        self._outdated.expose(question, part)
        self._outdated.was_answered(question, self._number(question))

    def forget(self, question: Question, instance: int = 0) -> None:
        """Remove the answer to a question, given in that round."""
        part = self._outdated.part(question, instance)
        if part is not None:
            part.given.pop(question.id, None)
            self._outdated.expose(question, part)
            self._outdated.mark_readers(question, instance)

    def forgot(self, group: RepeatedGroup) -> None:
        """Take notice of rounds of a group that were begun again."""
        if self.rounds is not None:
            for question in self.rounds.questions_of(group):
                self._outdated.mark_readers(question, 0)

    def hide(self, question: Question, *, is_hidden: bool) -> None:
        """Hide an answered question or a calculation, or show it again."""
        number, part = self._number(question), self.part(question)
        was_hidden = question.id in part.hidden
        is_changed = was_hidden != is_hidden or self._outdated.is_behind(question, number)
        if is_hidden:
            part.hidden.add(question.id)
        else:
            part.hidden.discard(question.id)
        self._outdated.is_current(question, number)
        if is_changed:
            self._outdated.expose(question, part)
            self._outdated.mark_readers(question, number)

    def restarted(self) -> None:
        """Forget the answers and calculations; what the host knows and suggests stays."""
        self.given.clear()
        self.calculated.clear()
        self.hidden.clear()
        self._outdated.clear()
        self._answers.clear()
        self._weights.clear()
        if self.rounds is not None:
            self.rounds.clear()

    def _visible(self, question: Question) -> Value:
        return None if question.name is None else self._answers.get(question.name)

    def part(self, question: Question) -> Part:
        """Return where the answer to the question is kept: here, or in the round that is shown."""
        return self if self.rounds is None else self.rounds.part(question) or self

    def _number(self, question: Question) -> int:
        """Return the round that is shown, for a question of its group; 0 outside of repeated groups."""
        rounds = self.rounds
        group = None if rounds is None else rounds.group_of(question)
        return 0 if rounds is None or group is None or group is not rounds.shown[0] else rounds.shown[1]

    def _formula(self, source: str, question: Question) -> Formula:
        """Return the expression, once what it reads is up to date."""
        found = self.logic.formula(source, question)
        self._outdated.prepare(found)
        return found


def _is_same_day(timestamp: datetime, other: datetime, zone: str) -> bool:
    there = zone_of(zone)
    return timestamp.astimezone(there).date() == other.astimezone(there).date()
