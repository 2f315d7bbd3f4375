"""The dotted names by which a script reads what the host knows about a person."""

from __future__ import annotations

from typing import Final

from chat_api.engine.logic import Logic

#: The most paths that a run keeps.
PATHS_MAX: Final = 100
_KEY: Final = "context paths"


def context_paths(logic: Logic) -> tuple[str, ...]:
    """Return the paths, in alphabetical order, at most `PATHS_MAX`; kept with the script."""
    key = f"{_KEY} {logic.context_roots and sorted(logic.context_roots)}"
    kept = logic.script.prepared.get(key)
    if isinstance(kept, tuple):
        return kept
    read = (formula.expression for formula in logic.formulas())
    found = frozenset().union(*(expression.context for expression in read if expression is not None))
    paths = logic.script.prepared[key] = tuple(sorted(found)[:PATHS_MAX])
    return paths
