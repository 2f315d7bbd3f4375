"""The messages that a change adds to its thread, with their answers and attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chat_api.attachments.drafts import fill_in
from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.chat.actions.runs import Run, is_same_run, pk_of, run_now
from chat_api.chat.models import Attachment, Message, MessageAnswer, Thread, UserThread
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import Statement, insert


@dataclass(slots=True)
class MessageBatch:
    """New messages of one thread, in their order, before they are stored."""

    thread: Thread
    new: list[Message] = field(default_factory=list)
    _runs: list[tuple[Message, Run]] = field(default_factory=list)
    _answers: list[tuple[Message, Sequence[int]]] = field(default_factory=list)
    _attachments: list[tuple[Message, Sequence[Attachment]]] = field(default_factory=list)

    def add(
        self,
        message: Message,
        *,
        answer_ids: Sequence[int] = (),
        attachments: Sequence[Attachment] = (),
        of: UserThread | None = None,
    ) -> Message:
        """Add a new message, part of the current run of the member `of`; storing the batch gives it its id."""
        message.thread = self.thread
        message.has_attachments = bool(attachments)
        self.new.append(message)
        if of is not None:
            self._runs.append((message, run_now(of)))
        if answer_ids:
            self._answers.append((message, answer_ids))
        if attachments:
            self._attachments.append((message, attachments))
        return message

    def answers_of(self, member: UserThread) -> list[Message]:
        """Return the member's answers in the current run that are not stored yet."""
        now = run_now(member)
        return [
            message
            for message, run in self._runs
            if not message.asks and message.sender_id == member.user_id and is_same_run(run, now)
        ]

    def store(self) -> None:
        """Write messages and attachments, once their runs are stored. Raises `InvalidInput` for `attachments`."""
        for message, run in self._runs:
            message.run_id = pk_of(run)
        insert(self.new)
        if self._attachments:
            self._store_attachments()

    def write_answers(self, plan: WritePlan) -> Statement | None:
        """Add the chosen answers to the plan; return the statement that returns the ids of the links."""
        links = [
            MessageAnswer(message_id=message.pk, answer_id=answer_id)
            for message, answer_ids in self._answers
            for answer_id in answer_ids
        ]
        return plan.insert(links, returning="id, message_id, answer_id")

    def _store_attachments(self) -> None:
        rows = []
        for message, attachments in self._attachments:
            for attachment in attachments:
                attachment.message = message
                rows.append(attachment)
        fill_in(rows)
        for message, attachments in self._attachments:
            if any(attachment.draft is not None for attachment in attachments):
                refuse_above_bytes_max(message.text, message.meta, attachments)
        Attachment.objects.bulk_create(rows)
