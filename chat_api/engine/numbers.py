"""What a number in a script means: a double, compared, rounded and printed as a decimal of 15 significant digits.

15 digits are what every double can hold and give back (IEEE 754), so 0.1 + 0.2 is 0.3 and 2.675 ends in a 5.
Arithmetic itself is that of doubles and whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

#: Significant decimal digits that every double keeps.
DIGITS: Final = 15
#: A shorter whole number is what it is.
_EXACT_MAX: Final = 10**DIGITS
#: From here on a number is printed with its power of ten.
_PLAIN_MAX: Final = 10**16
#: No value that `as_decimal` returns has more digits, and every exponent of a double fits.
_CONTEXT: Final = Context(prec=2 * DIGITS, rounding=ROUND_HALF_UP, Emin=-10_000, Emax=10_000)

Number = int | float


def canonical(value: Number) -> Number:
    """Return the value rounded to 15 significant digits; infinity and what is no number come back as they are.

    Never reverses an order: `a <= b` makes `canonical(a) <= canonical(b)`.
    """
    if -_EXACT_MAX < value < _EXACT_MAX and value == int(value):
        return value
    rounded_value = float(f"{value:.{DIGITS}g}")
    # The largest doubles would be rounded up to infinity.
    return value if math.isinf(rounded_value) else rounded_value


def as_decimal(value: Number) -> Decimal:
    """Return the value's 15 significant digits as an exact decimal. Raises `ValueError` if it is not finite."""
    if not math.isfinite(value):
        raise ValueError("a number is not finite")
    return Decimal(f"{value:.{DIGITS}g}")


def whole(value: Number) -> int:
    """Return the whole number that the value is, its fraction cut off. Raises `ValueError`, `OverflowError`."""
    return int(canonical(value))


def rounded(value: Number, digits: int = 0) -> Number:
    """Return the value rounded to so many decimal places (negative: tens, hundreds), halves away from zero.

    Whole numbers stay whole numbers. Raises `ValueError` if the value is not finite.
    """
    if isinstance(value, int) and digits >= 0:
        return value
    exact = as_decimal(value)
    if _exponent(exact) < -digits:
        exact = exact.quantize(Decimal(1).scaleb(-digits, _CONTEXT), context=_CONTEXT)
    return int(exact) if isinstance(value, int) else float(exact)


def floor_divided(left: Number, right: Number) -> Number:
    """Return the largest whole number not above the quotient. Raises `ZeroDivisionError`, `ValueError`."""
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    quotient, _, _ = _divided(left, right)
    return float(quotient)


def remainder(left: Number, right: Number) -> Number:
    """Return what floor division leaves; it has the sign of the divisor. Raises as `floor_divided`."""
    if isinstance(left, int) and isinstance(right, int):
        return left % right
    _, rest, exponent = _divided(left, right)
    return float(f"{rest}e{exponent}")


def comparing(compare: Callable[[Number, Number], bool]) -> Callable[[Number, Number], bool]:
    """Return the comparison that sees 15 significant digits of both sides."""
    return lambda left, right: compare(canonical(left), canonical(right))


def printed(value: Number) -> str:
    """Return the value as people read it: no more than 15 digits, whole numbers without a point."""
    shown = canonical(value)
    if isinstance(shown, float) and shown.is_integer() and abs(shown) < _PLAIN_MAX:
        return str(int(shown))
    return str(shown)


def _divided(left: Number, right: Number) -> tuple[int, int, int]:
    """Return quotient, remainder and the power of ten that the remainder counts in."""
    one, other = as_decimal(left), as_decimal(right)
    exponent = min(_exponent(one), _exponent(other))
    quotient, rest = divmod(_scaled(one, exponent), _scaled(other, exponent))
    return quotient, rest, exponent


def _scaled(value: Decimal, exponent: int) -> int:
    sign, digits, own = value.as_tuple()
    number = int("".join(map(str, digits))) * int(10 ** (int(own) - exponent))
    return -number if sign else number


def _exponent(value: Decimal) -> int:
    return int(value.as_tuple().exponent)
