"""The messages in which a script asks its questions, and the log entries that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from chat_api.chat.actions.run_states import state_of
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.chat.script_context import Answers, context_for, language_for
from chat_api.engine import flow_events
from chat_api.engine.script import Modification
from chat_api.lib.text_formats import TextFormat
from chat_api.schemas.answer_texts import text_key
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.rendering import TextContext, shown_question

_TYPE_MAX: Final = 50
_TITLE_MAX: Final = 255


def ask(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    event: flow_events.Asked,
    *,
    answers: Answers | None = None,
    passed: Sequence[flow_events.ForkPassed] = (),
) -> Message:
    """Add the message that asks the member a question; `answers` is passed to `context_for`.

    `passed` are the forks before the question whose modifications belong to no earlier message.
    """
    context = context_for(
        member,
        variables=event.variables,
        just_answered=_just_answered(change, member, schema),
        answers=answers,
        language=language_for(member),
        state=state_of(change, member, schema),
        asked=event,
    )
    message, attachments = question_message(
        schema, event.question.id, context, sender_id=member.automated_sender_id
    )
    message.predecessor_id = event.predecessor.id if event.predecessor is not None else None
    message.asked_of = member
    message.instance = event.instance
    change.messages.add(message, attachments=attachments, of=member)
    for fork in passed:
        log_modifications(change, member, fork.modifications, message=message)
    log_modifications(change, member, event.modifications, message=message)
    return message


def log_modifications(
    change: ThreadChange,
    member: UserThread,
    modifications: Iterable[Modification],
    *,
    message: Message | None,
    answer_id: int | None = None,
) -> None:
    """Log modifications of the member's variables, as expressions, with the message that they belong to."""
    pairs = [[modification.name, modification.expression] for modification in modifications]
    change.runs.log(member, pairs, message=message, answer_id=answer_id)


@dataclass(slots=True)
class PassedForks:
    """Assigns the modifications of forks to messages of the walk, so that a rollback undoes them.

    A fork belongs to the message before it: the reply, or the latest message of the walk. Without such a message (at
    the start, after a control), it belongs to the next question; if no question follows either, to the end of the run.
    """

    change: ThreadChange
    member: UserThread
    after: Message | None
    waiting: list[flow_events.ForkPassed] = field(default_factory=list)

    def passed(self, event: flow_events.ForkPassed) -> None:
        """Log the modifications of the fork, or keep it until there is a message."""
        if self.after is None:
            self.waiting.append(event)
        else:
            log_modifications(self.change, self.member, event.modifications, message=self.after)

    def said(self, message: Message) -> None:
        """Log later forks with `message`; the waiting ones are logged with it already."""
        self.after, self.waiting = message, []

    def ended(self) -> None:
        """Log the waiting forks with the end of the run."""
        for event in self.waiting:
            log_modifications(self.change, self.member, event.modifications, message=None)
        self.after, self.waiting = None, []


def _just_answered(change: ThreadChange, member: UserThread, schema: CompiledSchema) -> dict[str, str]:
    found = {}
    for message in change.messages.answers_of(member):
        question = schema.script.questions_by_id.get(message.related_question_id or 0)
        if question is not None:
            found[f"q{question.qid}"] = message.plain_text
            if message.instance is not None:
                found[text_key(question.qid, message.instance)] = message.plain_text
    return found


def question_message(
    schema: CompiledSchema, question_id: int, context: TextContext, *, sender_id: int | None
) -> tuple[Message, list[Attachment]]:
    """Return a message, not stored yet, with a question as `context` shows it, and its attachments."""
    schema = schema.in_language(context.language)
    document = shown_question(schema, question_id, context)
    message = Message(
        text=document["text"],
        text_format=TextFormat.PLAIN,
        meta=document["meta"],
        # The type in which a question is shown can have 255 characters; a message's has 50.
        type=document["show_as_type"][:_TYPE_MAX],
        related_question_id=question_id,
        sender_id=sender_id,
        asks=True,
    )
    titles = [attachment["title"] for attachment in document["attachments"]]
    return message, _from_templates(schema, question_id, titles)


def _from_templates(schema: CompiledSchema, question_id: int, titles: Sequence[str]) -> list[Attachment]:
    """Return attachments, not stored yet, from the question's templates. Files are shared with the templates."""
    names = ("description", "type", "options", "file", "thumbnail_image", "url", "src", "thumbnail")
    return [
        Attachment(
            **{name: getattr(template, name) for name in names},
            title=title[:_TITLE_MAX],
            content_type_id=template.content_type_id,
            object_id=template.object_id,
        )
        for template, title in zip(schema.templates.get(question_id, ()), titles, strict=True)
    ]
