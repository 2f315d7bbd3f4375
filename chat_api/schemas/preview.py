"""Preview of a script without storing anything: every step replays all replies from the start."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any, Final

from django.utils import timezone

from chat_api.engine import flow, flow_events
from chat_api.engine.context_paths import context_paths
from chat_api.engine.expressions.values import Value
from chat_api.engine.judge import judge, offering
from chat_api.engine.numbers import format_number
from chat_api.engine.question_types.base import SKIPPED, AnswerRefused, CheckedReply, Reply
from chat_api.engine.question_types.limit_checks import iso_value
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.rules import UNTYPED, Rules
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question, QuestionType, Script
from chat_api.engine.suggestions import reply_with, suggestion
from chat_api.engine.templates import render
from chat_api.schemas.answer_texts import shown_answers, shown_scores, text_key
from chat_api.schemas.expression_context import logic_of, value_of
from chat_api.schemas.loader import SchemaRows, load_script, rows_of
from chat_api.schemas.models import Schema
from chat_api.schemas.rendering import shown_account
from chat_api.settings import chat_settings

#: The maximum number of replies, because each step replays all steps before it.
REPLIES_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A question of the preview, or the answer to it.

    `variables` are those after it; `problems` describe expressions that failed.
    """

    text: str
    question: Question | None
    variables: Mapping[str, float]
    is_answer: bool = False
    titles: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def shown_variables(self) -> dict[str, str]:
        """The variables, formatted as in texts."""
        return _format(self.variables)


@dataclass(slots=True)
class Preview:
    """The conversation so far: its lines, the question that waits, and how it ended (None: it has not)."""

    lines: list[Line] = field(default_factory=list)
    #: None for a question that was skipped.
    replies: list[Reply | None] = field(default_factory=list)
    waiting: Question | None = None
    #: The same question with the answers that it offers now, their texts filled in.
    offered: Question | None = None
    #: The reply that the question suggests; it was not sent.
    suggested: Reply = field(default_factory=Reply)
    variables: Mapping[str, float] = field(default_factory=dict)
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


