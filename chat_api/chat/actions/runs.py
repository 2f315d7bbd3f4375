"""Script runs and the log of what they did to variables, before both are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chat_api.chat.models import Message, ScriptRun, UserThread, VariableModification
from chat_api.lib.db.writes import insert

#: A run that may not be stored yet: the object, else the id of a stored one; None for no run.
Run = ScriptRun | int | None

_COLUMNS_OF_END = ("finished", "outcome", "variables", "last_qid")


def run_now(member: UserThread) -> Run:
    """Return the member's current run as far as it is known without a query: a new one as the object, else its id."""
    return member.run if "run" in member._state.fields_cache else member.run_id


def is_same_run(one: Run, other: Run) -> bool:
    """Return whether both are the same run; no run is the same as no run."""
    return one is other or (pk_of(one) is not None and pk_of(one) == pk_of(other))


def pk_of(run: Run) -> int | None:
    """Return the run's id; None for no run, and for one that is not stored yet."""
    return run.pk if isinstance(run, ScriptRun) else run


@dataclass(frozen=True, slots=True)
class PendingModification:
    """What a question, a chosen answer or a fork did to a member's variables, before it is stored."""

    member: UserThread
    run: Run
    modifications: list[list[str]]
    message: Message | None
    answer_id: int | None

    def row(self, links: Mapping[tuple[int, int], int]) -> VariableModification:
        """Return the row, once run and message are stored; `links` are the stored answers by message and answer."""
        return VariableModification(
            user_thread=self.member,
            run_id=pk_of(self.run),
            variable_modifications=self.modifications,
            related_message=self.message,
            related_message_answer_id=None
            if self.answer_id is None or self.message is None
            else links.get((self.message.pk, self.answer_id)),
        )


@dataclass(slots=True)
class RunLog:
    """The runs that a change begins and ends, and what they did to variables."""

    _new: list[ScriptRun] = field(default_factory=list)
    _changed: list[ScriptRun] = field(default_factory=list)
    _modifications: list[PendingModification] = field(default_factory=list)

    def begin(self, run: ScriptRun) -> ScriptRun:
        """Add a new run."""
        self._new.append(run)
        return run

    def update(self, run: ScriptRun) -> None:
        """Write the run's end, or that it goes on, with the rest."""
        if run not in self._new and run not in self._changed:
            self._changed.append(run)

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
        """Log what a question, a chosen answer or a fork did to the member's variables in the current run.

        The row counts as long as `message` is not deleted; without one, as long as the run's end stands.
        """
        if modifications:
            self._modifications.append(
                PendingModification(member, run_now(member), modifications, message, answer_id)
            )

    def store_runs(self) -> None:
        """Write the runs; new ones have their ids afterwards."""
        insert(self._new)
        if self._changed:
            ScriptRun.objects.bulk_update(self._changed, _COLUMNS_OF_END)

    def store_modifications(self, links: Mapping[tuple[int, int], int]) -> None:
        """Write the log, once runs and messages are stored; `links` as `PendingModification.row` takes them."""
        insert([pending.row(links) for pending in self._modifications])
