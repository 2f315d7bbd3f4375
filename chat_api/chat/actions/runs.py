"""Script runs and the log of their modifications of variables, before both are stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from chat_api.chat.models import Message, ScriptRun, UserThread, VariableModification
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import SOURCE, Lookup, Statement, insert
from chat_api.raised_flags.actions import Subject, update_flags
from chat_api.raised_flags.models import Flag
from chat_api.realtime.events import Event, FlagRaised
from chat_api.schemas.models import Schema

#: Finds the id of the link between a message and a chosen answer.
_LINK: Final = f"SELECT id FROM {SOURCE} WHERE message_id = %s AND answer_id = %s"  # noqa: S608 (our own names)
_COLUMNS_OF_END: Final = ("finished", "outcome", "variables", "values", "last_qid")


def put_into_run(row: Message | VariableModification, member: UserThread) -> None:
    """Add a new row to the member's current run, which is stored before the row."""
    row.run_id = member.run_id
    if member.run_id is None:
        row.run = member.run


def is_in_run(message: Message, member: UserThread) -> bool:
    """Return whether a new message is part of the member's current run, or neither has a run."""
    if message.run_id is not None or member.run_id is not None:
        return message.run_id == member.run_id
    return message.run is member.run


@dataclass(frozen=True, slots=True)
class _Flags:
    """The names of the flags that are true in a run, and the message that made them so; both can be new."""

    run: ScriptRun | int
    schema: Schema
    names: frozenset[str]
    by: Message | None


@dataclass(slots=True)
class RunLog:
    """The runs that a change begins and ends, and their modifications of variables."""

    new: list[ScriptRun] = field(default_factory=list)
    #: Stored runs that have ended, or continue.
    changed: list[ScriptRun] = field(default_factory=list)
    #: Rows of the log, each with the id of the chosen answer that it is about.
    modifications: list[tuple[VariableModification, int | None]] = field(default_factory=list)
    #: By what identifies the run in this change, the flags that are true in it now.
    flags: dict[int, _Flags] = field(default_factory=dict)

    def begin(self, run: ScriptRun) -> ScriptRun:
        """Add a new run."""
        self.new.append(run)
        return run

    def update(self, run: ScriptRun) -> None:
        """Add a stored run that has ended or continues; `store` writes it."""
        if run not in self.new and run not in self.changed:
            self.changed.append(run)

    def reopen(self, run: ScriptRun) -> None:
        """Continue a stored run that has ended."""
        run.finished, run.outcome, run.last_qid = None, "", None
        self.update(run)

    def current_of(self, member: UserThread, *, among: Iterable[UserThread]) -> ScriptRun | None:
        """Return the member's current run. One query loads the stored runs of all members in `among`."""
        if member.run_id is None or "run" in member._state.fields_cache:
            return member.run
        led = [
            other for other in among if other.run_id is not None and "run" not in other._state.fields_cache
        ]
        runs = ScriptRun.objects.in_bulk([other.run_id for other in led])
        for other in led:
            other.run = runs.get(other.run_id)
        return member.run

    def log(
        self,
        member: UserThread,
        modifications: list[list[str]],
        *,
        message: Message | None,
        answer_id: int | None = None,
    ) -> None:
        """Log a modification of the member's variables in the current run by a question, a chosen answer or a fork.

        The row counts as long as `message` is not deleted; without a message, as long as the run stays ended.
        """
        if modifications:
            row = VariableModification(
                user_thread_id=member.pk, variable_modifications=modifications, related_message=message
            )
            put_into_run(row, member)
            self.modifications.append((row, answer_id))

    def note_flags(self, member: UserThread, names: frozenset[str], *, by: Message | None) -> None:
        """Set which flags are true in the member's current run; `by` is the answer that has changed them."""
        run = member.run_id or member.run
        if run is not None and member.schema is not None:
            # A new run has no id yet, and cannot be a key without one.
            self.flags[run if isinstance(run, int) else -id(run)] = _Flags(run, member.schema, names, by)

    def attribute_flags(self, message: Message) -> None:
        """Set the stored message as the answer that has changed the flags that no answer has."""
        self.flags = {
            key: found if found.by is not None else replace(found, by=message)
            for key, found in self.flags.items()
        }

    def write_flags(self, now: datetime) -> list[Event]:
        """Store the flags, once runs and messages are stored, and return the events of those that were raised."""
        raised: list[Flag] = []
        for found in self.flags.values():
            run_id = found.run if isinstance(found.run, int) else found.run.pk
            message_id = None if found.by is None else found.by.pk
            subject = Subject(found.schema, run_id=run_id)
            raised += update_flags(subject, found.names, now=now, message_id=message_id)
        return [FlagRaised(flag=flag.pk) for flag in raised]

    def store(self, plan: WritePlan) -> None:
        """Write the runs; new ones are written immediately, because the rest needs their ids."""
        insert(self.new, using=plan.connection.alias)
        if len(self.changed) == 1:
            (run,) = self.changed
            values = {name: getattr(run, name) for name in _COLUMNS_OF_END}
            plan.update(ScriptRun, where="id", equals=run.pk, values=values)
        elif self.changed:
            ScriptRun.objects.bulk_update(self.changed, _COLUMNS_OF_END)

    def write_modifications(self, plan: WritePlan, links: Statement | None) -> None:
        """Write the log with the plan, once runs and messages are stored; `links` inserts the chosen answers."""
        for row, answer_id in self.modifications:
            if links is not None and answer_id is not None and row.related_message is not None:
                link: Any = Lookup(_LINK, (row.related_message.pk, answer_id))
                row.related_message_answer_id = link
        plan.insert([row for row, _ in self.modifications], source=links)
