"""Rules that read a question which depends on them: by what it is calculated from, or by how it is reached."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.analysis.control import Control, TooManySteps
from chat_api.engine.analysis.reachability import Components, Exits
from chat_api.engine.analysis.style_warnings import Row
from chat_api.engine.logic import Logic
from chat_api.engine.script import CHOICE_TYPES, Question, QuestionType

#: The maximum number of dependencies that are followed from constraints, for a schema.
FOLLOWED_MAX: Final = 200_000
_SHOWN_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class _Node:
    """A part of the script that others depend on: of the question at `index`, or of none."""

    what: str
    index: int
    name: str = ""


@dataclass(slots=True)
class Circles:
    """The dependencies between the values, the visibility and the branching of questions.

    A variable at a place is what modifications before that place have made of it, so it depends on them.
    """

    logic: Logic
    deciders: Mapping[int, set[int]]
    numbers: dict[_Node, int] = field(default_factory=dict)
    steps: dict[int, list[int]] = field(default_factory=dict)
    #: The pairs of nodes of which the first has a rule that reads the second.
    reads: list[tuple[int, int]] = field(default_factory=list)
    followed_left: int = FOLLOWED_MAX
    _setters: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, logic: Logic, exits: Mapping[int, Exits]) -> Circles:
        """Return the dependencies in the script. Raises `TooManySteps`."""
        control = Control.of(logic.script, exits)
        circles = cls(logic, control.deciders())
        circles._add_modifications()
        for index, question in enumerate(logic.script.questions):
            branches = len(control.targets[index]) > 1
            circles._add_question(index, question, branches=branches)
        return circles

    def findings(self) -> Iterator[Row]:
        """Yield an error for each circle, at the first question with a rule in it. Raises `TooManySteps`."""
        nodes = list(self.numbers)
        # Each node after those that it depends on, except in circles, which have one rank.
        ranks: dict[int, int] = {}
        for rank, component in enumerate(Components(self.steps).all()):
            ranks.update(dict.fromkeys(component, rank))
        first: dict[int, tuple[int, int]] = {}
        for reader, read in self.reads:
            rank = ranks[reader]
            if rank == ranks[read] and (
                rank not in first or nodes[reader].index < nodes[first[rank][0]].index
            ):
                first[rank] = reader, read
        for reader, read in sorted(first.values(), key=lambda pair: nodes[pair[0]].index):
            yield self._finding([reader, *self._path(read, reader, ranks)], nodes)
        yield from self._judged_by_themselves(ranks, nodes)

    def _finding(self, path: Iterable[int], nodes: Sequence[_Node]) -> Row:
        questions = self.logic.script.questions
        qids = [questions[nodes[number].index].qid for number in path if nodes[number].index >= 0]
        shown = [qid for number, qid in enumerate(qids) if number == 0 or qid != qids[number - 1]]
        if len(shown) == 1:
            shown *= 2
        text = f"A rule of question with QID {qids[0]} depends on itself: {_arrows(shown)}"
        hint = (
            "Each question of this circle is read by a rule that decides about the one before it. Break it."
        )
        return "circle", qids[0], text, hint, "error"

    # What depends on what.

    def _number(self, what: str, index: int, name: str = "") -> int:
        node = _Node(what, index, name)
        number = self.numbers.setdefault(node, len(self.numbers))
        self.steps.setdefault(number, [])
        return number

    def _value(self, index: int) -> int:
        return self._number("value", index)

    def _add_question(self, index: int, question: Question, *, branches: bool) -> None:
        value, reach = self._value(index), self._number("reach", index)
        self.steps[value].append(reach)
        for decider in sorted(self.deciders.get(index, ())):
            self.steps[reach] += [self._number("branch", decider), self._number("reach", decider)]
        group = self.logic.group_of(question)
        for formula in self.logic.conditions(question):
            self._add_rule(reach, formula.source, question, index)
        if group is not None and group.repeat is not None and group.repeat.count:
            self._add_rule(reach, group.repeat.count, None, index)
        if question.type == QuestionType.CALCULATION and question.calculate:
            self._add_rule(value, question.calculate, question, index)
        if branches:
            branch = self._number("branch", index)
            self.steps[branch].append(reach)
            if question.type in CHOICE_TYPES:
                self.steps[branch].append(value)
            for rule in question.rules if question.type == QuestionType.FORK else ():
                self._add_rule(branch, rule.condition, question, index)
                self._add_rule(branch, rule.target, question, index)

    def _add_rule(self, reader: int, source: str, place: Question | None, index: int) -> None:
        for read in self._read(source, place, index):
            self.steps[reader].append(read)
            self.reads.append((reader, read))

    def _read(self, source: str, place: Question | None, index: int) -> Iterator[int]:
        """Yield the nodes that an expression reads at a question."""
        expression = self.logic.formula(source, place).expression
        if expression is None:
            return
        for name in sorted(expression.questions):
            yield self._value(self.logic.index_by_name[name])
        for name in sorted(expression.variables):
            before = [setter for setter in self._setters.get(name, ()) if setter < index][-1:]
            yield from (self._number("variable", setter, name) for setter in before)
        for name in sorted(expression.scores):
            yield self._score(name)

    def _score(self, name: str) -> int:
        node = _Node("score", -1, name)
        is_new = node not in self.numbers
        number = self._number("score", -1, name)
        score = next((each for each in self.logic.script.scores if each.name == name), None)
        if is_new and score is not None:
            self.steps[number] += self._read(score.expression, None, len(self.logic.script.questions))
        return number

    def _add_modifications(self) -> None:
        """Add each variable after each question that changes it, which depends on what it was before."""
        for index, question in enumerate(self.logic.script.questions):
            changes = [(each, False) for each in question.modifications]
            changes += [(each, True) for answer in question.answers for each in answer.modifications]
            for modification, by_answer in changes:
                name = modification.name
                setters = self._setters.setdefault(name, [])
                node = self._number("variable", index, name)
                self.steps[node] += [self._value(index) if by_answer else self._number("reach", index)]
                if setters and setters[-1] != index:
                    self.steps[node].append(self._number("variable", setters[-1], name))
                self.steps[node] += self._read(modification.expression, question, index)
                if not setters or setters[-1] != index:
                    setters.append(index)

    # Rules about the answer to a question.

    def _judged_by_themselves(self, ranks: Mapping[int, int], nodes: Sequence[_Node]) -> Iterator[Row]:
        """Yield an error for a constraint, or a condition of an answer, that reads what depends on its question."""
        for index, question in enumerate(self.logic.script.questions):
            own = self._value(index)
            checks = [constraint.check for constraint in question.constraints]
            conditions = [answer.show_if for answer in question.answers if answer.show_if]
            decides = dict.fromkeys(
                node for source in conditions for node in self._read(source, question, index)
            )
            judges = dict.fromkeys(node for source in checks for node in self._read(source, question, index))
            # A constraint sees its own question as it will be; which answers are offered is decided before.
            read = [*decides, *(node for node in judges if node != own)]
            path = next(filter(None, (self._path(node, own, ranks) for node in read)), None)
            if path:
                yield self._finding([own, *path], nodes)

    def _path(self, start: int, end: int, ranks: Mapping[int, int]) -> list[int]:
        """Return a shortest path between two nodes, both included; an empty one if there is none."""
        if ranks.get(start, -1) < ranks[end]:
            return []
        previous: dict[int, int] = {start: start}
        waiting = deque([start])
        while waiting and end not in previous:
            node = waiting.popleft()
            self.followed_left -= 1
            if self.followed_left < 0:
                raise TooManySteps
            for following in self.steps[node]:
                if ranks[following] >= ranks[end] and following not in previous:
                    previous[following] = node
                    waiting.append(following)
        if end not in previous:
            return []
        path = [end]
        while path[-1] != start:
            path.append(previous[path[-1]])
        return path[::-1]


def _arrows(qids: list[int]) -> str:
    shown = [str(qid) for qid in qids]
    if len(shown) > _SHOWN_MAX:
        shown = [*shown[:_SHOWN_MAX], "…", shown[-1]]
    return " -> ".join(shown)


def check_circles(logic: Logic, exits: Mapping[int, Exits]) -> Iterator[Row]:
    """Yield an error for each circle of rules and questions; a warning if they are too many to follow."""
    try:
        yield from Circles.of(logic, exits).findings()
    except TooManySteps:
        text = "Not all rules were checked for circles: the script branches too much."
        yield "bound_met", None, text, "Use fewer branches to have all of them checked.", "warning"
