"""Questions for a date, a time of day, or both; `meta["format"]` of the question restricts the notation.

"iso" is ISO 8601 as Python's `fromisoformat` reads it; any other text is a format for `strptime`; without a format,
everything that `dateutil` can parse is accepted. The text is stored as typed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Final

from dateutil import parser as dateutil_parser

from chat_api.engine.question_types.base import Validator, validate_typed
from chat_api.engine.script import Question, QuestionType

#: Longer texts are rejected unparsed.
_LENGTH_MAX: Final = 100
#: The directives of `strptime` that include a year.
_YEAR_DIRECTIVES: Final = ("%Y", "%y", "%G", "%c", "%x", "%D", "%F")
#: Fills in missing parts of a date, so that the result does not depend on today.
_DEFAULT_DATE: Final = datetime(2000, 1, 1)  # noqa: DTZ001  (the parsed value is discarded)


def is_date(question: Question, text: str) -> bool:
    """Return whether the text is a date, a time or both, in the notation that the question asks for."""
    if len(text) > _LENGTH_MAX:
        return False
    notation = question.meta.get("format") if isinstance(question.meta, dict) else None
    try:
        if notation == "iso":
            return _ISO[question.type](text)
        if isinstance(notation, str) and notation:
            has_year = any(directive in notation for directive in _YEAR_DIRECTIVES)
            # Without a year Python assumes 1900, which has no 29 February, and warns.
            datetime.strptime(  # noqa: DTZ007  (the parsed value is discarded)
                text if has_year else f"2000 {text}", notation if has_year else f"%Y {notation}"
            )
        else:
            # The time zone does not matter, and dateutil warns about those that it does not know.
            dateutil_parser.parse(text, default=_DEFAULT_DATE, ignoretz=True)
    except Exception:  # noqa: BLE001  (dateutil raises exceptions of many types for invalid texts)
        return False
    return True


def _is_iso_date(text: str) -> bool:
    date.fromisoformat(text)
    return True


def _is_iso_time(text: str) -> bool:
    time.fromisoformat(text)
    return True


def _is_iso_datetime(text: str) -> bool:
    datetime.fromisoformat(text)
    return ":" in text or "T" in text


_ISO: Final[dict[QuestionType, Callable[[str], bool]]] = {
    QuestionType.DATE: _is_iso_date,
    QuestionType.TIME: _is_iso_time,
    QuestionType.DATETIME: _is_iso_datetime,
}

VALIDATORS: Final[dict[QuestionType, Validator]] = {
    QuestionType.DATE: validate_typed(is_date, blank="WRONG_VALUE"),
    QuestionType.TIME: validate_typed(is_date, blank="WRONG_VALUE"),
    QuestionType.DATETIME: validate_typed(is_date, blank="WRONG_VALUE"),
}
