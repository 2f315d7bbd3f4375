"""How often expressions are evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.language import Expression
from chat_api.engine.expressions.values import Value


@contextmanager
def evaluations() -> Iterator[list[str]]:
    """Collect the sources of all typed expressions that are compiled and evaluated in the block."""
    sources: list[str] = []
    value = Expression.value

    def noted(self: Expression, environment: Environment) -> Value:
        sources.append(self.source)
        return value(self, environment)

    with patch.object(Expression, "value", noted):
        yield sources
