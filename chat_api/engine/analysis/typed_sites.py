"""The places of a script at which expressions of the questionnaire language stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from chat_api.engine.question_types.limit_checks import iso_value
from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import NON_ANSWERABLE, Group, Question, QuestionType, Script


class Role(Enum):
    """The purpose of an expression."""

    CONDITION = auto()
    CONSTRAINT = auto()
    MODIFICATION = auto()
    RULE = auto()
    TARGET = auto()
    CALCULATION = auto()
    DEFAULT = auto()
    LIMIT = auto()
    COUNT = auto()
    SCORE = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Site:
    """An expression where it stands: at a question, or outside of all (`question` is None).

    `owner` names the place in findings, which are about the question with `qid`; `detail` is the name of a limit, or
    the severity of a constraint.
    """

    source: str
    role: Role
    owner: str
    qid: int | None
    question: Question | None = None
    detail: str = ""


def sites_of(script: Script) -> Iterator[Site]:
    """Yield all expressions; those of modifications and forks only where they are of the questionnaire language."""
    for question in script.questions:
        yield from _of_question(question, is_typed=script.is_typed)
    for group in script.groups:
        yield from _of_group(group, script.first_of_group(group.id))
    for score in script.scores:
        yield Site(score.expression, Role.SCORE, f'score "{score.name}"', None)
    for flag in script.flags:
        yield Site(flag.condition, Role.FLAG, f'flag "{flag.name}"', None)


def _of_question(question: Question, *, is_typed: bool) -> Iterator[Site]:
    qid, where = question.qid, f"question with QID {question.qid}"
    if is_typed:
        for source, role in _of_flow(question):
            yield Site(source, role, where, qid, question)
    if question.show_if:
        yield Site(question.show_if, Role.CONDITION, f"show_if of {where}", qid, question)
    for answer in question.answers:
        if answer.show_if:
            yield Site(answer.show_if, Role.CONDITION, f"show_if of an answer to {where}", qid, question)
    if question.calculate and question.type == QuestionType.CALCULATION:
        yield Site(question.calculate, Role.CALCULATION, f"calculate of {where}", qid, question)
    if question.type not in NON_ANSWERABLE:
        yield from _about_answers(question, where)


def _of_flow(question: Question) -> Iterator[tuple[str, Role]]:
    """Yield the expressions of modifications, then those of a fork."""
    yield from ((each.expression, Role.MODIFICATION) for each in question.modifications)
    for answer in question.answers:
        yield from ((each.expression, Role.MODIFICATION) for each in answer.modifications)
    if question.type == QuestionType.FORK:
        yield from ((rule.condition, Role.RULE) for rule in question.rules)
        yield from ((rule.target, Role.TARGET) for rule in question.rules)


def _about_answers(question: Question, where: str) -> Iterator[Site]:
    """Yield what is suggested as the answer, and what an answer is held to."""
    qid = question.qid
    if question.default:
        yield Site(question.default, Role.DEFAULT, f"default of {where}", qid, question)
    for name, source in computed_limits(question):
        yield Site(source, Role.LIMIT, f"limit {name} of {where}", qid, question, name)
    for constraint in question.constraints:
        owner, severity = f"a constraint of {where}", constraint.severity
        yield Site(constraint.check, Role.CONSTRAINT, owner, qid, question, severity)


def computed_limits(question: Question) -> Iterator[tuple[str, str]]:
    """Yield the limits that apply to the type of the question and are expressions, by name."""
    taken = question_type(question.type).limits
    for name, source in (question.limits or {}).items():
        limit = LIMITS.get(name)
        if limit is None or not limit.takes_expressions or name not in taken:
            continue
        if isinstance(source, str) and iso_value(source) is None:
            yield name, source


def _of_group(group: Group, first: Question | None) -> Iterator[Site]:
    qid = None if first is None else first.qid
    name = f'group "{group.key}"' if group.key else "the group"
    owner = name if first is None else f"{name} of question with QID {qid}"
    if group.show_if and first is not None:
        yield Site(group.show_if, Role.CONDITION, f"show_if of {owner}", qid, first)
    if group.repeat is not None and group.repeat.count:
        # How often the group is asked is decided outside of it.
        yield Site(group.repeat.count, Role.COUNT, f"repeat of {owner}", qid)
