"""The checks of a script that uses the questionnaire language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chat_api.engine.analysis.bands import check_bands
from chat_api.engine.analysis.circles import check_circles
from chat_api.engine.analysis.language_columns import check_limits, check_names, check_repeats
from chat_api.engine.analysis.reachability import Exits
from chat_api.engine.analysis.stuck_loops import check_stuck_loops
from chat_api.engine.analysis.style_warnings import Row
from chat_api.engine.analysis.typed_checks import check_expressions
from chat_api.engine.analysis.typed_names import Names
from chat_api.engine.analysis.typed_sites import sites_of
from chat_api.engine.analysis.typed_values import TypedValues, values_of
from chat_api.engine.analysis.variable_values import VariableValues
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.language import parse_typed
from chat_api.engine.script import Script
from chat_api.engine.script_source import RawGroup, RawQuestion


@dataclass(frozen=True, slots=True)
class Language:
    """A script, what its names and variables can be, and its rows as they are stored.

    `typed` is None if the script uses nothing of the questionnaire language.
    """

    script: Script
    raws: Sequence[RawQuestion]
    groups: Sequence[RawGroup]
    values: VariableValues
    typed: TypedValues | None
    any_root: bool = False

    @classmethod
    def of(
        cls,
        script: Script,
        raws: Sequence[RawQuestion],
        groups: Sequence[RawGroup],
        context_roots: Collection[str] | None,
    ) -> Language:
        """Return the language of the script; `context_roots` as for `checker.check`."""
        roots = frozenset(_dotted_roots(script) if context_roots is None else context_roots)
        values = values_of(script, roots)
        typed = values if isinstance(values, TypedValues) else None
        if typed is None and (_has_columns(raws, groups) or any(sites_of(script))):
            typed = TypedValues.of_script(script, roots)
        return cls(script, raws, groups, values, typed, context_roots is None)

    @property
    def names(self) -> frozenset[str]:
        """The names of questions."""
        return frozenset() if self.typed is None else frozenset(self.typed.logic.index_by_name)

    @property
    def scores(self) -> frozenset[str]:
        """The names of scores."""
        return frozenset(score.name for score in self.script.scores)

    def findings(self, exits: Mapping[int, Exits]) -> Iterator[Row]:
        """Yield the findings about what the script uses of the language; `exits` are the targets by index."""
        if self.typed is None:
            return
        logic = self.typed.logic
        yield from check_names(self.raws, self.groups, logic)
        yield from check_expressions(self.typed, Names(logic, self.any_root))
        yield from check_circles(logic, exits)
        yield from check_repeats(self.script)
        yield from check_limits(self.script)
        yield from check_bands(self.typed)
        yield from check_stuck_loops(self.script, exits, logic)


def _dotted_roots(script: Script) -> Iterator[str]:
    """Yield the first names of dotted names that no question or group explains."""
    own = {question.name for question in script.questions} | {group.key for group in script.groups}
    for site in sites_of(script):
        with suppress(ExpressionError):
            for name in parse_typed(site.source).names:
                first, _, rest = name.partition(".")
                if rest and first not in own:
                    yield first


def _has_columns(raws: Sequence[RawQuestion], groups: Sequence[RawGroup]) -> bool:
    """Return whether a question has limits, or a group a key or a repetition."""
    return any(raw.limits for raw in raws) or any(group.key or group.repeat for group in groups)
