"""The expressions of a script whose questions have names, compiled where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from types import MappingProxyType
from typing import Final

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.language import Expression, Scope, compile_expression
from chat_api.engine.expressions.operators import stored_number
from chat_api.engine.expressions.values import Value, number_of
from chat_api.engine.numbers import to_int
from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.script import Group, Question, Script

_KEY: Final = "logic"


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """An expression at its place; `expression` is None where it is invalid, for the reason `error`."""

    source: str
    expression: Expression | None
    error: str = ""
    #: Whether the value depends on nothing else than variables; see `Expression`.
    reads_variables_alone: bool = False
    #: Returns the value. Raises `ExpressionError`.
    value: Callable[[Environment], Value] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        value = self._fail if self.expression is None else self.expression.value
        object.__setattr__(self, "value", value)

    def _fail(self, environment: Environment) -> Value:
        raise ExpressionError(self.error)

    def value_or_empty(self, environment: Environment) -> Value:
        """Return the value; empty where the expression has none."""
        try:
            return self.value(environment)
        except ExpressionError:
            return None

    def number(self, environment: Environment) -> float | None:
        """Return the value as a variable keeps it; None if it is empty. Raises `ExpressionError`."""
        return as_variable(self.value(environment))

    def qid(self, environment: Environment) -> int:
        """Return the value as the number of a question. Raises `ExpressionError`, for an empty value too."""
        number = self.number(environment)
        if number is None:
            raise ExpressionError("the number of a question is empty")
        return to_int(number)

    @property
    def reads_variables(self) -> bool:
        """Return whether the value depends on variables that modifications set."""
        return self.expression is not None and bool(self.expression.variables)

    @property
    def questions(self) -> frozenset[str]:
        """Return the names of the questions that it reads."""
        return frozenset() if self.expression is None else self.expression.questions


def as_variable(value: Value) -> float | None:
    """Return a value as a variable keeps it; None if it is empty. Raises `ExpressionError` for other kinds."""
    # Expressions give floats, which are stored as they are.
    if type(value) is float:
        return value
    return None if value is None else stored_number(number_of(value))


@dataclass(frozen=True, slots=True)
class Logic:
    """The names of a script, and its expressions; kept with the script."""

    script: Script
    context_roots: frozenset[str] | None
    #: The index of the question, by name.
    index_by_name: Mapping[str, int]
    #: By name of a repeated question, the key of its group.
    group_keys: Mapping[str, str]
    groups: Mapping[int, Group]
    #: The variables that modifications set.
    variables: frozenset[str]
    #: The expressions outside of repeated groups, by source.
    _compiled: dict[str, Formula] = field(default_factory=dict, repr=False)
    #: By id of a repeated group, the expressions in it, by source.
    _compiled_in: Mapping[int, dict[str, Formula]] = field(default_factory=dict, repr=False)
    #: By id of the question.
    _conditions: dict[int, tuple[Formula, ...]] = field(default_factory=dict, repr=False)
    #: By key of the repeated group.
    _scopes: dict[str | None, Scope] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, script: Script, context_roots: frozenset[str] | None = frozenset()) -> Logic:
        """Return the logic of the script; `context_roots` are the first names of what the host knows of a person.

        With None, every dotted name that belongs to neither a question nor a group is read from the host.
        """
        kept = script.prepared.get(_KEY)
        if isinstance(kept, Logic) and kept.context_roots == context_roots:
            return kept
        groups = {group.id: group for group in script.groups}
        names: dict[str, int] = {}
        for index, question in enumerate(script.questions):
            if question.name is not None:
                names.setdefault(question.name, index)
        logic = cls(
            script=script,
            context_roots=context_roots,
            index_by_name=MappingProxyType(names),
            group_keys={
                name: key
                for name, index in names.items()
                if (key := _repeated_key(groups.get(script.questions[index].group_id or 0))) is not None
            },
            groups=groups,
            variables=frozenset(_variables(script)),
            _compiled_in={pk: {} for pk, group in groups.items() if _repeated_key(group) is not None},
        )
        script.prepared[_KEY] = logic
        return logic

    def scope(self, question: Question | None) -> Scope:
        """Return what names mean at a question; None for the schema, outside of all groups."""
        group = _repeated_key(None if question is None else self.group_of(question))
        found = self._scopes.get(group)
        if found is None:
            found = self._scopes[group] = Scope(
                questions=frozenset(self.index_by_name),
                groups=self.group_keys,
                variables=self.variables,
                context_roots=self.context_roots,
                group=group,
            )
        return found

    def is_root(self, name: str) -> bool:
        """Return whether the name is the first one of what the host knows of a person."""
        return self.context_roots is None or name in self.context_roots

    def group_of(self, question: Question) -> Group | None:
        """Return the group of the question, if it has one."""
        return None if question.group_id is None else self.groups.get(question.group_id)

    def formula(self, source: str, question: Question | None = None) -> Formula:
        """Return the expression as it is understood at the question, compiled once."""
        if question is None or question.group_id is None:
            known = self._compiled
        else:
            known = self._compiled_in.get(question.group_id, self._compiled)
        found = known.get(source)
        if found is None:
            try:
                compiled = compile_expression(source, self.scope(question))
                found = Formula(source, compiled, reads_variables_alone=compiled.reads_variables_alone)
            except ExpressionError as error:
                found = Formula(source, None, str(error))
            known[source] = found
        return found

    def conditions(self, question: Question) -> tuple[Formula, ...]:
        """Return the conditions under which the question is shown: of its group, then its own."""
        if question.show_if is None and question.group_id is None:
            return ()
        found = self._conditions.get(question.id)
        if found is None:
            group = self.group_of(question)
            sources = (None if group is None else group.show_if, question.show_if)
            found = tuple([self.formula(source, question) for source in sources if source])
            self._conditions[question.id] = found
        return found

    def in_order(self) -> tuple[int, ...]:
        """Return the indexes of all questions, each after those that its conditions and calculation read.

        Where these form a circle, which the checker reports, positions decide.
        """
        kept = self.script.prepared.get(f"{_KEY} order")
        if isinstance(kept, tuple):
            return kept
        order = self.script.prepared[f"{_KEY} order"] = self._ordered()
        return order

    def formulas(self) -> Iterator[Formula]:
        """Yield all expressions of the script, as they are understood where they stand."""
        for question in self.script.questions:
            yield from self.formulas_at(question)
        schema = [score.expression for score in self.script.scores]
        schema += [flag.condition for flag in self.script.flags]
        yield from map(self.formula, schema)

    def formulas_at(self, question: Question) -> Iterator[Formula]:
        """Yield all expressions of the question and of its group."""
        return (self.formula(source, question) for source in self._sources(question) if source)

    def checks(self, question: Question) -> Iterator[Formula]:
        """Yield the expressions of the question's limits and constraints."""
        return (self.formula(source, question) for source in _checks(question))

    def _sources(self, question: Question) -> Iterator[str | None]:
        group = self.group_of(question)
        if group is not None:
            yield group.show_if
            yield None if group.repeat is None else group.repeat.count
        yield from (question.show_if, question.default, question.calculate)
        yield from _checks(question)
        yield from (each.show_if for each in question.answers)
        yield from (part for rule in question.rules for part in (rule.condition, rule.target))
        modified = (question.modifications, *(each.modifications for each in question.answers))
        yield from (each.expression for modifications in modified for each in modifications)

    @property
    def names_read(self) -> frozenset[str]:
        """Return the names of the questions that any expression of the script reads."""
        kept = self.script.prepared.get(f"{_KEY} names")
        if not isinstance(kept, frozenset):
            found = [formula.questions for formula in self.formulas()]
            kept = self.script.prepared[f"{_KEY} names"] = frozenset().union(*found)
        return kept

    def _ordered(self) -> tuple[int, ...]:
        questions = self.script.questions
        reads = {index: {*self._reads(question)} - {index} for index, question in enumerate(questions)}
        readers: dict[int, list[int]] = {}
        for index, read in reads.items():
            for other in read:
                readers.setdefault(other, []).append(index)
        ready = [index for index, read in reads.items() if not read]
        ordered: list[int] = []
        while ready:
            index = heappop(ready)
            ordered.append(index)
            for reader in readers.get(index, ()):
                reads[reader].discard(index)
                if not reads[reader]:
                    heappush(ready, reader)
        done = set(ordered)
        return (*ordered, *(index for index in range(len(questions)) if index not in done))

    def _formulas_of(self, question: Question) -> tuple[Formula, ...]:
        conditions = self.conditions(question)
        return (*conditions, self.formula(question.calculate, question)) if question.calculate else conditions

    def _reads(self, question: Question) -> Iterator[int]:
        for formula in self._formulas_of(question):
            for name in formula.questions:
                yield self.index_by_name[name]


def _checks(question: Question) -> Iterator[str]:
    for name, limit in (question.limits or {}).items():
        if isinstance(limit, str) and name in LIMITS and LIMITS[name].takes_expressions:
            yield limit
    yield from (each.check for each in question.constraints)


def _repeated_key(group: Group | None) -> str | None:
    return None if group is None or group.repeat is None else group.key


def _variables(script: Script) -> Iterator[str]:
    for question in script.questions:
        modifications = [
            *question.modifications,
            *(m for answer in question.answers for m in answer.modifications),
        ]
        for modification in modifications:
            yield modification.name
