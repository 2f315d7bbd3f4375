"""Checks of single questions, without following the script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from chat_api.engine.analysis.style_warnings import Row, unclear_texts, unused_columns
from chat_api.engine.analysis.text_checks import TextNames
from chat_api.engine.analysis.variable_values import VariableValues
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.question_types.registry import is_known, question_types
from chat_api.engine.script import CHOICE_TYPES, END, QuestionType
from chat_api.engine.script_source import RawQuestion

_ERROR: Final = "error"
_WARNING: Final = "warning"
_SHOWN_MAX: Final = 100


def check_questions(
    raws: Sequence[RawQuestion], variables: VariableValues, texts: TextNames, *, is_typed: bool
) -> Iterator[Row]:
    """Yield the findings about each question by itself, and about duplicate qids and positions.

    With `is_typed` the script has names, and its expressions are checked with all others of their language.
    """
    yield from _duplicates(raws)
    for raw in raws:
        yield from _columns(raw)
        yield from unused_columns(raw)
        yield from unclear_texts(raw)
        yield from _expressions(raw, None if is_typed else variables)
        yield from texts.of_question(raw)


def _duplicates(raws: Sequence[RawQuestion]) -> Iterator[Row]:
    for qid, times in Counter(raw.qid for raw in raws).items():
        if times > 1:
            text = f"{times} questions have the QID {qid}."
            yield "duplicate_qid", qid, text, "Enter a different QID for each question.", _ERROR
    by_position: dict[int, list[int]] = {}
    for raw in raws:
        by_position.setdefault(raw.position, []).append(raw.qid)
    for position, qids in by_position.items():
        if len(qids) > 1:
            text = f"{len(qids)} questions have the position {position}."
            yield "duplicate_position", qids[0], text, "Enter a different position for each question.", _ERROR


def _columns(raw: RawQuestion) -> Iterator[Row]:
    qid = raw.qid
    where = f"question with QID {qid}"
    if qid <= END:
        text = f"QID {qid} is reserved for the end of the script."
        yield "bad_qid", qid, text, "Enter a QID of 0 or more.", _ERROR
    if not is_known(raw.type):
        text = f'Unknown type "{raw.type[:_SHOWN_MAX]}" of {where}.'
        yield "unknown_type", qid, text, f"Choose one of: {', '.join(question_types())}.", _ERROR
        return
    if raw.type in CHOICE_TYPES:
        if not raw.answers:
            text = f"No answers to {where}."
            yield "empty_choice", qid, text, "Add an answer; without one the script cannot continue.", _ERROR
        if any(answer.next_qid is None for answer in raw.answers):
            text = f"An answer to {where} has no next question."
            yield "dead_end", qid, text, "Enter its next_qid; -1 ends the script.", _ERROR
    elif raw.type != QuestionType.FORK and raw.next_qid is None:
        text = f"No next question after {where}."
        yield "dead_end", qid, text, "Enter its next_qid; -1 ends the script.", _ERROR
    if raw.type == QuestionType.RANGE:
        low, high = raw.range_from, raw.range_to
        if low is None or high is None:
            text = f"The range of {where} is incomplete."
            yield "bad_range", qid, text, "Enter both range_from and range_to.", _ERROR
        elif not low < high:
            text = f"The range of {where} is empty: from {low:g} to {high:g}."
            yield "bad_range", qid, text, "Enter a range_from that is less than range_to.", _ERROR
    if raw.type == QuestionType.FORK and not raw.forking_rules:
        text = f"No rules in fork with QID {qid}."
        yield "empty_fork", qid, text, "Add a rule; without one the script ends there.", _ERROR


def _expressions(raw: RawQuestion, variables: VariableValues | None) -> Iterator[Row]:
    where = f"question with QID {raw.qid}"
    sources: dict[str, None] = {}
    owners = [(where, raw.variable_modifications)]
    owners += [(f"an answer to {where}", answer.variable_modifications) for answer in raw.answers]
    for owner, modifications in owners:
        pairs, malformed = _parse_pairs(modifications)
        for item in malformed:
            text = f"Variable modification {item} of {owner} is not a pair of a name and an expression."
            yield "bad_modification", raw.qid, text, 'Enter a pair, for example ["x", "x + 1"].', _ERROR
        for name, expression in pairs:
            if not name.isidentifier():
                text = f'Invalid variable name "{_short(name)}" in {owner}.'
                hint = "Use letters, digits and underscores, and no digit first."
                yield "bad_modification", raw.qid, text, hint, _ERROR
            sources[expression] = None
    if raw.type == QuestionType.FORK:
        pairs, malformed = _parse_pairs(raw.forking_rules)
        for item in malformed:
            text = f"Rule {item} in fork with QID {raw.qid} is not a pair of a target and a condition."
            yield "bad_rule", raw.qid, text, 'Enter a pair, for example ["7", "x > 3"].', _ERROR
        sources.update(dict.fromkeys(source for pair in pairs for source in pair))
    if variables is None:
        return
    unknown: dict[str, None] = {}
    for source in sources:
        yield from _expression(source, raw.qid, variables, unknown)
    for name in unknown:
        text = f'Unknown variable "{name}" in question with QID {raw.qid}.'
        hint = "Set it in a variable modification; now its value is always 0."
        yield "unknown_variable", raw.qid, text, hint, _WARNING


def _parse_pairs(raw: object) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the well-formed pairs, and the other items as short texts."""
    if not isinstance(raw, list | tuple):
        return [], [] if raw is None else [_short(raw)]
    pairs, malformed = [], []
    for item in raw:
        if (
            isinstance(item, list | tuple)
            and len(item) == 2
            and all(isinstance(part, str | int | float) and not isinstance(part, bool) for part in item)
        ):
            pairs.append((str(item[0]), str(item[1])))
        else:
            malformed.append(_short(item))
    return pairs, malformed


def _expression(source: str, qid: int, variables: VariableValues, unknown: dict[str, None]) -> Iterator[Row]:
    """Yield the findings about an expression; add variables that are never set to `unknown`."""
    where = f'"{_short(source)}" of question with QID {qid}'
    try:
        parsed = variables.parsed(source)
    except ExpressionError as error:
        hint = "Use names, numbers, + - * / // % **, comparisons, and, or, not, min, max, abs, round."
        yield "bad_expression", qid, f"Invalid expression {where}: {error}.", hint, _ERROR
        return
    unknown.update(dict.fromkeys(sorted(parsed.names - variables.names)))
    if parsed.names and not parsed.divides:
        return
    estimate = variables.estimate(source)
    if estimate.interval is None:
        text = f"Expression {where} always fails: {estimate.reason}."
        yield "failing_expression", qid, text, "Correct it; now it is always skipped.", _ERROR
    elif estimate.interval.zero_division:
        text = f"Possible division by zero in expression {where}."
        yield (
            "division_by_zero",
            qid,
            text,
            "Guard it, for example x / y if y else 0; otherwise it may be skipped.",
            _WARNING,
        )


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
