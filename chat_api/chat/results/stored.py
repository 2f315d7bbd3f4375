"""The calculations and scores of a run and its hidden questions, as its values are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from chat_api.chat.choices import RunOutcome
from chat_api.engine.given_answers import listed
from chat_api.engine.stored_rounds import whole


class StoredPart(NamedTuple):
    """Hidden questions and stored calculations of a run: outside of rounds, or of one number."""

    #: By id.
    hidden: set[int]
    #: By id as a text.
    calculated: dict[str, Any]
    #: The ids of questions whose answers count, while the run has others that it has not come to again; else None.
    reached: set[int] | None = None

    def hides(self, question_id: int) -> bool:
        """Return whether an answer to the question counts for nothing."""
        return question_id in self.hidden or (self.reached is not None and question_id not in self.reached)


class StoredParts(dict[int, StoredPart]):
    """The parts of a run by the number of the round, 0 for all that is outside of rounds.

    Rounds of different groups are together: each question is in one of these. Numbers that are not stored have a part,
    too.
    """

    def __init__(self, *, has_kept: bool) -> None:
        super().__init__()
        self._has_kept = has_kept

    def __missing__(self, number: int) -> StoredPart:
        return StoredPart(set(), {}, set() if self._has_kept else None)

    def add(self, number: int) -> StoredPart:
        """Return the part with that number, which is stored from now on."""
        return self.setdefault(number, self[number])


def stored_parts(values: Any) -> StoredParts:
    """Return the parts of a run from its stored values."""
    outside = values if isinstance(values, dict) else {}
    found = StoredParts(has_kept=outside.get("kept") is True)
    found.add(0)
    for number, document in ((0, outside), *((number, each) for _, number, each in _rounds(outside))):
        part = found.add(number)
        part.hidden.update(listed(document.get("hidden"), int))
        calculated = document.get("calculated")
        part.calculated.update(calculated if isinstance(calculated, dict) else {})
    for given in listed(outside.get("given"), dict):
        reached = found.add(whole(given.get("instance"))).reached
        if reached is not None:
            reached.add(whole(given.get("question")))
    return found


def stored_rounds(values: Any) -> dict[int, set[int]]:
    """Return the numbers of the rounds that a run has begun, by the id of their group."""
    found: dict[int, set[int]] = {}
    for group_id, number, _ in _rounds(values if isinstance(values, dict) else {}):
        found.setdefault(group_id, set()).add(number)
    return found


def final_scores(outcome: str, values: Any) -> dict[str, Any]:
    """Return the stored scores of a run by name; none of a run that goes on, or that was given up."""
    scores = values.get("scores") if isinstance(values, dict) else None
    return scores if outcome == RunOutcome.COMPLETED and isinstance(scores, dict) else {}


def _rounds(values: Mapping[str, Any]) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    rounds = values.get("rounds")
    for document in listed(rounds.get("parts") if isinstance(rounds, dict) else None, dict):
        group_id, number = whole(document.get("group")), whole(document.get("number"))
        if group_id and number > 0:
            yield group_id, number, document
