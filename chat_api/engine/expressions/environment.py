"""The values that expressions of the questionnaire language read: answers, variables, the time of evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Any, Final

from chat_api.engine.expressions.values import Value

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(slots=True)
class Environment:
    """The values that expressions read. The engine has no clock: `timestamp` is aware, and `zone` is the member's."""

    #: Variables set by modifications, by name; those that nothing has set are 0.
    variables: Mapping[str, float] = field(default_factory=lambda: _NONE)
    #: By name of a question, `name.other` for the text typed beside its choices; missing ones are empty.
    answers: Mapping[str, Value] = field(default_factory=lambda: _NONE)
    #: By `group.name`, the values of a repeated question in all instances, in their order.
    instances: Mapping[str, tuple[Value, ...]] = field(default_factory=lambda: _NONE)
    #: By name of a choice, the weight of what was chosen.
    weights: Mapping[str, float] = field(default_factory=lambda: _NONE)
    #: By name of a score.
    scores: Mapping[str, Value] = field(default_factory=lambda: _NONE)
    #: What the host knows about the person, by dotted path.
    context: Mapping[str, Value] = field(default_factory=lambda: _NONE)
    #: By name of a question, the answers that the host suggests; they win over defaults, and no expression reads them.
    prefill: Mapping[str, Value] = field(default_factory=lambda: _NONE)
    timestamp: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    #: The new answer, in a constraint.
    value: Value = None
    #: The place of the instance of a repeated group, from 1.
    index: int | None = None
