"""The questions of a schema as stored, errors included: the input of the checker and of scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from chat_api.engine.question_types.registry import is_known
from chat_api.engine.rules_source import (
    parse_code,
    parse_constraints,
    parse_flags,
    parse_limits,
    parse_repeat,
    parse_scores,
)
from chat_api.engine.script import (
    Answer,
    Group,
    Question,
    Script,
    parse_modifications,
    parse_rules,
)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """The columns of an answer; `variable_modifications` can be any JSON value."""

    id: int
    position: int
    text: str
    next_qid: int | None
    variable_modifications: object = ()
    exclusive: bool = False
    value: object = None
    weight: float | None = None
    show_if: str | None = None


@dataclass(frozen=True, slots=True)
class RawQuestion:
    """The columns of a question; the JSON columns can be any JSON value.

    `titles` are the titles of its attachment templates, which are shown with the text.
    """

    id: int
    qid: int
    position: int
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
    variable_modifications: object = ()
    forking_rules: object = ()
    has_attachments: bool = False
    answers: tuple[RawAnswer, ...] = ()
    titles: tuple[str, ...] = ()
    name: str | None = None
    show_if: str | None = None
    skip: str | None = None
    default: str | None = None
    calculate: str | None = None
    limits: object = None
    constraints: object = ()
    required_message: str | None = None


@dataclass(frozen=True, slots=True)
class RawGroup:
    """The columns of a group; `repeat` can be any JSON value. `texts` are its text and the translations of it."""

    id: int
    position: int
    key: str | None = None
    show_if: str | None = None
    repeat: object = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawRules:
    """The columns of a schema that rules are in; the JSON columns can be any JSON value."""

    scores: object = ()
    flags: object = ()
    match_text: bool = False


NO_RULES: Final = RawRules()


def script_of(
    questions: Iterable[RawQuestion], groups: Iterable[RawGroup] = (), rules: RawRules = NO_RULES
) -> Script:
    """Build a script; questions of an unknown type and malformed items of JSON columns are skipped."""
    return Script.build(
        (_question(raw) for raw in questions if is_known(raw.type)),
        groups=(_group(raw) for raw in groups),
        scores=parse_scores(rules.scores),
        flags=parse_flags(rules.flags),
        match_text=rules.match_text,
    )


def _group(raw: RawGroup) -> Group:
    return Group(raw.id, raw.position, raw.key, raw.show_if, parse_repeat(raw.repeat))


def _question(raw: RawQuestion) -> Question:
    return Question(
        id=raw.id,
        qid=raw.qid,
        position=raw.position,
        type=raw.type,
        text=raw.text,
        next_qid=raw.next_qid,
        choice_open=raw.choice_open,
        range_from=raw.range_from,
        range_to=raw.range_to,
        required=raw.required,
        show_as_type=raw.show_as_type,
        meta=raw.meta,
        group_id=raw.group_id,
        answers=tuple(_answer(answer) for answer in sorted(raw.answers, key=lambda answer: answer.position)),
        modifications=parse_modifications(raw.variable_modifications),
        rules=parse_rules(raw.forking_rules),
        has_attachments=raw.has_attachments,
        name=raw.name,
        show_if=raw.show_if,
        skip=raw.skip,
        default=raw.default,
        calculate=raw.calculate,
        limits=parse_limits(raw.limits),
        constraints=parse_constraints(raw.constraints),
    )


def _answer(raw: RawAnswer) -> Answer:
    return Answer(
        id=raw.id,
        text=raw.text,
        position=raw.position,
        next_qid=raw.next_qid,
        modifications=parse_modifications(raw.variable_modifications),
        exclusive=raw.exclusive,
        value=parse_code(raw.value),
        weight=raw.weight,
        show_if=raw.show_if,
    )
