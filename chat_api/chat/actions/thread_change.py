"""A change of a thread: its additions are collected, then written in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.dispatch import Signal
from django.utils import timezone

from chat_api.chat import selectors
from chat_api.chat.actions import filtered_members
from chat_api.chat.actions.member_columns import KNOWN_TO_SOCKETS, alters_sockets, save_columns
from chat_api.chat.actions.message_batch import MessageBatch
from chat_api.chat.actions.runs import RunLog
from chat_api.chat.actions.thread_locks import member_with_locked_thread
from chat_api.chat.choices import SCRIPTED_STATES
from chat_api.chat.member_previews import ThreadPreview, preview_of, preview_question
from chat_api.chat.models import Message, ScriptRun, Thread, UserThread
from chat_api.chat.search import indexing
from chat_api.chat.signals import member_added, message_changed, message_created
from chat_api.engine.run_state import RunState
from chat_api.lib.db.locks import lock_row
from chat_api.lib.db.transactions import on_commit
from chat_api.lib.db.write_plan import WritePlan
from chat_api.notifications.queue import WAKER
from chat_api.realtime.event_log import append_events
from chat_api.realtime.events import Event, MessageCreatedOrUpdated, RunCorrected, ThreadUpdated
from chat_api.realtime.publish import refresh_after_commit
from chat_api.settings import chat_settings


@dataclass(slots=True)
class ThreadChange:
    """A thread locked by the surrounding transaction, its members, and the pending writes."""

    thread: Thread
    now: datetime
    #: The user who makes the change; None for scheduled changes.
    actor_id: Any
    messages: MessageBatch = field(init=False)
    runs: RunLog = field(default_factory=RunLog)
    #: By membership, what the rules of its run see; see `run_states`.
    states: dict[int, RunState] = field(default_factory=dict)
    _known: dict[int, UserThread] = field(default_factory=dict)
    _knows_all: bool = False
    _updated: dict[int, set[str]] = field(default_factory=dict)
    _asking: list[tuple[UserThread, Message]] = field(default_factory=list)
    _rewritten: list[Message] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list)
    _corrected: tuple[Message, tuple[int, ...]] | None = None
    _updates_thread: bool = False
    _rows: list[Model] = field(default_factory=list)
    _refreshed: set[Any] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.messages = MessageBatch(self.thread)

    @classmethod
    def open(cls, *, thread_id: int, actor_id: Any) -> ThreadChange:
        """Lock the thread. Raises `Thread.DoesNotExist`."""
        return cls(thread=lock_row(Thread, thread_id), now=timezone.now(), actor_id=actor_id)

    @classmethod
    def open_by(cls, author: UserThread) -> tuple[ThreadChange, UserThread | None]:
        """Lock the author's thread, and return the change with the membership under the lock, None for non-members.

        Both rows are locked and loaded with one statement where the database can. Raises `Thread.DoesNotExist`.
        """
        member = member_with_locked_thread(user_id=author.user_id, thread_id=author.thread_id)
        if member is not None:
            change = cls(thread=member.thread, now=timezone.now(), actor_id=author.user_id)
            change.add_member(member)
            return change, member
        # There is no such member, or was none before the lock.
        change = cls.open(thread_id=author.thread_id, actor_id=author.user_id)
        return change, change.member(author.user_id)

    def member(self, user_id: int) -> UserThread | None:
        """Return the member with that user, loaded under the lock."""
        if user_id not in self._known and not self._knows_all:
            row = selectors.membership_row(user_id=user_id, thread_id=self.thread.pk)
            self._learn([] if row is None else [row])
        return self._known.get(user_id)

    @property
    def members(self) -> list[UserThread]:
        """Return all members, in the order in which they joined. Most changes of a thread need none but the actor."""
        if not self._knows_all:
            self._learn(selectors.members_of(thread_id=self.thread.pk))
            self._knows_all = True
        return sorted(self._known.values(), key=lambda member: member.pk)

    def scripted_member(self) -> UserThread | None:
        """Return the one member whom a script asks."""
        if not self._knows_all:
            self._learn(UserThread.objects.filter(thread_id=self.thread.pk, state__in=SCRIPTED_STATES))
        return next((member for member in self._known.values() if member.is_scripted), None)

    def _learn(self, rows: Iterable[UserThread]) -> None:
        for row in rows:
            # A known member can have unwritten changes, which the row lacks.
            if row.user_id not in self._known:
                self.add_member(row)

    def add_member(self, member: UserThread) -> None:
        """Add a member that the caller has just loaded or stored."""
        member.thread = self.thread
        self._known[member.user_id] = member

    def join(self, member: UserThread) -> None:
        """Add a new member, whom the caller has just stored."""
        self.add_member(member)
        self.signal(member_added, sender=UserThread, user_thread=member, user_id=self.actor_id)

    def forget_member(self, member: UserThread) -> None:
        """Leave out a member whom the caller has just deleted."""
        self._known.pop(member.user_id)

    def update(self, member: UserThread, **values: Any) -> None:
        """Set columns of a member, by field name; they are written with the rest."""
        if not KNOWN_TO_SOCKETS.isdisjoint(values) and alters_sockets(member, values):
            self.refresh_sockets(member.user_id)
        names = self._updated.setdefault(member.pk, set())
        for name, value in values.items():
            setattr(member, name, value)
            names.add(name)

    @property
    def changes_members(self) -> bool:
        """Return whether columns of a member were set."""
        return bool(self._updated)

    def set_asking(self, member: UserThread, message: Message) -> None:
        """Set `message`, possibly a new one, as the message that asks the member now."""
        self._asking.append((member, message))

    def run_of(self, member: UserThread) -> ScriptRun | None:
        """Return the member's current run; the runs of all known members are loaded at once."""
        return self.runs.current_of(member, among=self._known.values())

    def rewrite(self, message: Message) -> None:
        """Publish and index a message, which the caller has saved, as it is now."""
        self._rewritten.append(message)
        self.note_changed(message)

    def note_changed(self, message: Message) -> None:
        """Log that a message or its attachments have changed."""
        self.note(MessageCreatedOrUpdated(message=message.pk))
        self.signal(message_changed, sender=Message, message=message, user_id=self.actor_id)

    def note(self, event: Event) -> None:
        """Log an event in addition to those of the new messages."""
        self._events.append(event)

    def note_corrected(self, message: Message, superseded: Iterable[int]) -> None:
        """Log, after all else, that the new `message` corrects an answer; `superseded` are ids of messages."""
        self._corrected = message, tuple(superseded)

    def note_thread_updated(self) -> None:
        """Log, once, that the thread as its members see it has changed."""
        self._updates_thread = True

    def store(self, row: Model) -> None:
        """Insert another row of this app, at most one of its kind, with the rest."""
        self._rows.append(row)

    def refresh_sockets(self, user_id: Any) -> None:
        """Refresh the memberships that the user's open sockets hold, after commit."""
        self._refreshed.add(user_id)

    def signal(self, signal: Signal, **arguments: Any) -> None:
        """Send a signal to hosts after commit; errors of receivers are logged and affect nothing else."""
        if signal.has_listeners(arguments["sender"]):
            on_commit(lambda: signal.send_robust(**arguments) and None)

    def write(self, *, preview_for: UserThread | None = None) -> ThreadPreview | None:
        """Write all of it; afterwards the objects have their ids. Raises `InvalidInput` for `attachments`.

        With `preview_for`, return the thread's preview for that member afterwards; None without new messages, and where
        the host decides which messages count as unread.
        """
        plan = WritePlan(self.thread._state.db)
        if self.runs.new or self.runs.changed:
            self.runs.store(plan)
        if self.messages.new:
            self._write_messages(plan)
        elif self.runs.modifications:
            self.runs.write_modifications(plan, None)
        if self.messages.new or self._rewritten:
            indexing.index(
                plan,
                [*self.messages.new, *self._rewritten],
                thread_type=self.thread.type,
                members=self._known.values(),
            )
        self._write_members(plan)
        self._events += self.runs.write_flags(self.now)
        self._write_thread(plan)
        for row in self._rows:
            plan.insert([row])
        if not self.messages.new or _host_filters_messages():
            preview_for = None
        if preview_for is not None:
            plan.ask(preview_question(user_id=preview_for.user_id, thread_id=self.thread.pk))
        rows = plan.carry_out()
        if self._refreshed:
            refresh_after_commit(self._refreshed)
        if preview_for is None:
            return None
        return preview_of(rows, new=len(self.messages.unread_for(preview_for)))

    def _write_messages(self, plan: WritePlan) -> None:
        messages = self.messages
        links = messages.store(plan)
        if self.runs.modifications:
            self.runs.write_modifications(plan, links)
        if chat_settings.has("CHAT_MESSAGE_USER_FILTER"):
            filtered_members.add_unread(messages, self.members)
        else:
            messages.write_unread(plan)
        if message_created.has_listeners(Message):
            for message in messages.new:
                self.signal(message_created, sender=Message, message=message, user_id=self.actor_id)
        if chat_settings.NOTIFICATION_TRANSPORTS:
            on_commit(WAKER.wake, using=plan.connection.alias)

    def _write_members(self, plan: WritePlan) -> None:
        for member, message in self._asking:
            self.update(member, related_message=message)
        changed = [member for member in self._known.values() if member.pk in self._updated]
        for member in changed:
            run = member._state.fields_cache.get("run")
            if run is not None:
                # A new one has got its id.
                member.run_id = run.pk
        last: dict[str, Any] = {}
        if self._follows_last_message and not chat_settings.has("CHAT_MESSAGE_USER_FILTER"):
            last = {"last_message": self.messages.new[-1], "updated": self.now}
            for member in self._known.values():
                member.last_message, member.updated = last.values()
        apart = []
        if len(changed) == 1:
            # One statement cannot write a row twice.
            apart = [changed[0].pk]
            names = sorted(self._updated[changed[0].pk] | last.keys())
            fields: list[Any] = [UserThread._meta.get_field(name) for name in names]
            values = {field.attname: getattr(changed[0], field.attname) for field in fields}
            plan.update(UserThread, where="id", equals=changed[0].pk, values=values)
        elif changed:
            save_columns(changed, sorted({name for member in changed for name in self._updated[member.pk]}))
        if last:
            values = {"last_message_id": self.messages.new[-1].pk, "updated": self.now}
            plan.update(UserThread, where="thread_id", equals=self.thread.pk, values=values, exclude=apart)
        elif self._follows_last_message:
            filtered_members.set_last_messages(self.messages, self.members, now=self.now)

    @property
    def _follows_last_message(self) -> bool:
        switch = "NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED"
        return bool(self.messages.new) and not chat_settings.thread_switch((self.thread.type, switch))

    def _write_thread(self, plan: WritePlan) -> None:
        events: list[Event] = [
            MessageCreatedOrUpdated(message=message.pk, new=True) for message in self.messages.new
        ]
        events += self._events
        if self._updates_thread:
            events.append(ThreadUpdated(user=self.actor_id))
        if self._corrected is not None:
            message, superseded = self._corrected
            events.append(RunCorrected(message=message.pk, superseded=superseded))
        values: dict[str, Any] = {}
        if self._follows_last_message:
            self.thread.last_message = self.messages.new[-1]
            self.thread.updated = self.now
            values = {"last_message_id": self.messages.new[-1].pk, "updated": self.now}
        if events:
            append_events(plan, self.thread, events)
            values["event_head"] = self.thread.event_head
        if values:
            plan.update(Thread, where="id", equals=self.thread.pk, values=values)


def _host_filters_messages() -> bool:
    return chat_settings.has("CHAT_MESSAGE_USER_FILTER") or chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET")
