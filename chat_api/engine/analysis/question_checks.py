"""What is wrong with single questions, seen without following the script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from chat_api.engine.analysis.remarks import Row, blanks, unused
from chat_api.engine.analysis.variable_values import Effects
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.script import CHOICE_TYPES, END, QuestionType
from chat_api.engine.script_source import RawQuestion
from chat_api.engine.templates import names_in, unreadable_places

_ERROR: Final = "error"
_WARNING: Final = "warning"
_SHOWN_MAX: Final = 100
_THREAD_NAMES: Final = frozenset({"id", "title", "type"})


def inspect(raws: Sequence[RawQuestion], effects: Effects, roots: Collection[str] | None) -> Iterator[Row]:
    """Give what is wrong with each question by itself, and where two of them are in each other's way."""
    yield from _doubles(raws)
    qids = {raw.qid for raw in raws}
    for raw in raws:
        yield from _shape(raw)
        yield from unused(raw)
        yield from blanks(raw)
        yield from _pairs(raw, effects)
        yield from _texts(raw, effects, roots, qids)


def _doubles(raws: Sequence[RawQuestion]) -> Iterator[Row]:
    for qid, times in Counter(raw.qid for raw in raws).items():
        if times > 1:
            text = f"{times} questions have the QID {qid}."
            yield "duplicate_qid", qid, text, "Give each question a QID of its own.", _ERROR
    by_position: dict[int, list[int]] = {}
    for raw in raws:
        by_position.setdefault(raw.position, []).append(raw.qid)
    for position, qids in by_position.items():
        if len(qids) > 1:
            text = f"{len(qids)} questions have the position {position}."
            yield "duplicate_position", qids[0], text, "Give each question a position of its own.", _ERROR


def _shape(raw: RawQuestion) -> Iterator[Row]:
    qid = raw.qid
    where = f"question with QID {qid}"
    if qid <= END:
        text = f"The QID {qid} means the end of the script."
        yield "bad_qid", qid, text, "Give the question a QID from 0 up.", _ERROR
    if raw.type not in set(QuestionType):
        text = f'Unknown type "{raw.type[:_SHOWN_MAX]}" of {where}.'
        yield "unknown_type", qid, text, f"The types are {', '.join(QuestionType)}.", _ERROR
        return
    if raw.type in CHOICE_TYPES:
        if not raw.answers:
            text = f"No answers to {where}."
            yield "empty_choice", qid, text, "Add an answer: nobody can get past it.", _ERROR
        if any(answer.next_qid is None for answer in raw.answers):
            text = f"An answer to {where} leads nowhere."
            yield "dead_end", qid, text, "Give its next_qid; -1 ends the script.", _ERROR
    elif raw.type != QuestionType.FORK and raw.next_qid is None:
        text = f"Dead end at {where}."
        yield "dead_end", qid, text, "Give its next_qid; -1 ends the script.", _ERROR
    if raw.type == QuestionType.RANGE:
        low, high = raw.range_from, raw.range_to
        if low is None or high is None:
            text = f"The range of {where} lacks an end."
            yield "bad_range", qid, text, "Give range_from and range_to.", _ERROR
        elif not low < high:
            text = f"The range of {where} is empty: from {low:g} to {high:g}."
            yield "bad_range", qid, text, "range_from must be less than range_to.", _ERROR
    if raw.type == QuestionType.FORK and not raw.forking_rules:
        text = f"No rules in fork with QID {qid}."
        yield "empty_fork", qid, text, "Add a rule: without one the script ends there.", _ERROR


