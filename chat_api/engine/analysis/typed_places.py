"""The meaning of names at a place of a script, and their values there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chat_api.engine.analysis.typed_questions import weight_range
from chat_api.engine.analysis.typed_ranges import ANY, EMPTY, NOTHING, Range, numbers, of_kind, of_values
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.language import OTHER, WORDS
from chat_api.engine.expressions.values import Kind, Value
from chat_api.engine.logic import Logic
from chat_api.engine.script import Question


class NameValues(Protocol):
    """The values of the names of a script."""

    @property
    def logic(self) -> Logic:
        """The names of the script."""

    def question(self, name: str) -> Range:
        """Return the values of the question."""

    def variable(self, name: str) -> Range:
        """Return the numbers that the variable can have."""

    def score(self, name: str) -> Range:
        """Return the values of the score."""


@dataclass(frozen=True, slots=True)
class Place:
    """The meaning of names at a question, or outside of all; `value` is that of the answer that a constraint checks."""

    values: NameValues
    question: Question | None = None
    value: Range | None = None

    def named(self, name: str) -> Range:
        """Return the values of a dotted name."""
        logic = self.values.logic
        scope = logic.scope(self.question)
        if name in scope.questions:
            # In its own constraint, the question already has the new answer.
            is_own = self.question is not None and self.question.name == name
            return self.value if is_own and self.value is not None else self.values.question(name)
        if self.is_word(name):
            return self._word(name)
        first, _, rest = name.partition(".")
        if not rest:
            return self.values.variable(name)
        if first in scope.questions and rest == OTHER:
            return replace(of_kind(Kind.TEXT), may_be_empty=True)
        if logic.group_keys.get(rest) == first:
            return Range(kinds=frozenset({Kind.LIST}), items=self.values.question(rest))
        return ANY if logic.is_root(first) else NOTHING

    def _word(self, name: str) -> Range:
        if name in ("true", "false"):
            return of_values([name == "true"])
        if name == "value":
            return self.value if self.value is not None else EMPTY
        return replace(numbers(1, is_whole=True), may_be_empty=True) if name == "index" else EMPTY

    def is_word(self, name: str) -> bool:
        """Return whether the name is a word of the language here."""
        return name in WORDS and name not in self.values.logic.variables

    def weight(self, name: str) -> Range:
        """Return what the answers to the question can count for."""
        index = self.values.logic.index_by_name.get(name)
        return weight_range(None if index is None else self.values.logic.script.questions[index])

    def score(self, name: str) -> Range:
        """Return the values of the score."""
        return self.values.score(name)


@dataclass(frozen=True, slots=True)
class Trial:
    """An environment in which names can be given one combination of values after another."""

    names: Sequence[str]
    read: Environment
    answers: dict[str, Value]
    #: Of each name: the values that it is looked up in.
    places: Sequence[dict[str, Any]]

    def set(self, values: Sequence[Value]) -> None:
        """Set the values of the names, in their order."""
        for name, place, value in zip(self.names, self.places, values, strict=True):
            place[name] = value
        self.read.value = self.answers.get("value")
        self.read.index = self.answers.get("index")  # type: ignore[assignment]


def environment_for(logic: Logic, names: Iterable[str], is_word: Callable[[str], bool]) -> Trial:
    """Return an environment for expressions that read these names."""
    read = list(names)
    variables: dict[str, Any] = {}
    answers: dict[str, Value] = {}
    is_variable = ["." not in name and name not in logic.index_by_name and not is_word(name) for name in read]
    return Trial(
        names=read,
        read=Environment(variables=variables, answers=answers),
        answers=answers,
        places=[variables if each else answers for each in is_variable],
    )
