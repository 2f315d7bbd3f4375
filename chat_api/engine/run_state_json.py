"""The state of a run as plain JSON: its answers, its calculations, and what the host knows about the person."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from chat_api.engine.expressions.values import Value
from chat_api.engine.given_answers import (
    given_from_json,
    listed,
    timestamp_from_json,
    timestamp_to_json,
    typed_by_key,
    typed_to_json,
)
from chat_api.engine.logic import Logic
from chat_api.engine.rounds import Part, Rounds
from chat_api.engine.script import Question, QuestionType
from chat_api.engine.stored_rounds import items_of, rounds_to_json, whole


class Stored(Part, Protocol):
    """The parts of a `RunState` that are stored."""

    logic: Logic
    timestamp: datetime
    zone: str
    context: Mapping[str, Value]
    given_paths: frozenset[str]
    prefill: Mapping[str, Value]
    has_kept: bool
    rounds: Rounds | None


def state_to_json(state: Stored) -> dict[str, Any]:
    """Return the state as plain JSON."""
    script, rounds = state.logic.script, state.rounds

    def names_read() -> frozenset[str]:
        return state.logic.names_read

    document: dict[str, Any] = {
        "at": timestamp_to_json(state.timestamp),
        "zone": state.zone,
        "given": [*items_of(script, state, names_read)],
    }
    if rounds is not None:
        for _, number, part in rounds.begun():
            document["given"] += items_of(script, part, names_read, instance=number)
        if (begun := rounds_to_json(rounds)) is not None:
            document["rounds"] = begun
    if state.calculated:
        document["calculated"] = {str(pk): typed_to_json(value) for pk, value in state.calculated.items()}
    if state.has_kept:
        document["kept"] = True
    if state.hidden:
        document["hidden"] = sorted(state.hidden)
    if state.context:
        document["context"] = {path: typed_to_json(value) for path, value in state.context.items()}
    if state.given_paths:
        document["given_paths"] = sorted(state.given_paths)
    if state.prefill:
        document["prefill"] = {name: typed_to_json(value) for name, value in state.prefill.items()}
    return document


def load_state(state: Stored, raw: Any) -> None:
    """Take over what `state_to_json` has stored into a state without answers; nothing of anything else.

    Expressions do not see the answers yet; see `load_rounds` for the rest of the rounds.
    """
    stored = raw if isinstance(raw, dict) else {}
    questions, zone = state.logic.script.questions_by_id, stored.get("zone")
    state.zone = zone if isinstance(zone, str) else "UTC"
    with suppress(TypeError, ValueError, OverflowError):
        state.timestamp = timestamp_from_json(stored.get("at"))
    for document in listed(stored.get("given"), dict):
        question = questions.get(next(iter(listed([document.get("question")], int)), 0))
        given = None if question is None else given_from_json(question, document)
        if question is not None and given is not None:
            _part_of(state, question, whole(document.get("instance"))).given[question.id] = given
    by_id = {str(pk): pk for pk, each in questions.items() if each.type == QuestionType.CALCULATION}
    found = typed_by_key(stored.get("calculated"))
    state.calculated = {by_id[key]: value for key, value in found.items() if key in by_id}
    state.has_kept = stored.get("kept") is True
    state.hidden = {*listed(stored.get("hidden"), int)}
    state.context = typed_by_key(stored.get("context"))
    state.given_paths = frozenset(listed(stored.get("given_paths"), str))
    state.prefill = typed_by_key(stored.get("prefill"))


def _part_of(state: Stored, question: Question, number: int) -> Part:
    rounds = state.rounds
    group = None if rounds is None else rounds.group_of(question)
    # States of older releases have no rounds: all answers are of the first.
    return state if rounds is None or group is None else rounds.round(group, number or 1)
