"""The way through each instrument in a chat, written by hand, without the engine.

Each function gets the values given so far by name, and the day. It returns the name of the next question, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

Values = Mapping[str, Any]

PHQ9: Final = tuple(f"phq9_{number}" for number in range(1, 10))
GAD7: Final = tuple(f"gad7_{number}" for number in range(1, 8))


def years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def bmi(values: Values) -> float:
    exact = values["weight_kg"] / (values["height"] / 100) ** 2
    return int(exact * 10 + 0.5) / 10


def cardio(values: Values, day: date) -> str | None:
    wanted = ["sex", "born", "height", "weight_kg"]
    for name in wanted:
        if name not in values:
            return name
    if years(values["born"], day) >= 12 and "smokes" not in values:
        return "smokes"
    if values.get("smokes") == 1 and "cigarettes" not in values:
        return "cigarettes"
    if "systolic" not in values:
        return "systolic"
    if values["systolic"] is not None and "diastolic" not in values:
        return "diastolic"
    if bmi(values) >= 30:
        if "diet" not in values:
            return "diet"
        return None if "doctor" in values else "doctor"
    at_risk = (values["systolic"] or 0) >= 140 or values.get("cigarettes", 0) > 10
    return "doctor" if at_risk and "doctor" not in values else None


def nps(values: Values, day: date) -> str | None:
    if "likely" not in values:
        return "likely"
    likely = values["likely"]
    branch = "love" if likely >= 9 else "better" if likely >= 7 else "trouble"
    if branch not in values:
        return branch
    if branch == "trouble" and values["trouble"] == ("nothing",):
        return None
    if (likely < 7 or "call" in values.get("better", "").lower()) and "call" not in values:
        return "call"
    return "phone" if values.get("call") is True and "phone" not in values else None


def onboarding(values: Values, day: date) -> str | None:
    for name in ("name", "email", "country"):
        if name not in values:
            return name
    code = {"pl": "code_pl", "gb": "code_gb"}.get(values["country"])
    if code is not None and code not in values:
        return code
    return next((name for name in ("region", "start", "days") if name not in values), None)


def phq9(values: Values, day: date) -> str | None:
    for name in PHQ9:
        if name not in values:
            return name
    return "phq9_10" if any(values[name] for name in PHQ9) and "phq9_10" not in values else None


def gad7(values: Values, day: date) -> str | None:
    return next((name for name in GAD7 if name not in values), None)


NEXT: Final[dict[str, Callable[[Values, date], str | None]]] = {
    "cardio": cardio,
    "gad7": gad7,
    "nps": nps,
    "onboarding": onboarding,
    "phq9": phq9,
}

#: By instrument, the places of the questions; calculations, messages and forks have those that are left out.
QIDS: Final[dict[str, dict[str, int]]] = {
    "cardio": {
        "sex": 1,
        "born": 2,
        "height": 3,
        "weight_kg": 4,
        "smokes": 6,
        "cigarettes": 7,
        "systolic": 8,
        "diastolic": 9,
        "diet": 12,
        "doctor": 13,
    },
    "gad7": {name: qid for qid, name in enumerate(GAD7, start=1)},
    "nps": {"likely": 1, "love": 3, "better": 4, "trouble": 5, "call": 6, "phone": 7},
    "onboarding": {
        name: qid
        for qid, name in enumerate(
            ("name", "email", "country", "code_pl", "code_gb", "region", "start", "days"), start=1
        )
    },
    "phq9": {name: qid for qid, name in enumerate((*PHQ9, "phq9_10"), start=1)},
}
