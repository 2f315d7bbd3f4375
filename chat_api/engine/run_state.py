"""The rules of a conversation whose questions have names, and what they see: answers, calculations, variables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chat_api.engine.expressions.values import same
from chat_api.engine.given_answers import GivenAnswer, zone_of
from chat_api.engine.logic import Logic, as_variable
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.repeats import RepeatedGroup
from chat_api.engine.rules import Variables
from chat_api.engine.run_state_json import load_state, state_to_json
from chat_api.engine.run_values import RunValues
from chat_api.engine.script import Question
from chat_api.engine.stored_rounds import load_rounds


@dataclass(slots=True)
class RunState(RunValues):
    """The newest answers and the calculations of a run; also the `Rules` of its walks.

    Each answer is judged with its own time and zone. All else uses `timestamp` and `zone`, those of the last change. An
    answer whose question is hidden by later answers is kept, and counts for nothing; a condition that reads variables
    is evaluated when its question is reached, and not again.
    """

    @classmethod
    def from_json(cls, logic: Logic, raw: Any) -> RunState:
        """Return the state that `to_json` has stored; a state without answers for anything else."""
        state, questions = cls(logic), logic.script.questions_by_id
        load_state(state, raw)
        state._unshown += [questions[question_id] for question_id in (*state.given, *state.calculated)]
        if state.rounds is not None:
            state._show()
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

    # What a walk asks for.

    def number(self, question: Question, source: str, variables: Variables) -> float | None:
        """Return the number that a modification sets; None if it is empty. Raises `ExpressionError`."""
        formula = self.logic.formula(source, question)
        value = formula.value(self._read_by(formula, variables))
        return value if type(value) is float else as_variable(value)

    def holds(self, question: Question, source: str, variables: Variables) -> bool:
        """Return whether a condition is true. Raises `ExpressionError`."""
        formula = self.logic.formula(source, question)
        return bool(formula.value(self._read_by(formula, variables)))

    def target(self, question: Question, source: str, variables: Variables) -> int:
        """Return the qid to which a rule of a fork leads. Raises `ExpressionError`."""
        formula = self.logic.formula(source, question)
        return formula.qid(self._read_by(formula, variables))

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
                formula = self.logic.formula(question.calculate, question)
                part.calculated[question.id] = formula.value(self._read_by(formula, variables))
        finally:
            self._outdated.is_current(question, number)
            self._outdated.expose(question, part)
            if not same(before, self._visible(question)):
                self._outdated.mark_readers(question, number)

    def answered(self, question: Question, checked: CheckedReply) -> None:
        """Add an answer, given at the time of the last change; it replaces an earlier one to the same question."""
        self.put(question, GivenAnswer.of(checked, self.timestamp, self.zone, is_confirmed=self.confirms))

    def put(self, question: Question, given: GivenAnswer) -> None:
        """Add an answer; it replaces an earlier one to the same question."""
        outdated = self._outdated
        if self.rounds is None and question.id not in outdated.dependencies.related:
            # Most questions. Expressions see the answer once they read any.
            self.given[question.id] = given
            self.hidden.discard(question.id)
            self._unshown.append(question)
            return
        self._show()
        part = self.part(question)
        part.given[question.id] = given
        part.hidden.discard(question.id)
        outdated.expose(question, part)
        outdated.was_answered(question, self._number(question))

    def forget(self, question: Question, instance: int = 0) -> None:
        """Remove the answer to a question, given in that round."""
        self._show()
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
        self._show()
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
        self._unshown.clear()
        if self.rounds is not None:
            self.rounds.clear()


def _is_same_day(timestamp: datetime, other: datetime, zone: str) -> bool:
    there = zone_of(zone)
    return timestamp.astimezone(there).date() == other.astimezone(there).date()
