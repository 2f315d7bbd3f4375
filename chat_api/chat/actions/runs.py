"""Runs that may not be stored yet, and what is logged in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chat_api.chat.models import Message, ScriptRun, UserThread, VariableModification


def run_now(member: UserThread) -> ScriptRun | int | None:
    """Return the member's current run as far as it is known without a query: a new one as the object, else its id."""
    return member.run if "run" in member._state.fields_cache else member.run_id


def is_same_run(one: ScriptRun | int | None, other: ScriptRun | int | None) -> bool:
    """Return whether both are the same run; no run is the same as no run."""
    return one is other or (pk_of(one) is not None and pk_of(one) == pk_of(other))


def pk_of(run: ScriptRun | int | None) -> int | None:
    """Return the run's id; None for no run, and for one that is not stored yet."""
    return run.pk if isinstance(run, ScriptRun) else run


@dataclass(frozen=True, slots=True)
class PendingModification:
    """What a question, a chosen answer or a fork did to a member's variables, before it is stored."""

    member: UserThread
    run: ScriptRun | int | None
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
