"""A script with names, prepared for states of surveys: what each question reads, leads to, and comes after."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

from chat_api.engine.logic import Formula, Logic
from chat_api.engine.script import CHOICE_TYPES, NON_ANSWERABLE, Question, QuestionType
from chat_api.engine.survey.plan import NOWHERE, QID, targets_of

_KEY: Final = "typed survey"


@dataclass(frozen=True, slots=True)
class TypedNode:
    """A question, and where it leads; questions are known by their index."""

    index: int
    question: Question
    conditions: tuple[Formula, ...]
    is_required: bool
    #: Where it leads while it is visible, and while it is hidden.
    targets: tuple[int, ...]
    targets_if_hidden: tuple[int, ...]
    #: Where each answer leads besides, by the id of the answer.
    exits: Mapping[int, int]
    #: The names and variables that its visibility, value, modifications and targets may depend on.
    names: frozenset[str]
    variables: frozenset[str]


@dataclass(frozen=True, slots=True)
class TypedPlan:
    """The nodes by position, and the order in which they are computed."""

    logic: Logic
    nodes: tuple[TypedNode, ...]
    #: By index, the place in the order: after all that the node depends on, except those on a circle.
    ranks: tuple[int, ...]
    #: How many nodes are on a circle, or after one.
    on_circles: int
    #: By name of a question, and by variable, the indexes of the nodes that may read it, ascending.
    readers: Mapping[str, tuple[int, ...]]
    variable_readers: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, logic: Logic) -> TypedPlan:
        """Return the plan of the script, which is kept with it."""
        kept = logic.script.prepared.get(_KEY)
        if isinstance(kept, TypedPlan) and kept.logic is logic:
            return kept
        nodes = tuple(_node(logic, index) for index in range(len(logic.script.questions)))
        ranks, on_circles = _Order(logic, nodes).ranks()
        plan = logic.script.prepared[_KEY] = cls(
            logic=logic,
            nodes=nodes,
            ranks=ranks,
            on_circles=on_circles,
            readers=_by_name((node.index, node.names) for node in nodes),
            variable_readers=_by_name((node.index, node.variables) for node in nodes),
        )
        return plan


def _by_name(reads: Iterable[tuple[int, frozenset[str]]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for index, names in reads:
        for name in names:
            found.setdefault(name, []).append(index)
    return {name: tuple(indexes) for name, indexes in found.items()}


def _node(logic: Logic, index: int) -> TypedNode:
    script = logic.script
    question = script.questions[index]
    is_choice = question.type in CHOICE_TYPES
    following = () if question.type == QuestionType.FORK else targets_of(_place(logic, question.next_qid))
    beyond = targets_of(_place(logic, question.next_qid))
    if is_choice and question.next_qid is None:
        beyond = (index + 1,) if index + 1 < len(script.questions) else ()
    expressions = [
        formula.expression for formula in _formulas(logic, question) if formula.expression is not None
    ]
    names = frozenset[str]().union(*(each.questions for each in expressions))
    return TypedNode(
        index=index,
        question=question,
        conditions=logic.conditions(question),
        is_required=question.required and question.type not in NON_ANSWERABLE,
        targets=following,
        targets_if_hidden=beyond,
        exits={answer.id: _place(logic, answer.next_qid) for answer in question.answers} if is_choice else {},
        # Its own value is there for the modifications of its answers, and known when they are evaluated.
        names=names - {question.name or ""},
        variables=frozenset[str]().union(*(each.variables for each in expressions)),
    )


def _place(logic: Logic, qid: int | None) -> int:
    return NOWHERE if qid is None or qid < 0 else logic.script.index_by_qid.get(qid, NOWHERE)


def _formulas(logic: Logic, question: Question) -> Iterator[Formula]:
    """Yield all expressions but those of limits and constraints, on which no question depends."""
    yield from logic.conditions(question)
    sources = [question.calculate if question.type == QuestionType.CALCULATION else None]
    sources += [each.expression for each in question.modifications]
    if question.type == QuestionType.FORK:
        sources += [source for rule in question.rules for source in (rule.condition, rule.target)]
    if question.type in CHOICE_TYPES:
        for answer in question.answers:
            sources += [answer.show_if, *(each.expression for each in answer.modifications)]
    for source in sources:
        if source:
            yield logic.formula(source, question)


class _Order:
    """The order of nodes: each after the ones that lead to it, that it reads, and that set variables for it.

    To keep the number of edges small, a variable after the k-th node that sets it is a node of its own, which depends
    on that one and on the variable before; and so is what rules with computed targets lead to, which is any question.
    """

    def __init__(self, logic: Logic, nodes: tuple[TypedNode, ...]) -> None:
        self._logic, self._nodes = logic, nodes
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
                self._add_edge(self._logic.index_by_name[name], node.index)
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
        if node.conditions:
            targets.update(node.targets_if_hidden)
        is_computed = False
        for rule in node.question.rules if node.question.type == QuestionType.FORK else ():
            if QID.fullmatch(rule.target):
                targets.add(_place(self._logic, int(rule.target)))
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
