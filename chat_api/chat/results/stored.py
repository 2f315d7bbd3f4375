"""The calculations of a run and its hidden questions, as its values are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from chat_api.engine.given_answers import listed
from chat_api.engine.stored_rounds import whole


class StoredPart(NamedTuple):
    """The ids of hidden questions, and stored calculations by id as a text: outside of rounds, or of one number."""

    hidden: set[int]
    calculated: dict[str, Any]


NOTHING: Final = StoredPart(set(), {})


def stored_parts(values: Any) -> dict[int, StoredPart]:
    """Return the parts by the number of the round, 0 for all that is outside of rounds.

    Rounds of different groups are together: each question is in one of these.
    """
    found = {0: StoredPart(set(), {})}
    outside = values if isinstance(values, dict) else {}
    for number, document in ((0, outside), *((number, each) for _, number, each in _rounds(outside))):
        part = found.setdefault(number, StoredPart(set(), {}))
        part.hidden.update(listed(document.get("hidden"), int))
        calculated = document.get("calculated")
        part.calculated.update(calculated if isinstance(calculated, dict) else {})
    return found


def stored_rounds(values: Any) -> dict[int, set[int]]:
    """Return the numbers of the rounds that a run has begun, by the id of their group."""
    found: dict[int, set[int]] = {}
    for group_id, number, _ in _rounds(values if isinstance(values, dict) else {}):
        found.setdefault(group_id, set()).add(number)
    return found


def _rounds(values: Mapping[str, Any]) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    rounds = values.get("rounds")
    for document in listed(rounds.get("parts") if isinstance(rounds, dict) else None, dict):
        group_id, number = whole(document.get("group")), whole(document.get("number"))
        if group_id and number > 0:
            yield group_id, number, document
