"""Rules for plain values: switches, strings, URLs, numbers, flags, spans of time, rates and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from chat_api.settings.rules.base import (
    OUT_OF_RANGE,
    UNKNOWN_NAME,
    UNREADABLE_RATE,
    WITHOUT_EFFECT,
    Problem,
    Problems,
    hint_for,
    wrong_type,
)

_URL: Final = re.compile(r"([a-z]+://[^/?#\\\s]+)?(/[^?#\\\s]*)?")


@dataclass(frozen=True)
class Anything:
    """Any value: it is passed on and not read here."""

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
    """A string, which starts with one of `starts` if there are any."""

    starts: tuple[str, ...] = ()
    blank: bool = True

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield from wrong_type(value, where, "a string")
        elif not value and not self.blank:
            yield Problem(OUT_OF_RANGE, f"{where} must not be empty.")
        elif self.starts and not value.startswith(self.starts):
            yield Problem(OUT_OF_RANGE, f"{where} must start with {' or '.join(self.starts)}, not {value!r}.")


@dataclass(frozen=True)
class Url:
    """A path, or a URL of one of `schemes` with a host; without a query and a fragment."""

    schemes: tuple[str, ...]

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield from wrong_type(value, where, "a string")
            return
        starts = ("/", *(f"{scheme}://" for scheme in self.schemes))
        if not value.startswith(starts) or value.startswith("//"):
            yield Problem(OUT_OF_RANGE, f"{where} must start with {' or '.join(starts)}, not {value!r}.")
        elif not _URL.fullmatch(value):
            text = f"{where} must be a path or a URL without spaces, query and fragment, not {value!r}."
            yield Problem(OUT_OF_RANGE, text)


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
    """A sum of flags; `every` returns the sum of all of them."""

    every: Callable[[], int]

    def __call__(self, value: Any, where: str) -> Problems:
        every = self.every()
        if isinstance(value, bool) or not isinstance(value, int):
            yield from wrong_type(value, where, "a whole number")
        elif value & ~every or value < 0:
            yield Problem(OUT_OF_RANGE, f"{where} must be a sum of flags from 0 to {every}, not {value}.")


@dataclass(frozen=True)
class Span:
    """A positive timedelta."""

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, timedelta):
            yield from wrong_type(value, where, "a timedelta")
        elif value <= timedelta(0):
            yield Problem(OUT_OF_RANGE, f"{where} must be longer than zero, not {value}.")


@dataclass(frozen=True)
class Rate:
    """A rate as DRF parses it: `100/day`."""

    def __call__(self, value: Any, where: str) -> Problems:
        # Its module reads REST_FRAMEWORK, and this one is imported before Django's settings are loaded.
        from rest_framework.throttling import SimpleRateThrottle

        try:
            number = SimpleRateThrottle.parse_rate(SimpleRateThrottle.__new__(SimpleRateThrottle), value)[0]
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            number = None
        if number is None or number < 0:
            hint = "Write a number of requests per second, minute, hour or day, for example '100/day'."
            yield Problem(UNREADABLE_RATE, f"{where}: {value!r} is not a rate.", hint)


@dataclass(frozen=True)
class Name:
    """One of the names that `known` returns when the check runs; any other is the given `problem`."""

    known: Callable[[], Collection[str]]
    what: str
    problem: str = UNKNOWN_NAME
    #: Whether it may name something inside, for example `sender_data__id`.
    nested: bool = False

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield from wrong_type(value, where, "a string")
            return
        known = self.known()
        if (value.split("__", 1)[0] if self.nested else value) not in known:
            yield Problem(self.problem, f"{where}: {value!r} is not a {self.what}.", hint_for(value, known))


@dataclass(frozen=True)
class NewName:
    """A name of 1 to `longest` characters that is not yet `taken`."""

    longest: int
    taken: Callable[[], Collection[str]]

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield from wrong_type(value, where, "a dict from names that are strings")
        elif not 0 < len(value) <= self.longest:
            yield Problem(
                OUT_OF_RANGE, f"{where}: the name {value!r} must have 1 to {self.longest} characters."
            )
        elif value in self.taken():
            yield Problem(OUT_OF_RANGE, f"{where}: the name {value!r} is already taken.")


@dataclass(frozen=True)
class FieldPath:
    """Names joined by `__`, each a field at its level; a level whose fields are not known (None) accepts any name."""

    known: Callable[[], Mapping[str, Collection[str] | None]]
    what: str

    def __call__(self, value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield from wrong_type(value, where, "a string")
            return
        known = self.known()
        name, _, inside = value.partition("__")
        names = known.get(name)
        if name not in known:
            yield Problem(WITHOUT_EFFECT, f"{where}: {name!r} is not a {self.what}.", hint_for(name, known))
        elif inside and names is not None and inside.partition("__")[0] not in names:
            yield Problem(
                WITHOUT_EFFECT, f"{where}: {value!r} is not a {self.what}.", hint_for(inside, names)
            )
