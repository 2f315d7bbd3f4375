"""The conditions and calculations of a script that follow the answers to other questions, and the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.logic import Formula, Logic
from chat_api.engine.repeats import RepeatedGroup, repeated_groups
from chat_api.engine.script import Question

_KEY: Final = "dependencies"
#: The function that reads the time of the day; all others read the date and the time zone at most.
_NOW: Final = "now"


@dataclass(frozen=True, slots=True)
class Dependent:
    """A question whose conditions or calculation are evaluated again when what they read changes.

    Those that read variables are evaluated where the walk reaches them, and not again: they are left out.
    """

    question: Question
    #: Its place in the order of `Logic.in_order`: after those that it reads, unless these form a circle.
    rank: int
    #: The repeated group of the question.
    group: RepeatedGroup | None
    conditions: tuple[Formula, ...]
    calculation: Formula | None


@dataclass(frozen=True, slots=True)
class Read:
    """A question that an expression reads; `in_list` in all rounds of its group. `dependent` is None if it is none."""

    question: Question
    dependent: Dependent | None
    in_list: bool


@dataclass(slots=True)
class Dependencies:
    """The order in which the conditions and calculations of a script follow one another; kept with the script."""

    logic: Logic
    by_id: dict[int, Dependent] = field(default_factory=dict)
    by_rank: dict[int, Dependent] = field(default_factory=dict)
    #: By name of the question that is read; with whether it is read in all rounds of its group.
    _readers: dict[str, list[tuple[Dependent, bool]]] = field(default_factory=dict)
    #: The ids of the questions that depend on the date or the time zone, also through others, and on the time.
    dated: frozenset[int] = frozenset()
    timed: frozenset[int] = frozenset()
    #: The ids of the questions that depend on another, or another on them.
    related: frozenset[int] = frozenset()
    #: Whether some questions read one another in a circle, which the checker reports.
    is_circular: bool = False
    _reads: dict[Formula, tuple[Read, ...]] = field(default_factory=dict)
    _reads_of: dict[int, tuple[Read, ...]] = field(default_factory=dict)
    _read_at: dict[int, tuple[Read, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, logic: Logic) -> Dependencies:
        """Return the dependencies of the script of that logic."""
        kept = logic.script.prepared.get(_KEY)
        if isinstance(kept, Dependencies) and kept.logic is logic:
            return kept
        made = cls(logic)
        made._fill()
        logic.script.prepared[_KEY] = made
        return made

    def readers(self, question: Question) -> Iterable[tuple[Dependent, bool]]:
        """Return what reads the question directly; with True where that reads it in all rounds of its group."""
        return () if question.name is None else self._readers.get(question.name, ())

    def reads(self, *formulas: Formula) -> tuple[Read, ...]:
        """Return which questions the formulas read, of those whose values can change without an answer to them."""
        if len(formulas) == 1:
            found = self._reads.get(formulas[0])
            if found is None:
                found = self._reads[formulas[0]] = tuple(self._read_by(formulas[0]))
            return found
        return tuple(read for formula in formulas for read in self.reads(formula))

    def reads_of(self, dependent: Dependent) -> tuple[Read, ...]:
        """Return which questions the conditions and the calculation read, see `reads`."""
        found = self._reads_of.get(dependent.rank)
        if found is None:
            found = self._reads_of[dependent.rank] = self.reads(*_formulas(dependent))
        return found

    def read_at(self, question: Question) -> tuple[Read, ...]:
        """Return which questions any rule of the question reads, see `reads`."""
        found = self._read_at.get(question.id)
        if found is None:
            found = self._read_at[question.id] = self.reads(*self.logic.formulas_at(question))
        return found

    def _fill(self) -> None:
        logic, groups = self.logic, repeated_groups(self.logic.script)
        for rank, index in enumerate(logic.in_order()):
            question = logic.script.questions[index]
            conditions = logic.conditions(question)
            if any(each.reads_variables for each in conditions):
                conditions = ()
            formula = logic.formula(question.calculate, question) if question.calculate else None
            if formula is not None and formula.reads_variables:
                formula = None
            if conditions or formula is not None:
                group = groups.get(question.group_id or 0)
                made = Dependent(question, rank, group, conditions, formula)
                self.by_id[question.id] = self.by_rank[rank] = made
        for made in self.by_rank.values():
            self._add_reader(made)
        read = (question.id for question in logic.script.questions if question.name in self._readers)
        self.related = frozenset({*self.by_id, *read})
        self.timed = self._with_readers(made for made in self.by_rank.values() if _reads_clock(made, _NOW))
        self.dated = self._with_readers(made for made in self.by_rank.values() if _reads_clock(made))

    def _add_reader(self, made: Dependent) -> None:
        seen: set[tuple[str, bool]] = set()
        for formula in _formulas(made):
            expression = formula.expression
            if expression is None:
                continue
            seen |= {(name, name in expression.lists) for name in expression.questions}
        for name, in_list in sorted(seen):
            self._readers.setdefault(name, []).append((made, in_list))
            read = self.by_id.get(self._named(name).id)
            self.is_circular |= read is not None and read.rank >= made.rank

    def _with_readers(self, found: Iterable[Dependent]) -> frozenset[int]:
        waiting, ids = [*found], set()
        while waiting:
            made = waiting.pop()
            if made.question.id not in ids:
                ids.add(made.question.id)
                waiting += [reader for reader, _ in self.readers(made.question)]
        return frozenset(ids)

    def _read_by(self, formula: Formula) -> Iterator[Read]:
        expression = formula.expression
        if expression is None:
            return
        for name in expression.questions:
            question = self._named(name)
            dependent, in_list = self.by_id.get(question.id), name in expression.lists
            if in_list or dependent is not None:
                yield Read(question, dependent, in_list)

    def _named(self, name: str) -> Question:
        return self.logic.script.questions[self.logic.index_by_name[name]]


def _formulas(made: Dependent) -> Iterator[Formula]:
    yield from made.conditions
    if made.calculation is not None:
        yield made.calculation


def _reads_clock(made: Dependent, function: str | None = None) -> bool:
    """Return whether expressions of the question read the time, with `function` only whether they call that one."""
    found = [formula.expression for formula in _formulas(made)]
    return any(
        each is not None and each.reads_clock and (function is None or function in each.tree.functions)
        for each in found
    )
