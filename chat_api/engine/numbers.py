"""Number semantics of scripts: doubles that compare, round and print as decimals of 15 significant digits.

Every double keeps 15 digits through a round trip (IEEE 754), so 0.1 + 0.2 equals 0.3, and 2.675 rounds to 2.68.
Other arithmetic is Python's, on floats and ints.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, TypeGuard

#: Significant decimal digits that survive a round trip through a double.
DIGITS: Final = 15
#: Smaller whole numbers are exact.
_EXACT_MAX: Final = 10**DIGITS
#: The difference above which the rounded numbers differ too, where one of them is small.
_APART: Final = 1e-3
_SMALL: Final = 1e9
#: Larger numbers are formatted with an exponent.
_PLAIN_MAX: Final = 10**16
#: Enough digits for every value of `to_decimal`, and every exponent of a double.
_CONTEXT: Final = Context(prec=2 * DIGITS, rounding=ROUND_HALF_UP, Emin=-10_000, Emax=10_000)

Number = int | float

#: Plain notation: ASCII digits, a sign, one point. Front ends send it, and it means the same in every language.
PLAIN: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", re.ASCII)


def is_number(value: object) -> TypeGuard[Number]:
    """Return whether the value is a number that a double can hold; a boolean is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def canonical(value: Number) -> Number:
    """Return the value rounded to 15 significant digits; infinity and NaN are unchanged.

    Monotonic: `a <= b` implies `canonical(a) <= canonical(b)`.
    """
    if -_EXACT_MAX < value < _EXACT_MAX and value == int(value):
        return value
    rounded_value = float(f"{value:.{DIGITS}g}")
    # The largest doubles would round to infinity.
    return value if math.isinf(rounded_value) else rounded_value


def to_decimal(value: Number) -> Decimal:
    """Return the value as a decimal of 15 significant digits. Raises `ValueError` if it is not finite."""
    if not math.isfinite(value):
        raise ValueError("a number is not finite")
    return Decimal(f"{value:.{DIGITS}g}")


def to_int(value: Number) -> int:
    """Truncate the value. Raises `ValueError` for NaN and `OverflowError` for infinity."""
    return int(canonical(value))


def round_half_away(value: Number, digits: int = 0) -> Number:
    """Round to `digits` decimal places (negative: tens, hundreds), halves away from zero.

    Ints stay ints. Raises `ValueError` if the value is not finite.
    """
    if isinstance(value, int) and digits >= 0:
        return value
    exact = to_decimal(value)
    if _exponent(exact) < -digits:
        exact = exact.quantize(Decimal(1).scaleb(-digits, _CONTEXT), context=_CONTEXT)
    return int(exact) if isinstance(value, int) else float(exact)


def floor_divide(left: Number, right: Number) -> Number:
    """Return the quotient, rounded down. Raises `ZeroDivisionError`, or `ValueError` for infinite operands."""
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    quotient, _, _ = _divide(left, right)
    return float(quotient)


def remainder(left: Number, right: Number) -> Number:
    """Return the remainder of `floor_divide`, with the sign of the divisor; raises the same errors."""
    if isinstance(left, int) and isinstance(right, int):
        return left % right
    _, rest, exponent = _divide(left, right)
    return float(f"{rest}e{exponent}")


def is_multiple(value: Number, step: Number, start: Number = 0) -> bool:
    """Return whether the value is `start` plus a whole number of steps, by 15 digits of each: 0.3 is three times 0.1.

    Raises `ZeroDivisionError` for the step 0, and `ValueError` if one of the three is not finite.
    """
    exact = [to_decimal(number) for number in (value, step, start)]
    exponent = min(map(_exponent, exact))
    counted, unit, first = (_scaled(number, exponent) for number in exact)
    return (counted - first) % unit == 0


def comparison(compare: Callable[[Number, Number], bool]) -> Callable[[Number, Number], bool]:
    """Return `compare` applied to 15 significant digits of both sides."""

    def compared(left: Number, right: Number) -> bool:
        # Rounding moves a number by at most 5e-15 of it, so it matters only for neighbours.
        difference = left - right
        if (difference > _APART or difference < -_APART) and -_SMALL < left < _SMALL:
            return compare(left, right)
        return compare(canonical(left), canonical(right))

    return compared


def format_number(value: Number) -> str:
    """Format the value for people: at most 15 digits, whole numbers without a decimal point."""
    shown = canonical(value)
    if isinstance(shown, float) and shown.is_integer() and abs(shown) < _PLAIN_MAX:
        return str(int(shown))
    return str(shown)


def _divide(left: Number, right: Number) -> tuple[int, int, int]:
    """Return the quotient, the remainder, and the exponent of the power of ten in which the remainder is counted."""
    dividend, divisor = to_decimal(left), to_decimal(right)
    exponent = min(_exponent(dividend), _exponent(divisor))
    quotient, rest = divmod(_scaled(dividend, exponent), _scaled(divisor, exponent))
    return quotient, rest, exponent


def _scaled(value: Decimal, exponent: int) -> int:
    sign, digits, own = value.as_tuple()
    number = int("".join(map(str, digits))) * int(10 ** (int(own) - exponent))
    return -number if sign else number


def _exponent(value: Decimal) -> int:
    return int(value.as_tuple().exponent)
