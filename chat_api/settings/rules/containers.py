"""Rules for values that hold others: lists, mappings, pairs of choices, and alternatives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from chat_api.settings.rules.base import (
    OUT_OF_RANGE,
    WITHOUT_EFFECT,
    Problem,
    Problems,
    Rule,
    hint_for,
    is_sequence,
    wrong_type,
)


@dataclass(frozen=True)
class Maybe:
    """None, or a value that passes `rule`."""

    rule: Rule

    def __call__(self, value: Any, where: str) -> Problems:
        if value is not None:
            yield from self.rule(value, where)


@dataclass(frozen=True)
class ByType:
    """A mapping has to pass `mapping`, a list or tuple `sequence`, and anything else `other`."""

    other: Rule
    sequence: Rule
    mapping: Rule | None = None

    def __call__(self, value: Any, where: str) -> Problems:
        rule = self.sequence if is_sequence(value) else self.other
        if self.mapping is not None and isinstance(value, Mapping):
            rule = self.mapping
        yield from rule(value, where)


@dataclass(frozen=True)
class ListOf:
    """A list or tuple, each entry of which passes `entry`; it has exactly `length` entries if that is given."""

    entry: Rule
    length: int | None = None

    def __call__(self, value: Any, where: str) -> Problems:
        if not is_sequence(value):
            yield from wrong_type(value, where, "a list or tuple")
        elif self.length is not None and len(value) != self.length:
            yield from wrong_type(value, where, f"{self.length} values")
        else:
            for number, item in enumerate(value):
                yield from self.entry(item, f"{where}[{number}]")


@dataclass(frozen=True)
class MappingOf:
    """A mapping, each key of which passes `name` and each value `value`."""

    name: Rule
    value: Rule

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, Mapping):
            yield from wrong_type(value, where, "a dict")
            return
        for name, item in value.items():
            yield from self.name(name, where)
            yield from self.value(item, f"{where}[{name!r}]")


@dataclass(frozen=True)
class Fields:
    """A mapping with some of the keys of `rules`; a key that is not among them has no effect."""

    rules: Mapping[str, Rule]
    what: str

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, Mapping):
            yield from wrong_type(value, where, "a dict")
            return
        for name, item in value.items():
            rule = self.rules.get(name)
            if rule is None:
                text = f"{where}: {name!r} is not a {self.what}."
                yield Problem(WITHOUT_EFFECT, text, hint_for(name, self.rules))
            else:
                yield from rule(item, f"{where}[{name!r}]")


def _nothing_taken() -> Collection[str]:
    return ()


@dataclass(frozen=True)
class Choices:
    """Pairs (name, label) like Django's `choices`: names are unique, at most `longest` characters, and not `taken`."""

    longest: int
    taken: Callable[[], Collection[str]] = _nothing_taken

    def __call__(self, value: Any, where: str) -> Problems:
        if not is_sequence(value):
            yield from wrong_type(value, where, "a list or tuple of pairs (name, label)")
            return
        seen = set(self.taken())
        for number, pair in enumerate(value):
            here = f"{where}[{number}]"
            if not (is_sequence(pair) and len(pair) == 2 and isinstance(pair[0], str)) or not isinstance(
                pair[1], str | Promise
            ):
                yield from wrong_type(pair, here, "a pair (name, label) of strings")
            elif not 0 < len(pair[0]) <= self.longest:
                yield Problem(
                    OUT_OF_RANGE, f"{here}: the name {pair[0]!r} must have 1 to {self.longest} characters."
                )
            elif pair[0] in seen:
                yield Problem(OUT_OF_RANGE, f"{here}: the name {pair[0]!r} is already taken.")
            else:
                seen.add(pair[0])