def _pairs(raw: RawQuestion, effects: Effects) -> Iterator[Row]:
    where = f"question with QID {raw.qid}"
    sources: dict[str, None] = {}
    carriers = [(where, raw.variable_modifications)]
    carriers += [(f"an answer to {where}", answer.variable_modifications) for answer in raw.answers]
    for carrier, modifications in carriers:
        pairs, malformed = _read(modifications)
        for item in malformed:
            text = f"The variable modification {item} of {carrier} is not a pair of a name and an expression."
            yield "bad_modification", raw.qid, text, 'Write ["x", "x + 1"].', _ERROR
        for name, expression in pairs:
            if not name.isidentifier():
                text = f'The variable "{_short(name)}" set by {carrier} is not a name.'
                yield "bad_modification", raw.qid, text, "A name has letters, digits and underscores.", _ERROR
            sources[expression] = None
    if raw.type == QuestionType.FORK:
        pairs, malformed = _read(raw.forking_rules)
        for item in malformed:
            text = f"The rule {item} in fork with QID {raw.qid} is not a pair of a target and a condition."
            yield "bad_rule", raw.qid, text, 'Write ["7", "x > 3"].', _ERROR
        sources.update(dict.fromkeys(source for pair in pairs for source in pair))
    unknown: dict[str, None] = {}
    for source in sources:
        yield from _expression(source, raw.qid, effects, unknown)
    for name in unknown:
        text = f'Unknown variable "{name}" in question with QID {raw.qid}.'
        yield "unknown_variable", raw.qid, text, "Nothing sets it: its value is always 0.", _WARNING


def _read(raw: object) -> tuple[list[tuple[str, str]], list[str]]:
    """Give the well-formed pairs, and the rest as it can be shown."""
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


def _expression(source: str, qid: int, effects: Effects, unknown: dict[str, None]) -> Iterator[Row]:
    """Give what is wrong with it; the variables that nothing sets are added to `unknown`."""
    where = f'"{_short(source)}" of question with QID {qid}'
    try:
        parsed = effects.parsed(source)
    except ExpressionError as error:
        hint = "Use names, numbers, + - * / // % **, comparisons, and, or, not, min, max, abs, round."
        yield "bad_expression", qid, f"The expression {where} cannot be read: {error}.", hint, _ERROR
        return
    unknown.update(dict.fromkeys(sorted(parsed.names - effects.names)))
    if parsed.names and not parsed.divides:
        return
    prospect = effects.prospect(source)
    if prospect.span is None:
        text = f"The expression {where} never has a value: {prospect.reason}."
        yield "failing_expression", qid, text, "It would always be skipped: correct it.", _ERROR
    elif prospect.span.divides:
        text = f"The expression {where} may divide by zero."
        yield "division_by_zero", qid, text, "It is skipped then; guard it: x / y if y else 0.", _WARNING


def _texts(
    raw: RawQuestion, effects: Effects, roots: Collection[str] | None, qids: Collection[int]
) -> Iterator[Row]:
    texts = [raw.text, *(answer.text for answer in raw.answers), *raw.titles]
    texts = [text for text in texts if "{{" in text]
    where = f"in the text of question with QID {raw.qid}"
    for name in sorted(set().union(*map(names_in, texts))):
        if not _is_known(name.split("."), effects, roots, qids):
            hint = "It is shown as nothing, or as its fallback."
            yield "unknown_name", raw.qid, f'Unknown name "{name}" {where}.', hint, _WARNING
    for place in dict.fromkeys(place for text in texts for place in unreadable_places(text)):
        hint = 'Only {{ dotted.name }} and {{ dotted.name|fallback:"…" }} are filled in.'
        yield "bad_placeholder", raw.qid, f'"{_short(place)}" {where} is not understood.', hint, _WARNING


def _is_known(
    parts: Sequence[str], effects: Effects, roots: Collection[str] | None, qids: Collection[int]
) -> bool:
    if any(part.startswith("_") for part in parts):
        return False
    match parts:
        case ["variables", name]:
            return name in effects.names
        case ["answers", name]:
            return name[:1] == "q" and name[1:].isdecimal() and len(name) < 12 and int(name[1:]) in qids
        case ["thread", name]:
            return name in _THREAD_NAMES
        case ["variables" | "answers" | "thread", *_]:
            return False
    return roots is None or parts[0] in roots


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
