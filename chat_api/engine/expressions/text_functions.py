"""Functions of texts. Patterns are those of RE2, which matches in linear time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import re2

from chat_api.engine.expressions.function import ANY, TEXTS, Function, function
from chat_api.engine.expressions.grammar import ExpressionError
from chat_api.engine.expressions.values import Kind, Value, kind_of

#: The memory, in bytes, that a compiled pattern can take.
_PATTERN_BYTES_MAX: Final = 1 << 20


@function(ANY, gives=Kind.NUMBER)
def _length(value: Value) -> Value:
    if not isinstance(value, str | tuple):
        raise ExpressionError(f"length takes no {kind_of(value)}")
    return len(value)


@lru_cache(maxsize=500)
def compiled_pattern(pattern: str) -> Any:
    """Return the pattern, compiled. Raises `ExpressionError` for what RE2 does not take."""
    options = re2.Options()
    options.max_mem = _PATTERN_BYTES_MAX
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise ExpressionError(f"the pattern is invalid: {reason}") from error


@function(TEXTS, TEXTS, gives=Kind.BOOLEAN, if_empty=False)
def _matches(text: str, pattern: str) -> Value:
    return compiled_pattern(pattern).fullmatch(text) is not None


FUNCTIONS: Final[dict[str, Function]] = {
    "length": _length,
    "lower": function(TEXTS, gives=Kind.TEXT)(str.lower),
    "trim": function(TEXTS, gives=Kind.TEXT)(str.strip),
    "contains": function(TEXTS, TEXTS, gives=Kind.BOOLEAN, if_empty=False)(lambda text, part: part in text),
    "starts_with": function(TEXTS, TEXTS, gives=Kind.BOOLEAN, if_empty=False)(str.startswith),
    "ends_with": function(TEXTS, TEXTS, gives=Kind.BOOLEAN, if_empty=False)(str.endswith),
    "matches": _matches,
}
