"""Parts of every rule: the problem that it yields, the ids of the checks, and the hint for a misspelled name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol

WRONG_TYPE = "chat_api.E003"
OUT_OF_RANGE = "chat_api.E004"
UNKNOWN_NAME = "chat_api.E005"
CANNOT_IMPORT = "chat_api.E006"
WRONG_KIND = "chat_api.E007"
NO_SUCH_MODEL = "chat_api.E008"
UNREADABLE_RATE = "chat_api.E009"
#: A warning: nothing has that name, so the entry has no effect.
WITHOUT_EFFECT = "chat_api.W006"


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a setting: the id of the check, a sentence, and a hint if there is one."""

    id: str
    text: str
    hint: str | None = None


Problems = Iterator[Problem]


class Rule(Protocol):
    """Yields a problem for each mistake in a value and never raises; `where` is the place of the value."""

    def __call__(self, value: Any, where: str) -> Problems: ...


def hint_for(name: object, known: Iterable[str]) -> str:
    """Return the hint for an unknown name: the closest known one, else all of them."""
    names = sorted(known)
    close = get_close_matches(str(name), names, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Choose one of: {', '.join(map(repr, names))}." if names else "There are none to choose from."


def wrong_type(value: Any, where: str, wanted: str) -> Problems:
    """Yield the problem of a value that does not have the wanted type."""
    yield Problem(WRONG_TYPE, f"{where} must be {wanted}, not {value!r}.")


def is_sequence(value: Any) -> bool:
    """Return whether the value is a list, a tuple or the like; a set is not (it has no order), nor is a string."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
