"""The columns of a question in a table of runs or surveys, and the typed values that an answer has in them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final, NamedTuple

from chat_api.engine.expressions.values import Kind, Location
from chat_api.engine.expressions.values import Value as ScriptValue
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.question_types.base import PLAIN_NOTATION
from chat_api.engine.question_types.choice import code_of
from chat_api.engine.question_types.date_texts import read_temporal
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.question_types.stored_values import value_to_json
from chat_api.engine.script import Answer, Question, QuestionType
from chat_api.lib.tables import Value, number_cell

#: Types of questions whose answers are numbers.
NUMBERS: Final = frozenset({QuestionType.INT, QuestionType.FLOAT, QuestionType.RANGE})
#: A text without a stored value is read as one of these; the time zone of a datetime is not known then.
_DATES: Final[dict[str, Kind]] = {QuestionType.DATE: Kind.DATE, QuestionType.TIME: Kind.TIME}


class Said(NamedTuple):
    """An answer: its text without escapes, its stored value if it has one, and the ids of the chosen answers."""

    text: str
    given: GivenAnswer | None
    chosen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and a function that returns the value of an answer in this column."""

    heading: str
    value: Callable[[Said], Value]


@dataclass(frozen=True, slots=True)
class Style:
    """How answers are shown: `labels` instead of values of choices, and `lists` in cells instead of JSON.

    A multiple choice has a column for each option with `per_option`, else one with a list. `texts` has the translations
    of answers by id and language code. By id, `newest` has the texts of answers that have another one in the newest
    version.
    """

    labels: bool = False
    lists: bool = False
    per_option: bool = False
    texts: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    newest: Mapping[int, str] = field(default_factory=dict)


def heading_of(question: Question) -> str:
    """Return the question's name; without one its qid and text."""
    return question.name or f"{question.qid}: {question.text or question.type}"


def columns_of(question: Question, heading: str, style: Style) -> list[Column]:
    """Return the question's columns, whose headings begin with `heading`."""
    kind = question_type(question.type)
    if kind.kind == Kind.LOCATION:
        return [*_location_columns(question, heading)]
    if not kind.offers_answers:
        return [Column(heading, lambda said: _typed(question, said, style))]
    if question.type == QuestionType.MULTICHOICE and style.per_option:
        columns = [*_option_columns(question, heading, style)]
    elif question.type == QuestionType.MULTICHOICE:
        columns = [Column(heading, lambda said: list_cell(_shown(question, said, style), style))]
    else:
        columns = [Column(heading, lambda said: _only(_shown(question, said, style), style))]
    if question.choice_open:
        beside = f"{heading}.other" if question.name else f"{heading} [typed]"
        columns.append(Column(beside, lambda said: _beside(question, said, style)))
    return columns


def value_of(question: Question, said: Said, style: Style) -> Value:
    """Return the answer in one cell: several chosen answers, or one and a text beside it, as a list."""
    kind = question_type(question.type)
    if kind.kind == Kind.LOCATION:
        place = None if said.given is None else said.given.value
        return (said.text or None) if place is None else cell(place, style)
    if not kind.offers_answers:
        return _typed(question, said, style)
    values = _shown(question, said, style)
    beside = _beside(question, said, style) if question.choice_open else None
    values += [] if beside is None else [beside]
    return values if question.type == QuestionType.MULTICHOICE else _only(values, Style(lists=True))


def list_cell(values: list[Value], style: Style) -> Value:
    """Return values for a cell: as a list, or as JSON without `lists`; None if there are none."""
    if not values or style.lists:
        return values or None
    return json.dumps(values, ensure_ascii=False, default=str)


