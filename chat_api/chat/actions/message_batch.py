"""The messages that a change adds to its thread, with their answers, attachments and unread rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from chat_api.attachments.drafts import fill_in
from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.chat.actions.runs import is_in_run, put_into_run
from chat_api.chat.choices import Notification
from chat_api.chat.models import Attachment, Message, MessageAnswer, Thread, UnreadMessage, UserThread
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import Statement, insert

# One statement for any number of members: no row travels to Python and back.
_INSERT_UNREAD: Final = """
INSERT INTO {unread} (message_id, thread_id, user_id, type)
SELECT m.id, ut.thread_id, ut.user_id, %s
FROM {message} m, {member} ut
WHERE m.id IN ({keys}) AND ut.thread_id = %s AND (ut.notifications & {flag}) <> 0
  AND (m.sender_id IS NULL OR m.sender_id <> ut.user_id)
"""


@dataclass(slots=True)
class MessageBatch:
    """New messages of one thread, in order, before they are stored."""

    thread: Thread
    new: list[Message] = field(default_factory=list)
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
            put_into_run(message, of)
        if answer_ids:
            self._answers.append((message, answer_ids))
        if attachments:
            self._attachments.append((message, attachments))
        return message

    def answers_of(self, member: UserThread) -> list[Message]:
        """Return the member's answers in the current run that are not stored yet."""
        return [
            message
            for message in self.new
            if not message.asks and message.sender_id == member.user_id and is_in_run(message, member)
        ]

    def store(self, plan: WritePlan) -> Statement | None:
        """Write messages and attachments immediately, to get their ids, and add the chosen answers to the plan.

        The runs are stored already. Return the statement from which the ids of the answers' links can be read. Raises
        `InvalidInput` for `attachments`.
        """
        insert(self.new, using=plan.connection.alias)
        if self._attachments:
            self._store_attachments()
        if not self._answers:
            return None
        links = [
            MessageAnswer(message_id=message.pk, answer_id=answer_id)
            for message, answer_ids in self._answers
            for answer_id in answer_ids
        ]
        return plan.insert(links, returning="id, message_id, answer_id")

    def write_unread(self, plan: WritePlan) -> None:
        """Mark the stored messages as unread for every member with the flag UNREAD, except for their senders."""
        quote = plan.connection.ops.quote_name
        table = quote(UnreadMessage._meta.db_table)
        sql = _INSERT_UNREAD.format(
            unread=table,
            message=quote(Message._meta.db_table),
            member=quote(UserThread._meta.db_table),
            keys=", ".join(["%s"] * len(self.new)),
            flag=int(Notification.UNREAD),
        )
        params = [self.thread.type, *[message.pk for message in self.new], self.thread.pk]
        plan.add(Statement(sql, params, table))

    def unread_for(self, member: UserThread) -> list[Message]:
        """Return the messages that `write_unread` marks as unread for the member."""
        if not member.is_notified_by(Notification.UNREAD):
            return []
        return [message for message in self.new if message.sender_id != member.user_id]

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
