"""Scores of a member's run, stored with its values, and the flags that are true in it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.models import UserThread
from chat_api.engine.run_state import RunState
from chat_api.engine.scores import results_of
from chat_api.raised_flags.actions import log_failures

logger = logging.getLogger("chat_api.chat")

SCORES = "scores"


def with_results(
    change: ThreadChange,
    member: UserThread,
    state: RunState,
    values: Mapping[str, Any] | None,
    variables: Mapping[str, float],
) -> Mapping[str, Any] | None:
    """Return the values of the member's run with its scores, and note its flags, which the change writes.

    `values` are those of `state` as they are stored. The member's last answer in the change is what raises flags.
    """
    script = state.logic.script
    found = results_of(state.logic, state.environment(variables))
    log_failures(logger, found, schema_id=member.schema_id, subject=f"thread {member.thread_id}")
    if script.flags:
        answers = change.messages.answers_of(member)
        change.runs.note_flags(member, found.flags, by=answers[-1] if answers else None)
    return {**(values or {}), SCORES: dict(found.scores)} if script.scores else values