def run_preview(
    schema: Schema, replies: Iterable[Reply | None], *, user: Any, context: Mapping[str, str] | None = None
) -> Preview:
    """Run the stored schema with the replies, with four queries and without writing anything.

    None instead of a reply skips a question. Attachments of replies stand for files: their names and sizes are checked.
    The first rejected reply stops the run, because the script may have changed in the meantime. Texts are rendered for
    `user`, with a placeholder thread and no sender. `context` has, by path, the texts that stand for what
    EXPRESSION_CONTEXT would return, see `entered_value`; it is not called, as there is no member or survey.
    """
    rows = rows_of(schema)
    player = _Player(load_script(schema, rows), _titles(rows), shown_account(user, viewer=user), schema.type)
    player.start(context or {})
    for reply in list(replies)[:REPLIES_MAX]:
        waiting = player.preview.waiting
        if waiting is None or not player.answer(waiting, reply):
            break
    player.offer()
    return player.preview


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
    preview: Preview = field(default_factory=Preview)
    answers: dict[str, str] = field(default_factory=dict)
    #: What rules see; None for a script without names.
    state: RunState | None = None

    @property
    def rules(self) -> Rules:
        """The rules of the script, now."""
        if self.state is None:
            return UNTYPED
        self.state.at(timezone.now().astimezone(UTC), timezone.get_current_timezone_name())
        return self.state

    def start(self, context: Mapping[str, str]) -> None:
        if self.script.first is None:
            self.preview.ended = "The schema has no questions."
            return
        if self.script.is_typed:
            logic = logic_of(self.script)
            self.state = RunState(logic)
            entered = self.preview.context = {path: context.get(path, "") for path in context_paths(logic)}
            found = {path: entered_value(text) for path, text in entered.items()}
            self.state.context = {path: value for path, value in found.items() if value is not None}
        walk = flow.start(
            self.script, at=None, variables={}, repeat_from=None, limit=_limit(), rules=self.rules
        )
        self._add_events(walk)

    def offer(self) -> None:
        """Look up what the question that waits offers and suggests."""
        preview, question = self.preview, self.preview.waiting
        if question is None:
            return
        if self.state is not None:
            question = offering(self.state.logic, question, self.state.environment(preview.variables))
            value = suggestion(self.state, question, preview.variables)
            preview.suggested = Reply() if value is None else reply_with(question, value)
        answers = (
            replace(each, text=self._render(each.text, preview.variables)) for each in question.answers
        )
        preview.offered = replace(question, answers=tuple(answers))

    def answer(self, question: Question, reply: Reply | None) -> bool:
        """Answer the question that waits, or skip it; return whether that was accepted."""
        preview = self.preview
        checked, text = None, "(confirmed)"
        if question.type != QuestionType.CONTROL:
            try:
                checked = self._checked(question, reply)
            except AnswerRefused as refusal:
                self._refuse(refusal)
                return False
            text = self._note(question, checked, reply)
        walk = flow.answer(
            self.script,
            question,
            checked,
            preview.variables,
            repeat_from=None,
            limit=_limit(),
            rules=self.rules,
            skip=checked is SKIPPED,
        )
        preview.replies.append(reply)
        after = next(
            (event.variables for event in walk.events if isinstance(event, flow_events.Asked)), walk.variables
        )
        preview.lines.append(Line(text, question, after, is_answer=True))
        self._add_events(walk)
        return True

    def _note(self, question: Question, checked: CheckedReply, reply: Reply | None) -> str:
        """Note an accepted reply for texts, and return how the conversation shows it."""
        text = checked.said(lambda answer: self._render(answer.text, self.preview.variables))
        self.answers[f"q{question.qid}"] = text
        if self.state is not None and (number := self.state.round_of(question)):
            self.answers[text_key(question.qid, number)] = text
        if reply is None:
            return f"({question.skip})"
        return ", ".join([*([text] if text else []), *(file.name for file in reply.attachments)])

    def _refuse(self, refusal: AnswerRefused) -> None:
        preview = self.preview
        preview.errors, preview.refusal = refusal.errors, refusal
        preview.own_message = self._render(refusal.message, preview.variables)

    def _checked(self, question: Question, reply: Reply | None) -> CheckedReply:
        """Return the accepted reply; warnings count as confirmed. Raises `AnswerRefused`."""
        if reply is None:
            if question.skip is None:
                raise AnswerRefused({"skip": ["NOT_OFFERED"]})
            return SKIPPED
        if self.state is None:
            return check_reply(question, reply)
        environment = self.state.environment(self.preview.variables)
        return judge(self.state.logic, question, reply, environment, confirms=True)

    def _add_events(self, walk: flow_events.Walk) -> None:
        preview = self.preview
        problems: list[str] = []
        for event in walk.events:
            if isinstance(event, flow_events.EvaluationFailed):
                problems.append(f"“{event.source}” of question {event.qid}: {event.reason}")
            elif isinstance(event, flow_events.Asked):
                question = event.question
                text = self._render(question.text, event.variables, asked=event)
                line = Line(text, question, event.variables, titles=self.titles.get(question.id, ()))
                preview.lines.append(line)
            elif isinstance(event, flow_events.Broken):
                missing = f"question {event.qid} does not exist"
                reason = missing if event.reason == "missing" else "too many steps"
                preview.ended = f"The script stopped: {reason}."
            elif isinstance(event, flow_events.Finished):
                preview.ended = "End of the script."
        if problems and preview.lines:
            last = preview.lines.pop()
            preview.lines.append(
                Line(last.text, last.question, last.variables, last.is_answer, last.titles, tuple(problems))
            )
        preview.waiting, preview.variables = walk.cursor, walk.variables
        preview.errors = {}

    def _render(
        self, text: str, variables: Mapping[str, float], *, asked: flow_events.Asked | None = None
    ) -> str:
        state, logic = self.state, logic_of(self.script)
        context = {
            "user": self.account,
            "sender": {},
            "thread": {"id": 0, "title": "Preview", "type": self.thread_type},
            "variables": variables,
            **shown_answers(self.answers, state, asked, None),
            **shown_scores(
                logic, lambda: (state or RunState(logic)).environment(variables), None, self.script.scores
            ),
        }
        return render(text, context)


def _limit() -> int:
    return int(chat_settings.SCRIPT_STEPS_MAX)
