"""The rules of a conversation whose questions have names, and what they see: answers, calculations, variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush
from typing import Any, Final

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value, same
from chat_api.engine.given_answers import GivenAnswer, expose, zone_of
from chat_api.engine.logic import Formula, Logic
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.rounds import Part, Round, Rounds, standing
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

    def __post_init__(self) -> None:
        self.rounds = Rounds.of(self.logic.script, self._answers, self._weights)

    @classmethod
    def from_json(cls, logic: Logic, raw: Any) -> RunState:
        """Return the state that `to_json` has stored; a state without answers for anything else."""
        state, questions = cls(logic), logic.script.questions_by_id
        load_state(state, raw)
        for question_id in (*state.given, *state.calculated):
            state._expose(questions[question_id], state.part(questions[question_id]))
        if state.rounds is not None:
            load_rounds(state.rounds, raw.get("rounds") if isinstance(raw, dict) else None)
        return state

    def to_json(self) -> dict[str, Any]:
        """Return the state as plain JSON."""
        return state_to_json(self)

    def at(self, timestamp: datetime, zone: str) -> None:
        """Set the time of the change that follows; conditions and calculations that read it follow."""
        if (timestamp, zone) != (self.timestamp, self.zone):
            self.timestamp, self.zone = timestamp, zone
            self._evaluate(self.logic.clock_readers)

    def environment(self, variables: Variables, *, at: GivenAnswer | None = None) -> Environment:
        """Return what expressions read now, with the clock of an answer, else that of the last change."""
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
        return dict(self._answers)

    def values_outside(self) -> dict[str, Value]:
        """Return the answers and calculations that count, by name, without those of repeated groups."""
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
        return self.logic.formula(source, question).number(self.environment(variables))

    def holds(self, question: Question, source: str, variables: Variables) -> bool:
        """Return whether a condition is true. Raises `ExpressionError`."""
        return bool(self._formula(source, question).value(self.environment(variables)))

    def target(self, question: Question, source: str, variables: Variables) -> int:
        """Return the qid to which a rule of a fork leads. Raises `ExpressionError`."""
        return self._formula(source, question).qid(self.environment(variables))

    def hides(self, question: Question, variables: Variables) -> bool:
        """Return whether a condition of the question, or of its group, is not true. Raises `ExpressionError`."""
        conditions = self.logic.conditions(question)
        if not conditions:
            return False
        environment = self.environment(variables)
        return not all(condition.value(environment) for condition in conditions)

    def calculate(self, question: Question, variables: Variables) -> None:
        """Compute a calculation that the walk has reached; it is empty after an `ExpressionError`."""
        before, part = self._visible(question), self.part(question)
        part.calculated[question.id] = None
        part.hidden.discard(question.id)
        try:
            if question.calculate:
                value = self._formula(question.calculate, question).value(self.environment(variables))
                part.calculated[question.id] = value
        finally:
            self._expose(question, part)
            if not same(before, self._visible(question)):
                self._settle(question)

    def answered(self, question: Question, checked: CheckedReply) -> None:
        """Add an answer, given at the time of the last change; it replaces an earlier one to the same question."""
        given = GivenAnswer.of(checked, self.timestamp, self.zone, is_confirmed=self.confirms)
        self.put(question, given)

    def put(self, question: Question, given: GivenAnswer) -> None:
        """Add an answer; it replaces an earlier one to the same question."""
        part = self.part(question)
        part.given[question.id] = given
        part.hidden.discard(question.id)
        self._expose(question, part)
        self._settle(question)

    def forget(self, question: Question, instance: int = 0) -> None:
        """Remove the answer to a question, given in that round."""
        rounds = self.rounds
        if rounds is not None:
            rounds.show(rounds.group_of(question), instance)
        part = self.part(question)
        part.given.pop(question.id, None)
        self._expose(question, part)
        self._settle(question)
        if rounds is not None:
            rounds.show_place()

    def hide(self, question: Question, *, is_hidden: bool) -> None:
        """Hide an answered question or a calculation, or show it again."""
        before, part = self._visible(question), self.part(question)
        if is_hidden:
            part.hidden.add(question.id)
        else:
            part.hidden.discard(question.id)
        self._expose(question, part)
        if not same(before, self._visible(question)):
            self._settle(question)

    def restarted(self) -> None:
        """Forget the answers and calculations; what the host knows and suggests stays."""
        self.given.clear()
        self.calculated.clear()
        self.hidden.clear()
        self._answers.clear()
        self._weights.clear()
        if self.rounds is not None:
            self.rounds.clear()

    # How one answer changes others.

    def _settle(self, changed: Question) -> None:
        """Evaluate what depends on the question, among what was answered and calculated before."""
        self._evaluate(self.logic.readers(changed), changed)

    def _evaluate(self, ranks: Iterable[int], changed: Question | None = None) -> None:
        """Evaluate the questions at these ranks again, and what depends on them."""
        logic, rounds = self.logic, self.rounds
        waiting = [*ranks]
        heapify(waiting)
        # The ranks of questions that may change in other rounds than the one that is shown.
        wide: set[int] = set()
        if rounds is not None:
            wide = {rank for rank in waiting if not self._stays_in_round(changed, logic.by_rank(rank))}
        before = -1
        while waiting:
            rank = heappop(waiting)
            question = logic.by_rank(rank)
            if rank == before or (changed is not None and question.id == changed.id):
                continue
            before = rank
            if self._reconsider(question, is_local=rank not in wide):
                for reader in logic.readers(question):
                    if reader > rank:
                        heappush(waiting, reader)
                        if rounds is not None and (
                            rank in wide or not self._stays_in_round(question, logic.by_rank(reader))
                        ):
                            wide.add(reader)

    def _stays_in_round(self, changed: Question | None, reader: Question) -> bool:
        """Return whether a change in the round that is shown changes the reader in that round only."""
        rounds = self.rounds
        if rounds is None or changed is None:
            return False
        group = rounds.group_of(changed)
        if group is None or group is not rounds.shown[0] or rounds.group_of(reader) is not group:
            return False
        return not self.logic.reads_list(reader, changed)

    def _reconsider(self, question: Question, *, is_local: bool) -> bool:
        """Evaluate what was answered or calculated, in each round, and return whether what rules read has changed.

        With `is_local`, only the round that is shown.
        """
        rounds = self.rounds
        group = None if rounds is None else rounds.group_of(question)
        if rounds is None or group is None:
            return self._reconsider_part(question, self)
        shown, is_changed = rounds.shown, False
        for number in (shown[1],) if is_local else rounds.numbers_of(group):
            rounds.show(group, number)
            is_changed |= self._reconsider_part(question, rounds.round(group, number))
        rounds.show(*shown)
        if is_changed:
            rounds.collect(question)
        return is_changed

    def _reconsider_part(self, question: Question, part: Part) -> bool:
        if question.id not in part.given and question.id not in part.calculated:
            return False
        before, conditions, rounds = self._visible(question), self.logic.conditions(question), self.rounds
        environment = self.environment({})
        if conditions and not any(condition.reads_variables for condition in conditions):
            if all(condition.value_or_empty(environment) for condition in conditions):
                part.hidden.discard(question.id)
            else:
                part.hidden.add(question.id)
        if question.id in part.calculated and question.calculate:
            formula = self._formula(question.calculate, question)
            if not formula.reads_variables:
                part.calculated[question.id] = formula.value_or_empty(environment)
        if isinstance(part, Round) and rounds is not None:
            rounds.expose(question, part)
        else:
            self._expose(question, part)
        return not same(before, self._visible(question))

    def _visible(self, question: Question) -> Value:
        return None if question.name is None else self._answers.get(question.name)

    def part(self, question: Question) -> Part:
        """Return where the answer to the question is kept: here, or in the round that is shown."""
        return self if self.rounds is None else self.rounds.part(question) or self

    def _expose(self, question: Question, part: Part) -> None:
        if isinstance(part, Round) and self.rounds is not None:
            self.rounds.expose(question, part)
            self.rounds.collect(question)
        else:
            expose(self.logic.script, question, standing(part, question), self._answers, self._weights)

    def _formula(self, source: str, question: Question) -> Formula:
        return self.logic.formula(source, question)
