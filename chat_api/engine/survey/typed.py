"""The state of a survey whose questions have names: computed from all answers, then continued from what changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import compress
from typing import Final, TypeVar

from chat_api.engine.expressions.language import OTHER
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.survey.typed_inputs import UNREACHED, Inputs, Outcome
from chat_api.engine.survey.typed_nodes import TypedNode
from chat_api.engine.survey.typed_plan import TypedPlan
from chat_api.engine.survey.typed_problems import Problem, Problems
from chat_api.engine.survey.typed_step import Step
from chat_api.engine.survey.typed_values import TypedValues

K = TypeVar("K")

#: How often a question on a circle is computed at most: some circles never settle.
_VISITS_MAX: Final = 100
#: How often questions of a survey are computed again at most, which takes less than a second.
_REPEATS_MAX: Final = 5_000


class TypedWalk(TypedValues):
    """The outcomes of all questions, each computed after those that it depends on."""

    def __init__(self, plan: TypedPlan, inputs: Inputs) -> None:
        """Compute all outcomes. Circles, which the checker reports, are followed until they settle, or long enough."""
        super().__init__(plan, inputs)
        size = len(plan.nodes)
        self._problems = Problems(self)
        self._visible = bytearray(size)
        #: How many visible required questions have no answer.
        self.missing = 0
        #: How many visible or hidden questions lead to each one; the first one is always reached.
        self._reached = [1, *([0] * (size - 1))]
        self._visits = [0] * size
        self._repeats = 0
        self._waiting: list[int] = []
        self._queued: set[int] = set()
        self._queue([0])
        self._settle()
        for _ in range(_VISITS_MAX if plan.on_circles else 0):
            if not self._drop_unfounded():
                break
            self._settle()

    @property
    def visible(self) -> Iterator[TypedNode]:
        """Return the nodes of visible questions, by position."""
        return compress(self.plan.nodes, self._visible)

    @property
    def visibility(self) -> tuple[int, ...]:
        """Return the qids of visible questions, by position, one for each instance that shows it."""
        return tuple(compress(self.plan.qids, self._visible))

    def is_visible(self, index: int) -> bool:
        """Return whether the question at a node is visible."""
        return bool(self._visible[index])

    def problems(self) -> list[tuple[TypedNode, Problem]]:
        """Return the limits and constraints that visible answers do not fulfil, by position."""
        return self._problems.all()

    def continue_to(self, inputs: Inputs) -> bool:
        """Compute the outcomes for other inputs, again only those that the difference affects.

        Return False without a change where this cannot be done: the order of questions on a circle decides about their
        outcomes, the host knows something else of the person, or there are nodes missing for the instances.
        """
        before, plan = self.inputs, self.plan
        if plan.on_circles or inputs.context != before.context or not plan.has_room_for(inputs):
            return False
        self.inputs = inputs
        self._visits = [0] * len(plan.nodes)
        self._repeats = 0
        if (inputs.timestamp, inputs.zone) != (before.timestamp, before.zone):
            self._queue(index for index in plan.clock_readers if self._reached[index])
        answered = [
            *((question_id, 0) for question_id in _differences(before.given, inputs.given)),
            *_differences(before.repeated, inputs.repeated),
        ]
        found = (plan.indexes.get(place) for place in answered)
        self._queue(index for index in found if index is not None and self._reached[index])
        decided = (plan.entries.get(key) for key in _differences(before.instances, inputs.instances))
        self._queue(index for index in decided if index is not None and self._reached[index])
        self._settle()
        return True

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
        if before.is_visible:
            # A question does not see its own answer.
            self.expose(node, None)
        outcome = UNREACHED
        if is_reached and self._reached[index]:
            step = Step(self, node, self.pool.before(index, node.variables) if node.variables else {})
            outcome = step.entry() if node.is_entry else step.outcome()
        self._set(node, outcome)
        if self._shown(node) != seen_before:
            self._queue_readers(node)
        if node.is_entry and repr(outcome.value) != repr(before.value):
            # The first instance is hidden while there are none.
            self._queue(range(index + 1, index + 1 + len(node.part.indexes if node.part else ())))
        written_before, written = before.written, outcome.written
        if written_before or written:
            self._problems.written({**written_before, **written})
            changed = self.pool.set(index, written, self.plan.variable_readers)
            self._queue(each for each in changed if self._reached[each])
        self.pool.passed(index)
        if before.targets != outcome.targets:
            self._lead(before.targets, outcome.targets)

    def _set(self, node: TypedNode, outcome: Outcome) -> None:
        index = node.index
        if node.is_required:
            self.missing += outcome.is_missing - self.outcomes[index].is_missing
        self.outcomes[index] = outcome
        self._visible[index] = outcome.is_visible
        self._problems.changed(node)

    def _shown(self, node: TypedNode) -> str:
        """Return what others see of a question, if any of them looks; `==` would not distinguish 1 from true."""
        if not node.own_name or not self.outcomes[node.index].is_visible or not self.plan.is_read[node.index]:
            return ""
        name, seen = node.question.name or "", self.seen_at(node)
        answers = seen.answers
        if not node.question.answers:
            return repr(answers.get(name))
        return repr((answers.get(name), answers.get(f"{name}.{OTHER}"), seen.weights.get(name)))

    def _queue_readers(self, node: TypedNode) -> None:
        readers = self.plan.readers
        self._queue(each for each in readers.get(node.own_name, ()) if self._reached[each])
        self._problems.seen(node.own_name)
        if node.part is not None:
            self.seen.changed(node.list_name)
            self._queue(each for each in readers.get(node.list_name, ()) if self._reached[each])
            self._problems.seen(node.list_name)

    def _lead(self, before: tuple[int, ...], now: tuple[int, ...]) -> None:
        if not before and len(now) == 1:
            # As where most questions lead when they are computed for the first time.
            self._reached[now[0]] += 1
            if self._reached[now[0]] == 1:
                self._queue(now)
            return
        targets = {*before, *now}
        was_reached = {target for target in targets if self._reached[target]}
        for target in before:
            self._reached[target] -= 1
        for target in now:
            self._reached[target] += 1
        self._queue(target for target in targets if (target in was_reached) != bool(self._reached[target]))

    def _settle(self) -> None:
        by_rank, nodes = self.plan.by_rank, self.plan.nodes
        while self._waiting:
            index = by_rank[heappop(self._waiting)]
            self._queued.discard(index)
            self._repeats += self._visits[index] > 0
            self._visits[index] += 1
            self._update(nodes[index])

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


def _differences(before: Mapping[K, GivenAnswer | int], now: Mapping[K, GivenAnswer | int]) -> list[K]:
    """Return the keys whose values are not the same; answers are the same only if they are the same object."""
    if before is now:
        return []
    changed = [key for key, value in now.items() if before.get(key) is not value]
    return changed + [key for key in before if key not in now]
