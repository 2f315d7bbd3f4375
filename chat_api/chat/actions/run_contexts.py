"""The data that the host provides at the start of a member's run, kept with the state of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_api.chat.models import UserThread
from chat_api.engine.run_state import RunState
from chat_api.schemas.expression_context import context_of

Data = Mapping[str, Any]


def begin_context(state: RunState, member: UserThread, given: Data | None) -> None:
    """Set the context of a new run; `given` is that of the start of the script, None for a later run of it."""
    if member.schema is None:
        return
    kept = {path: state.context[path] for path in state.given_paths if path in state.context}
    context, own = context_of(member, member.schema, state.logic, given or {})
    state.context = {**context, **kept} if given is None else context
    if given is not None:
        state.given_paths = own
