"""The state of a survey whose questions have names: computed whole, from all answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
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
from chat_api.engine.survey.plan import targets_of
from chat_api.engine.survey.seen import Seen, SeenValues
from chat_api.engine.survey.typed_inputs import UNREACHED, Inputs, Outcome
from chat_api.engine.survey.typed_nodes import TypedNode
from chat_api.engine.survey.typed_plan import TypedPlan
from chat_api.engine.survey.typed_pool import Pool

#: How often a question on a circle is computed at most: some circles never settle.
_VISITS_MAX: Final = 100
#: How often questions of a survey are computed again at most, which takes less than a second.
_REPEATS_MAX: Final = 5_000


class TypedWalk:
    """The outcomes of all questions, each computed after those that it depends on."""

    def __init__(self, plan: TypedPlan, inputs: Inputs) -> None:
        """Compute all outcomes. Circles, which the checker reports, are followed until they settle, or long enough."""
        self.plan, self.inputs = plan, inputs
        size = len(plan.nodes)
        self.outcomes = [UNREACHED] * size
        self.pool = Pool()
        self.seen = SeenValues()
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

    @property
    def counted(self) -> dict[str, int]:
        """Return how many instances count, by key of the repeated group; none of a group that nothing leads to."""
        entries = (node for node in self.plan.nodes if node.is_entry) if self.plan.layout.has_parts else ()
        found = {}
        for node in entries:
            value = self.outcomes[node.index].value
            if node.part is not None:
                found[node.part.key] = value if isinstance(value, int) else 0
        return found

    def environment(
        self,
        variables: Mapping[str, float],
        given: GivenAnswer | None = None,
        *,
        node: TypedNode | None = None,
    ) -> Environment:
        """Return what expressions see at a node, at the time of the answer, or else of the last change."""
        at = self.inputs if given is None else given
        seen = self.seen_at(node)
        return Environment(
            variables=variables,
            answers=seen.answers,
            instances=self.seen,
            weights=seen.weights,
            context=self.inputs.context,
            timestamp=at.timestamp,
            zone=zone_of(at.zone),
            index=node.place or None if node is not None else None,
        )

    def seen_at(self, node: TypedNode | None) -> Seen:
        """Return what expressions see at a node; None outside of all groups."""
        if node is None or node.part is None or not node.place:
            return self.seen.outside
        return self.seen.at(node.part.key, node.place)

    def expose(self, node: TypedNode, given: GivenAnswer | None) -> None:
        """Show the answer at a node to expressions; None hides it from them."""
        seen = self.seen_at(node)
        expose(self.plan.logic.script, node.question, given, seen.answers, seen.weights)

    def _queue(self, indexes: Iterable[int]) -> None:
        for index in indexes:
            if index not in self._queued and self._is_due(index):
                self._queued.add(index)
                heappush(self._waiting, self.plan.ranks[index])

    def _is_due(self, index: int) -> bool:
        visits = self._visits[index]
        return not visits or (visits < _VISITS_MAX and self._repeats < _REPEATS_MAX)

    def _update(self, node: TypedNode, *, is_reached: bool = True) -> None:
        index = node.index
        before, seen_before = self.outcomes[index], self._shown(node)
        # A question does not see its own answer.
        self.expose(node, None)
        outcome = UNREACHED
        if is_reached and self._reached[index]:
            step = _Step(self, node, self.pool.before(index, node.variables))
            outcome = step.entry() if node.is_entry else step.outcome()
        self.outcomes[index] = outcome
        if self._shown(node) != seen_before:
            self._queue_readers(node)
        if node.is_entry and repr(outcome.value) != repr(before.value):
            # The first instance is hidden while there are none.
            self._queue(range(index + 1, index + 1 + len(node.part.indexes if node.part else ())))
        written = {**outcome.asked, **outcome.chosen}
        changed = self.pool.set(index, written, self.plan.variable_readers)
        self._queue(each for each in changed if self._reached[each])
        self._lead(before.targets, outcome.targets)

    def _shown(self, node: TypedNode) -> str:
        """Return what others see of a question; `==` would not distinguish 1 from true."""
        name, seen = node.question.name, self.seen_at(node)
        return (
            repr((seen.answers.get(name), seen.answers.get(f"{name}.{OTHER}"), seen.weights.get(name)))
            if name
            else ""
        )

    def _queue_readers(self, node: TypedNode) -> None:
        readers = self.plan.readers
        self._queue(each for each in readers.get(node.own_name, ()) if self._reached[each])
        if node.part is not None:
            self.seen.changed(node.list_name)
            self._queue(each for each in readers.get(node.list_name, ()) if self._reached[each])

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

    def entry(self) -> Outcome:
        """Compute the number of instances of a repeated group, which is entered at the first question of each."""
        node, part = self._node, self._node.part
        if part is None:
            return UNREACHED
        if part.repeat.count is None:
            number = self._walk.inputs.instances.get(part.key, 0)
        else:
            environment = self._walk.environment(self._variables)
            number = part.count(self._value(self._logic.formula(part.repeat.count), environment))
        # Without instances, the first one hands on like hidden questions.
        return Outcome(value=number, targets=node.targets[: max(1, number)], failures=tuple(self._failures))

    def outcome(self) -> Outcome:
        """Compute the outcome; afterwards others see the answer if it counts."""
        node, question = self._node, self._question
        environment = self._walk.environment(self._variables, node=node)
        if self._is_left_out() or not all(self._is_true(each, environment) for each in node.conditions):
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
            at = self._walk.environment(self._variables, given, node=node)
            for answer in answers:
                chosen |= self._modify(answer.modifications, at)
            targets = targets_of(*targets, *(node.exits[answer.id] for answer in answers))
        return Outcome(True, given, value, asked, chosen, targets, tuple(self._failures))

    def _is_left_out(self) -> bool:
        """Return whether the question is only for chats, or in a group without instances."""
        node = self._node
        if node.is_never_shown:
            return True
        return node.entry is not None and not self._walk.outcomes[node.entry].value

    def _given(self) -> tuple[GivenAnswer | None, tuple[Answer, ...]]:
        """Return the answer, and its chosen answers, without those that are not offered."""
        given = self._walk.inputs.answer_at(self._node)
        if given is None or not self._node.exits:
            return given, ()
        environment = self._walk.environment(self._variables, given, node=self._node)
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
        self._walk.expose(self._node, given)

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
                return targets_of(self._walk.plan.layout.target(self._node.index, formula.qid(environment)))
            except ExpressionError as error:
                self._fail(formula, error)
        return ()
