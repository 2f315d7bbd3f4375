"""Script runs and the log of their modifications of variables, before both are stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from chat_api.chat.models import Message, ScriptRun, UserThread, VariableModification
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import SOURCE, Lookup, Statement, insert

#: A run that is possibly not stored yet: the object, else the id of a stored one; None for no run.
Run = ScriptRun | int | None

#: Finds the id of the link between a message and a chosen answer.
_LINK: Final = f"SELECT id FROM {SOURCE} WHERE message_id = %s AND answer_id = %s"  # noqa: S608 (names of ours)
_COLUMNS_OF_END: Final = ("finished", "outcome", "variables", "last_qid")


def run_now(member: UserThread) -> Run:
    """Return the member's current run as far as it is known without a query: a new one as the object, else its id."""
    return member.run if "run" in member._state.fields_cache else member.run_id


def is_same_run(one: Run, other: Run) -> bool:
    """Return whether both are the same run, or neither is a run."""
    return one is other or (pk_of(one) is not None and pk_of(one) == pk_of(other))


def pk_of(run: Run) -> int | None:
    """Return the run's id; None for no run, and for one that is not stored yet."""
    return run.pk if isinstance(run, ScriptRun) else run


@dataclass(frozen=True, slots=True)
class _Modification:
    """A modification of a member's variables by a question, a chosen answer or a fork, before it is stored."""

    member: UserThread
    run: Run
    modifications: list[list[str]]
    message: Message | None
    answer_id: int | None

    def row(self, links: Statement | None) -> VariableModification:
        """Return the row, once run and message are stored; `links` inserts the chosen answers."""
        row = VariableModification(
            user_thread_id=self.member.pk,
            run_id=pk_of(self.run),
            variable_modifications=self.modifications,
            related_message_id=None if self.message is None else self.message.pk,
        )
        if links is not None and self.answer_id is not None and self.message is not None:
            of_answer: Any = Lookup(_LINK, (self.message.pk, self.answer_id))
            row.related_message_answer_id = of_answer
        return row


@dataclass(slots=True)
class RunLog:
    """The runs that a change begins and ends, and their modifications of variables."""

    new: list[ScriptRun] = field(default_factory=list)
    #: Stored runs that have ended, or continue.
    changed: list[ScriptRun] = field(default_factory=list)
    modifications: list[_Modification] = field(default_factory=list)

    def begin(self, run: ScriptRun) -> ScriptRun:
        """Add a new run."""
        self.new.append(run)
        return run

    def update(self, run: ScriptRun) -> None:
        """Write the run's end, or that it continues, with the rest."""
        if run not in self.new and run not in self.changed:
            self.changed.append(run)

    def current_of(self, member: UserThread, *, among: Iterable[UserThread]) -> ScriptRun | None:
        """Return the member's current run. One query loads the runs of all members `among` whom a script leads."""
        if member.run_id is None or "run" in member._state.fields_cache:
            return member.run
        led = [other for other in among if isinstance(run_now(other), int)]
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
            pending = _Modification(member, run_now(member), modifications, message, answer_id)
            self.modifications.append(pending)

    def store(self, plan: WritePlan) -> None:
        """Write the runs: new ones at once, so that they have their ids afterwards."""
        insert(self.new, using=plan.connection.alias)
        if len(self.changed) == 1:
            (run,) = self.changed
            values = {name: getattr(run, name) for name in _COLUMNS_OF_END}
            plan.update(ScriptRun, where="id", equals=run.pk, values=values)
        elif self.changed:
            ScriptRun.objects.bulk_update(self.changed, _COLUMNS_OF_END)

    def write_modifications(self, plan: WritePlan, links: Statement | None) -> None:
        """Write the log with the plan, once runs and messages are stored; `links` inserts the chosen answers."""
        plan.insert([pending.row(links) for pending in self.modifications], reads=links)