def cell(value: ScriptValue, style: Style) -> Value:
    """Return a value of the questionnaire language for a cell; whole numbers have no decimal point."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return number_cell(value)
    if isinstance(value, tuple):
        items = [cell(item, style) for item in value]
        return items if style.lists else json.dumps(items, ensure_ascii=False, default=str)
    return value if isinstance(value, str | date | time) else str(value_to_json(value))


def number_in(question: Question, said: Said) -> ScriptValue:
    """Return the number that an answer to a question for numbers is; None for other questions, and for no number."""
    return _value(question, said) if question.type in NUMBERS else None


def _typed(question: Question, said: Said, style: Style) -> Value:
    """Return the value of an answer that is typed; its text where it has none."""
    if said.given is not None and said.given.is_skipped:
        return None
    found = _value(question, said)
    return (said.text or None) if found is None else cell(found, style)


def _value(question: Question, said: Said) -> ScriptValue:
    """Return the stored value of an answer, else what its text can only mean; None for texts."""
    kind = question_type(question.type)
    if kind.kind == Kind.TEXT:
        # The value beside the message may be older than its text.
        return None
    if said.given is not None and said.given.value is not None:
        return said.given.value
    try:
        if question.type in NUMBERS:
            return kind.read(question, said.text, PLAIN_NOTATION)
        if question.type not in _DATES:
            return None
        asked = question.meta.get("format") if isinstance(question.meta, dict) else None
        return read_temporal(_DATES[question.type], said.text, notation=asked)
    except (ValueError, OverflowError):
        return None


def _location_columns(question: Question, heading: str) -> Iterator[Column]:
    def part(name: str) -> Callable[[Said], Value]:
        def value(said: Said) -> Value:
            place = None if said.given is None else said.given.value
            if place is None and said.text and question.type == QuestionType.LOCATION:
                try:
                    place = question_type(question.type).read(question, said.text, PLAIN_NOTATION)
                except ValueError:
                    return None
            return getattr(place, name) if isinstance(place, Location) else None

        return value

    for name in ("latitude", "longitude", "accuracy"):
        yield Column(f"{heading}.{name}", part(name))


def _option_columns(question: Question, heading: str, style: Style) -> Iterator[Column]:
    shown = {answer.id: _answer(answer, style) for answer in question.answers}
    same = Counter(map(str, shown.values()))
    for number, answer in enumerate(question.answers, start=1):
        # Options that look the same are distinguished by their number.
        place = f" ({number})" if same[str(shown[answer.id])] > 1 else ""
        text = shown[answer.id]
        label = str(text).lower() if isinstance(text, bool) else str(text)
        yield Column(f"{heading} = {label}{place}", _is_chosen(answer.id))


def _is_chosen(pk: int) -> Callable[[Said], Value]:
    return lambda said: (pk in said.chosen) if said.chosen else None


def _answer(answer: Answer, style: Style) -> Value:
    return style.newest.get(answer.id, answer.text) if style.labels else cell(code_of(answer), style)


def _chosen(question: Question, said: Said) -> Iterable[Answer]:
    """Return the chosen answers in the order in which they were given."""
    offered = {answer.id: answer for answer in question.answers}
    return (offered[pk] for pk in said.chosen if pk in offered)


def _shown(question: Question, said: Said, style: Style) -> list[Value]:
    """Return what stands for the chosen answers; the text of the message if no chosen answers are stored."""
    if said.given is not None and said.given.is_skipped:
        return []
    found = [_answer(answer, style) for answer in _chosen(question, said)]
    return found or ([said.text] if said.text else [])


def _only(values: list[Value], style: Style) -> Value:
    """Return the only value. Several, which only older releases accepted, become a list, or JSON without `lists`."""
    if len(values) > 1:
        return values if style.lists else json.dumps(values, ensure_ascii=False)
    return values[0] if values else None


def _beside(question: Question, said: Said, style: Style) -> Value:
    """Return the text typed beside the chosen answers.

    Where it is not stored, it is what the message has after their texts; all of the text if these were shown as
    something else than the script has in any language.
    """
    if said.given is not None:
        return said.given.other
    answers = {answer.id: answer for answer in question.answers}
    chosen = [answers[pk] for pk in said.chosen if pk in answers]
    codes: set[Any] = {code for answer in chosen for code in style.texts.get(answer.id, {})}
    for code in (None, *sorted(codes)):
        labels = (style.texts.get(answer.id, {}).get(code, answer.text) for answer in chosen)
        joined = ", ".join(labels)
        if said.text == joined:
            return None
        if said.text.startswith(f"{joined}, "):
            return said.text.removeprefix(f"{joined}, ")
    return said.text or None
