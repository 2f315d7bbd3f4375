"""What a script is: an immutable graph of questions, built once per schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from unicodedata import normalize

#: The qid that ends a script; everything below counts as it.
END: Final = -1


class QuestionType(StrEnum):
    """The kinds of questions."""

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


CHOICE_TYPES: Final = frozenset({QuestionType.CHOICE, QuestionType.MULTICHOICE})
#: Questions that ask nothing: they are never waited for, but for a control's confirmation.
NON_ANSWERABLE: Final = frozenset({QuestionType.MESSAGE, QuestionType.FORK, QuestionType.CONTROL})

#: Questions that a script does not wait at.
PASSED_TYPES: Final = frozenset({QuestionType.MESSAGE, QuestionType.FORK})


@dataclass(frozen=True, slots=True)
class Modification:
    """`name` becomes what `expression` gives."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a fork leads when `condition` is true; `target` is an expression giving a qid."""

    target: str
    condition: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One of a choice's answers."""

    id: int
    text: str
    position: int
    next_qid: int | None
    modifications: tuple[Modification, ...] = ()
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One step of a script."""

    id: int
    qid: int
    position: int
    type: QuestionType
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


@dataclass(frozen=True, slots=True)
class Script:
    """All questions of a schema, by position; of two with one qid the first counts."""

    questions: tuple[Question, ...]
    questions_by_qid: Mapping[int, Question] = field(repr=False)
    questions_by_id: Mapping[int, Question] = field(repr=False)
    answers_by_id: Mapping[int, Answer] = field(repr=False)
    #: Where in `questions` the question with a qid is.
    places_by_qid: Mapping[int, int] = field(repr=False)

    @classmethod
    def build(cls, questions: Iterable[Question]) -> Script:
        """Build the script from its questions in any order."""
        ordered = tuple(sorted(questions, key=lambda question: (question.position, question.id)))
        places: dict[int, int] = {}
        for place, question in enumerate(ordered):
            places.setdefault(question.qid, place)
        return cls(
            questions=ordered,
            questions_by_qid=MappingProxyType({qid: ordered[place] for qid, place in places.items()}),
            questions_by_id=MappingProxyType({question.id: question for question in ordered}),
            answers_by_id=MappingProxyType(
                {answer.id: answer for question in ordered for answer in question.answers}
            ),
            places_by_qid=MappingProxyType(places),
        )

    @property
    def first(self) -> Question | None:
        """Give the question with the lowest position."""
        return self.questions[0] if self.questions else None

    def by_qid(self, qid: int) -> Question | None:
        """Give the question with that qid."""
        return self.questions_by_qid.get(qid)

    def by_id(self, id: int) -> Question | None:
        """Give the question with that database id."""
        return self.questions_by_id.get(id)

    def first_of_group(self, group_id: int) -> Question | None:
        """Give the group's question with the lowest position."""
        return next((question for question in self.questions if question.group_id == group_id), None)


def parse_modifications(raw: object) -> tuple[Modification, ...]:
    """Read `[["x", "x + 1"], …]`; what is not a pair of texts is left out."""
    return tuple(Modification(name_as_read(name), expression) for name, expression in _pairs(raw))


def name_as_read(name: str) -> str:
    """Give the variable's name as expressions read it: the two signs for micro, which look alike, are one there."""
    return name if name.isascii() else normalize("NFKC", name)


def parse_rules(raw: object) -> tuple[Rule, ...]:
    """Read `[["7", "x > 3"], …]`; what is not a pair is left out."""
    return tuple(Rule(target, condition) for target, condition in _pairs(raw))


def _pairs(raw: object) -> Iterable[tuple[str, str]]:
    for pair in raw if isinstance(raw, list) else ():
        if isinstance(pair, list | tuple) and len(pair) == 2:
            first, second = pair
            if all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in pair):
                yield str(first), str(second)
