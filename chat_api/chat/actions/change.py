"""One change of a thread: what it adds is collected, then written in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.dispatch import Signal
from django.utils import timezone

from chat_api.attachments.drafts import fill_in
from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.chat import selectors
from chat_api.chat.actions import unread
from chat_api.chat.actions.member_columns import alters_sockets, save_columns
from chat_api.chat.actions.runs import PendingModification, is_same_run, pk_of, run_now
from chat_api.chat.choices import SCRIPTED_STATES
from chat_api.chat.models import Attachment, Message, MessageAnswer, ScriptRun, Thread, UserThread
from chat_api.chat.search import indexing
from chat_api.chat.signals import member_added, message_changed, message_created
from chat_api.lib.db.locks import lock_row
from chat_api.lib.db.transactions import on_commit
from chat_api.lib.db.writes import insert, update
from chat_api.notifications.queue_wakeup import wake_after_commit
from chat_api.realtime.event_log import append_events
from chat_api.realtime.events import Event, MessageCreatedOrUpdated, ThreadUpdated
from chat_api.realtime.publish import refresh_after_commit
from chat_api.settings import optimization


@dataclass(slots=True)
class Posting:
    """A thread held by the surrounding transaction, its members, and what is to be written to it."""

    thread: Thread
    now: datetime
    #: Who does it; None for the clock.
    actor_id: int | None
    _known: dict[int, UserThread] = field(default_factory=dict)
    _knows_all: bool = False
    messages: list[Message] = field(default_factory=list)
    _rewritten: list[Message] = field(default_factory=list)
    _message_runs: list[tuple[Message, ScriptRun | int | None]] = field(default_factory=list)
    _answers: list[tuple[Message, Sequence[int]]] = field(default_factory=list)
    _attachments: list[tuple[Message, Sequence[Attachment]]] = field(default_factory=list)
    _modifications: list[PendingModification] = field(default_factory=list)
    _runs: list[ScriptRun] = field(default_factory=list)
    _ended_runs: list[ScriptRun] = field(default_factory=list)
    _changed: dict[int, set[str]] = field(default_factory=dict)
    _related: list[tuple[UserThread, Message]] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list)
    _tell_thread: bool = False
    _reopening: set[Any] = field(default_factory=set)

    @classmethod
    def open(cls, *, thread_id: int, actor_id: int | None) -> Posting:
        """Lock the thread. Raises `Thread.DoesNotExist`."""
        thread = lock_row(Thread, thread_id)
        return cls(thread=thread, now=timezone.now(), actor_id=actor_id)

    def member(self, user_id: int) -> UserThread | None:
        """Give the member with that user, read under the lock."""
        if user_id not in self._known and not self._knows_all:
            row = selectors.membership_row(user_id=user_id, thread_id=self.thread.pk)
            self._learn([] if row is None else [row])
        return self._known.get(user_id)

    @property
    def members(self) -> list[UserThread]:
        """Give all members, in the order in which they joined. Most changes of a thread need none but the actor."""
        if not self._knows_all:
            self._learn(selectors.members_of(thread_id=self.thread.pk))
            self._knows_all = True
        return sorted(self._known.values(), key=lambda member: member.pk)

    def scripted_member(self) -> UserThread | None:
        """Give the one member whom a script asks."""
        if not self._knows_all:
            self._learn(UserThread.objects.filter(thread_id=self.thread.pk, state__in=SCRIPTED_STATES))
        return next((member for member in self._known.values() if member.is_scripted), None)

    def _learn(self, rows: Iterable[UserThread]) -> None:
        for row in rows:
            # Who is known already may have been changed, which the row does not know of.
            if row.user_id not in self._known:
                self.add_member(row)

    def add_member(self, member: UserThread) -> None:
        """Take in a member whom the caller has just read or made."""
        member.thread = self.thread
        self._known[member.user_id] = member

    def join(self, member: UserThread) -> None:
        """Take in a new member, whom the caller has just stored."""
        self.add_member(member)
        self.signal(member_added, sender=UserThread, user_thread=member, user_id=self.actor_id)

    def forget_member(self, member: UserThread) -> None:
        """Leave out a member whom the caller has just deleted."""
        self._known.pop(member.user_id)

    def add_message(
        self,
        message: Message,
        *,
        answer_ids: Sequence[int] = (),
        attachments: Sequence[Attachment] = (),
        of: UserThread | None = None,
    ) -> Message:
        """Take a new message in, part of the current run of the member `of`; writing the posting gives it its id."""
        message.thread = self.thread
        if of is not None:
            self._message_runs.append((message, run_now(of)))
        message.created = message.updated = self.now
        message.has_attachments = bool(attachments)
        self.messages.append(message)
        if answer_ids:
            self._answers.append((message, answer_ids))
        if attachments:
            self._attachments.append((message, attachments))
        return message

    def rewrite(self, message: Message) -> None:
        """Publish and index a message, which the caller has saved, as it is now."""
        self._rewritten.append(message)
        self.note_change(message)

    def note_change(self, message: Message) -> None:
        """Log that a message has changed, in itself or in what is attached to it."""
        self.note(MessageCreatedOrUpdated(message=message.pk))
        self.signal(message_changed, sender=Message, message=message, user_id=self.actor_id)

    def answers_of(self, member: UserThread) -> list[Message]:
        """Give what the member has answered in his current run and what is not stored yet."""
        now = run_now(member)
        return [
            message
            for message, run in self._message_runs
            if not message.asks and message.sender_id == member.user_id and is_same_run(run, now)
        ]

    def add_run(self, run: ScriptRun) -> ScriptRun:
        """Take a new run in."""
        self._runs.append(run)
        return run

    def run_of(self, member: UserThread) -> ScriptRun | None:
        """Give the member's current run; the runs of all led members are read at once."""
        if member.run_id is None or "run" in member._state.fields_cache:
            return member.run
        led = [other for other in self._known.values() if isinstance(run_now(other), int)]
        runs = ScriptRun.objects.in_bulk([other.run_id for other in led])
        for other in led:
            other.run = runs.get(other.run_id)
        return member.run

    def change_run(self, run: ScriptRun) -> None:
        """Write the run's end (or its new beginning) with the rest."""
        if run not in self._runs and run not in self._ended_runs:
            self._ended_runs.append(run)

    def log_modification(
        self,
        member: UserThread,
        modifications: list[list[str]],
        *,
        message: Message | None,
        answer_id: int | None = None,
    ) -> None:
        """Log what a question, a chosen answer or a fork did to the member's variables in the current run.

        The row counts as long as `message` is not deleted; without one, as long as the run's end stands.
        """
        if modifications:
            pending = PendingModification(member, run_now(member), modifications, message, answer_id)
            self._modifications.append(pending)

    def change(self, member: UserThread, **values: Any) -> None:
        """Set columns of a member; a change that others can see makes a `thread_updated`."""
        if alters_sockets(member, values):
            self.reopen_sockets(member.user_id)
        changed = self._changed.setdefault(member.pk, set())
        for name, value in values.items():
            setattr(member, name, value)
            changed.add(name)

    @property
    def changes_members(self) -> bool:
        """Say whether columns of a member were set."""
        return bool(self._changed)

    def ask(self, member: UserThread, message: Message) -> None:
        """Make `message` the one that asks the member now."""
        self._related.append((member, message))

    def note(self, event: Event) -> None:
        """Log an event besides those of the new messages."""
        self._events.append(event)

    def tell_thread(self) -> None:
        """Log, once, that the thread as its members see it has changed."""
        self._tell_thread = True

    def reopen_sockets(self, user_id: Any) -> None:
        """Let the user's open sockets see, after commit, that he came, went, or is a member of another kind."""
        self._reopening.add(user_id)

    def signal(self, signal: Signal, **arguments: Any) -> None:
        """Send a signal to hosts after commit; a receiver that fails is logged and disturbs nothing."""
        if signal.has_listeners(arguments["sender"]):
            on_commit(lambda: signal.send_robust(**arguments) and None)

    def write(self) -> None:
        """Write all of it; afterwards the objects have their ids. Raises `InvalidInput` for `attachments`."""
        insert(self._runs)
        if self._ended_runs:
            fields = ("finished", "outcome", "variables", "last_qid")
            ScriptRun.objects.bulk_update(self._ended_runs, fields)
        self._write_messages()
        self._write_members()
        self._write_thread()
        refresh_after_commit(self._reopening)
        if self.messages:
            wake_after_commit()

    def _write_messages(self) -> None:
        for message, run in self._message_runs:
            message.run_id = pk_of(run)
        insert(self.messages)
        links = self._write_answers()
        attachments = []
        for message, drafts in self._attachments:
            for attachment in drafts:
                attachment.message = message
                attachments.append(attachment)
        if attachments:
            fill_in(attachments)
            for message, drafts in self._attachments:
                if any(attachment.draft is not None for attachment in drafts):
                    refuse_above_bytes_max(message.text, message.meta, drafts)
            Attachment.objects.bulk_create(attachments)
        insert([pending.row(links) for pending in self._modifications])
        if self.messages:
            unread.add(self)
        indexing.index(self, [*self.messages, *self._rewritten])
        for message in self.messages:
            self.signal(message_created, sender=Message, message=message, user_id=self.actor_id)

    def _write_answers(self) -> dict[tuple[int, int], int]:
        links = [
            MessageAnswer(message=message, answer_id=answer_id)
            for message, answer_ids in self._answers
            for answer_id in answer_ids
        ]
        insert(links)
        return {(link.message_id, link.answer_id): link.pk for link in links}

    def _write_members(self) -> None:
        for member, message in self._related:
            self.change(member, related_message=message)
        changed = [member for member in self._known.values() if member.pk in self._changed]
        for member in changed:
            member.run_id = pk_of(run_now(member))
        names = sorted({name for member in changed for name in self._changed[member.pk]})
        if changed:
            save_columns(changed, names)
        if self._follows_last_message:
            unread.set_last_message(self)

    @property
    def known_members(self) -> list[UserThread]:
        """Give the members who were read already."""
        return list(self._known.values())

    @property
    def _follows_last_message(self) -> bool:
        switch = "NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED"
        return bool(self.messages) and not optimization(self.thread.type, switch)

    def _write_thread(self) -> None:
        events: list[Event] = [
            MessageCreatedOrUpdated(message=message.pk, new=True) for message in self.messages
        ]
        events += self._events
        if self._tell_thread:
            events.append(ThreadUpdated(user=self.actor_id))
        values: dict[str, Any] = {}
        if self._follows_last_message:
            self.thread.last_message = self.messages[-1]
            self.thread.updated = self.now
            values |= {"last_message_id": self.messages[-1].pk, "updated": self.now}
        if events:
            append_events(self.thread, events)
            values["event_head"] = self.thread.event_head
        if values:
            update(Thread, where="id", equals=self.thread.pk, values=values)
