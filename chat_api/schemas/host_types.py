"""The question types of the host, from QUESTION_TYPES; one that raises refuses that reply, and the error is logged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError

from chat_api.engine.expressions.values import Kind, kind_of
from chat_api.engine.question_types.base import (
    AnswerRefused,
    BaseQuestionType,
    CheckedReply,
    Notation,
    Reply,
)
from chat_api.engine.question_types.limit_checks import Limits
from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.question_types.registry import use_host_types
from chat_api.engine.script import Question
from chat_api.lib.hooks import WrongResult, degraded
from chat_api.settings import chat_settings, import_setting

_SETTING: Final = "QUESTION_TYPES"

#: Those that could be imported, by name and entry of the setting.
_loaded: Final[dict[tuple[str, Any], HostType]] = {}


class HostType(BaseQuestionType):
    """A type of the host behind a guard. It is answered by a text; without `own`, it refuses every reply."""

    def __init__(self, name: str, own: BaseQuestionType | None) -> None:
        self.name = name
        self.label = name
        self.own = own
        if own is not None:
            self.label = own.label or name
            self.summary = own.summary
            self.expects = own.expects
            self.kind = None if own.kind is None else Kind(own.kind)
            self.limits = frozenset(own.limits) & LIMITS.keys()
            self.control = own.control

    def check(self, question: Question, reply: Reply, notation: Notation, limits: Limits) -> CheckedReply:
        """Check the reply by the host's class. Raises `AnswerRefused`."""
        found = degraded(_SETTING, lambda: self._outcome(question, reply, notation, limits), fallback=None)
        if found is None:
            raise self.refusal(question, {"text": ["WRONG_VALUE"]}, limits)
        if isinstance(found, dict):
            raise self.refusal(question, found, limits)
        return found

    def _outcome(
        self, question: Question, reply: Reply, notation: Notation, limits: Limits
    ) -> CheckedReply | dict[str, list[str]]:
        """Return the checked reply, or the errors. Raises whatever the host's class raises, and `WrongResult`."""
        if self.own is None:
            return {"text": ["WRONG_VALUE"]}
        try:
            checked = self.own.check(question, reply, notation, limits)
        except AnswerRefused as refused:
            return {field: [*codes] for field, codes in refused.errors.items()}
        except ValidationError:
            return {"text": ["WRONG_VALUE"]}
        if not isinstance(checked, CheckedReply) or not isinstance(checked.text, str):
            raise WrongResult(f"{checked!r} is not a checked reply")
        value = checked.value
        if value is not None and self.kind is not None and kind_of(value) is not self.kind:
            raise WrongResult(f"{value!r} is not a {self.kind}")
        if isinstance(value, datetime) and value.tzinfo is None:
            raise WrongResult(f"{value!r} has no time zone")
        if self.from_json(self.to_json(value)) != value:
            raise WrongResult(f"{value!r} cannot be stored")
        return checked


def host_types() -> Mapping[str, BaseQuestionType]:
    """Return the types of the host by name. One that cannot be imported refuses every reply, and is retried."""
    configured = chat_settings.QUESTION_TYPES
    if not isinstance(configured, Mapping):
        return {}
    return {
        name: _loaded.get((name, entry)) or _load(name, entry)
        for name, entry in configured.items()
        if isinstance(name, str) and isinstance(entry, str | type)
    }


def connect() -> None:
    """Register the types of the host with the engine."""
    use_host_types(host_types)


def _load(name: str, entry: Any) -> HostType:
    found = degraded(_SETTING, lambda: HostType(name, _instance(entry)), fallback=None)
    if found is None:
        return HostType(name, None)
    _loaded[name, entry] = found
    return found


def _instance(entry: Any) -> BaseQuestionType:
    own = import_setting(_SETTING, entry)()
    if not isinstance(own, BaseQuestionType):
        raise WrongResult(f"{entry!r} is not a question type")
    return own
