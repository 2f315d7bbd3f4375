"""The rules that a walk through a script follows: which values expressions have, and which questions are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from chat_api.engine.expressions import evaluate
from chat_api.engine.numbers import to_int
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.repeats import RepeatedGroup
from chat_api.engine.rounds import Rounds
from chat_api.engine.script import Question

Variables = Mapping[str, float]


class Rules(Protocol):
    """The dialect of a script. All methods raise `ExpressionError` for an expression without a value."""

    #: The rounds of repeated groups; None for a script without any.
    rounds: Rounds | None

    def number(self, question: Question, source: str, variables: Variables) -> float | None:
        """Return the number that a modification sets; None leaves the variable as it is."""

    def holds(self, question: Question, source: str, variables: Variables) -> bool:
        """Return whether the condition of a fork is true."""

    def target(self, question: Question, source: str, variables: Variables) -> int:
        """Return the qid at which a rule of a fork continues."""

    def hides(self, question: Question, variables: Variables) -> bool:
        """Return whether the script goes over the question without asking it."""

    def calculate(self, question: Question, variables: Variables) -> None:
        """Compute a calculation, which the walk has reached."""

    def answered(self, question: Question, checked: CheckedReply) -> None:
        """Take notice of an accepted answer, before the modifications of its answers."""

    def forgot(self, group: RepeatedGroup) -> None:
        """Take notice that the answers of a repeated group were forgotten, because the walk has entered it again."""

    def restarted(self) -> None:
        """Forget all answers, because the script starts again."""

    def to_json(self) -> dict[str, Any] | None:
        """Return what the rules see, as it is stored; None where they see nothing."""


class UntypedRules:
    """The rules of scripts without names: expressions over variables, and every question is asked."""

    rounds: Rounds | None = None

    def number(self, question: Question, source: str, variables: Variables) -> float | None:
        """Return the number that a modification sets. Raises `ExpressionError`."""
        return evaluate(source, variables)

    def holds(self, question: Question, source: str, variables: Variables) -> bool:
        """Return whether the condition of a fork is true. Raises `ExpressionError`."""
        return bool(evaluate(source, variables))

    def target(self, question: Question, source: str, variables: Variables) -> int:
        """Return the qid at which a rule of a fork continues. Raises `ExpressionError`."""
        return to_int(evaluate(source, variables))

    def hides(self, question: Question, variables: Variables) -> bool:
        """Return False: every question is asked."""
        return False

    def calculate(self, question: Question, variables: Variables) -> None:
        """Do nothing: without names, nothing reads a calculation."""

    def answered(self, question: Question, checked: CheckedReply) -> None:
        """Do nothing: without names, rules read no answers."""

    def forgot(self, group: RepeatedGroup) -> None:
        """Do nothing: without names, rules read no answers."""

    def restarted(self) -> None:
        """Do nothing: without names, rules read no answers."""

    def to_json(self) -> dict[str, Any] | None:
        """Return None."""
        return None


UNTYPED: Final = UntypedRules()
