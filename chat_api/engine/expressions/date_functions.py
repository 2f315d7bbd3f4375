"""Functions of dates and times, by the calendar and clock of the member's zone.

Completed months and years are counted as birthdays are: who was born on 29 February completes a year on 1 March where
there is no 29 February (as in the laws of most countries). A month that is added to the 31st ends on the last day of
the shorter month.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from typing import Any, Final

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.function import ANY, DAYS, NUMBERS, Function, function
from chat_api.engine.expressions.grammar import ExpressionError
from chat_api.engine.expressions.values import Kind, Value, kind_of, number_of
from chat_api.engine.numbers import canonical

_MONTHS: Final = 12
#: More than any two dates are apart.
_DAYS_MAX: Final = 4_000_000


@function(gives=Kind.DATE, reads_clock=True)
def _today(env: Environment) -> Value:
    return env.timestamp.astimezone(env.zone).date()


@function(gives=Kind.DATETIME, reads_clock=True)
def _now(env: Environment) -> Value:
    return env.timestamp.astimezone(env.zone)


@function(ANY, NUMBERS, NUMBERS, gives=Kind.DATE, required=1, reads_clock=True)
def _date(env: Environment, value: Value, month: Value = None, day: Value = None) -> Value:
    if month is not None or day is not None:
        try:
            return date(*(_whole(part) for part in (value, month, day)))
        except (ValueError, OverflowError) as error:
            raise ExpressionError("there is no such date") from error
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return None
    return _day(env, value)


@function(DAYS, DAYS, gives=Kind.NUMBER, reads_clock=True)
def _days(env: Environment, start: Any, end: Any) -> Value:
    return (_day(env, end) - _day(env, start)).days


@function(DAYS, DAYS, gives=Kind.NUMBER, reads_clock=True)
def _completed_months(env: Environment, start: Any, end: Any) -> Value:
    return completed_months(_day(env, start), _day(env, end))


@function(DAYS, DAYS, gives=Kind.NUMBER, reads_clock=True)
def _completed_years(env: Environment, start: Any, end: Any) -> Value:
    months = completed_months(_day(env, start), _day(env, end))
    return abs(months) // _MONTHS * (-1 if months < 0 else 1)


def completed_months(start: date, end: date) -> int:
    """Return how many months are completed between the two dates; negative where `end` is the earlier one."""
    if end < start:
        return -completed_months(end, start)
    return (end.year - start.year) * _MONTHS + end.month - start.month - (end.day < start.day)


def add_months(start: date, months: int) -> date:
    """Return the same day of another month, or that month's last. Raises `ExpressionError` outside the calendar."""
    total = start.year * _MONTHS + start.month - 1 + months
    year, month = divmod(total, _MONTHS)
    if not MINYEAR <= year <= MAXYEAR:
        raise ExpressionError("there is no such date")
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


@function(DAYS, NUMBERS, gives=None, reads_clock=True)
def _add_days(env: Environment, start: Any, number: Any) -> Value:
    days = _whole(number)
    if abs(days) > _DAYS_MAX:
        raise ExpressionError("there is no such date")
    try:
        return _moved(env, start, _day(env, start) + timedelta(days=days))
    except OverflowError as error:
        raise ExpressionError("there is no such date") from error


@function(DAYS, NUMBERS, gives=None, reads_clock=True)
def _add_months(env: Environment, start: Any, number: Any) -> Value:
    return _moved(env, start, add_months(_day(env, start), _whole(number)))


def _moved(env: Environment, start: date, day: date) -> date:
    """Return the new day, with the time of day of `start` where it has one."""
    if not isinstance(start, datetime):
        return day
    wall = start.astimezone(env.zone)
    moved = datetime.combine(day, wall.time(), tzinfo=env.zone)
    # Through UTC: a time that the clock skips on that day becomes one that exists.
    return moved.astimezone(UTC).astimezone(env.zone)


@function(DAYS, gives=Kind.NUMBER, reads_clock=True)
def _year(env: Environment, value: Any) -> Value:
    return _day(env, value).year


@function(DAYS, gives=Kind.NUMBER, reads_clock=True)
def _month(env: Environment, value: Any) -> Value:
    return _day(env, value).month


@function(DAYS, gives=Kind.NUMBER, reads_clock=True)
def _day_of_month(env: Environment, value: Any) -> Value:
    return _day(env, value).day


@function(DAYS, gives=Kind.NUMBER, reads_clock=True)
def _weekday(env: Environment, value: Any) -> Value:
    return _day(env, value).isoweekday()


def _day(env: Environment, value: Value) -> date:
    if isinstance(value, datetime):
        return value.astimezone(env.zone).date()
    if isinstance(value, date):
        return value
    raise ExpressionError(f"a {kind_of(value)} is not a date")


def _whole(value: Value) -> int:
    number = canonical(number_of(value))
    if number != number or number in (float("inf"), float("-inf")) or number != int(number):
        raise ExpressionError("only whole numbers of days and months can be added")
    return int(number)


FUNCTIONS: Final[dict[str, Function]] = {
    "today": _today,
    "now": _now,
    "date": _date,
    "days": _days,
    "months": _completed_months,
    "years": _completed_years,
    "add_days": _add_days,
    "add_months": _add_months,
    "year": _year,
    "month": _month,
    "day": _day_of_month,
    "weekday": _weekday,
}
