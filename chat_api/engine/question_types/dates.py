"""Questions for a date, a time of day, or both; `meta["format"]` of the question restricts the notation.

"iso" is ISO 8601 as Python's `fromisoformat` reads it; any other text is a format for `strptime`; without a format,
everything that `dateutil` can parse is accepted. The text is stored as typed. Where rules read the answer, it has to
mean one date, see `date_texts.read_temporal`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dateutil import parser as dateutil_parser

from chat_api.engine.expressions.values import Kind, Value
from chat_api.engine.question_types.base import BaseQuestionType, Notation, needs_value
from chat_api.engine.question_types.date_texts import LENGTH_MAX, parse_format, parse_iso, read_temporal
from chat_api.engine.script import Question, QuestionType

#: Fills in missing parts of a date, so that the result does not depend on today.
_DEFAULT_DATE: Final = datetime(2000, 1, 1)  # noqa: DTZ001  (the parsed value is discarded)


class _Dates(BaseQuestionType):
    kind: Kind = Kind.DATE
    limits = frozenset({"min", "max", "also"})
    code_if_blank = "WRONG_VALUE"

    def read(self, question: Question, text: str, notation: Notation) -> Value:
        """Return the date or time; None where no rule reads it. Raises `ValueError`."""
        asked = question.meta.get("format") if isinstance(question.meta, dict) else None
        if needs_value(question):
            return read_temporal(
                self.kind, text, notation=asked, order=notation.date_order, zone=notation.zone
            )
        if not _is_date(self.kind, text, asked):
            raise ValueError("not a date")
        return None


class DateQuestion(_Dates):
    """A date."""

    name = QuestionType.DATE
    label = "Date"
    summary = "A date."
    control = "date"


class TimeQuestion(_Dates):
    """A time of day."""

    name = QuestionType.TIME
    label = "Time"
    summary = "A time of day."
    kind = Kind.TIME
    control = "time"


class DatetimeQuestion(_Dates):
    """A date with a time."""

    name = QuestionType.DATETIME
    label = "Date and time"
    summary = "A date with a time of day; without a zone it is in the member's."
    kind = Kind.DATETIME
    control = "datetime-local"


def _is_date(kind: Kind, text: str, notation: object) -> bool:
    """Return whether the text is a date, a time or both, in the notation that the question asks for."""
    if len(text) > LENGTH_MAX:
        return False
    try:
        if notation == "iso":
            parse_iso(kind, text)
        elif isinstance(notation, str) and notation:
            parse_format(text, notation)
        else:
            # The time zone does not matter, and dateutil warns about those that it does not know.
            dateutil_parser.parse(text, default=_DEFAULT_DATE, ignoretz=True)
    except Exception:  # noqa: BLE001  (dateutil raises exceptions of many types for invalid texts)
        return False
    return True
