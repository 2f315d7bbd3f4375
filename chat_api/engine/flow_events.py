"""The events of a walk through a script, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chat_api.engine.records import record
from chat_api.engine.rules import Variables
from chat_api.engine.script import Answer, Modification, Question


@record
class AnswerModified:
    """A chosen answer changed variables."""

    answer: Answer
    modifications: tuple[Modification, ...]


@record
class Asked:
    """A question was asked, after `predecessor`; its text shows `variables`. `instance` is the round of its group."""

    question: Question
    predecessor: Question | None
    modifications: tuple[Modification, ...]
    variables: Variables
    instance: int | None = None


@record
class ForkPassed:
    """A fork changed variables before it chose a branch."""

    question: Question
    modifications: tuple[Modification, ...]


@record
class Finished:
    """The script reached its end with these variables, and with what its rules see (`values`, as plain JSON)."""

    variables: Variables
    values: Any = None


@dataclass(frozen=True, slots=True)
class Restarted:
    """The script started again, without variables."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The script cannot continue.

    `reason` is "missing" if there is no question `qid`, "steps" after too many steps without waiting.
    """

    reason: str
    qid: int | None


@dataclass(frozen=True, slots=True)
class EvaluationFailed:
    """A modification or a rule was skipped, because its expression `source` has no value."""

    qid: int
    source: str
    reason: str


Event = AnswerModified | Asked | ForkPassed | Finished | Restarted | Broken | EvaluationFailed


class Outcome(StrEnum):
    """How a walk ended."""

    WAITING = "waiting"
    FINISHED = "finished"
    BROKEN = "broken"


@record
class Walk:
    """The events of a walk, in order, and the state after it; `cursor` is the question that waits, if any."""

    events: tuple[Event, ...]
    cursor: Question | None
    variables: dict[str, float]
    outcome: Outcome
