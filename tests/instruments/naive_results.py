"""Scores, bands and flags of each instrument, written by hand, from the values that count, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.instruments.naive import GAD7, PHQ9, Values, bmi

#: Labels of bands by the least value of each.
Bands = dict[float, str]

_SEVERITY: Final[Bands] = {0: "minimal", 5: "mild", 10: "moderate", 15: "severe"}
BANDS: Final[dict[str, Bands]] = {
    "smoking": {0: "none", 1: "some", 12: "heavy"},
    "pressure": {1: "narrow", 41: "wide"},
    "promotion": {0: "detractor", 7: "passive", 9: "promoter"},
    "stay": {1: "short", 8: "usual", 61: "long"},
    "weeks": {},
    "phq9_total": {**_SEVERITY, 15: "moderately severe", 20: "severe"},
    "gad7_total": _SEVERITY,
}


@dataclass(frozen=True)
class Results:
    """Scores by name, None where one is empty, labels of their bands, and the flags that are raised."""

    scores: dict[str, float | None]
    flags: set[str] = field(default_factory=set)

    @property
    def bands(self) -> dict[str, str | None]:
        return {name: _band(BANDS[name], score) for name, score in self.scores.items()}


def _band(bands: Bands, score: float | None) -> str | None:
    begun = [low for low in bands if score is not None and low <= score]
    return bands[max(begun)] if begun else None


def _cardio(values: Values) -> Results:
    upper, lower = values.get("systolic"), values.get("diastolic")
    scores = {
        "smoking": values.get("smokes", 0) + values.get("cigarettes", 0),
        "pressure": None if upper is None or lower is None else upper - lower,
    }
    flags = {"hypertension"} if (upper or 0) >= 140 else set()
    is_heavy = "weight_kg" in values and "height" in values and bmi(values) >= 30
    return Results(scores, flags | ({"lifestyle"} if is_heavy and values.get("smokes") == 1 else set()))


def _nps(values: Values) -> Results:
    likely, trouble = values.get("likely"), values.get("trouble", ())
    flags = {"angry"} if likely is not None and likely <= 2 and len(trouble) >= 2 else set()
    is_legal = "lawyer" in (values.get("trouble.other") or "").lower()
    return Results({"promotion": likely}, flags | ({"legal"} if is_legal else set()))


def _onboarding(values: Values) -> Results:
    days = values.get("days")
    weeks = None if days is None else int(days / 7 * 10 + 0.5) / 10
    flags = {"long"} if (days or 0) > 60 else set()
    is_abroad = values.get("country") == "other" and "start" in values
    return Results({"stay": days, "weeks": weeks}, flags | ({"abroad"} if is_abroad else set()))


def _phq9(values: Values) -> Results:
    total = sum(values.get(name, 0) for name in PHQ9)
    return Results({"phq9_total": total}, {"ideation"} if values.get("phq9_9", 0) > 0 else set())


def _gad7(values: Values) -> Results:
    return Results({"gad7_total": sum(values.get(name, 0) for name in GAD7)})


RESULTS: Final[dict[str, Callable[[Values], Results]]] = {
    "cardio": _cardio,
    "gad7": _gad7,
    "nps": _nps,
    "onboarding": _onboarding,
    "phq9": _phq9,
}


def seen(shown: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """Return scores, labels of bands and open flags of a document with results."""
    labels = {name: None if band is None else band["label"] for name, band in shown["bands"].items()}
    return shown["scores"], labels, {flag["name"] for flag in shown["flags"] if flag["cleared"] is None}
