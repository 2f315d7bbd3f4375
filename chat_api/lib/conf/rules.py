"""What a value in the host's settings may be: one small class per kind of value.

A rule is called with a value and with where it stands. It never raises; it gives a `Problem` for everything
wrong there. `chat_api.checks` says which rule holds for which key.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, Protocol

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from rest_framework.throttling import SimpleRateThrottle

WRONG_TYPE = "chat_api.E003"
OUT_OF_RANGE = "chat_api.E004"
UNKNOWN_NAME = "chat_api.E005"
CANNOT_IMPORT = "chat_api.E006"
WRONG_KIND = "chat_api.E007"
NO_SUCH_MODEL = "chat_api.E008"
UNREADABLE_RATE = "chat_api.E009"
#: A warning: nothing has that name any more, so it has no effect.
WITHOUT_EFFECT = "chat_api.W006"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a setting: the id of the check, a sentence, and what might be meant."""

    id: str
    text: str
    hint: str | None = None


Problems = Iterator[Problem]


class Rule(Protocol):
    """Gives a problem for everything that is wrong with a value; `where` says where it stands."""

    def __call__(self, value: Any, where: str) -> Problems: ...


def meant(name: object, known: Iterable[str]) -> str:
    """Give the hint for an unknown name: the closest known one, else all of them."""
    names = sorted(known)
    close = get_close_matches(str(name), names, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known are: {', '.join(map(repr, names))}." if names else "None is known."


def wrong_type(value: Any, where: str, wanted: str) -> Problems:
    """Give the problem of a value that is not of the wanted type."""
    yield Problem(WRONG_TYPE, f"{where} must be {wanted}, not {value!r}.")


def is_sequence(value: Any) -> bool:
    """Say whether a value is a list or a tuple; a set has no order, and a text is none."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


@dataclass(frozen=True)
class Anything:
    """Whatever the host likes: it is not ours to read."""

    def __call__(self, value: Any, where: str) -> Problems:
        return iter(())


@dataclass(frozen=True)
class Switch:
    """True or False."""

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, bool):
            yield from wrong_type(value, where, "True or False")


@dataclass(frozen=True)
class Text:
    """A text, beginning with one of `starts` where there are any."""

    starts: tuple[str, ...] = ()
    blank: bool = True

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield from wrong_type(value, where, "a text")
        elif not value and not self.blank:
            yield Problem(OUT_OF_RANGE, f"{where} must not be empty.")
        elif self.starts and not value.startswith(self.starts):
            yield Problem(
                OUT_OF_RANGE, f"{where} must begin with {' or '.join(self.starts)}, not be {value!r}."
            )


@dataclass(frozen=True)
class WholeNumber:
    """A whole number that is not below `least`."""

    least: int = 1

    def __call__(self, value: Any, where: str) -> Problems:
        if isinstance(value, bool) or not isinstance(value, int):
            yield from wrong_type(value, where, "a whole number")
        elif value < self.least:
            yield Problem(OUT_OF_RANGE, f"{where} must be at least {self.least}, not {value}.")


@dataclass(frozen=True)
class Flags:
    """A sum of flags; `every` is the sum of all of them."""

    every: int

    def __call__(self, value: Any, where: str) -> Problems:
        if isinstance(value, bool) or not isinstance(value, int):
            yield from wrong_type(value, where, "a whole number")
        elif value & ~self.every or value < 0:
            yield Problem(
                OUT_OF_RANGE, f"{where} must be a sum of flags from 0 to {self.every}, not {value}."
            )


@dataclass(frozen=True)
class Span:
    """A span of time that is longer than none."""

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, timedelta):
            yield from wrong_type(value, where, "a timedelta")
        elif value <= timedelta(0):
            yield Problem(OUT_OF_RANGE, f"{where} must be longer than nothing, not {value}.")


@dataclass(frozen=True)
class Name:
    """One of the names that `known` returns at the moment of the check; another is wrong, or just without effect."""

    known: Callable[[], Collection[str]]
    what: str
    problem: str = UNKNOWN_NAME
    #: Whether it may name something inside, as `sender_data__id`.
    nested: bool = False

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield from wrong_type(value, where, "a text")
            return
        known = self.known()
        if (value.split("__", 1)[0] if self.nested else value) not in known:
            yield Problem(self.problem, f"{where}: {value!r} is no {self.what}.", meant(value, known))


@dataclass(frozen=True)
class Path:
    """Names joined by `__`, each of them known at its level; a level of which nothing is known takes any."""

    known: Callable[[], Mapping[str, Collection[str] | None]]
    what: str

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield from wrong_type(value, where, "a text")
            return
        known = self.known()
        name, _, inside = value.partition("__")
        names = known.get(name)
        if name not in known:
            yield Problem(WITHOUT_EFFECT, f"{where}: {name!r} is no {self.what}.", meant(name, known))
        elif inside and names is not None and inside.partition("__")[0] not in names:
            yield Problem(WITHOUT_EFFECT, f"{where}: {value!r} is no {self.what}.", meant(inside, names))


@dataclass(frozen=True)
class ListOf:
    """A list or tuple, each entry of which keeps to `entry`; exactly `length` entries if that is given."""

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
    """A mapping, each name of which keeps to `name` and each value to `value`."""

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
    """A mapping with some of the names in `rules`; others have no effect."""

    rules: Mapping[str, Rule]
    what: str

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, Mapping):
            yield from wrong_type(value, where, "a dict")
            return
        for name, item in value.items():
            rule = self.rules.get(name)
            if rule is None:
                yield Problem(
                    WITHOUT_EFFECT, f"{where}: {name!r} is no {self.what}.", meant(name, self.rules)
                )
            else:
                yield from rule(item, f"{where}[{name!r}]")


@dataclass(frozen=True)
class Choices:
    """Pairs of a name and a label, as Django's `choices`; names are unique, not too long and not `taken`."""

    longest: int
    taken: Collection[str] = field(default=())

    def __call__(self, value: Any, where: str) -> Problems:
        if not is_sequence(value):
            yield from wrong_type(value, where, "a list or tuple of pairs (name, label)")
            return
        seen = set(self.taken)
        for number, pair in enumerate(value):
            here = f"{where}[{number}]"
            if not (is_sequence(pair) and len(pair) == 2 and isinstance(pair[0], str)) or not isinstance(
                pair[1], str | Promise
            ):
                yield from wrong_type(pair, here, "a pair (name, label) of texts")
            elif not 0 < len(pair[0]) <= self.longest:
                yield Problem(
                    OUT_OF_RANGE, f"{here}: the name {pair[0]!r} must have 1 to {self.longest} characters."
                )
            elif pair[0] in seen:
                yield Problem(OUT_OF_RANGE, f"{here}: the name {pair[0]!r} is already taken.")
            else:
                seen.add(pair[0])


@dataclass(frozen=True)
class Imported:
    """A dotted path, or the object itself, that `fits`; `what` says what the object must be."""

    fits: Callable[[Any], bool]
    what: str

    def __call__(self, value: Any, where: str) -> Problems:
        found = value
        if isinstance(value, str):
            try:
                found = import_string(value)
            except Exception as error:  # noqa: BLE001 (a module of the host's raises anything)
                yield Problem(CANNOT_IMPORT, f"{where}: cannot import {value!r}: {told(error)}")
                return
        if not self.fits(found):
            yield Problem(WRONG_KIND, f"{where}: {value!r} is not {self.what}.")


def told(error: Exception) -> str:
    """Return what an import that failed raised, with its kind where that is not plain."""
    return str(error) if isinstance(error, ImportError) else f"{type(error).__name__}: {error}"


def subclass_of(base: type) -> Imported:
    """Give the rule for a class below `base`."""
    return Imported(
        lambda found: isinstance(found, type) and issubclass(found, base), f"a subclass of {base.__name__}"
    )


FUNCTION = Imported(callable, "a function")


@dataclass(frozen=True)
class Model:
    """A model of an installed app: `app_label.Model`, or the class."""

    def __call__(self, value: Any, where: str) -> Problems:
        if value in apps.get_models():
            return
        if not isinstance(value, str):
            yield from wrong_type(value, where, 'a model, named "app_label.Model"')
            return
        try:
            apps.get_model(value)
        except (LookupError, ValueError) as error:
            known = (model._meta.label for model in apps.get_models())
            yield Problem(
                NO_SUCH_MODEL, f"{where}: there is no model {value!r}: {error}", meant(value, known)
            )


class _RateReader(SimpleRateThrottle):
    rate = "1/day"

    def get_cache_key(self, request: Any, view: Any) -> None:
        """Give no key: it only reads rates."""


@dataclass(frozen=True)
class Rate:
    """A rate as DRF takes it: `100/day`."""

    def __call__(self, value: Any, where: str) -> Problems:
        try:
            number = _RateReader().parse_rate(value)[0]
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            number = None
        if number is None or number < 0:
            hint = "A rate is a number of requests per second, minute, hour or day, as '100/day'."
            yield Problem(UNREADABLE_RATE, f"{where}: {value!r} is not a rate.", hint)


@dataclass(frozen=True)
class Maybe:
    """None, or what keeps to `rule`."""

    rule: Rule

    def __call__(self, value: Any, where: str) -> Problems:
        if value is not None:
            yield from self.rule(value, where)


@dataclass(frozen=True)
class ByType:
    """A mapping keeps to `mapping`, a list or tuple to `sequence`, all else to `other`."""

    other: Rule
    sequence: Rule
    mapping: Rule | None = None

    def __call__(self, value: Any, where: str) -> Problems:
        rule = self.sequence if is_sequence(value) else self.other
        if self.mapping is not None and isinstance(value, Mapping):
            rule = self.mapping
        yield from rule(value, where)
