"""Warnings about unused columns, empty texts and equal answers of a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from chat_api.engine.expressions.values import text_of
from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.question_types.registry import is_known, question_types
from chat_api.engine.rules_source import parse_limits
from chat_api.engine.script import CHOICE_TYPES, NON_ANSWERABLE, SILENT_TYPES, QuestionType
from chat_api.engine.script_source import RawQuestion

#: code, qid, text, hint, severity
Row = tuple[str, int | None, str, str, str]

_WARNING: Final = "warning"
_DATE_TYPES: Final = frozenset({QuestionType.DATE, QuestionType.TIME, QuestionType.DATETIME})
_SHOWN_MAX: Final = 60


def unused_columns(raw: RawQuestion) -> Iterator[Row]:
    """Yield a warning for each column that is set but not used by questions of this type."""
    if not is_known(raw.type):
        return
    for column, types in _set_columns(raw):
        if raw.type not in types:
            text = f'"{column}" of question with QID {raw.qid} is not used for type {raw.type}.'
            hint = f"Clear it, or change the type; it is used for {_type_list(types)}."
            yield "unused_column", raw.qid, text, hint, _WARNING


def _set_columns(raw: RawQuestion) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of each column that is set, with the types that use it."""
    ranges: frozenset[str] = frozenset({QuestionType.RANGE})
    if raw.range_from is not None:
        yield "range_from", ranges
    if raw.range_to is not None:
        yield "range_to", ranges
    if raw.choice_open:
        yield "choice_open", CHOICE_TYPES
    if raw.forking_rules:
        yield "forking_rules", frozenset({QuestionType.FORK})
    if raw.answers:
        yield "answers", CHOICE_TYPES
    if any(answer.exclusive for answer in raw.answers) and raw.type in CHOICE_TYPES:
        yield "exclusive", frozenset({QuestionType.MULTICHOICE})
    if raw.required:
        yield "required", frozenset(question_types()) - NON_ANSWERABLE
    if raw.next_qid is not None:
        yield "next_qid", frozenset(question_types()) - {QuestionType.FORK}
    if isinstance(raw.meta, Mapping) and "format" in raw.meta:
        yield "meta.format", _DATE_TYPES
    yield from _set_language_columns(raw)


def _set_language_columns(raw: RawQuestion) -> Iterator[tuple[str, frozenset[str]]]:
    answerable = frozenset(question_types()) - NON_ANSWERABLE
    if raw.name is not None:
        yield "name", answerable | {QuestionType.CALCULATION}
    if raw.calculate is not None:
        yield "calculate", frozenset({QuestionType.CALCULATION})
    for column in ("skip", "default", "constraints", "required_message"):
        if getattr(raw, column):
            yield column, answerable
    limits = parse_limits(raw.limits) or {}
    for name in LIMITS:
        if name in limits:
            yield (
                f"limits.{name}",
                frozenset(each for each, kind in question_types().items() if name in kind.limits),
            )


def _type_list(types: frozenset[str]) -> str:
    return ", ".join(name for name in question_types() if name in types)


def unclear_texts(raw: RawQuestion) -> Iterator[Row]:
    """Yield a warning for a question without text, for answers without text, and for answers with the same text."""
    where = f"question with QID {raw.qid}"
    if raw.type not in SILENT_TYPES and not raw.text.strip() and not raw.has_attachments:
        yield "empty_text", raw.qid, f"No text in {where}.", "Enter a text; nothing is shown now.", _WARNING
    if raw.type not in CHOICE_TYPES:
        return
    texts = [" ".join(answer.text.split()) for answer in raw.answers]
    if "" in texts:
        text = f"An answer to {where} has no text."
        yield "empty_text", raw.qid, text, "Enter a text; users cannot know what the answer means.", _WARNING
    for shown, times in Counter(text.casefold() for text in texts if text).items():
        if times > 1:
            text = f'{times} answers to {where} have the text "{shown[:_SHOWN_MAX]}".'
            yield "equal_answers", raw.qid, text, "Change one; users cannot distinguish them.", _WARNING
    yield from _equal_codes(raw, where)


def _equal_codes(raw: RawQuestion, where: str) -> Iterator[Row]:
    """Yield a warning for each code that several answers have, if one of them states it."""
    codes = [(answer.text if answer.value is None else answer.value, answer.value) for answer in raw.answers]
    times = Counter(code for code, _ in codes if isinstance(code, bool | int | float | str))
    for code in dict.fromkeys(stated for _, stated in codes if isinstance(stated, bool | int | float | str)):
        if times[code] > 1:
            shown = text_of(code)[:_SHOWN_MAX]
            text = f'{times[code]} answers to {where} have the value "{shown}".'
            yield "equal_answers", raw.qid, text, "Change one; rules cannot distinguish them.", _WARNING
