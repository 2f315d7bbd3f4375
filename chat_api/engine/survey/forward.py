"""The state of a survey, continued from what changed, for scripts in which every question leads to later ones.

Questions are nodes in order of position. A node is computed from what leads to it, its answer, and the variables set
before it; so each node is computed at most once per change, in order, and only if something that it reads has changed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import compress
from typing import Any, Final

from chat_api.engine.expressions import ExpressionError, evaluate_compiled
from chat_api.engine.flow_events import EvaluationFailed
from chat_api.engine.numbers import to_int
from chat_api.engine.survey.forward_variables import VariablesBefore
from chat_api.engine.survey.plan import (
    NOWHERE,
    Exit,
    Formula,
    Node,
    Plan,
    Step,
    reads_of,
    targets_of,
    together,
)

_NOTHING: Final[Mapping[str, float]] = {}


class LeadsBack(Exception):
    """A fork leads to an earlier question, so the order of nodes is not that of positions."""


class ForwardState:
    """The nodes' states: all of them are computed at first, then those that a change affects."""

    def __init__(self, plan: Plan, answered: Mapping[int, tuple[int, ...]]) -> None:
        """Compute the state from all answers. Raises `LeadsBack`."""
        size = len(plan.nodes)
        self._plan = plan
        #: The ids of the chosen answers, by question id.
        self._answered = dict(answered)
        #: How many visible nodes lead to each node; the first one is always visible.
        self._reached = [0] * size
        self._visible = bytearray(size)
        self._targets: list[tuple[int, ...]] = [()] * size
        #: By node, the values of variables that it sets.
        self._written: dict[int, Mapping[str, float]] = {}
        self._failures: dict[int, list[EvaluationFailed]] = {}
        self._missing = 0
        #: By variable, in order, the nodes that set it, and visible ones that read it; made for the first change.
        self._writers: dict[str, list[int]] = {}
        self._readers: dict[str, list[int]] = {}
        self._is_indexed = False
        self._waiting: list[int] = []
        self._queued: set[int] = set()
        self._compute_all()

    @property
    def visible_indexes(self) -> Iterator[int]:
        """Return the indexes of the visible questions, by position."""
        return compress(range(len(self._visible)), self._visible)

    @property
    def visibility(self) -> tuple[int, ...]:
        """Return the qids of the visible questions, by position."""
        return tuple(compress(self._plan.qids, self._visible))

    @property
    def completed(self) -> bool:
        """Return whether all required questions among the visible ones are answered."""
        return not self._missing

    @property
    def variables(self) -> dict[str, float]:
        """Return the variables set by visible questions and the answers chosen on them."""
        found: dict[str, float] = {}
        for index in sorted(self._written):
            found.update(self._written[index])
        return found

    @property
    def failures(self) -> tuple[EvaluationFailed, ...]:
        """Return the failed expressions on which a visible fork could depend, and those of forks, in order."""
        last = max(
            (index for index in self.visible_indexes if self._plan.nodes[index].is_fork), default=NOWHERE
        )
        failed = (each for index in sorted(self._failures) if index <= last for each in self._failures[index])
        return tuple(dict.fromkeys(failed))

    def apply(self, changes: Mapping[int, tuple[int, ...] | None]) -> None:
        """Change answers, by question id; None removes one. Raises `LeadsBack`, and the state is then useless."""
        if not self._is_indexed:
            self._index()
        for question_id, chosen in changes.items():
            index = self._plan.indexes.get(question_id)
            if index is None:
                continue
            before = question_id in self._answered
            if chosen is None:
                self._answered.pop(question_id, None)
            else:
                self._answered[question_id] = chosen
            if not self._visible[index]:
                continue
            node = self._plan.nodes[index]
            if node.is_required:
                self._missing += before - (chosen is not None)
            if node.exits:
                self._queue(index)
        while self._waiting:
            index = heappop(self._waiting)
            self._queued.discard(index)
            self._compute(index)

    def _compute_all(self) -> None:
        """Compute the nodes in one pass: all variables before a node are those set so far."""
        reached, visible, targets, answered = self._reached, self._visible, self._targets, self._answered
        variables: dict[str, float] = {}
        reached[0] = 1
        for node in self._plan.nodes:
            index = node.index
            if not reached[index]:
                continue
            visible[index] = 1
            steps, following = node.steps, node.targets
            ids = answered.get(node.question_id)
            if ids is None:
                self._missing += node.is_required
            elif len(ids) == 1:
                # As of most questions: one answer, whose effect is prepared.
                chosen = node.exits.get(ids[0])
                if chosen is not None:
                    steps, following = chosen.all_steps, chosen.targets
            elif ids:
                steps, following = together(node, self._chosen(node))
            if steps:
                written = self._write(node, steps, variables)
                if written:
                    self._written[index] = written
            if node.is_fork:
                following = self._branch(node, variables)
            targets[index] = following
            for target in following:
                reached[target] += 1

    def _chosen(self, node: Node) -> Sequence[Exit]:
        ids = self._answered.get(node.question_id)
        if not ids or not node.exits:
            return ()
        return [node.exits[pk] for pk in ids if pk in node.exits]

    def _write(self, node: Node, steps: Iterable[Step], variables: Any) -> dict[str, float]:
        """Evaluate the modifications in order; `variables` has the results of earlier ones."""
        written: dict[str, float] = {}
        for step in steps:
            try:
                value = evaluate_compiled(step.formula.value, variables)
            except ExpressionError as error:
                self._fail(node, step.formula, error)
                continue
            written[step.name] = variables[step.name] = value
        return written

    def _fail(self, node: Node, formula: Formula, error: ExpressionError) -> None:
        failure = EvaluationFailed(self._plan.qids[node.index], formula.source, str(error))
        self._failures.setdefault(node.index, []).append(failure)

    def _branch(self, fork: Node, variables: Any) -> tuple[int, ...]:
        """Return where the first rule that holds leads."""
        for branch in fork.branches:
            formula = branch.condition
            try:
                if not evaluate_compiled(formula.value, variables):
                    continue
                if branch.targets is not None:
                    return branch.targets
                formula = branch.to
                return self._computed_target(fork, to_int(evaluate_compiled(formula.value, variables)))
            except ExpressionError as error:
                self._fail(fork, formula, error)
        return ()

    def _computed_target(self, fork: Node, qid: int) -> tuple[int, ...]:
        target = self._plan.index_by_qid.get(qid, NOWHERE) if qid > NOWHERE else NOWHERE
        if NOWHERE < target <= fork.index:
            raise LeadsBack
        return targets_of(target)

    def _index(self) -> None:
        for index in sorted(self._written):
            for name in self._written[index]:
                self._writers.setdefault(name, []).append(index)
        for index in self.visible_indexes:
            node = self._plan.nodes[index]
            for name in reads_of(node, self._chosen(node)):
                self._readers.setdefault(name, []).append(index)
        self._is_indexed = True

    def _queue(self, index: int) -> None:
        if index not in self._queued:
            self._queued.add(index)
            heappush(self._waiting, index)

    def _compute(self, index: int) -> None:
        node = self._plan.nodes[index]
        is_visible = self._reached[index] > 0 or not index
        if is_visible != self._visible[index]:
            self._visible[index] = is_visible
            if node.is_required and node.question_id not in self._answered:
                self._missing += 1 if is_visible else -1
        self._failures.pop(index, None)
        written: Mapping[str, float] = _NOTHING
        following: tuple[int, ...] = ()
        reads: frozenset[str] = frozenset()
        if is_visible:
            chosen = self._chosen(node)
            reads = reads_of(node, chosen)
            before = VariablesBefore(self._writers, self._written, index)
            steps, following = together(node, chosen)
            written = self._write(node, steps, before)
            if node.is_fork:
                following = self._branch(node, before)
        self._register(index, reads)
        self._change_variables(index, written)
        self._change_targets(index, following)

    def _register(self, index: int, reads: Iterable[str]) -> None:
        """Note which variables the node reads now."""
        for name in reads:
            readers = self._readers.setdefault(name, [])
            position = bisect_left(readers, index)
            if position == len(readers) or readers[position] != index:
                readers.insert(position, index)

    def _change_variables(self, index: int, written: Mapping[str, float]) -> None:
        before = self._written.get(index, _NOTHING)
        if not before and not written:
            return
        for name in {*before, *written}:
            old, new = before.get(name), written.get(name)
            # `==` would not distinguish -0.0 from 0.0.
            if old == new and (old or repr(old) == repr(new)):
                continue
            writers = self._writers.setdefault(name, [])
            if old is None:
                insort(writers, index)
            elif new is None:
                del writers[bisect_left(writers, index)]
            self._queue_readers(name, index, writers)
        if written:
            self._written[index] = written
        else:
            del self._written[index]

    def _queue_readers(self, name: str, index: int, writers: Sequence[int]) -> None:
        """Queue the nodes that read the variable after the node, up to the next one that sets it."""
        readers = self._readers.get(name)
        if not readers:
            return
        following = bisect_right(writers, index)
        last = bisect_right(readers, writers[following]) if following < len(writers) else len(readers)
        for reader in readers[bisect_right(readers, index) : last]:
            self._queue(reader)

    def _change_targets(self, index: int, following: tuple[int, ...]) -> None:
        before = self._targets[index]
        if before == following:
            return
        self._targets[index] = following
        for target in before:
            if target not in following:
                self._reached[target] -= 1
                if not self._reached[target]:
                    self._queue(target)
        for target in following:
            if target not in before:
                self._reached[target] += 1
                if self._reached[target] == 1:
                    self._queue(target)
