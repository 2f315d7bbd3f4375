"""The order in which the nodes of a survey are computed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from chat_api.engine.script import QuestionType
from chat_api.engine.survey.layout import Layout
from chat_api.engine.survey.plan import NOWHERE, QID
from chat_api.engine.survey.typed_nodes import TypedNode


class Order:
    """The order of nodes: each after the ones that lead to it, that it reads, and that set variables for it.

    To keep the number of edges small, a variable after the k-th node that sets it is a node of its own, which depends
    on that one and on the variable before; and so is what rules with computed targets lead to, which is any question.
    """

    def __init__(self, layout: Layout, nodes: tuple[TypedNode, ...]) -> None:
        self._layout, self._nodes = layout, nodes
        #: By name, see `reading`, the nodes that have it.
        self._named: dict[str, list[int]] = {}
        for node in nodes:
            for name in filter(None, (node.own_name, node.list_name)):
                self._named.setdefault(name, []).append(node.index)
        self._anywhere = len(nodes)
        #: By node, its place among those that are ready at the same time.
        self._priorities = [*range(len(nodes)), NOWHERE]
        self._following: list[list[int]] = [[] for _ in range(len(nodes) + 1)]
        self._setters: dict[str, list[int]] = {}
        #: The nodes of a variable, each after the setter at the same place of `_setters`.
        self._after: dict[str, list[int]] = {}

    def ranks(self) -> tuple[tuple[int, ...], int]:
        """Return the place of each question, and how many are on a circle or after one: positions decide there."""
        self._add_variables()
        for node in self._nodes:
            self._add_targets(node)
            for name in node.names:
                for read in self._named.get(name, ()):
                    self._add_edge(read, node.index)
            for name in node.variables & self._setters.keys():
                before = bisect_left(self._setters[name], node.index)
                if before:
                    self._add_edge(self._after[name][before - 1], node.index)
        ordered = [found for found in self._in_order() if found < self._anywhere]
        done = set(ordered)
        left = [index for index in range(self._anywhere) if index not in done]
        ranks = [0] * self._anywhere
        for rank, index in enumerate((*ordered, *left)):
            ranks[index] = rank
        return tuple(ranks), len(left)

    def _add_edge(self, first: int, then: int) -> None:
        self._following[first].append(then)

    def _add_variables(self) -> None:
        for node in self._nodes:
            modifications = node.question.modifications
            for answer in node.question.answers:
                modifications += answer.modifications
            for name in dict.fromkeys(each.name for each in modifications):
                after = len(self._following)
                self._following.append([])
                self._priorities.append(node.index)
                self._add_edge(node.index, after)
                if name in self._after:
                    self._add_edge(self._after[name][-1], after)
                self._setters.setdefault(name, []).append(node.index)
                self._after.setdefault(name, []).append(after)

    def _add_targets(self, node: TypedNode) -> None:
        targets = {*node.targets, *node.exits.values()}
        if node.conditions or node.part is not None:
            targets.update(node.targets_if_hidden)
        is_computed = False
        for rule in node.question.rules if node.question.type == QuestionType.FORK else ():
            if QID.fullmatch(rule.target):
                targets.add(self._layout.target(node.index, int(rule.target)))
            else:
                is_computed = True
        for target in targets - {NOWHERE, node.index}:
            self._add_edge(node.index, target)
        if is_computed:
            self._add_edge(node.index, self._anywhere)
            if not self._following[self._anywhere]:
                self._following[self._anywhere] += range(self._anywhere)

    def _in_order(self) -> Iterator[int]:
        open_edges = [0] * len(self._following)
        for targets in self._following:
            for target in targets:
                open_edges[target] += 1
        ready = [(self._priorities[found], found) for found, count in enumerate(open_edges) if not count]
        heapify(ready)
        while ready:
            _, found = heappop(ready)
            yield found
            for target in self._following[found]:
                open_edges[target] -= 1
                if not open_edges[target]:
                    heappush(ready, (self._priorities[target], target))
