"""A script prepared for computing states of surveys: expressions compiled, and qids replaced by indexes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeVar

from chat_api.engine.expressions import ExpressionError, parse_uncached
from chat_api.engine.expressions.compiler import Closure
from chat_api.engine.script import (
    CHOICE_TYPES,
    NON_ANSWERABLE,
    Answer,
    Modification,
    Question,
    QuestionType,
    Script,
)

V = TypeVar("V")

#: The index that stands for the end, and for questions that do not exist.
NOWHERE: Final = -1
_KEY: Final = "survey"
#: A target that is the same whatever the variables.
QID: Final = re.compile(r"-?[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression."""

    source: str
    #: The variables that it reads.
    names: frozenset[str]
    #: The expression as a function of the variables; an invalid one raises `ExpressionError`.
    value: Closure


@dataclass(frozen=True, slots=True)
class Step:
    """Sets the variable `name`."""

    name: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Exit:
    """The effect of choosing an answer."""

    next: int
    steps: tuple[Step, ...]
    #: With those of its question, if it is the only one that was chosen.
    all_steps: tuple[Step, ...]
    targets: tuple[int, ...]
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class Branch:
    """A rule of a fork. `targets` has the index where the rule names a question by its number; else it is None."""

    condition: Formula
    to: Formula
    targets: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Node:
    """A question; all questions it leads to are later ones."""

    index: int
    question_id: int
    is_fork: bool
    is_required: bool
    next: int
    steps: tuple[Step, ...]
    exits: Mapping[int, Exit]
    branches: tuple[Branch, ...]
    #: Without a chosen answer.
    targets: tuple[int, ...]
    #: The variables that it reads whatever is chosen.
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes of a script in order of position."""

    nodes: tuple[Node, ...]
    #: The index by question id.
    indexes: Mapping[int, int]
    qids: tuple[int, ...]
    index_by_qid: Mapping[int, int]
    #: Whether no question leads to an earlier one, or to itself.
    is_forward: bool = field(default=True)

    @classmethod
    def of(cls, script: Script) -> Plan:
        """Return the plan of the script, which is kept with it."""
        kept = script.prepared.get(_KEY)
        if isinstance(kept, Plan):
            return kept
        plan = script.prepared[_KEY] = _Preparation(script).plan()
        return plan


def targets_of(*following: int) -> tuple[int, ...]:
    """Return the indexes, each once, without `NOWHERE`."""
    return tuple(dict.fromkeys(index for index in following if index > NOWHERE))


class _Preparation:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.formulas: dict[str, Formula] = {}
        # The answers of a script do much the same: what is equal is kept once, in a fraction of the memory.
        self.known_steps: dict[tuple[Modification, ...], tuple[Step, ...]] = {}
        self.values: dict[Any, Any] = {}
        self.is_forward = True

    def plan(self) -> Plan:
        questions = self.script.questions
        nodes = tuple(self.node(index, question) for index, question in enumerate(questions))
        return Plan(
            nodes=nodes,
            indexes={question.id: index for index, question in enumerate(questions)},
            qids=tuple(question.qid for question in questions),
            index_by_qid=self.script.index_by_qid,
            is_forward=self.is_forward,
        )

    def node(self, index: int, question: Question) -> Node:
        is_fork = question.type == QuestionType.FORK
        steps = self.steps(question.modifications)
        following = NOWHERE if is_fork else self.place(index, question.next_qid)
        exits: dict[int, Exit] = {}
        if question.type in CHOICE_TYPES:
            exits = {answer.id: self.exit(index, answer, following, steps) for answer in question.answers}
        branches = tuple(self.branches(index, question)) if is_fork else ()
        read = [step.formula for step in steps]
        read += [formula for branch in branches for formula in (branch.condition, branch.to)]
        return Node(
            index=index,
            question_id=question.id,
            is_fork=is_fork,
            is_required=question.required and question.type not in NON_ANSWERABLE,
            next=following,
            steps=steps,
            exits=exits,
            branches=branches,
            targets=self.shared(targets_of(following)),
            reads=self.shared(frozenset().union(*(formula.names for formula in read))),
        )

    def exit(self, index: int, answer: Answer, following: int, steps: tuple[Step, ...]) -> Exit:
        own, target = self.steps(answer.modifications), self.place(index, answer.next_qid)
        return Exit(
            next=target,
            steps=own,
            all_steps=(*steps, *own) if steps else own,
            targets=self.shared(targets_of(following, target)),
            reads=self.shared(frozenset().union(*(step.formula.names for step in own))),
        )

    def branches(self, index: int, question: Question) -> Iterable[Branch]:
        for rule in question.rules:
            to = self.formula(rule.target)
            targets = None
            if QID.fullmatch(rule.target):
                targets = self.shared(targets_of(self.place(index, int(rule.target))))
            yield Branch(self.formula(rule.condition), to, targets)

    def place(self, index: int, qid: int | None) -> int:
        target = NOWHERE if qid is None or qid < 0 else self.script.index_by_qid.get(qid, NOWHERE)
        if NOWHERE < target <= index:
            self.is_forward = False
        return target

    def steps(self, modifications: tuple[Modification, ...]) -> tuple[Step, ...]:
        found = self.known_steps.get(modifications)
        if found is None:
            found = tuple(Step(each.name, self.formula(each.expression)) for each in modifications)
            self.known_steps[modifications] = found
        return found

    def shared(self, value: V) -> V:
        """Return the first of equal values."""
        first: V = self.values.setdefault(value, value)
        return first

    def formula(self, source: str) -> Formula:
        found = self.formulas.get(source)
        if found is None:
            try:
                parsed = parse_uncached(source)
                found = Formula(source, parsed.names, parsed.value)
            except ExpressionError as error:
                found = Formula(source, frozenset(), _invalid(str(error)))
            self.formulas[source] = found
        return found


def _invalid(reason: str) -> Closure:
    def fail(variables: Any) -> NoReturn:
        raise ExpressionError(reason)

    return fail


def together(node: Node, chosen: Sequence[Exit]) -> tuple[tuple[Step, ...], tuple[int, ...]]:
    """Return the modifications of the question with these answers, and where they lead."""
    if len(chosen) == 1:
        return chosen[0].all_steps, chosen[0].targets
    steps = node.steps
    for each in chosen:
        steps += each.steps
    return steps, targets_of(node.next, *(each.next for each in chosen))


def reads_of(node: Node, chosen: Iterable[Exit]) -> frozenset[str]:
    """Return the variables that the question reads with these answers."""
    return node.reads.union(*(each.reads for each in chosen))
