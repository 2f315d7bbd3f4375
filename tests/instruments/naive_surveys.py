"""Each instrument as a form, written by hand, without the engine: what is visible, values and problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tests.instruments.naive import GAD7, PHQ9, QIDS, bmi, years
from tests.instruments.replies import fits_start, region_offers


@dataclass(frozen=True)
class Item:
    """A stored answer, and the day on which it was given."""

    value: Any
    day: date
    other: str | None = None
    is_confirmed: bool = False


Items = Mapping[str, Item]
#: Questions that need no answer.
OPTIONAL: Final = frozenset(
    {"cigarettes", "systolic", "diastolic", "diet", "love", "better", "call", "phq9_10"}
)


@dataclass
class Form:
    """A form with these answers; those to questions that are not visible count for nothing."""

    name: str
    items: Items
    visible: set[int] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)
    calculated: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def show(self, name: str, *, offers: bool = True) -> bool:
        """Show the question, and return whether it is answered."""
        self.visible.add(QIDS[self.name][name])
        item = self.items.get(name)
        if item is None or not offers:
            if name not in OPTIONAL:
                self.missing.add(name)
            return False
        self.values[name] = item.value
        if item.other is not None:
            self.values[f"{name}.other"] = item.other
        return True

    @property
    def completed(self) -> bool:
        return not self.missing and not any(code != "CONFIRM" for _, code in self.problems)


def _cardio(form: Form, day: date) -> None:
    if not form.show("sex"):
        return
    for name in ("born", "height", "weight_kg"):
        form.show(name)
    values = form.values
    form.visible.add(5)
    has_bmi = "height" in values and "weight_kg" in values
    form.calculated["bmi"] = bmi(values) if has_bmi else None
    if "born" in values and years(values["born"], day) >= 12 and not form.show("smokes"):
        return
    if values.get("smokes") == 1:
        form.show("cigarettes")
    if form.show("systolic") and form.show("diastolic") and values["diastolic"] >= values["systolic"]:
        form.problems.append((9, "CONSTRAINT"))
    form.visible |= {10, 11}
    if has_bmi and bmi(values) >= 30:
        form.show("diet")
        form.show("doctor")
    elif values.get("systolic", 0) >= 140 or values.get("cigarettes", 0) > 10:
        form.show("doctor")


def _nps(form: Form, day: date) -> None:
    form.show("likely")
    form.visible.add(2)
    likely = form.values.get("likely")
    branch = "trouble" if likely is None or likely < 7 else "better" if likely < 9 else "love"
    is_answered = form.show(branch)
    if branch == "trouble" and not is_answered:
        return
    asks_to_call = likely is not None and likely < 7
    asks_to_call = asks_to_call or "call" in form.values.get("better", "").lower()
    if (
        form.values.get("trouble") != ("nothing",)
        and asks_to_call
        and not (form.show("call") and form.values["call"])
    ):
        return
    if form.values.get("call"):
        form.show("phone")


def _onboarding(form: Form, day: date) -> None:
    form.show("name")
    form.show("email")
    if not form.show("country"):
        return
    code = {"pl": "code_pl", "gb": "code_gb"}.get(form.values["country"])
    if code is not None:
        form.show(code)
    region = form.items.get("region")
    if not form.show("region", offers=region is not None and region_offers(region.value, form.values)):
        return
    form.show("start")
    form.show("days")
    if "days" in form.values:
        days, item = form.values["days"], form.items["days"]
        if not fits_start(days, form.values, item.day):
            form.problems.append((8, "CONSTRAINT"))
        if days > 90 and not item.is_confirmed:
            form.problems.append((8, "CONFIRM"))


def _scale(*names: str) -> Callable[[Form, date], None]:
    def fill(form: Form, day: date) -> None:
        if all(form.show(name) for name in names) and names == PHQ9 and any(form.values.values()):
            form.show("phq9_10")

    return fill


FORMS: Final[dict[str, Callable[[Form, date], None]]] = {
    "cardio": _cardio,
    "gad7": _scale(*GAD7),
    "nps": _nps,
    "onboarding": _onboarding,
    "phq9": _scale(*PHQ9),
}


def filled(name: str, items: Items, day: date) -> Form:
    """Return the form of the instrument with these answers, after a change on that day."""
    form = Form(name, items)
    FORMS[name](form, day)
    return form
