"""The nodes of a script with names: its questions at their places, what each reads, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chat_api.engine.expressions.language import Expression
from chat_api.engine.logic import Formula, Logic
from chat_api.engine.repeats import RepeatedGroup
from chat_api.engine.script import CHOICE_TYPES, NON_ANSWERABLE, Question, QuestionType
from chat_api.engine.survey.layout import Layout, Slot
from chat_api.engine.survey.plan import targets_of


@dataclass(frozen=True, slots=True)
class TypedNode:
    """A question at its place, and where it leads; nodes are known by their index.

    The questions of a repeated group have a node in each of its instances. Before them is a node, the entry, whose
    value is the number of instances that count, and which leads to the first question of each.
    """

    index: int
    question: Question
    #: The index of the question in the script.
    origin: int
    #: The repeated group, and the instance there, from 1; None and 0 outside.
    part: RepeatedGroup | None
    place: int
    #: The entry of its group.
    entry: int | None
    is_entry: bool
    #: Whether it is only there for chats.
    is_never_shown: bool
    conditions: tuple[Formula, ...]
    is_required: bool
    #: Where it leads while it is visible, and while it is hidden.
    targets: tuple[int, ...]
    targets_if_hidden: tuple[int, ...]
    #: Where each answer leads besides, by the id of the answer.
    exits: Mapping[int, int]
    #: By what its visibility, value, modifications and targets may depend on: names, see `reading`, and variables.
    names: frozenset[str]
    variables: frozenset[str]
    #: Whether any of these may change with the time of the last change.
    reads_clock: bool
    #: The same for what its limits and constraints depend on; `is_checked` is whether it has some.
    is_checked: bool
    checked_names: frozenset[str]
    checked_variables: frozenset[str]
    #: Whether an expression about answers to it reads the list of them in all instances.
    reads_own_list: bool
    #: What others call its answer: at its place, and in the list of all instances; empty without a name.
    own_name: str
    list_name: str


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of a layout."""

    logic: Logic
    layout: Layout

    def all(self) -> Iterator[TypedNode]:
        """Yield the nodes by position."""
        entry: int | None = None
        for index, slot in enumerate(self.layout.slots):
            if slot.is_entry:
                entry = index
                yield self._entry(index, slot)
            else:
                yield self._node(index, slot, entry if slot.part is not None else None)

    def _entry(self, index: int, slot: Slot) -> TypedNode:
        count = None if slot.part is None else slot.part.repeat.count
        expressions = [] if count is None else _compiled([self.logic.formula(count)])
        return TypedNode(
            index=index,
            question=slot.question,
            origin=slot.origin,
            part=slot.part,
            place=0,
            entry=None,
            is_entry=True,
            is_never_shown=True,
            conditions=(),
            is_required=False,
            targets=tuple(self.layout.firsts(index)),
            targets_if_hidden=(),
            exits={},
            names=self._read(expressions, slot),
            variables=_variables(expressions),
            reads_clock=any(each.reads_clock for each in expressions),
            is_checked=False,
            checked_names=frozenset(),
            checked_variables=frozenset(),
            reads_own_list=False,
            own_name="",
            list_name="",
        )

    def _node(self, index: int, slot: Slot, entry: int | None) -> TypedNode:
        question, layout, part = slot.question, self.layout, slot.part
        is_choice = question.type in CHOICE_TYPES
        beyond = targets_of(layout.target(index, question.next_qid))
        following = () if question.type == QuestionType.FORK else beyond
        if is_choice and question.next_qid is None:
            following, beyond = (), targets_of(layout.below(index))
        expressions = _compiled(_formulas(self.logic, question))
        checks = _compiled(self.logic.checks(question))
        own_name = reading(question.name, part, slot.place) if question.name else ""
        list_name = reading(question.name, part, 0) if question.name and part is not None else ""
        exits = {answer.id: layout.target(index, answer.next_qid) for answer in question.answers}
        return TypedNode(
            index=index,
            question=question,
            origin=slot.origin,
            part=part,
            place=slot.place,
            entry=entry,
            is_entry=False,
            is_never_shown=part is not None and part.is_add(question),
            conditions=self.logic.conditions(question),
            is_required=question.required and question.type not in NON_ANSWERABLE,
            targets=following,
            targets_if_hidden=beyond,
            exits=exits if is_choice else {},
            # Its own value is there for the modifications of its answers, and known when they are evaluated.
            names=self._read(expressions, slot) - {own_name},
            variables=_variables(expressions),
            reads_clock=any(each.reads_clock for each in expressions),
            is_checked=bool(question.limits or question.constraints),
            checked_names=self._read(checks, slot),
            checked_variables=_variables(checks),
            reads_own_list=part is not None
            and any(question.name in each.lists for each in _compiled(_about_answers(self.logic, question))),
            own_name=own_name,
            list_name=list_name,
        )

    def _read(self, expressions: Iterable[Expression], slot: Slot) -> frozenset[str]:
        """Return the names that expressions read at a slot, see `reading`."""
        found = set()
        for expression in expressions:
            for name in expression.questions:
                part = self.layout.part_of(self.logic.index_by_name[name])
                is_own = part is not None and part is slot.part and name not in expression.lists
                found.add(reading(name, part, slot.place if is_own else 0))
        return frozenset(found)


def _compiled(formulas: Iterable[Formula]) -> list[Expression]:
    return [formula.expression for formula in formulas if formula.expression is not None]


def _variables(expressions: Iterable[Expression]) -> frozenset[str]:
    return frozenset[str]().union(*(each.variables for each in expressions))


def _about_answers(logic: Logic, question: Question) -> Iterator[Formula]:
    """Yield the expressions that decide about answers to the question, or suggest one."""
    yield from logic.checks(question)
    for source in (question.default, *(answer.show_if for answer in question.answers)):
        if source:
            yield logic.formula(source, question)


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


def reading(name: str, part: RepeatedGroup | None, place: int) -> str:
    """Return what a question is called where it is read: `meds#2.dose` at its place, `meds.dose` in all instances."""
    if part is None:
        return name
    return f"{part.key}#{place}.{name}" if place else f"{part.key}.{name}"
