"""Refused answers in words: the author's own text, else what the question expects, in the active language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat_api.engine.expressions.values import Kind
from chat_api.engine.question_types.base import AnswerRefused, BaseQuestionType, Explanation
from chat_api.engine.question_types.limit_checks import iso_value
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import Question, QuestionType
from chat_api.lib.errors import InvalidInput
from chat_api.lib.languages import shown_value
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.rendering import shown_question

Document = dict[str, Any]
Expected = Mapping[str, Any]

_BYTES_OF_KB: Final = 1_000
_BYTES_OF_MB: Final = 1_000_000
_TYPES_SHOWN_MAX: Final = 10


def explanations(
    schema: CompiledSchema,
    question_id: int,
    context: Callable[[], Mapping[str, object]],
    refusal: AnswerRefused,
    *,
    is_blank: bool,
) -> list[Document]:
    """Return `field`, `code`, `text` and `expected` of each error of a refused answer.

    `is_blank`: whether it had no text, which some types refuse with the code of a wrong one. `context` is that of the
    question's texts.
    """
    own = _own_texts(schema, question_id, context, refusal)
    return [
        {
            "field": each.field,
            "code": each.code,
            "text": own.get("")
            or (own.get("required") if _is_missing(each, is_blank) else "")
            or text_of(each),
            "expected": dict(each.expected),
        }
        for each in refusal.explanations
    ]


def add_explanation(
    error: InvalidInput,
    schema: CompiledSchema,
    question: Question,
    context: Callable[[], Mapping[str, object]],
) -> None:
    """Add what explains an error about a text that chooses no answers of the question."""
    codes = {field: [str(code) for code in codes] for field, codes in error.errors.items()}
    refusal = AnswerRefused(codes, question_type(question.type).expected(question, {}))
    error.explain = partial(explanations, schema, question.id, context, refusal, is_blank=False)


def _is_missing(error: Explanation, is_blank: bool) -> bool:
    return error.code == "REQUIRED" or (is_blank and error.field == "text" and error.code == "WRONG_VALUE")


def _own_texts(
    schema: CompiledSchema,
    question_id: int,
    context: Callable[[], Mapping[str, object]],
    refusal: AnswerRefused,
) -> dict[str, str]:
    """Return the author's text about a constraint as `""`, and that about an empty answer as `required`."""
    source = schema.question_documents[question_id]
    if not refusal.message and "required_message" not in source:
        return {}
    shown = shown_question(schema, question_id, context)
    found = {"required": shown.get("required_message") or ""}
    for before, after in zip(source.get("constraints", ()), shown.get("constraints", ()), strict=False):
        if refusal.message and before["message"] == refusal.message:
            found.setdefault("", after["message"])
    return found


def text_of(error: Explanation) -> str:
    """Return our own words for an error: what is expected instead."""
    if error.code == "CONFIRM":
        return _("a confirmation of this answer")
    if error.code == "CONSTRAINT":
        return _("another answer")
    name = str(error.expected.get("type", ""))
    kind = question_type(name)
    if kind.offers_answers:
        return _choices(name, error)
    if error.code == "WRONG_STATE":
        # Chosen answers where there are none to choose from.
        return _("a typed answer")
    if name == QuestionType.FILE:
        return _files(error.code, error.expected)
    if name in _NAMES:
        return _measured(_NAMES[name](), error.expected)
    return _of_kind(kind, error)


def _of_kind(kind: BaseQuestionType, error: Explanation) -> str:
    """Return the words for an answer by the kind of its value, for types that have no words of ours."""
    is_text = kind.kind == Kind.TEXT
    if kind.expects and not (is_text and error.code in _LENGTHS):
        return _measured(str(kind.expects), error.expected)
    if is_text:
        return _text(error.expected)
    if kind.kind == Kind.LOCATION:
        return _("a place, as latitude and longitude")
    named = _NAMES.get(_TYPES_BY_KIND.get(kind.kind, ""))
    return _("another answer") if named is None else _measured(named(), error.expected)


_LENGTHS: Final = frozenset({"TOO_SHORT", "TOO_LONG"})
#: The built-in type that is called like a kind of values.
_TYPES_BY_KIND: Final[Mapping[Kind | None, str]] = {
    Kind.NUMBER: QuestionType.FLOAT,
    Kind.DATE: QuestionType.DATE,
    Kind.TIME: QuestionType.TIME,
    Kind.DATETIME: QuestionType.DATETIME,
}
_NAMES: Final[Mapping[str, Callable[[], str]]] = {
    QuestionType.INT: lambda: _("a whole number"),
    QuestionType.FLOAT: lambda: _("a number"),
    QuestionType.RANGE: lambda: _("a number"),
    QuestionType.DATE: lambda: _("a date"),
    QuestionType.TIME: lambda: _("a time"),
    QuestionType.DATETIME: lambda: _("a date with a time"),
}


