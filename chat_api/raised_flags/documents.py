"""Raised flags as documents, for users to whom they are visible."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from chat_api.engine.expressions.values import Value
from chat_api.engine.question_types.stored_values import value_to_json
from chat_api.engine.scores import band_of
from chat_api.engine.script import Score
from chat_api.raised_flags.models import Flag
from chat_api.schemas.compiled import CompiledSchema, compiled

#: The parts of results that have labels of scores beside them.
_LABELLED = frozenset({"scores", "bands"})


def flag_document(flag: Flag, language: str | None = None) -> dict[str, Any]:
    """Return the flag, with label and severity of its schema; empty if the schema has no such flag any more.

    The label is in the language (None: the active one), if it is translated.
    """
    flags = compiled(flag.schema).in_language(language).flags
    described = next((found for found in flags if found.name == flag.name), None)
    return {
        "id": flag.pk,
        "name": flag.name,
        "label": "" if described is None else described.label,
        "severity": "" if described is None else described.severity,
        "raised": flag.raised,
        "message": flag.message_id,
        "item": flag.item_id,
        "cleared": flag.cleared,
        "seen": flag.seen,
        "seen_by": flag.seen_by_id,
    }


def wanted_parts(permitted: Collection[str], wants: Callable[[str], bool]) -> list[str]:
    """Return the permitted parts that a request wants; users who see scores or bands also see their `labels`."""
    labels = () if _LABELLED.isdisjoint(permitted) else ("labels",)
    return [part for part in (*permitted, *labels) if wants(part)]


def results_document(
    schema: CompiledSchema,
    *,
    values: Callable[[], Mapping[str, Value]],
    scores: Callable[[], Mapping[str, float | None]],
    flags: Iterable[Flag],
    parts: Collection[str],
) -> dict[str, Any]:
    """Return those parts of the results of a script, with labels in the active language, if they are translated.

    The bands follow from the scores; `labels` are those of the scores that have one. What no part shows is neither
    computed nor loaded.
    """
    known = scores() if "scores" in parts or "bands" in parts else {}
    bands = schema.in_language(None).scores
    shown: dict[str, Callable[[], Any]] = {
        "values": lambda: {name: value_to_json(value) for name, value in values().items()},
        "scores": lambda: {score.name: known.get(score.name) for score in bands},
        "bands": lambda: {score.name: _band(score, known.get(score.name)) for score in bands},
        "labels": lambda: {score.name: score.label for score in bands if score.label},
        "flags": lambda: [flag_document(flag) for flag in flags],
    }
    return {part: document() for part, document in shown.items() if part in parts}


def _band(score: Score, value: float | None) -> dict[str, Any] | None:
    band = band_of(score, value)
    if band is None:
        return None
    return {"from": band.low, "to": band.high, "label": band.label, "severity": band.severity}
