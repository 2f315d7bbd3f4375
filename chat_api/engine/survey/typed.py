"""The state of a survey whose questions have names: computed whole, from all answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappop, heappush
from typing import Final

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.language import OTHER
from chat_api.engine.expressions.values import Value
from chat_api.engine.flow_events import EvaluationFailed
from chat_api.engine.given_answers import GivenAnswer, expose, zone_of
from chat_api.engine.logic import Formula
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import Answer, Modification, QuestionType
from chat_api.engine.survey.plan import NOWHERE, targets_of
from chat_api.engine.survey.typed_plan import TypedNode, TypedPlan
from chat_api.engine.survey.typed_pool import Pool

#: How often a question on a circle is computed at most: some circles never settle.
_VISITS_MAX: Final = 100
#: How often questions of a survey are computed again at most, which takes less than a second.
_REPEATS_MAX: Final = 5_000


@dataclass(frozen=True, slots=True)
class Inputs:
    """The answers, and all else that a state follows from.

    `given` are the answers by question id. Each is judged at its own time; all else at `timestamp`, that of the last
    change (aware), in `zone` (a key of the IANA database). `context` is what the host knows of the person, by path.
    """

    given: Mapping[int, GivenAnswer]
    timestamp: datetime
    zone: str = "UTC"
    context: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effect of a question.

    `given` is its answer if it counts, with the chosen answers that are offered; `asked` are the variables that the
    question sets, and `chosen` those that its answers set after that.
    """

    is_visible: bool = False
    given: GivenAnswer | None = None
    value: Value = None
    asked: Mapping[str, float] = field(default_factory=dict)
    chosen: Mapping[str, float] = field(default_factory=dict)
    targets: tuple[int, ...] = ()
    failures: tuple[EvaluationFailed, ...] = ()


#: Of a question that nothing leads to.
UNREACHED: Final = Outcome()


class TypedWalk:
    """The outcomes of all questions, each computed after those that it depends on."""

    def __init__(self, plan: TypedPlan, inputs: Inputs) -> None:
        """Compute all outcomes. Circles, which the checker reports, are followed until they settle, or long enough."""
        self.plan, self.inputs = plan, inputs
        size = len(plan.nodes)
        self.outcomes = [UNREACHED] * size
        self.pool = Pool()
        self.answers: dict[str, Value] = {}
        self.weights: dict[str, float] = {}
        #: How many visible or hidden questions lead to each one; the first one is always reached.
        self._reached = [1, *([0] * (size - 1))]
        self._visits = [0] * size
        self._repeats = 0
        self._by_rank = sorted(range(size), key=plan.ranks.__getitem__)
        self._waiting: list[int] = []
        self._queued: set[int] = set()
        self._queue([0])
        self._settle()
        for _ in range(_VISITS_MAX if plan.on_circles else 0):
            if not self._drop_unfounded():
                break
            self._settle()

    def environment(self, variables: Mapping[str, float], given: GivenAnswer | None = None) -> Environment:
        """Return what expressions see, at the time of the answer, or else of the last change."""
        at = self.inputs if given is None else given
        return Environment(
            variables=variables,
            answers=self.answers,
            weights=self.weights,
            context=self.inputs.context,
            timestamp=at.timestamp,
            zone=zone_of(at.zone),
        )

    def _queue(self, indexes: Iterable[int]) -> None:
        for index in indexes:
            if index not in self._queued and self._is_due(index):
                self._queued.add(index)
                heappush(self._waiting, self.plan.ranks[index])

    def _is_due(self, index: int) -> bool:
        visits = self._visits[index]
        return not visits or (visits < _VISITS_MAX and self._repeats < _REPEATS_MAX)

    def _update(self, node: TypedNode, *, is_reached: bool = True) -> None:
        index, name = node.index, node.question.name or ""
        before, seen_before = self.outcomes[index], self._seen(name)
        # A question does not see its own answer.
        expose(self.plan.logic.script, node.question, None, self.answers, self.weights)
        outcome = UNREACHED
        if is_reached and self._reached[index]:
            outcome = _Step(self, node, self.pool.before(index, node.variables)).outcome()
        self.outcomes[index] = outcome
        if self._seen(name) != seen_before:
            self._queue(each for each in self.plan.readers.get(name, ()) if self._reached[each])
        written = {**outcome.asked, **outcome.chosen}
        changed = self.pool.set(index, written, self.plan.variable_readers)
        self._queue(each for each in changed if self._reached[each])
        self._lead(before.targets, outcome.targets)

    def _seen(self, name: str) -> str:
        """Return what others see of a question; `==` would not distinguish 1 from true."""
        seen = self.answers.get(name), self.answers.get(f"{name}.{OTHER}"), self.weights.get(name)
        return repr(seen)

    def _lead(self, before: tuple[int, ...], now: tuple[int, ...]) -> None:
        targets = {*before, *now}
        was_reached = {target for target in targets if self._reached[target]}
        for target in before:
            self._reached[target] -= 1
        for target in now:
            self._reached[target] += 1
        self._queue(target for target in targets if (target in was_reached) != bool(self._reached[target]))

    def _settle(self) -> None:
        while self._waiting:
            index = self._by_rank[heappop(self._waiting)]
            self._queued.discard(index)
            self._repeats += self._visits[index] > 0
            self._visits[index] += 1
            self._update(self.plan.nodes[index])

    def _drop_unfounded(self) -> bool:
        """Hide questions that only lead to one another. Return whether there were some."""
        found = {0}
        waiting = [0]
        while waiting:
            targets = {*self.outcomes[waiting.pop()].targets} - found
            found |= targets
            waiting += targets
        unfounded = [index for index, count in enumerate(self._reached) if count and index not in found]
        for index in unfounded:
            self._update(self.plan.nodes[index], is_reached=False)
        return bool(unfounded)


