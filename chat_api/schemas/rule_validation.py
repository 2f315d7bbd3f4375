"""Validation of the columns of the questionnaire language: names, expressions, limits, constraints, scores, flags.

Only shapes are validated here, because drafts are written in any order: whether names are known, and whether values fit
each other, is what the checker reports.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any, Final

from django.utils.text import slugify

from chat_api.engine.expressions import NUMBER_MAX, ExpressionError
from chat_api.engine.expressions.language import WORDS, parse_typed
from chat_api.engine.expressions.text_functions import compiled_pattern
from chat_api.engine.question_types.limit_checks import iso_value
from chat_api.engine.question_types.limits import LIMITS, Limit
from chat_api.engine.rules_source import SEVERITIES
from chat_api.engine.templates import DEFAULT_ROOTS
from chat_api.lib.languages import translation_errors

#: The maximum number of constraints of a question, and of scores, bands or flags.
ITEMS_MAX: Final = 200
#: The maximum length of the value of an answer, and of a pattern.
TEXT_MAX: Final = 1_000
#: First names in texts, which stand for something else than an answer.
ROOTS: Final = DEFAULT_ROOTS | {"scores", "bands"}

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME_MAX: Final = 100
_PROPOSAL_MAX: Final = 30
_SEVERITY_MAX: Final = 50

Problems = list[str]


def name_errors(name: str) -> Problems:
    """Return why a question or group cannot be called that."""
    if len(name) > _NAME_MAX or _IDENTIFIER.fullmatch(name) is None:
        use = f"Use at most {_NAME_MAX} ASCII letters, digits and underscores, not starting with a digit."
        return [f"{name[:_NAME_MAX]!r} is not a name. {use}"]
    if re.fullmatch(r"q[0-9]+", name):
        return [f"{name!r} stands for the question with QID {name[1:]}. Choose another name."]
    if name in ROOTS:
        return [f"{name!r} stands for something else in texts. Choose another name."]
    if name in WORDS or keyword.iskeyword(name):
        return [f"{name!r} is a word of expressions. Choose another name."]
    return []


def proposed_name(text: str) -> str | None:
    """Return a name for a question with that text: `how_old_are_you`; None if its letters give none."""
    name = slugify(text)[:_PROPOSAL_MAX].strip("-").replace("-", "_")
    return None if name_errors(name) else name


def expression_errors(value: Any) -> Problems:
    """Return why this is not an expression of the questionnaire language."""
    if not isinstance(value, str):
        return ["Enter an expression."]
    try:
        parse_typed(value)
    except ExpressionError as error:
        return [f"{value[:100]!r}: {error}"]
    return []


def value_errors(value: Any) -> Problems:
    """Return why this cannot be the value of an answer."""
    if not isinstance(value, bool) and not _is_number(value) and not _is_text(value):
        return [f"Enter a number, a boolean, or a text of 1 to {TEXT_MAX} characters."]
    return []


def limit_errors(limits: Any) -> Problems:
    """Return the errors of the limits of a question; null stands for no limit."""
    if not isinstance(limits, dict):
        return ['Enter the limits by name: {"min": 0, "max": 10}.']
    errors = []
    for name, value in limits.items():
        limit = LIMITS.get(name)
        if limit is None:
            errors.append(f"There is no limit {str(name)[:50]!r}. Choose one of: {', '.join(LIMITS)}.")
        elif value is not None:
            errors += [f"{name}: {problem}" for problem in _errors_of_limit(limit, value)]
    return errors


def _errors_of_limit(limit: Limit, value: Any) -> Problems:
    if limit.takes_expressions and isinstance(value, str):
        return [] if iso_value(value) is not None else expression_errors(value)
    # Imported here: every process imports this module, and only authors set limits.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(limit.schema).iter_errors(value))
    if error is not None:
        # The documentation marks names up; the admin and files show plain text.
        return [f"{error.message[:200]}. {limit.summary.replace('``', '')}"]
    return _pattern_errors(value) if limit is LIMITS["pattern"] else []


def _pattern_errors(pattern: str) -> Problems:
    if len(pattern) > TEXT_MAX:
        return [f"Enter a regular expression of at most {TEXT_MAX} characters."]
    try:
        compiled_pattern(pattern)
    except ExpressionError as error:
        return [str(error)]
    return []


def constraint_errors(constraints: Any) -> Problems:
    """Return the errors of the constraints of a question."""
    return _item_errors(constraints, "constraint", _CONSTRAINT, required=("check", "message"))


def score_errors(scores: Any) -> Problems:
    """Return the errors of the scores of a schema."""
    errors = _item_errors(scores, "score", _SCORE, required=("name", "expression"))
    return errors or _duplicates(scores, "scores")


def flag_errors(flags: Any) -> Problems:
    """Return the errors of the flags of a schema."""
    errors = _item_errors(flags, "flag", _FLAG, required=("name", "if"))
    return errors or _duplicates(flags, "flags")


def repeat_errors(repeat: Any) -> Problems:
    """Return the errors of the repetition of a group."""
    if not isinstance(repeat, dict):
        return ['Enter an object: {"count": null, "min": 0, "max": 10}.']
    errors = _object_errors(repeat, _REPEAT)
    least, most = repeat.get("min") or 0, repeat.get("max")
    if not errors and most is not None and most < max(least, 1):
        errors.append("max: Enter a number of at least 1, and not less than min.")
    return errors


def _item_errors(
    items: Any, noun: str, fields: Mapping[str, Callable[[Any], Problems]], required: Iterable[str]
) -> Problems:
    if not isinstance(items, list):
        return [f"Enter a list of {noun}s."]
    if len(items) > ITEMS_MAX:
        return [f"Enter at most {ITEMS_MAX} {noun}s."]
    errors = []
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict):
            found = [f"{name}: This is required." for name in required if item.get(name) is None]
            found += _object_errors(item, fields)
        else:
            found = [f"Enter an object with {', '.join(required)}."]
        errors += [f"{noun.capitalize()} {number}: {problem}" for problem in found]
    return errors


def _object_errors(item: Mapping[Any, Any], fields: Mapping[str, Callable[[Any], Problems]]) -> Problems:
    errors = []
    for name, value in item.items():
        check = fields.get(name)
        if check is None:
            errors.append(f"There is no {str(name)[:50]!r} here. Choose from: {', '.join(fields)}.")
        elif value is not None:
            errors += [f"{name}: {problem}" for problem in check(value)]
    return errors


def _duplicates(items: Iterable[Mapping[str, Any]], noun: str) -> Problems:
    names = [item["name"] for item in items]
    return [f"Two {noun} are called {name!r}." for name in dict.fromkeys(names) if names.count(name) > 1]


def _text(value: Any) -> Problems:
    return [] if isinstance(value, str) else ["Enter a text."]


def _identifier(value: Any) -> Problems:
    valid = isinstance(value, str) and len(value) <= _NAME_MAX and _IDENTIFIER.fullmatch(value)
    return [] if valid else [f"Enter a name of at most {_NAME_MAX} ASCII letters, digits and underscores."]


def _severity(value: Any) -> Problems:
    if isinstance(value, str) and value in SEVERITIES:
        return []
    return [f"Choose one of: {', '.join(sorted(SEVERITIES))}."]


def _free_severity(value: Any) -> Problems:
    valid = isinstance(value, str) and len(value) <= _SEVERITY_MAX
    return [] if valid else [f"Enter a text of at most {_SEVERITY_MAX} characters."]


def _number(value: Any) -> Problems:
    return [] if _is_number(value) else ["Enter a number."]


def _bands(bands: Any) -> Problems:
    errors = _item_errors(bands, "band", _BAND, required=("from", "to"))
    if errors:
        return errors
    return [
        f"Band {number}: to: Enter a number that is not less than from."
        for number, band in enumerate(bands, start=1)
        if band["to"] < band["from"]
    ]


def _qid(value: Any) -> Problems:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return [] if is_whole else ["Enter the QID of a question."]


def _count(value: Any) -> Problems:
    return [] if _is_count(value) else ["Enter a whole number that is not negative."]


def _repetitions(value: Any) -> Problems:
    return [] if _is_count(value) else expression_errors(value)


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= NUMBER_MAX


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= TEXT_MAX


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


_LABEL: Final[Mapping[str, Callable[[Any], Problems]]] = {
    "label": _text,
    "label_i18n": translation_errors,
    "severity": _free_severity,
}
_BAND: Final = {"from": _number, "to": _number, **_LABEL}
_SCORE: Final = {
    "name": _identifier,
    "expression": expression_errors,
    "label": _text,
    "label_i18n": translation_errors,
    "bands": _bands,
}
_FLAG: Final = {"name": _identifier, "if": expression_errors, **_LABEL}
_CONSTRAINT: Final[Mapping[str, Callable[[Any], Problems]]] = {
    "check": expression_errors,
    "message": _text,
    "message_i18n": translation_errors,
    "severity": _severity,
}
_REPEAT: Final = {"count": _repetitions, "min": _count, "max": _count, "add": _qid}
