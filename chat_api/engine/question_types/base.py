"""The base class of question types, and replies before and after they are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, ClassVar, Final, Literal

from chat_api.engine.expressions.values import Kind, Value
from chat_api.engine.question_types import limits as limit_rules
from chat_api.engine.question_types.limit_checks import File, Limits, Measured
from chat_api.engine.question_types.number_texts import NumberFormat
from chat_api.engine.question_types.stored_values import PLAIN_TYPES, value_from_json, value_to_json
from chat_api.engine.records import record
from chat_api.engine.script import Answer, Question

#: Error codes by field: `text`, `answers`, `attachments` or `question`.
Errors = dict[str, list[str]]
#: The order of day, month and year in dates that are all digits.
DateOrder = Literal["DMY", "MDY", "YMD"]


@dataclass(frozen=True, slots=True)
class Notation:
    """How the author of a reply writes numbers and dates. Each function is called only for a text that depends on it.

    `number_format` and `date_order` return None where the author's language does not decide.
    """

    number_format: Callable[[], NumberFormat | None] = lambda: None
    date_order: Callable[[], DateOrder | None] = lambda: None
    #: The zone of dates with a time but without a zone.
    zone: Callable[[], tzinfo] = lambda: UTC


#: Of an author of whom nothing is known.
PLAIN_NOTATION: Final = Notation()


@dataclass(frozen=True, slots=True)
class SentFile:
    """An attachment of a reply: its MIME type, its size in bytes where it is known, and its name."""

    content_type: str = ""
    size: int | None = None
    name: str = ""


@record
class Reply:
    """An unchecked reply: a text, the ids of the chosen answers, in the order given, and its attachments."""

    text: str = ""
    answer_ids: tuple[int, ...] = ()
    attachments: tuple[File, ...] = ()


@record
class CheckedReply:
    """An accepted reply.

    `text` is stripped, and a number is in plain notation; `typed` is the stripped text as typed, where it differs.
    `answers` are the chosen answers, in the order given. `value` is what expressions read by the name of the question,
    and `other` the text beside a choice; both are None (empty) for a question that was skipped.
    """

    text: str
    answers: tuple[Answer, ...] = ()
    typed: str | None = None
    value: Value = None
    other: str | None = None
    is_skipped: bool = False

    def said(self, shown: Callable[[Answer], str] = lambda answer: answer.text) -> str:
        """Return the text of the message: the chosen answers' texts and the typed text, joined by commas.

        `shown` returns the text of an answer as it was shown to the member.
        """
        typed = [self.text] if self.text else []
        return ", ".join([shown(answer) for answer in self.answers] + typed)


#: The reply to a question that was skipped.
SKIPPED: Final = CheckedReply("", is_skipped=True)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An error, and what the question expects: its `type`, and its limits by name, as plain JSON."""

    field: str
    code: str
    expected: Mapping[str, Any]


class AnswerRefused(ValueError):
    """The reply does not answer the question; `errors` has the codes by field, `explanations` one entry for each."""

    def __init__(self, errors: Errors, expected: Mapping[str, Any] | None = None) -> None:
        super().__init__(errors)
        self.errors = errors
        self.expected = {} if expected is None else expected
        #: The author's own text about the error; empty for ours.
        self.message = ""

    @property
    def explanations(self) -> tuple[Explanation, ...]:
        """One explanation for each error."""
        return tuple(
            Explanation(field, code, self.expected) for field, codes in self.errors.items() for code in codes
        )


class BaseQuestionType:
    """A question type: what it is, how a reply is checked, and which value the reply has.

    A subclass sets what differs from a question that is answered by any text, and overrides `read`; most need nothing
    else. There is one instance of each class, so it keeps no state.
    """

    #: As in `Question.type`.
    name: str = ""
    #: What authors of scripts see.
    label: str = ""
    #: A sentence for the documentation: what the type accepts, or does.
    summary: str = ""
    #: What a refused reply should have been, for people: "a bank account number". Empty for words by the kind of value.
    expects: str = ""
    #: Whether a script waits for a reply.
    is_asked: bool = True
    #: Whether the reply is an answer, which is stored and counted.
    is_answerable: bool = True
    #: Whether it offers answers to choose from.
    offers_answers: bool = False
    #: The kind of its values; None if that depends on the question.
    kind: Kind | None = Kind.TEXT
    #: The names of the limits that it takes, see `limits.LIMITS`.
    limits: frozenset[str] = frozenset()
    #: The control for front ends: an input type of HTML, `radio`, `checkboxes`, `slider`, `textarea`, `location`,
    #: `button` or `none`.
    control: str = "text"
    #: The code for a reply without text.
    code_if_blank: ClassVar[str] = "REQUIRED"

    def normalize(self, text: str, notation: Notation) -> str:
        """Return the stripped text as it is checked and stored; the text as typed is kept beside it."""
        return text

    def read(self, question: Question, text: str, notation: Notation) -> Value:
        """Return the value of a text that is not empty. Raises `ValueError` if it does not answer the question."""
        return text

    def value_of(self, answers: tuple[Answer, ...]) -> Value:
        """Return the value of the chosen answers; empty for a type that offers none."""
        return None

    def check(self, question: Question, reply: Reply, notation: Notation, limits: Limits) -> CheckedReply:
        """Check a reply, the text of which is stripped, against the type and the limits.

        Raises `AnswerRefused` with all errors.
        """
        errors: Errors = {}
        value: Value = None
        text = self.normalize(reply.text, notation)
        if reply.answer_ids:
            errors["answers"] = ["WRONG_STATE"]
        if not text:
            errors["text"] = [self.code_if_blank]
        else:
            try:
                value = self.read(question, text, notation)
            except ValueError:
                errors["text"] = ["WRONG_VALUE"]
            else:
                codes = self.codes_beyond(question, Measured(value, text, zone=notation.zone), limits)
                if codes:
                    errors["text"] = codes
        if errors:
            raise self.refusal(question, errors, limits)
        return CheckedReply(text, (), None if text == reply.text else reply.text, value)

    def codes_beyond(self, question: Question, measured: Measured, limits: Limits) -> list[str]:
        """Return the codes of the limits that a value is beyond."""
        return limit_rules.broken(self.limits, limits, measured) if limits else []

    def refusal(self, question: Question, errors: Errors, limits: Limits) -> AnswerRefused:
        """Return the error of a refused reply, with what the question expects."""
        return AnswerRefused(errors, self.expected(question, limits))

    def expected(self, question: Question, limits: Limits) -> dict[str, Any]:
        """Return what the question expects, as plain JSON: the name of the type, and the limits that apply."""
        own = {name: value_to_json(limit) for name, limit in limits.items() if name in self.limits}
        return {"type": self.name, **own}

    def kind_of(self, question: Question) -> Kind | None:
        """Return the kind of the values of the question; None if it is not known."""
        return self.kind

    def to_json(self, value: Value) -> Any:
        """Return the value as it is stored."""
        # Of nearly all values; a state stores all answers after each of them.
        return value if type(value) in PLAIN_TYPES else value_to_json(value)

    def from_json(self, raw: Any) -> Value:
        """Return a value that `to_json` has stored. Raises `ValueError` for all else."""
        return value_from_json(raw, self.kind)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the column `limits` of its questions in compact documents."""
        return limit_rules.json_schema(self.limits, self.kind)


def needs_value(question: Question) -> bool:
    """Return whether rules read the answer's value, so that the answer has to have one."""
    return question.name is not None or bool(question.limits) or bool(question.constraints)