class _Step:
    """The computation of one outcome."""

    def __init__(self, walk: TypedWalk, node: TypedNode, variables: dict[str, float]) -> None:
        self._walk, self._node, self._question = walk, node, node.question
        self._logic = walk.plan.logic
        self._variables = variables
        self._failures: list[EvaluationFailed] = []

    def outcome(self) -> Outcome:
        """Compute the outcome; afterwards others see the answer if it counts."""
        node, question = self._node, self._question
        environment = self._walk.environment(self._variables)
        if not all(self._is_true(condition, environment) for condition in node.conditions):
            return Outcome(targets=node.targets_if_hidden, failures=tuple(self._failures))
        value: Value = None
        if question.type == QuestionType.CALCULATION:
            value = (
                self._value(self._formula(question.calculate), environment) if question.calculate else None
            )
            self._expose(GivenAnswer(value=value))
        asked = self._modify(question.modifications, environment)
        targets = self._branch(environment) if question.type == QuestionType.FORK else node.targets
        given, answers = self._given()
        self._expose(given if question.type != QuestionType.CALCULATION else GivenAnswer(value=value))
        chosen: dict[str, float] = {}
        if given is not None:
            at = self._walk.environment(self._variables, given)
            for answer in answers:
                chosen |= self._modify(answer.modifications, at)
            targets = targets_of(*targets, *(node.exits[answer.id] for answer in answers))
        return Outcome(True, given, value, asked, chosen, targets, tuple(self._failures))

    def _given(self) -> tuple[GivenAnswer | None, tuple[Answer, ...]]:
        """Return the answer, and its chosen answers, without those that are not offered."""
        given = self._walk.inputs.given.get(self._question.id)
        if given is None or not self._node.exits:
            return given, ()
        environment = self._walk.environment(self._variables, given)
        offered = {answer.id: answer for answer in self._question.answers}
        chosen = [offered[pk] for pk in given.chosen if pk in offered]
        answers = tuple(
            answer
            for answer in chosen
            if not answer.show_if or self._is_true(self._formula(answer.show_if), environment)
        )
        if not answers:
            return None, ()
        ids = tuple(answer.id for answer in answers)
        if ids != given.chosen:
            value = question_type(self._question.type).value_of(answers)
            given = replace(given, chosen=ids, value=value)
        return given, answers

    def _expose(self, given: GivenAnswer | None) -> None:
        walk = self._walk
        expose(self._logic.script, self._question, given, walk.answers, walk.weights)

    def _formula(self, source: str) -> Formula:
        return self._logic.formula(source, self._question)

    def _fail(self, formula: Formula, error: ExpressionError) -> None:
        self._failures.append(EvaluationFailed(self._question.qid, formula.source, str(error)))

    def _value(self, formula: Formula, environment: Environment) -> Value:
        """Return the value; empty without one."""
        try:
            return formula.value(environment)
        except ExpressionError as error:
            self._fail(formula, error)
            return None

    def _is_true(self, formula: Formula, environment: Environment) -> bool:
        return bool(self._value(formula, environment))

    def _modify(self, modifications: Iterable[Modification], environment: Environment) -> dict[str, float]:
        """Set the variables; those whose new value is empty, or fails, stay as they are."""
        written = {}
        for modification in modifications:
            formula = self._formula(modification.expression)
            try:
                number = formula.number(environment)
                if number is not None:
                    written[modification.name] = self._variables[modification.name] = number
            except ExpressionError as error:
                self._fail(formula, error)
        return written

    def _branch(self, environment: Environment) -> tuple[int, ...]:
        """Return where the first rule that holds leads."""
        for rule in self._question.rules:
            if not self._is_true(self._formula(rule.condition), environment):
                continue
            formula = self._formula(rule.target)
            try:
                return targets_of(self._place(formula.qid(environment)))
            except ExpressionError as error:
                self._fail(formula, error)
        return ()

    def _place(self, qid: int) -> int:
        return self._logic.script.index_by_qid.get(qid, NOWHERE) if qid > NOWHERE else NOWHERE
