"""The conversation of a preview, as far as it went."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chat_api.engine.expressions.values import Value
from chat_api.engine.numbers import format_number
from chat_api.engine.question_types.base import AnswerRefused, Reply, SentFile
from chat_api.engine.question_types.limit_checks import iso_value
from chat_api.engine.script import Question
from chat_api.schemas.expression_context import value_of

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A question of the preview, or the answer to it.

    `variables` are those after it; `problems` describe expressions that failed. `attachments` are documents.
    """

    text: str
    question: Question | None
    variables: Mapping[str, float]
    is_answer: bool = False
    attachments: tuple[Document, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of its attachments, or their types where they have none."""
        return tuple(each["title"] or each["type"] for each in self.attachments)

    @property
    def shown_variables(self) -> dict[str, str]:
        """The variables, formatted as in texts."""
        return _format(self.variables)


@dataclass(frozen=True, slots=True)
class PlacedReply:
    """A reply by the places of the chosen answers in the document, as their ids change with it."""

    qid: int
    text: str = ""
    answers: tuple[int, ...] = ()
    skip: bool = False
    files: tuple[SentFile, ...] = ()

    def to(self, question: Question) -> Reply | None:
        """Return the reply to the question; None for one that skips it. The id 0 stands for a missing answer."""
        if self.skip:
            return None
        ids = sorted(answer.id for answer in question.answers)
        chosen = tuple(ids[index] if 0 <= index < len(ids) else 0 for index in self.answers)
        return Reply(self.text, chosen, self.files)


@dataclass(frozen=True, slots=True)
class Score:
    """A score of the answers so far, and the label of its band."""

    name: str
    label: str
    value: float | None
    band: str | None


@dataclass(slots=True)
class Preview:
    """The conversation so far: its lines, the question that waits, and how it ended (None: it has not)."""

    lines: list[Line] = field(default_factory=list)
    #: None for a question that was skipped.
    replies: list[Reply | None] = field(default_factory=list)
    waiting: Question | None = None
    #: The same question with the answers that it offers now, their texts filled in.
    offered: Question | None = None
    #: Its document as members get it, with these answers.
    document: Document | None = None
    #: The reply that the question suggests; it was not sent.
    suggested: Reply = field(default_factory=Reply)
    variables: Mapping[str, float] = field(default_factory=dict)
    #: The answers that expressions see, and the calculations, by name.
    values: Mapping[str, Value] = field(default_factory=dict)
    scores: Sequence[Score] = ()
    #: The labels of the flags that are raised, by name.
    flags: Mapping[str, str] = field(default_factory=dict)
    ended: str | None = None
    #: Error codes by field if the last reply was rejected; it is not in `replies` then.
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: The last reply's rejection, and the author's own text about it, filled in; empty without one.
    refusal: AnswerRefused | None = None
    own_message: str = ""
    #: By path, what the script reads of the context of the host, as it was entered; an empty text is an empty value.
    context: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty_context(self) -> list[str]:
        """The paths that the script reads and for which no value was entered."""
        return [path for path, text in self.context.items() if entered_value(text) is None]

    @property
    def shown_variables(self) -> dict[str, str]:
        """The variables, formatted as in texts."""
        return _format(self.variables)


def _format(variables: Mapping[str, float]) -> dict[str, str]:
    return {name: format_number(value) for name, value in variables.items()}


def entered_value(text: str) -> Value:
    """Return the value that a text is: JSON, ISO 8601, or the text itself; None for one that expressions lack."""
    text = text.strip()
    found = iso_value(text)
    if found is not None:
        return value_of(found)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = text or None
    return value_of(text if isinstance(raw, dict) else raw)
