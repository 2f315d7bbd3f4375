"""All that the rules of a survey read besides its answers: the last change, what the host knows, what it suggests."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from chat_api.engine.expressions.values import Value
from chat_api.engine.given_answers import timestamp_from_json, typed_by_key, typed_to_json
from chat_api.engine.script import NON_ANSWERABLE, Script
from chat_api.schemas.expression_context import context_of, logic_of, prefill_of
from chat_api.surveys.instances import Instances
from chat_api.surveys.models import Survey

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The data stored with a survey for its rules. No endpoint shows it."""

    #: When the answers were last changed, and in which zone (a key of the IANA database); None where it is not known.
    timestamp: datetime | None = None
    zone: str = "UTC"
    #: By path, what the host knew about the person when the survey started; only what the schema reads.
    context: Mapping[str, Value] = field(default_factory=dict)
    #: By name of a question, the answers that the start of the survey suggests.
    prefill: Mapping[str, Value] = field(default_factory=dict)
    #: By key of a repeated group, its instances, where they were changed.
    instances: Mapping[str, Instances] = field(default_factory=dict)

    @classmethod
    def of(cls, survey: Survey) -> RuleContext:
        """Return what is stored with the survey; nothing for surveys from before."""
        stored = survey.rule_context if isinstance(survey.rule_context, dict) else {}
        zone, timestamp = stored.get("zone"), None
        with suppress(TypeError, ValueError, OverflowError):
            timestamp = timestamp_from_json(stored.get("at"))
        return cls(
            timestamp,
            zone if isinstance(zone, str) else "UTC",
            typed_by_key(stored.get("context")),
            typed_by_key(stored.get("prefill")),
            _instances(stored.get("instances")),
        )

    def at(self, timestamp: datetime, zone: str) -> RuleContext:
        """Return the same after a change at that time (aware)."""
        return replace(self, timestamp=timestamp, zone=zone)

    def with_instances(self, key: str, instances: Instances) -> RuleContext:
        """Return the same with other instances of a repeated group."""
        return replace(self, instances={**self.instances, key: instances})

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        document: dict[str, Any] = {}
        if self.timestamp is not None:
            document |= {"at": self.timestamp.astimezone(UTC).isoformat(), "zone": self.zone}
        for key, values in (("context", self.context), ("prefill", self.prefill)):
            if values:
                document[key] = {name: typed_to_json(value) for name, value in values.items()}
        if self.instances:
            document["instances"] = {key: each.to_json() for key, each in self.instances.items()}
        return document


def _instances(raw: Any) -> dict[str, Instances]:
    found = {key: Instances.from_json(each) for key, each in raw.items()} if isinstance(raw, dict) else {}
    return {key: each for key, each in found.items() if each is not None}


def suggesting(survey: Survey, script: Script) -> frozenset[int]:
    """Return the ids of the questions that have a default, or an answer that the start of the survey suggests."""
    if not script.is_typed:
        return frozenset()
    prefill = RuleContext.of(survey).prefill
    return frozenset(
        question.id
        for question in script.questions
        if (question.default or question.name in prefill) and question.type not in NON_ANSWERABLE
    )


def starting_context(survey: Survey, script: Script, context: Data, answers: Data) -> RuleContext | None:
    """Return what a new survey keeps of the host's data; None for a script without names, which reads none of it.

    `context` wins over EXPRESSION_CONTEXT, and `answers` (by name) over the defaults of questions. Raises
    `InvalidInput` (`answers`: UNKNOWN_NAME, WRONG_VALUE).
    """
    prefill = prefill_of(script, answers)
    if not script.is_typed:
        return None
    found, _ = context_of(survey, survey.schema, logic_of(script), context)
    return RuleContext(context=found, prefill=prefill)
