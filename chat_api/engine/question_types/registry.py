"""The registry of question types: the built-in ones, one module for each family, and those of the host.

Admin, documents, results, exports, OpenAPI and the client read it; a new type needs no migration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from chat_api.engine.expressions.values import Value
from chat_api.engine.question_types.base import (
    PLAIN_NOTATION,
    BaseQuestionType,
    CheckedReply,
    Notation,
    Reply,
)
from chat_api.engine.question_types.choice import ChoiceQuestion, MultichoiceQuestion
from chat_api.engine.question_types.dates import DateQuestion, DatetimeQuestion, TimeQuestion
from chat_api.engine.question_types.files import FileQuestion
from chat_api.engine.question_types.limit_checks import Limits
from chat_api.engine.question_types.limits import resolved
from chat_api.engine.question_types.locations import LocationQuestion
from chat_api.engine.question_types.numbers import FloatQuestion, IntQuestion, RangeQuestion
from chat_api.engine.question_types.steps import (
    CalculationStep,
    ControlStep,
    ForkStep,
    MessageStep,
    UnaskedStep,
)
from chat_api.engine.question_types.text import TextQuestion
from chat_api.engine.script import Question

#: Every type has its cases in `tests/engine/cases/question_types`. The order is that of lists for authors.
BUILT_IN: Final[Mapping[str, BaseQuestionType]] = MappingProxyType(
    {
        str(kind.name): kind
        for kind in (
            ChoiceQuestion(),
            MultichoiceQuestion(),
            TextQuestion(),
            DateQuestion(),
            TimeQuestion(),
            DatetimeQuestion(),
            IntQuestion(),
            FloatQuestion(),
            RangeQuestion(),
            MessageStep(),
            ForkStep(),
            ControlStep(),
            CalculationStep(),
            FileQuestion(),
            LocationQuestion(),
        )
    }
)

_NO_LIMITS: Final[Limits] = MappingProxyType({})
#: Of questions whose type is no longer there.
_UNKNOWN: Final = UnaskedStep()

HostTypes = Callable[[], Mapping[str, BaseQuestionType]]


class _Host:
    """Where the types of the host come from."""

    types: HostTypes = dict


def use_host_types(provider: HostTypes) -> HostTypes:
    """Take the types of the host, by name, from `provider`, which is called at each use; return the one before it.

    A built-in type wins over one of the host with the same name.
    """
    before = _Host.types
    _Host.types = staticmethod(provider)
    return before


def question_types() -> dict[str, BaseQuestionType]:
    """Return all types by name: the built-in ones, then those of the host."""
    return {**BUILT_IN, **{name: kind for name, kind in _Host.types().items() if name not in BUILT_IN}}


def is_known(name: str) -> bool:
    """Return whether there is a type with that name."""
    return name in BUILT_IN or name in _Host.types()


def question_type(name: str) -> BaseQuestionType:
    """Return the type with that name; for an unknown one, a type that refuses every reply."""
    try:
        # Called several times for an answer: `get` of a read-only mapping takes twice as long.
        return BUILT_IN[name]
    except KeyError:
        return _Host.types().get(name, _UNKNOWN)


def plain_limits(question: Question, evaluate: Callable[[str], Value] = lambda source: None) -> Limits:
    """Return the limits of the question that apply to its type, without expressions.

    `evaluate` returns the value of an expression, or raises `ExpressionError`: such a limit is left out, as are all
    expressions without it.
    """
    if not question.limits:
        return _NO_LIMITS
    kind = question_type(question.type)
    return resolved(kind.limits, question.limits, kind.kind, evaluate)


def check_reply(
    question: Question, reply: Reply, notation: Notation = PLAIN_NOTATION, limits: Limits | None = None
) -> CheckedReply:
    """Check a reply to the question.

    `limits` are those of the question without expressions, see `plain_limits`; None for those that are plain values.
    Raises `AnswerRefused` with all errors.
    """
    kind = question_type(question.type)
    text = reply.text.strip()
    if text != reply.text:
        reply = Reply(text, reply.answer_ids, reply.attachments)
    if limits is None:
        limits = plain_limits(question) if question.limits else _NO_LIMITS
    return kind.check(question, reply, notation, limits)
