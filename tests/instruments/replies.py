"""The answers that are tried on each instrument, and which of them are accepted with what value, written by hand."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from chat_api.schemas.models import Question
from tests.instruments.naive import GAD7, PHQ9, Values

#: Reads what is typed as a value; None where it is refused.
Read = Callable[[str, Values, date], Any]


@dataclass(frozen=True)
class Text:
    """A question that is answered by a text: what may be typed, and its value.

    Values that `warns` holds for have to be confirmed.
    """

    typed: tuple[str, ...]
    read: Read
    can_skip: bool = False
    warns: Callable[[Any], bool] = lambda value: False


@dataclass(frozen=True)
class Choice:
    """A choice: the values of its answers, in order, which sets of them are accepted, and texts beside them."""

    offered: tuple[Any, ...]
    accepts: Callable[[tuple[Any, ...], Values], bool] = lambda chosen, values: len(chosen) == 1
    several: bool = False
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sent:
    """An answer as it is sent; `places` are those of the chosen answers, from 0."""

    text: str = ""
    places: tuple[int, ...] = ()
    skip: bool = False
    confirm: bool = False

    def body(self, question: Question) -> dict[str, Any]:
        """Return what is posted to answer the question."""
        if self.skip:
            return {"skip": True}
        body: dict[str, Any] = {"confirm": True} if self.confirm else {}
        if self.places:
            rows = sorted(question.answers.all(), key=lambda answer: answer.position)
            body["answers"] = [rows[place].pk for place in self.places]
        if self.text or not self.places:
            body["text"] = self.text
        return body


@dataclass(frozen=True)
class Given:
    """An accepted answer; a value of None is that of a skipped question."""

    value: Any
    other: str | None = None
    is_confirmed: bool = False


def draw(chance: random.Random, rule: Text | Choice, *, skips: bool = True) -> Sent:
    """Return a random answer, which need not be accepted."""
    confirm = chance.random() < 0.3
    if isinstance(rule, Choice):
        count = chance.randint(1, 3) if rule.several else 1
        places = tuple(sorted(chance.sample(range(len(rule.offered)), count)))
        beside = chance.choice(rule.beside) if rule.beside and chance.random() < 0.5 else ""
        return Sent(beside, places, confirm=confirm)
    if skips and rule.can_skip and chance.random() < 0.3:
        return Sent(skip=True)
    return Sent(chance.choice(rule.typed), confirm=confirm)


def judged(rule: Text | Choice, sent: Sent, values: Values, day: date) -> Given | None:
    """Return the answer if it is accepted beside these values of the other questions."""
    if sent.skip:
        return Given(None)
    if isinstance(rule, Choice):
        chosen = tuple(rule.offered[place] for place in sent.places)
        if not rule.accepts(chosen, values):
            return None
        return Given(chosen if rule.several else chosen[0], sent.text or None, sent.confirm)
    value = rule.read(sent.text, values, day)
    if value is None or (rule.warns(value) and not sent.confirm):
        return None
    return Given(value, is_confirmed=sent.confirm)


def _number(least: float, most: float, kind: Callable[[str], float] = int) -> Read:
    def read(text: str, values: Values, day: date) -> Any:
        try:
            number = kind(text)
        except ValueError:
            return None
        return number if least <= number <= most else None

    return read


def _text(pattern: str) -> Read:
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
    found, upper = _number(30, 200)(text, values, day), values.get("systolic")
    return found if found is not None and upper is not None and found < upper else None


def fits_start(days: int, values: Values, day: date) -> bool:
    start = values.get("start")
    return days <= 60 or (start is not None and (start - day).days >= 30)


def _days(text: str, values: Values, day: date) -> int | None:
    found = _number(1, float("inf"))(text, values, day)
    return found if found is not None and fits_start(found, values, day) else None


DAY: Final = date(2026, 11, 15)


def _in(days: int) -> str:
    return (DAY + timedelta(days=days)).isoformat()


def _height(text: str, values: Values, day: date) -> float | None:
    found = _number(50, 250, float)(text, values, day)
    return found if found is not None and len(text.partition(".")[2]) <= 1 else None


def _trouble(chosen: tuple[Any, ...]) -> bool:
    return chosen == ("nothing",) or ("nothing" not in chosen and 1 <= len(chosen) <= 2)


def region_offers(value: Any, values: Values) -> bool:
    home = {"pl": "Mazovia", "gb": "Wales"}.get(values.get("country", ""))
    return value in (home, "None of these")


_SCALE: Final = Choice((0, 1, 2, 3))

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
    "gad7": dict.fromkeys(GAD7, _SCALE),
    "nps": {
        "likely": Text(tuple(map(str, range(-1, 12))), _number(0, 10)),
        "love": Text(("all",), _text(".+"), can_skip=True),
        "better": Text(("Call me", "nothing", "a phone call"), _text(".+")),
        "trouble": Choice(
            ("late", "rude", "broken", "nothing"),
            lambda chosen, values: _trouble(chosen),
            several=True,
            beside=("My Lawyer will write", "cold"),
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
        "region": Choice(
            ("Mazovia", "Wales", "None of these"), lambda chosen, values: region_offers(chosen[0], values)
        ),
        "start": Text((_in(0), _in(1), _in(29), _in(30), "2027-05-15", "2027-05-16", "soon"), _start),
        "days": Text(("0", "1", "60", "61", "90", "91"), _days, warns=lambda days: days > 90),
    },
    "phq9": dict.fromkeys((*PHQ9, "phq9_10"), _SCALE),
}
