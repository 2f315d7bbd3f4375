"""Expressions and templates: each has a value or is rejected with a message, in bounded time."""

from __future__ import annotations

import math
import traceback
from typing import Any, Final

from chat_api.engine.expressions import ExpressionError, evaluate
from chat_api.engine.templates import RENDERED_MAX, invalid_placeholders, names_in, render
from fuzz.report import Clock, Report
from fuzz.values import Values

_PIECES: Final = (
    *("x", "y", "score", "1", "0", "2.5", "1e9", "10", "-"),
    *("+", "*", "/", "//", "%", "**", "<", "<=", "==", "!=", ">", "and", "or", "not", "if", "else"),
    *("(", ")", ",", "min(", "max(", "round(", "abs(", "in", "lambda", ".", "'", '"', "[", "]", "__class__"),
)
_PLACES: Final = (
    *(
        "{{",
        "}}",
        "{{ user.first_name }}",
        "{{ variables.x }}",
        "{{answers.q1}}",
        '|fallback:"a"',
        "{% if %}",
    ),
    *("{{ user.__class__ }}", "{{ user.name.upper }}", "text", "&", "<b>", "\n", "{", "}"),
)
_CONTEXT: Final[dict[str, Any]] = {
    "user": {"first_name": "A <b>", "name": "n"},
    "variables": {"x": 0.1, "huge": 10**400, "text": "{{ user.name }}"},
    "answers": {"q1": "y" * 20_000},
}
_VARIABLES: Final = {"x": 3.0, "y": -0.5, "score": 1e300}


def fuzz(seed: int, inputs: int, clock: Clock) -> Report:
    """Try up to `inputs` expressions and as many templates."""
    report = Report("expressions")
    values = Values(seed)
    for _ in range(inputs):
        if clock.is_over:
            break
        for attempt, pieces in ((_evaluate, _PIECES), (_render, _PLACES)):
            source = _source(values, pieces)
            report.inputs += 1
            try:
                report.answers[attempt(source)] += 1
            except Exception as error:  # noqa: BLE001 (a finding, whatever it is)
                report.found(
                    f"{attempt.__name__}: {type(error).__name__}", f"{source!r}\n{traceback.format_exc()}"
                )
    return report


def _source(values: Values, pieces: tuple[str, ...]) -> str:
    count = values.random.choice((1, 3, 8, 20, 200))
    chosen = [
        values.text() if values.random.random() < 0.03 else values.random.choice(pieces) for _ in range(count)
    ]
    return values.random.choice((" ", "")).join(chosen)


def _evaluate(source: str) -> str:
    try:
        value = evaluate(source, _VARIABLES)
    except ExpressionError as error:
        return "refused" if str(error) else "refused without a word"
    assert isinstance(value, float), value
    assert math.isfinite(value), value
    return "evaluated"


def _render(source: str) -> str:
    shown = render(source, _CONTEXT)
    assert len(shown) <= RENDERED_MAX
    names_in(source)
    invalid_placeholders(source)
    return "rendered"
