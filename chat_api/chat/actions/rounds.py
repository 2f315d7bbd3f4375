"""The rounds of repeated groups that answers name."""

from __future__ import annotations

from chat_api.chat.actions.drafts import Draft
from chat_api.chat.models import UserThread
from chat_api.engine import flow
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import CompiledSchema


def is_of_other_round(question: ScriptQuestion, draft: Draft, state: RunState | None) -> bool:
    """Return whether the draft names another round of the question than the one that waits."""
    asked = 0 if state is None else state.round_of(question)
    return draft.instance is not None and draft.instance != asked


def refuse_other_round(question: ScriptQuestion, draft: Draft, state: RunState | None) -> None:
    """Raise `InvalidInput` if the draft answers the question in another round than the one that waits."""
    if is_of_other_round(question, draft, state):
        raise InvalidInput.field("instance", "ALREADY_ANSWERED")


def go_to_round(
    member: UserThread,
    schema: CompiledSchema,
    question: ScriptQuestion,
    draft: Draft,
    state: RunState | None,
) -> None:
    """Move to the round that the frontend names for the question, whose answers rules see.

    Raises `InvalidInput` with `instance`: REQUIRED in a repeated group, TOO_LARGE for a round that it cannot have, and
    WRONG_VALUE for 0 in a group, and for all else outside.
    """
    group = None if state is None or state.rounds is None else state.rounds.group_of(question)
    if state is None or group is None:
        if draft.instance:
            raise InvalidInput.field("instance", "WRONG_VALUE")
        if state is not None:
            flow.stand_at(schema.script, question, member.variables, rules=state)
        return
    if draft.instance is None:
        raise InvalidInput.field("instance", "REQUIRED")
    if draft.instance < 1:
        raise InvalidInput.field("instance", "WRONG_VALUE")
    if draft.instance > group.most:
        raise InvalidInput.field("instance", "TOO_LARGE")
    flow.stand_at(schema.script, question, member.variables, rules=state, instance=draft.instance)
