"""Reachability of the questions of a script, and its cycles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from chat_api.engine.analysis.variable_values import VariableValues
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.numbers import to_int
from chat_api.engine.script import CHOICE_TYPES, END, PASSED_TYPES, Question, QuestionType, Rule, Script
from chat_api.engine.walker import qid_beyond

#: Longer cycles are abbreviated.
_PATH_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Exits:
    """The targets of a question: these qids, any qid (`anywhere`), the end of the script (`ends`).

    `stated` are the qids that its answers or rules state, whether or not they can be reached. Of a fork,
    `never_chosen` are the rules that are never applied, `undecided` those that can lead to several qids.
    """

    qids: tuple[int, ...] = ()
    stated: frozenset[int] = frozenset()
    anywhere: bool = False
    ends: bool = False
    never_chosen: tuple[Rule, ...] = ()
    undecided: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """The qids of a cycle, the first one repeated at the end; `certain` if nothing leads out of it."""

    path: tuple[int, ...]
    certain: bool


def exits_of(question: Question, values: VariableValues) -> Exits:
    """Return the targets of the question, except those that certainly cannot be reached."""
    if question.type == QuestionType.FORK:
        return _fork_exits(question, values)
    nexts = [question.next_qid]
    if question.type in CHOICE_TYPES and question.answers:
        # In surveys the question's own next question follows as well; an empty one does not end the script.
        own = [] if question.next_qid is None else nexts
        nexts = [*own, *(answer.next_qid for answer in question.answers)]
    qids = dict.fromkeys(qid for qid in nexts if qid is not None and qid > END)
    return Exits(tuple(qids), frozenset(qids), ends=any(qid is None or qid <= END for qid in nexts))


def all_exits(script: Script, values: VariableValues) -> dict[int, Exits]:
    """Return the targets of all questions by index, those of hidden and skipped ones among them."""
    shown = {group.id: group.show_if is None for group in script.groups}
    exits = {}
    for index, question in enumerate(script.questions):
        found = exits_of(question, values)
        can_be_passed = question.show_if or question.skip or not shown.get(question.group_id or 0, True)
        if script.is_typed and can_be_passed:
            qid = qid_beyond(script, question)
            ends = qid is None or qid <= END
            beyond = () if qid is None or ends or qid in found.qids else (qid,)
            found = replace(found, qids=(*found.qids, *beyond), ends=found.ends or ends)
        exits[index] = found
    return exits


def _fork_exits(fork: Question, values: VariableValues) -> Exits:
    qids: dict[int, None] = {}
    stated: set[int] = set()
    anywhere = decided = ends = False
    never_chosen, undecided = [], []
    for rule in fork.rules:
        try:
            condition = values.estimate(rule.condition, fork)
            target = values.estimate(rule.target, fork)
        except ExpressionError:
            continue
        found = {to_int(value) for value in target.values or ()}
        if len(found) == 1:
            stated.update(qid for qid in found if qid > END)
        if decided or condition.truth is False:
            never_chosen.append(rule)
            continue
        if target.values is None:
            anywhere = True
            undecided.append(rule)
        else:
            qids.update(dict.fromkeys(sorted(qid for qid in found if qid > END)))
            ends = ends or any(qid <= END for qid in found)
            if len(found) > 1:
                undecided.append(rule)
        decided = condition.truth is True and not target.may_fail
    return Exits(
        tuple(qids), frozenset(stated), anywhere, ends or not decided, tuple(never_chosen), tuple(undecided)
    )


def targets_of(rule: Rule, fork: Question, values: VariableValues) -> set[int]:
    """Return the qids that the rule can lead to; none where these are not known one by one."""
    try:
        target = values.estimate(rule.target, fork)
    except ExpressionError:
        return set()
    return {to_int(value) for value in target.values or ()}


def reachable(script: Script, exits: Mapping[int, Exits], starts: Iterable[int]) -> set[int]:
    """Return the indexes of the questions that can be reached from those at `starts`; `exits` are by index."""
    found: set[int] = set()
    waiting = list(starts)
    while waiting:
        index = waiting.pop()
        if index in found:
            continue
        found.add(index)
        if exits[index].anywhere:
            return set(range(len(script.questions)))
        known = script.index_by_qid
        waiting += [known[qid] for qid in exits[index].qids if qid in known]
    return found


def silent_loops(script: Script, exits: Mapping[int, Exits]) -> list[Loop]:
    """Return a cycle for each strongly connected component of questions that do not wait, by position."""
    silent = {index for index, question in enumerate(script.questions) if question.type in PASSED_TYPES}
    anywhere = len(script.questions)
    known = script.index_by_qid
    steps: dict[int, list[int]] = {anywhere: sorted(silent)}
    for index in silent:
        steps[index] = [known[qid] for qid in exits[index].qids if known.get(qid) in silent]
        if exits[index].anywhere:
            steps[index].append(anywhere)
    found = []
    for component in Components(steps).all():
        members = set(component) - {anywhere}
        first = min(members, default=anywhere)
        if first == anywhere or (len(component) == 1 and first not in steps[first]):
            continue
        certain = all(_has_no_exit(script, exits[index], members) for index in members)
        path = [index for index in shortest_cycle(first, set(component), steps) if index != anywhere]
        found.append((first, Loop(tuple(script.questions[index].qid for index in path), certain)))
    return [loop for _, loop in sorted(found, key=lambda pair: pair[0])]


def endless_loops(script: Script, exits: Mapping[int, Exits]) -> list[Loop]:
    """Return a cycle for each component that waits for answers and cannot reach the end, by position."""
    known = script.index_by_qid
    steps = {index: [known[qid] for qid in exit_.qids if qid in known] for index, exit_ in exits.items()}
    # A script also ends where the next question is missing.
    ending = [
        index
        for index, exit_ in exits.items()
        if exit_.ends or exit_.anywhere or not known.keys() >= set(exit_.qids)
    ]
    leading: dict[int, list[int]] = {}
    for index, followers in steps.items():
        for follower in followers:
            leading.setdefault(follower, []).append(index)
    can_end: set[int] = set()
    while ending:
        index = ending.pop()
        if index not in can_end:
            can_end.add(index)
            ending += leading.get(index, ())
    found = []
    for component in Components({index: steps[index] for index in steps if index not in can_end}).all():
        first, members = min(component), set(component)
        is_cycle = len(component) > 1 or first in steps[first]
        # A component with an exit leads to another one, which is reported instead.
        is_terminal = all(follower in members for index in component for follower in steps[index])
        if (
            is_cycle
            and is_terminal
            and any(script.questions[index].type not in PASSED_TYPES for index in component)
        ):
            path = shortest_cycle(first, members, steps)
            found.append((first, Loop(tuple(script.questions[index].qid for index in path), certain=True)))
    return [loop for _, loop in sorted(found, key=lambda pair: pair[0])]


def path_text(path: Sequence[int]) -> str:
    """Return the qids of a cycle as a text; of a long one, the first ones and the last."""
    shown = [str(qid) for qid in path]
    if len(shown) > _PATH_MAX:
        shown = [*shown[:_PATH_MAX], "…", shown[-1]]
    return " -> ".join(shown)


def _has_no_exit(script: Script, exits: Exits, members: set[int]) -> bool:
    inside = all(script.index_by_qid.get(qid) in members for qid in exits.qids)
    return inside and not exits.anywhere and not exits.ends


def shortest_cycle(first: int, component: set[int], steps: Mapping[int, list[int]]) -> list[int]:
    """Return a shortest path from `first` back to `first` inside the component."""
    previous: dict[int, int] = {}
    waiting = deque([first])
    while waiting:
        index = waiting.popleft()
        for following in steps[index]:
            if following == first:
                path = [first, index]
                while path[-1] != first:
                    path.append(previous[path[-1]])
                return path[::-1]
            if following in component and following not in previous:
                previous[following] = index
                waiting.append(following)
    return []


@dataclass(slots=True)
class Components:
    """The strongly connected components of a graph, by Tarjan's algorithm without recursion."""

    steps: Mapping[int, list[int]]
    numbers: dict[int, int] = field(default_factory=dict)
    lowest: dict[int, int] = field(default_factory=dict)
    stack: list[int] = field(default_factory=list)
    stacked: set[int] = field(default_factory=set)

    def all(self) -> list[list[int]]:
        """Return all components, in reverse topological order; single nodes included."""
        found: list[list[int]] = []
        for root in self.steps:
            if root not in self.numbers:
                self._walk(root, found)
        return found

    def _walk(self, root: int, found: list[list[int]]) -> None:
        trail = [(root, iter(self.steps[root]))]
        self._enter(root)
        while trail:
            node, followers = trail[-1]
            for follower in followers:
                if follower not in self.numbers:
                    self._enter(follower)
                    trail.append((follower, iter(self.steps[follower])))
                    break
                if follower in self.stacked:
                    self.lowest[node] = min(self.lowest[node], self.numbers[follower])
            else:
                trail.pop()
                if trail:
                    parent = trail[-1][0]
                    self.lowest[parent] = min(self.lowest[parent], self.lowest[node])
                if self.lowest[node] == self.numbers[node]:
                    found.append(self._leave(node))

    def _enter(self, node: int) -> None:
        self.numbers[node] = self.lowest[node] = len(self.numbers)
        self.stack.append(node)
        self.stacked.add(node)

    def _leave(self, node: int) -> list[int]:
        component: list[int] = []
        while not component or component[-1] != node:
            component.append(self.stack.pop())
            self.stacked.discard(component[-1])
        return component
