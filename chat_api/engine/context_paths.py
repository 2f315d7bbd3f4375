"""The dotted names by which a script reads what the host knows about a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from chat_api.engine.logic import Logic
from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.script import Question

#: The most paths that a run keeps.
PATHS_MAX: Final = 100
_KEY: Final = "context paths"


def context_paths(logic: Logic) -> tuple[str, ...]:
    """Return the paths, in alphabetical order, at most `PATHS_MAX`; kept with the script."""
    key = f"{_KEY} {logic.context_roots and sorted(logic.context_roots)}"
    kept = logic.script.prepared.get(key)
    if isinstance(kept, tuple):
        return kept
    found: set[str] = set()
    for question in logic.script.questions:
        found |= _read(logic, _sources(logic, question), question)
    found |= _read(logic, [each.expression for each in logic.script.scores], None)
    found |= _read(logic, [each.condition for each in logic.script.flags], None)
    paths = logic.script.prepared[key] = tuple(sorted(found)[:PATHS_MAX])
    return paths


def _read(logic: Logic, sources: Iterable[str | None], question: Question | None) -> set[str]:
    found: set[str] = set()
    for source in sources:
        expression = None if not source else logic.formula(source, question).expression
        if expression is not None:
            found |= expression.context
    return found


def _sources(logic: Logic, question: Question) -> Iterator[str | None]:
    group = logic.group_of(question)
    if group is not None:
        yield group.show_if
        yield None if group.repeat is None else group.repeat.count
    yield from (question.show_if, question.default, question.calculate)
    for name, limit in (question.limits or {}).items():
        if isinstance(limit, str) and name in LIMITS and LIMITS[name].takes_expressions:
            yield limit
    yield from (each.check for each in question.constraints)
    yield from (each.show_if for each in question.answers)
    yield from (part for rule in question.rules for part in (rule.condition, rule.target))
    modified = (question.modifications, *(each.modifications for each in question.answers))
    yield from (each.expression for modifications in modified for each in modifications)
