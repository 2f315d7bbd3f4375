"""The questions and refusals of each instrument, written by hand, without the engine.

Each function gets the values given so far by name, and the day. It returns the name of the next question, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

Values = Mapping[str, Any]


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def bmi(values: Values) -> float:
    exact = values["weight_kg"] / (values["height"] / 100) ** 2
    return int(exact * 10 + 0.5) / 10


def cardio(values: Values, day: date) -> str | None:
    wanted = ["sex", "born", "height", "weight_kg"]
    for name in wanted:
        if name not in values:
            return name
    if _years(values["born"], day) >= 12 and "smokes" not in values:
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


def _number(
    least: float, most: float, kind: Callable[[str], float] = int
) -> Callable[[str, Values, date], Any]:
    def read(text: str, values: Values, day: date) -> Any:
        try:
            number = kind(text)
        except ValueError:
            return None
        return number if least <= number <= most else None

    return read


def _text(pattern: str) -> Callable[[str, Values, date], Any]:
    return lambda text, values, day: text if re.fullmatch(pattern, text) else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _born(text: str, values: Values, day: date) -> date | None:
    found = _date(text)
    return found if found is not None and date(1900, 1, 1) <= found <= day else None


def _start(text: str, values: Values, day: date) -> date | None:
    found = _date(text)
    month = day.month + 6
    # The days used have a counterpart six months later.
    latest = date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, day.day)
    return found if found is not None and day < found <= latest else None


def _diastolic(text: str, values: Values, day: date) -> int | None:
    found = _number(30, 200)(text, values, day)
    return found if found is not None and found < values["systolic"] else None


def _days(text: str, values: Values, day: date) -> int | None:
    found = _number(1, float("inf"))(text, values, day)
    if found is None or found > 90:
        return None
    return found if found <= 60 or (values["start"] - day).days >= 30 else None


@dataclass(frozen=True)
class Text:
    """A question that is answered by a text: what may be typed, and its value; None where it is refused."""

    typed: tuple[str, ...]
    read: Callable[[str, Values, date], Any]
    can_skip: bool = False


@dataclass(frozen=True)
class Choice:
    """A choice: the values of its answers, in order, and which sets of them are accepted."""

    offered: tuple[Any, ...]
    accepts: Callable[[tuple[Any, ...], Values], bool] = lambda chosen, values: len(chosen) == 1
    several: bool = False


DAY: Final = date(2026, 11, 15)


def _in(days: int) -> str:
    return (DAY + timedelta(days=days)).isoformat()


def _height(text: str, values: Values, day: date) -> float | None:
    found = _number(50, 250, float)(text, values, day)
    return found if found is not None and len(text.partition(".")[2]) <= 1 else None


def _trouble(chosen: tuple[Any, ...]) -> bool:
    return chosen == ("nothing",) or ("nothing" not in chosen and 1 <= len(chosen) <= 2)


def _region(chosen: tuple[Any, ...], values: Values) -> bool:
    home = {"pl": "Mazovia", "gb": "Wales"}.get(values["country"])
    return len(chosen) == 1 and chosen[0] in (home, "None of these")


REPLIES: Final[dict[str, dict[str, Text | Choice]]] = {
    "cardio": {
        "sex": Choice(("f", "m")),
        "born": Text(
            ("1950-02-28", "2014-11-15", "2014-11-16", "1899-12-31", _in(1), "x", "2004-02-29"), _born
        ),
        "height": Text(("180", "49.9", "50", "250.5", "175.25", "abc", "160.5"), _height),
        "weight_kg": Text(("70", "97.2", "1", "140", "401", "52.5"), _number(2, 400, float)),
        "smokes": Choice((1, 0)),
        "cigarettes": Text(("0", "1", "10", "11", "100", "101"), _number(1, 100)),
        "systolic": Text(("59", "120", "139", "140", "281", "2.5"), _number(60, 280), can_skip=True),
        "diastolic": Text(("30", "80", "125", "139", "200"), _diastolic),
        "diet": Text(("pie", "eg", "bread and butter"), _text(".{3,}")),
        "doctor": Text(("Dr. Ada",), _text(".+")),
    },
    "nps": {
        "likely": Text(tuple(map(str, range(-1, 12))), _number(0, 10)),
        "love": Text(("all",), _text(".+"), can_skip=True),
        "better": Text(("Call me", "nothing", "a phone call"), _text(".+")),
        "trouble": Choice(
            ("late", "rude", "broken", "nothing"), lambda chosen, values: _trouble(chosen), several=True
        ),
        "call": Choice((True, False)),
        "phone": Text(
            ("+48 600 100 200", "12", "call me"), lambda t, v, d: t if t.startswith("+48") else None
        ),
    },
    "onboarding": {
        "name": Text(("J", "Jo", "x" * 41, "Zoë O'Neil"), _text(".{2,40}")),
        "email": Text(("a@b.example", "a@", "nobody"), lambda t, v, d: t if t == "a@b.example" else None),
        "country": Choice(("pl", "gb", "other")),
        "code_pl": Text(("00-950", "00950", "x00-950", "00-9501"), _text("[0-9]{2}-[0-9]{3}")),
        "code_gb": Text(
            ("SW1A 1AA", "M11AE", "sw1a 1aa", "123"), _text("[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}")
        ),
        "region": Choice(("Mazovia", "Wales", "None of these"), _region),
        "start": Text((_in(0), _in(1), _in(29), _in(30), "2027-05-15", "2027-05-16", "soon"), _start),
        "days": Text(("0", "1", "60", "61", "90", "91"), _days),
    },
}


NEXT: Final[dict[str, Callable[[Values, date], str | None]]] = {
    "cardio": cardio,
    "nps": nps,
    "onboarding": onboarding,
}
