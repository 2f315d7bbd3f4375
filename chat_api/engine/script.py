"""A script: the immutable graph of a schema's questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from unicodedata import normalize

#: The qid that ends a script, like every lower one.
END: Final = -1


class QuestionType(StrEnum):
    """The built-in question types, as stored in `Question.type`."""

    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    INT = "int"
    FLOAT = "float"
    RANGE = "range"
    MESSAGE = "message"
    FORK = "fork"
    CONTROL = "control"
    CALCULATION = "calculation"
    FILE = "file"
    LOCATION = "location"


# The registry in `question_types` describes each type; a test holds these sets to it. They have no types of the host,
# all of which are answered by a text.
CHOICE_TYPES: Final[frozenset[str]] = frozenset({QuestionType.CHOICE, QuestionType.MULTICHOICE})
#: Questions without an answer. A script waits at none of them, except for the confirmation of a control.
NON_ANSWERABLE: Final[frozenset[str]] = frozenset(
    {QuestionType.MESSAGE, QuestionType.FORK, QuestionType.CONTROL, QuestionType.CALCULATION}
)

#: Questions that a script passes without waiting.
PASSED_TYPES: Final[frozenset[str]] = frozenset(
    {QuestionType.MESSAGE, QuestionType.FORK, QuestionType.CALCULATION}
)
#: Those of them that say nothing.
SILENT_TYPES: Final[frozenset[str]] = frozenset({QuestionType.FORK, QuestionType.CALCULATION})


@dataclass(frozen=True, slots=True)
class Modification:
    """Set the variable `name` to the value of `expression`."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A fork continues at `target`, an expression for a qid, if `condition` is true."""

    target: str
    condition: str


#: What stands for a chosen answer in expressions.
Code = float | int | str | bool


@dataclass(frozen=True, slots=True)
class Constraint:
    """A condition on a new answer, which `check` calls `value`; a `warning` can be confirmed, an `error` cannot."""

    check: str
    message: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that a choice offers."""

    id: int
    text: str
    position: int
    next_qid: int | None
    modifications: tuple[Modification, ...] = ()
    exclusive: bool = False
    #: What stands for the answer in expressions: its code; None for its text.
    value: Code | None = None
    #: What it counts for in scores; None for `value` if that is a number.
    weight: float | None = None
    #: The expression that decides whether it is offered; None for always.
    show_if: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A step of a script."""

    id: int
    qid: int
    position: int
    #: One of `QuestionType`, or a type of the host.
    type: str
    text: str
    next_qid: int | None = None
    choice_open: bool = False
    range_from: float | None = None
    range_to: float | None = None
    required: bool = False
    show_as_type: str = "automated_message"
    meta: object = None
    group_id: int | None = None
    answers: tuple[Answer, ...] = ()
    modifications: tuple[Modification, ...] = ()
    rules: tuple[Rule, ...] = ()
    has_attachments: bool = False
    #: What expressions and texts call its answer.
    name: str | None = None
    #: The expression that decides whether it is asked; None for always.
    show_if: str | None = None
    #: The text that offers to skip it; None if it cannot be skipped in a chat.
    skip: str | None = None
    #: The expression whose value is suggested as the answer.
    default: str | None = None
    #: The expression of a calculation.
    calculate: str | None = None
    #: By name of the limit (`min`, `max_length`, `pattern`), a value or an expression; None without limits.
    limits: Mapping[str, object] | None = None
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often the questions of a group are asked.

    `count` is an expression, or None where the person decides; `add` is then the qid of the choice that asks for
    another round in a chat.
    """

    count: str | None = None
    min: int = 0
    max: int | None = None
    add: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a script. Only repeated ones need a `key`, by which expressions read all of their values."""

    id: int
    position: int
    key: str | None = None
    show_if: str | None = None
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A range of a score: from `low` to below the `low` of the next band; the last one includes `high`."""

    low: float
    high: float
    label: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """A number computed from the answers, and what its ranges mean."""

    name: str
    label: str
    expression: str
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A condition that somebody has to look at."""

    name: str
    condition: str
    label: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The questions of a schema, by position; where two have the same qid, the first one is found by it."""

    questions: tuple[Question, ...]
    questions_by_qid: Mapping[int, Question] = field(repr=False)
    questions_by_id: Mapping[int, Question] = field(repr=False)
    answers_by_id: Mapping[int, Answer] = field(repr=False)
    #: The index in `questions`, by qid.
    index_by_qid: Mapping[int, int] = field(repr=False)
    groups: tuple[Group, ...] = ()
    scores: tuple[Score, ...] = ()
    flags: tuple[Flag, ...] = ()
    #: Whether a typed text that equals an answer's text, or its value, chooses it.
    match_text: bool = False
    #: Whether expressions are those of the questionnaire language: a question has a name, or any rule of the language.
    is_typed: bool = False
    #: Forms of the script that are made when first needed, by what they are for.
    prepared: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def build(
        cls,
        questions: Iterable[Question],
        *,
        groups: Iterable[Group] = (),
        scores: Iterable[Score] = (),
        flags: Iterable[Flag] = (),
        match_text: bool = False,
    ) -> Script:
        """Build a script from questions and groups in any order."""
        groups, scores, flags = tuple(groups), tuple(scores), tuple(flags)
        ordered = tuple(sorted(questions, key=lambda question: (question.position, question.id)))
        index_by_qid: dict[int, int] = {}
        for index, question in enumerate(ordered):
            index_by_qid.setdefault(question.qid, index)
        return cls(
            questions=ordered,
            questions_by_qid=MappingProxyType({qid: ordered[index] for qid, index in index_by_qid.items()}),
            questions_by_id=MappingProxyType({question.id: question for question in ordered}),
            answers_by_id=MappingProxyType(
                {answer.id: answer for question in ordered for answer in question.answers}
            ),
            index_by_qid=MappingProxyType(index_by_qid),
            groups=tuple(sorted(groups, key=lambda group: (group.position, group.id))),
            scores=tuple(scores),
            flags=tuple(flags),
            match_text=match_text,
            is_typed=any(map(_has_rules, ordered))
            or any(group.show_if or group.repeat for group in groups)
            or bool(scores or flags),
        )

    @property
    def first(self) -> Question | None:
        """Return the question with the lowest position; None without questions."""
        return self.questions[0] if self.questions else None

    def first_of_group(self, group_id: int) -> Question | None:
        """Return the question of the group with the lowest position, or None."""
        return next((question for question in self.questions if question.group_id == group_id), None)


def _has_rules(question: Question) -> bool:
    return (
        question.name is not None
        or bool(question.show_if or question.calculate or question.default or question.constraints)
        or any(answer.show_if for answer in question.answers)
    )


def parse_modifications(raw: object) -> tuple[Modification, ...]:
    """Parse `[["x", "x + 1"], …]`; malformed items are skipped."""
    return tuple(Modification(normalize_name(name), expression) for name, expression in _pairs(raw))


def normalize_name(name: str) -> str:
    """Return the name in NFKC, as in expressions, where the two look-alike micro signs are the same letter."""
    return name if name.isascii() else normalize("NFKC", name)


def parse_rules(raw: object) -> tuple[Rule, ...]:
    """Parse `[["7", "x > 3"], …]`; malformed items are skipped."""
    return tuple(Rule(target, condition) for target, condition in _pairs(raw))


def _pairs(raw: object) -> Iterable[tuple[str, str]]:
    for pair in raw if isinstance(raw, list) else ():
        if isinstance(pair, list | tuple) and len(pair) == 2:
            first, second = pair
            if all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in pair):
                yield str(first), str(second)
