"""Talking through a script without storing anything: replies from the first on are played back each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chat_api.engine import flow
from chat_api.engine.numbers import format_number
from chat_api.engine.question_types.base import AnswerRefused, Reply
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.script import Question, QuestionType, Script
from chat_api.engine.script_source import script_of
from chat_api.engine.templates import render
from chat_api.schemas.loader import SchemaRows, raw_questions, rows_of
from chat_api.schemas.models import Schema
from chat_api.schemas.rendering import shown_account
from chat_api.settings import chat_settings

#: Longer talks are no preview any more; each step plays all steps before it.
REPLIES_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the talk: what the script says (`question` is the one asked), or what was answered.

    `variables` are those after it; `problems` are expressions that had no value on the way.
    """

    text: str
    question: Question | None
    variables: Mapping[str, float]
    is_answer: bool = False
    titles: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def shown_variables(self) -> dict[str, str]:
        """Return the variables as texts show them."""
        return _shown(self.variables)


@dataclass(slots=True)
class Talk:
    """A talk so far: its lines, the question that waits for a reply, and how it ended (None: it has not)."""

    lines: list[Line] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    waiting: Question | None = None
    variables: Mapping[str, float] = field(default_factory=dict)
    ended: str | None = None
    #: Codes by field, of the last reply, if it was refused; it is not in `replies` then.
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def shown_variables(self) -> dict[str, str]:
        """Return the variables as texts show them."""
        return _shown(self.variables)


def _shown(variables: Mapping[str, float]) -> dict[str, str]:
    return {name: format_number(value) for name, value in variables.items()}


def talk_through(schema: Schema, replies: Iterable[Reply], *, user: Any) -> Talk:
    """Play the replies to the schema as it is stored now, and give the talk; four queries, nothing is written.

    A reply that is refused ends the playing: a script that was changed meanwhile may take others. The texts speak of
    `user`; thread and sender are made up.
    """
    rows = rows_of(schema)
    player = _Player(
        script_of(raw_questions(rows)), _titles(rows), shown_account(user, viewer=user), schema.type
    )
    player.begin()
    for reply in list(replies)[:REPLIES_MAX]:
        waiting = player.talk.waiting
        if waiting is None or not player.take(waiting, reply):
            break
    return player.talk


def _titles(rows: SchemaRows) -> dict[int, tuple[str, ...]]:
    return {
        pk: tuple(template.title or template.type for template in found)
        for pk, found in rows.templates.items()
    }


@dataclass(slots=True)
class _Player:
    script: Script
    titles: Mapping[int, tuple[str, ...]]
    account: Mapping[str, object]
    thread_type: str
    talk: Talk = field(default_factory=Talk)
    answers: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        if self.script.first is None:
            self.talk.ended = "There is nothing to ask: the schema has no questions."
            return
        self._go(flow.start(self.script, at=None, variables={}, repeat_from=None, limit=_limit()))

    def take(self, question: Question, reply: Reply) -> bool:
        """Take a reply to the question that waits; say whether it was accepted."""
        talk = self.talk
        checked = None
        if question.type != QuestionType.CONTROL:
            try:
                checked = check_reply(question, reply)
            except AnswerRefused as refusal:
                talk.errors = refusal.errors
                return False
            said = checked.stored_text(str, lambda answer: self._shown(answer.text, talk.variables))
            self.answers[f"q{question.qid}"] = said
        else:
            said = "(confirmed)"
        walk = flow.answer(self.script, question, checked, talk.variables, repeat_from=None, limit=_limit())
        talk.replies.append(reply)
        after = next(
            (event.variables for event in walk.events if isinstance(event, flow.Asked)), walk.variables
        )
        talk.lines.append(Line(said, question, after, is_answer=True))
        self._go(walk)
        return True

    def _go(self, walk: flow.Walk) -> None:
        talk = self.talk
        problems: list[str] = []
        for event in walk.events:
            if isinstance(event, flow.EvaluationFailed):
                problems.append(f"“{event.source}” at question {event.qid}: {event.reason}")
            elif isinstance(event, flow.Asked):
                question = event.question
                text = self._shown(question.text, event.variables)
                line = Line(text, question, event.variables, titles=self.titles.get(question.id, ()))
                talk.lines.append(line)
            elif isinstance(event, flow.Broken):
                missing = f"there is no question {event.qid}"
                talk.ended = f"It broke off: {missing if event.reason == 'missing' else 'too many steps'}."
            elif isinstance(event, flow.Finished):
                talk.ended = "The end."
        if problems and talk.lines:
            last = talk.lines.pop()
            talk.lines.append(
                Line(last.text, last.question, last.variables, last.is_answer, last.titles, tuple(problems))
            )
        talk.waiting, talk.variables = walk.cursor, walk.variables
        talk.errors = {}

    def _shown(self, text: str, variables: Mapping[str, float]) -> str:
        context = {
            "user": self.account,
            "sender": {},
            "thread": {"id": 0, "title": "Preview", "type": self.thread_type},
            "variables": variables,
            "answers": self.answers,
        }
        # The page escapes all of it.
        return render(text, context)


def _limit() -> int:
    return int(chat_settings.SCRIPT_STEPS_MAX)
