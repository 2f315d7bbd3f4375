"""The directives ``question-types`` and ``question-limits``: the built-in types and their limits, from the registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from rst_source import nodes_of, table
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from chat_api.engine.question_types import registry
from chat_api.engine.question_types.base import BaseQuestionType
from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.question_types.registry import BUILT_IN


def types_source() -> list[str]:
    """Return the table of types as lines of reStructuredText."""
    rows = (
        (f"``{name}``", kind.summary, _value(kind), f"``{kind.control}``", _names(kind))
        for name, kind in BUILT_IN.items()
    )
    return table(("Type", "Accepts or does", "Value", "Control", "Limits"), rows, "14 34 14 14 24")


def limits_source() -> list[str]:
    """Return the table of limits as lines of reStructuredText."""
    rows = (
        (f"``{name}``", limit.summary, f"``{limit.code}``" if limit.code else "", ", ".join(_types(name)))
        for name, limit in LIMITS.items()
    )
    return table(("Limit", "Meaning", "Code", "Types"), rows, "16 44 16 24")


def _types(limit: str) -> Iterator[str]:
    return (f"``{name}``" for name, kind in BUILT_IN.items() if limit in kind.limits)


def _value(kind: BaseQuestionType) -> str:
    if kind.kind is None:
        return "that of the answer" if kind.offers_answers else "any"
    return kind.kind.value if kind.is_answerable else ""


def _names(kind: BaseQuestionType) -> str:
    return ", ".join(f"``{name}``" for name in LIMITS if name in kind.limits)


class _TableDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        """Return the table."""
        for file in Path(registry.__file__).parent.glob("*.py"):
            self.env.note_dependency(str(file))
        source = types_source if self.name == "question-types" else limits_source
        return nodes_of(self, source(), "chat_api.engine.question_types")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("question-types", _TableDirective)
    app.add_directive("question-limits", _TableDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