def _measured(what: str, expected: Expected) -> str:
    """Return the words for what is between two bounds: a number, a date or a time."""
    least, most = (_shown(expected.get(name)) for name in ("min", "max"))
    if least is not None and most is not None:
        what = _("%(what)s from %(min)s to %(max)s") % {"what": what, "min": least, "max": most}
    elif least is not None:
        what = _("%(what)s from %(min)s") % {"what": what, "min": least}
    elif most is not None:
        what = _("%(what)s up to %(max)s") % {"what": what, "max": most}
    if (step := _shown(expected.get("step"))) is not None:
        what = _("%(what)s in steps of %(step)s") % {"what": what, "step": step}
    if (decimals := _count(expected, "decimals")) is not None:
        with_decimals = ngettext(
            "%(what)s with at most %(n)s decimal", "%(what)s with at most %(n)s decimals", decimals
        )
        what = with_decimals % {"what": what, "n": decimals}
    return what


def _shown(raw: Any) -> str | None:
    value = iso_value(raw) if isinstance(raw, str) else raw
    return shown_value(value, None)


def _count(expected: Expected, name: str) -> int | None:
    """Return a limit that counts something; None without it."""
    raw = expected.get(name)
    return int(raw) if isinstance(raw, int | float) else None


def _text(expected: Expected) -> str:
    formats = {
        "email": _("an e-mail address"),
        "phone": _("a phone number"),
        "url": _("a link to a web page"),
    }
    if (named := formats.get(str(expected.get("format", "")))) is not None:
        return named
    least, most = _count(expected, "min_length"), _count(expected, "max_length")
    if least is not None and most is not None:
        return _("a text of %(min)s to %(max)s characters") % {"min": least, "max": most}
    if least is not None:
        return ngettext(
            "a text of at least %(n)s character", "a text of at least %(n)s characters", least
        ) % {"n": least}
    if most is not None:
        return ngettext("a text of at most %(n)s character", "a text of at most %(n)s characters", most) % {
            "n": most
        }
    return _("a text in the expected form") if "pattern" in expected else _("a text")


def _choices(name: str, error: Explanation) -> str:
    if error.code == "AMBIGUOUS":
        return _("a text that fits one answer only")
    if error.field == "text" and error.code != "WRONG_VALUE":
        return _("one of the answers, without a text")
    if name == QuestionType.CHOICE:
        return _("one of the answers")
    if error.code == "EXCLUSIVE":
        return _("that answer alone")
    least, most = _count(error.expected, "min_selected"), _count(error.expected, "max_selected")
    if least is not None and most is not None:
        return _("%(min)s to %(max)s of the answers") % {"min": least, "max": most}
    if least is not None:
        return ngettext("at least %(n)s answer", "at least %(n)s answers", least) % {"n": least}
    if most is not None:
        return ngettext("at most %(n)s answer", "at most %(n)s answers", most) % {"n": most}
    return _("one or more of the answers")


def _files(code: str, expected: Expected) -> str:
    return next(iter(_file_limits(code, expected)), _("one or more files"))


def _file_limits(code: str, expected: Expected) -> Iterator[str]:
    size, most = _count(expected, "max_size"), _count(expected, "max_files")
    if code == "TOO_LARGE" and size is not None:
        # A small limit would be 0 MB.
        is_small = size < _BYTES_OF_MB
        shown = shown_value(round(size / (_BYTES_OF_KB if is_small else _BYTES_OF_MB), 3), None)
        unit = _("files of at most %(size)s kB") if is_small else _("files of at most %(size)s MB")
        yield unit % {"size": shown}
    if code == "TOO_MANY" and most is not None:
        yield ngettext("at most %(n)s file", "at most %(n)s files", most) % {"n": most}
    if code == "WRONG_FORMAT":
        accept = expected.get("accept")
        types = accept.split(",") if isinstance(accept, str) else list(accept or ())
        shown_types = ", ".join(str(each).strip() for each in types[:_TYPES_SHOWN_MAX])
        yield _("files of these types: %(types)s") % {"types": shown_types}
