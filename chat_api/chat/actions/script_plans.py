"""How a script leads a member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chat_api.chat.choices import OnFinish, State
from chat_api.schemas.models import Schema


@dataclass(frozen=True, slots=True)
class ScriptPlan:
    """How a script leads a member: its schema, its first question (id), and what happens when it ends."""

    schema: Schema
    state: State = State.SCRIPTED
    initial_question_id: int | None = None
    automated_sender_id: int | None = None
    on_finish: str = OnFinish.OPEN
    frequency_unit: str | None = None
    frequency_value: int | None = None
    repeat_until: datetime | None = None
    #: What the host knows about the person, which wins over EXPRESSION_CONTEXT; the expressions of the schema read it.
    context: Mapping[str, Any] | None = None
    #: By the names of questions, answers to suggest, which win over their defaults.
    answers: Mapping[str, Any] | None = None
