"""Names that an expression reads and that nothing has, with the nearest one that something has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.analysis.spelling import Spelling
from chat_api.engine.analysis.style_warnings import Row
from chat_api.engine.analysis.typed_sites import Site
from chat_api.engine.expressions.grammar import Tree
from chat_api.engine.expressions.language import FUNCTIONS, OTHER, WORDS
from chat_api.engine.logic import Logic

#: Functions of what a question or a score is called.
_OF_NAMES: Final = frozenset({"weight", "score"})


@dataclass(slots=True)
class Names:
    """The names of a script, as expressions read them; `any_root` if the host may know more of a person."""

    logic: Logic
    any_root: bool = False
    _told: set[tuple[int | None, str]] = field(default_factory=set)
    _spelling: Spelling = field(default_factory=Spelling)

    def findings(self, site: Site, tree: Tree) -> Iterator[Row]:
        """Yield the findings about the names of an expression, one for each name and question."""
        yield from self._functions(site, tree)
        scope = self.logic.scope(site.question)
        for name in sorted(tree.names):
            key = (site.qid, name)
            if key in self._told:
                continue
            if name in scope.questions:
                group = scope.groups.get(name)
                if group is not None and group != scope.group:
                    self._told.add(key)
                    text = f'"{name}" is repeated, and {site.owner} is outside of its group.'
                    hint = f"Read the list of its values, {group}.{name}, for example in sum({group}.{name})."
                    yield "outside_repeat", site.qid, text, hint, "error"
            elif not self._is_known(name):
                self._told.add(key)
                yield self._unknown(site, name)

    def _functions(self, site: Site, tree: Tree) -> Iterator[Row]:
        for name in sorted(tree.functions - FUNCTIONS.keys() - _OF_NAMES):
            text = f'Unknown function "{name}" in "{short(site.source)}" of {site.owner}.'
            hint = self.nearest(name, [*FUNCTIONS, *_OF_NAMES]) or "The documentation lists all functions."
            yield "unknown_function", site.qid, text, hint, "error"

    def _is_known(self, name: str) -> bool:
        logic = self.logic
        first, _, rest = name.partition(".")
        if not rest:
            return name in logic.variables or name in WORDS
        if first in logic.index_by_name:
            return rest == OTHER
        is_root = logic.is_root(first) or (self.any_root and first not in logic.group_keys.values())
        return is_root or logic.group_keys.get(rest) == first

    def _unknown(self, site: Site, name: str) -> Row:
        logic = self.logic
        known = [
            *logic.index_by_name,
            *logic.variables,
            *(f"{key}.{each}" for each, key in logic.group_keys.items()),
        ]
        where = site.owner if site.qid is None else f"question with QID {site.qid}"
        hint = self.nearest(name, known)
        if "." in name:
            text = f'Unknown name "{name}" in {where}.'
            return (
                "unknown_name",
                site.qid,
                text,
                hint or "Correct it; now the expression always fails.",
                "warning",
            )
        text = f'Unknown variable "{name}" in {where}.'
        hint = hint or "Set it in a variable modification; now its value is always 0."
        return "unknown_variable", site.qid, text, hint, "warning"

    def nearest(self, name: str, known: Iterable[str]) -> str:
        """Return a hint with the known name that is spelled most like this one; empty without one."""
        found = self._spelling.nearest(name, known)
        return f"Did you mean {found}?" if found else ""


def short(text: str) -> str:
    """Return the text, cut where it is long."""
    return text if len(text) <= 100 else text[:100] + "…"
