"""Where a script can go: which questions can be reached, and where it would go round without asking."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chat_api.engine.analysis.variable_values import Effects
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.numbers import whole
from chat_api.engine.script import CHOICE_TYPES, END, PASSED_TYPES, Question, QuestionType, Rule, Script


@dataclass(frozen=True, slots=True)
class Exits:
    """Where a question may lead: to these qids, to some that is computed (`anywhere`), to the end (`ends`).

    `named` are the qids that are written down, whether or not anything can lead there. Of a fork, `idle` are
    the rules that never decide, `undecided` those that may lead to several qids.
    """

    qids: tuple[int, ...] = ()
    named: frozenset[int] = frozenset()
    anywhere: bool = False
    ends: bool = False
    idle: tuple[Rule, ...] = ()
    undecided: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """Qids of a way round on which nothing is asked; `certain` if it cannot be left."""

    path: tuple[int, ...]
    certain: bool


def exits_of(question: Question, effects: Effects) -> Exits:
    """Give where the question may lead, leaving out only what is certain never to happen."""
    if question.type == QuestionType.FORK:
        return _fork_exits(question.rules, effects)
    nexts = [question.next_qid]
    if question.type in CHOICE_TYPES and question.answers:
        # Its own next question is where a survey goes on, too; without one that is no end.
        own = [] if question.next_qid is None else nexts
        nexts = [*own, *(answer.next_qid for answer in question.answers)]
    qids = dict.fromkeys(qid for qid in nexts if qid is not None and qid > END)
    return Exits(tuple(qids), frozenset(qids), ends=any(qid is None or qid <= END for qid in nexts))


def _fork_exits(rules: Iterable[Rule], effects: Effects) -> Exits:
    qids: dict[int, None] = {}
    named: set[int] = set()
    anywhere = decided = ends = False
    idle, undecided = [], []
    for rule in rules:
        try:
            condition, target = effects.prospect(rule.condition), effects.prospect(rule.target)
        except ExpressionError:
            continue
        found = {whole(value) for value in target.values or ()}
        if len(found) == 1:
            named.update(qid for qid in found if qid > END)
        if decided or condition.truth is False:
            idle.append(rule)
            continue
        if target.values is None:
            anywhere = True
            undecided.append(rule)
        else:
            qids.update(dict.fromkeys(sorted(qid for qid in found if qid > END)))
            ends = ends or any(qid <= END for qid in found)
            if len(found) > 1:
                undecided.append(rule)
        decided = condition.truth is True and not target.fails
    return Exits(tuple(qids), frozenset(named), anywhere, ends or not decided, tuple(idle), tuple(undecided))


def reachable(script: Script, exits: Mapping[int, Exits], starts: Iterable[int]) -> set[int]:
    """Give the places that a script started at these places may come to; `exits` are by place."""
    found: set[int] = set()
    waiting = list(starts)
    while waiting:
        place = waiting.pop()
        if place in found:
            continue
        found.add(place)
        if exits[place].anywhere:
            return set(range(len(script.questions)))
        known = script.places_by_qid
        waiting += [known[qid] for qid in exits[place].qids if qid in known]
    return found


def loops(script: Script, exits: Mapping[int, Exits]) -> list[Loop]:
    """Give a way round for each knot of questions that ask nothing, by position."""
    silent = {place for place, question in enumerate(script.questions) if question.type in PASSED_TYPES}
    anywhere = len(script.questions)
    known = script.places_by_qid
    steps: dict[int, list[int]] = {anywhere: sorted(silent)}
    for place in silent:
        steps[place] = [known[qid] for qid in exits[place].qids if known.get(qid) in silent]
        if exits[place].anywhere:
            steps[place].append(anywhere)
    found = []
    for knot in Knots(steps).all():
        members = set(knot) - {anywhere}
        first = min(members, default=anywhere)
        if first == anywhere or (len(knot) == 1 and first not in steps[first]):
            continue
        certain = all(_stays(script, exits[place], members) for place in members)
        path = [place for place in _way_round(first, set(knot), steps) if place != anywhere]
        found.append((first, Loop(tuple(script.questions[place].qid for place in path), certain)))
    return [loop for _, loop in sorted(found, key=lambda pair: pair[0])]


def endless(script: Script, exits: Mapping[int, Exits]) -> list[Loop]:
    """Return a way round for each knot that asks something and from which nothing leads to the end, by position."""
    known = script.places_by_qid
    steps = {place: [known[qid] for qid in exit_.qids if qid in known] for place, exit_ in exits.items()}
    # What leads to a question that is not there ends there, too.
    ending = [
        place
        for place, exit_ in exits.items()
        if exit_.ends or exit_.anywhere or not known.keys() >= set(exit_.qids)
    ]
    leading: dict[int, list[int]] = {}
    for place, followers in steps.items():
        for follower in followers:
            leading.setdefault(follower, []).append(place)
    can_end: set[int] = set()
    while ending:
        place = ending.pop()
        if place not in can_end:
            can_end.add(place)
            ending += leading.get(place, ())
    found = []
    for knot in Knots({place: steps[place] for place in steps if place not in can_end}).all():
        first, members = min(knot), set(knot)
        goes_round = len(knot) > 1 or first in steps[first]
        # What leaves the knot comes to another one, which is told.
        last = all(follower in members for place in knot for follower in steps[place])
        if goes_round and last and any(script.questions[place].type not in PASSED_TYPES for place in knot):
            path = _way_round(first, members, steps)
            found.append((first, Loop(tuple(script.questions[place].qid for place in path), certain=True)))
    return [loop for _, loop in sorted(found, key=lambda pair: pair[0])]


def _stays(script: Script, exits: Exits, members: set[int]) -> bool:
    inside = all(script.places_by_qid.get(qid) in members for qid in exits.qids)
    return inside and not exits.anywhere and not exits.ends


def _way_round(first: int, knot: set[int], steps: Mapping[int, list[int]]) -> list[int]:
    """Give a shortest way from `first` back to it, inside the knot."""
    came_from: dict[int, int] = {}
    waiting = deque([first])
    while waiting:
        place = waiting.popleft()
        for following in steps[place]:
            if following == first:
                path = [first, place]
                while path[-1] != first:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if following in knot and following not in came_from:
                came_from[following] = place
                waiting.append(following)
    return []


@dataclass(slots=True)
class Knots:
    """The strongly connected parts of a graph, by Tarjan's method without recursion."""

    steps: Mapping[int, list[int]]
    numbers: dict[int, int] = field(default_factory=dict)
    lowest: dict[int, int] = field(default_factory=dict)
    stack: list[int] = field(default_factory=list)
    stacked: set[int] = field(default_factory=set)

    def all(self) -> list[list[int]]:
        """Give them, single nodes too."""
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
        knot: list[int] = []
        while not knot or knot[-1] != node:
            knot.append(self.stack.pop())
            self.stacked.discard(knot[-1])
        return knot
