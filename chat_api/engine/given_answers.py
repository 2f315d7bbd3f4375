"""Accepted answers as rules read them later: stored beside the text of the message or the survey's item."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from chat_api.engine.expressions.language import OTHER
from chat_api.engine.expressions.values import Kind, Value, kind_of
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.question_types.choice import weight_of, weight_of_one
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.question_types.stored_values import value_from_json, value_to_json
from chat_api.engine.records import record
from chat_api.engine.script import Answer, Question, Script

V = TypeVar("V")

_ID: Final = attrgetter("id")
_OTHER: Final = f".{OTHER}"
#: Kinds whose JSON looks like that of another kind.
_TAGGED: Final = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME, Kind.LOCATION})


@record
class GivenAnswer:
    """An accepted answer.

    `value` is what expressions read by the name of its question, `other` the text beside its choices, `chosen` the ids
    of the chosen answers. It was given at `timestamp` (aware), in `zone` (a key of the IANA database). With
    `is_skipped` the user skipped the question; with `is_confirmed` they confirmed the warnings of its constraints.
    """

    value: Value = None
    other: str | None = None
    chosen: tuple[int, ...] = ()
    timestamp: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    zone: str = "UTC"
    is_skipped: bool = False
    is_confirmed: bool = False

    @classmethod
    def of(
        cls, checked: CheckedReply, timestamp: datetime, zone: str = "UTC", *, is_confirmed: bool = False
    ) -> GivenAnswer:
        """Return a reply that was accepted at that time."""
        answers = checked.answers
        # One is nearly always enough.
        chosen = (answers[0].id,) if len(answers) == 1 else tuple(map(_ID, answers))
        # By position, which Python passes faster than by name.
        return cls(checked.value, checked.other, chosen, timestamp, zone, checked.is_skipped, is_confirmed)

    def answers_in(self, script: Script) -> tuple[Answer, ...]:
        """Return the chosen answers that the script still has, in the order given."""
        offered, chosen = script.answers_by_id, self.chosen
        if len(chosen) == 1:
            return (offered[chosen[0]],) if chosen[0] in offered else ()
        return tuple([offered[pk] for pk in chosen if pk in offered])


def given_to_json(
    question: Question, given: GivenAnswer, document: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the answer as it is stored; with `document`, its keys are added to that one."""
    document = {} if document is None else document
    document["value"] = question_type(question.type).to_json(given.value)
    document["at"] = timestamp_to_json(given.timestamp)
    document["zone"] = given.zone
    if given.other is not None:
        document["other"] = given.other
    if given.chosen:
        document["chosen"] = [*given.chosen]
    if given.is_skipped:
        document["skipped"] = True
    if given.is_confirmed:
        document["confirmed"] = True
    return document


def given_from_json(question: Question, raw: Any) -> GivenAnswer | None:
    """Return the answer that `given_to_json` has stored; None for anything else, as from other versions of the type."""
    if not isinstance(raw, dict):
        return None
    other, chosen, zone = raw.get("other"), raw.get("chosen", []), raw.get("zone", "UTC")
    if not (other is None or isinstance(other, str)) or not isinstance(zone, str) or not _are_ids(chosen):
        return None
    try:
        return GivenAnswer(
            value=question_type(question.type).from_json(raw.get("value")),
            other=other,
            chosen=tuple(chosen),
            timestamp=timestamp_from_json(raw["at"]),
            zone=zone,
            is_skipped=raw.get("skipped", False) is True,
            is_confirmed=raw.get("confirmed", False) is True,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _are_ids(raw: Any) -> bool:
    return isinstance(raw, list) and all(type(pk) is int for pk in raw)


# A state is stored after each answer, with the timestamps of all answers before it.
@lru_cache(maxsize=4096)
def timestamp_to_json(timestamp: datetime) -> str:
    """Return the timestamp as it is stored, in UTC."""
    return timestamp.astimezone(UTC).isoformat()


def timestamp_from_json(raw: Any) -> datetime:
    """Return a stored timestamp, in UTC; one without a zone is in UTC.

    Raises `TypeError`, `ValueError` or `OverflowError` for anything else.
    """
    found = datetime.fromisoformat(raw)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def expose(
    script: Script,
    question: Question,
    given: GivenAnswer | None,
    answers: MutableMapping[str, Value],
    weights: MutableMapping[str, float],
) -> None:
    """Show the answer of a question with a name to expressions; None hides it from them.

    `answers` and `weights` are those of an `Environment`.
    """
    name = question.name
    if name is None:
        return
    if given is None:
        given = _NOTHING
    if given.value is not None:
        answers[name] = given.value
    elif name in answers:
        del answers[name]
    if not question.answers:
        return
    key = name + _OTHER
    if given.other is not None:
        answers[key] = given.other
    elif key in answers:
        del answers[key]
    weight = _weight_in(script, given.chosen)
    if weight is not None:
        weights[name] = weight
    elif name in weights:
        del weights[name]


def _weight_in(script: Script, chosen: tuple[int, ...]) -> float | None:
    """Return what the chosen answers that the script still has count for, together; None if none of them counts."""
    offered = script.answers_by_id
    if len(chosen) == 1:
        # Nearly all choices.
        only = chosen[0]
        return weight_of_one(offered[only]) if only in offered else None
    return weight_of([offered[pk] for pk in chosen if pk in offered])


#: Stands for a question without an answer.
_NOTHING: Final = GivenAnswer()


def typed_to_json(value: Value) -> Any:
    """Return as plain JSON a value of any kind, for example of a calculation; the kind is stored with it."""
    kind = kind_of(value)
    raw = value_to_json(value)
    return {"kind": str(kind), "value": raw} if kind in _TAGGED else raw


def typed_by_key(raw: Any) -> dict[str, Value]:
    """Return an object of values that `typed_to_json` has stored; without keys for anything else."""
    return {key: typed_from_json(value) for key, value in raw.items()} if isinstance(raw, dict) else {}


def listed(raw: Any, kind: type[V]) -> list[V]:
    """Return the items of a stored list that are of that kind; none for anything else."""
    return [item for item in raw if isinstance(item, kind)] if isinstance(raw, list) else []


def typed_from_json(raw: Any) -> Value:
    """Return the value that `typed_to_json` has stored; empty for anything else."""
    try:
        if isinstance(raw, dict):
            return value_from_json(raw.get("value"), Kind(raw.get("kind", "")))
        return value_from_json(raw)
    except (TypeError, ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def zone_of(key: str) -> tzinfo:
    """Return the zone with that key of the IANA database; UTC if there is none."""
    try:
        return ZoneInfo(key)
    except (ValueError, OSError, KeyError):
        return UTC
