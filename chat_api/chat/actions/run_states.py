"""The state that rules of a member's run see, where questions have names; stored beside the variables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chat_api.chat.actions.askings import askings_of, lacks_values
from chat_api.chat.actions.results import with_results
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.models import UserThread
from chat_api.chat.script_context import state_at_question, stored_state
from chat_api.engine import flow, led_by_frontend
from chat_api.engine.replay import Accepts, Asking, Replayed, replay
from chat_api.engine.rules import UNTYPED, Rules, Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question, QuestionType
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.expression_context import logic_of
from chat_api.settings import chat_settings


def state_of(change: ThreadChange, member: UserThread, schema: CompiledSchema) -> RunState | None:
    """Return the state of the member's run at the time of the change; None for a script without names.

    It is the same object for the whole change; `store_state` stores it.
    """
    if not schema.script.is_typed:
        return None
    state = change.states.get(member.pk)
    if state is None:
        state = state_at_question(member, schema.script)
        change.states[member.pk] = state
    state.at(in_utc(change.now), time_zone_key(member.user))
    return state


def rules_of(state: RunState | None) -> Rules:
    """Return the rules of the script's walks."""
    return UNTYPED if state is None else state


def store_state(
    change: ThreadChange, member: UserThread, schema: CompiledSchema, state: RunState | None
) -> None:
    """Store the state of the member's run and its scores with the member's other columns, and note its flags."""
    values = None if state is None else state.to_json()
    values = with_results_of(change, member, schema, values, member.variables, state=state)
    if values is not None:
        change.update(member, values=values)


def with_results_of(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    values: Any,
    variables: Variables,
    *,
    state: RunState | None = None,
) -> Any:
    """Return the stored values of a state of the member's run with its scores, and note its flags.

    Without `state`, it is the one that `values` hold; a script without names has only variables.
    """
    script = schema.script
    if not script.scores and not script.flags:
        return values
    if state is None:
        state = RunState.from_json(logic_of(script), values)
    if values is None:
        state.at(in_utc(change.now), time_zone_key(member.user))
    return with_results(change, member, state, values, variables)


def rebuild(change: ThreadChange, member: UserThread, schema: CompiledSchema) -> bool:
    """Compute state and variables of the member's current run again, from the messages that are left.

    Where the script does not lead to the open question, since the frontend leads, the host moves it, or it was edited,
    the answers count by position. Returns False, and changes nothing, for a script without names, and for a run with
    answers of which no values are stored. Takes one query.
    """
    state = state_of(change, member, schema)
    if state is None:
        return False
    askings = askings_of(member, schema)
    if lacks_values(member, askings):
        return False
    variables = _along_the_script(change, member, schema, state, askings)
    if variables is None:
        variables = by_position(change, member, schema, state, askings)
    state.at(in_utc(change.now), time_zone_key(member.user))
    change.update(member, variables_pool=variables)
    store_state(change, member, schema, state)
    return True


def walk_again(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    state: RunState,
    askings: Iterable[Asking],
    *,
    accepts: Accepts = lambda question, asking, variables: True,
) -> Replayed:
    """Walk the member's run from its first question with those answers; see `engine.replay`.

    Each step is taken at the time at which it was taken before.
    """
    run = change.run_of(member)
    if run is not None:
        state.at(in_utc(run.started), time_zone_key(member.user))
    return replay(
        schema.script,
        state,
        askings,
        at=_first_qid(member, schema),
        limit=chat_settings.SCRIPT_STEPS_MAX,
        only=variables_kept(change.thread.type),
        accepts=accepts,
    )


def back_at(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    state: RunState,
    askings: Iterable[Asking],
    asking: Asking,
) -> dict[str, float] | None:
    """Put the state back to where the question was asked, and return the variables there.

    None if the script, walked again with those answers, does not lead to that asking.
    """
    if _is_led_by_others(change, member):
        return None
    is_there = False

    def is_before(question: Question, stored: Asking, variables: Variables) -> bool:
        nonlocal is_there
        is_there = stored.answered == asking.answered
        return not is_there

    found = walk_again(change, member, schema, state, askings, accepts=is_before)
    # The walk can also stop at the question in another round, or at another time that a loop asks it.
    return found.walk.variables if is_there else None


def _is_led_by_others(change: ThreadChange, member: UserThread) -> bool:
    """Return whether the front end or the host decides what the run asks."""
    run = change.run_of(member)
    return (run is not None and run.led_by_frontend) or is_moved_by_host(change)


def _along_the_script(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    state: RunState,
    askings: Collection[Asking],
) -> dict[str, float] | None:
    """Walk the run again and return its variables; None where that does not lead to the open question."""
    if _is_led_by_others(change, member):
        return None
    found = walk_again(change, member, schema, state, askings)
    cursor = found.walk.cursor
    if member.question_id != (None if cursor is None else cursor.id):
        return None
    used = {asking.asked for asking in found.used}
    left = (asking for asking in askings if asking.asked not in used)
    state.has_kept = cursor is not None and any(asking.given is not None for asking in left)
    return found.walk.variables


def by_position(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    state: RunState,
    askings: Iterable[Asking],
) -> dict[str, float]:
    """Set the answers of the state, in whatever order they were given, and return the variables."""
    state.restarted()
    state.has_kept = False
    script, waiting = schema.script, 0
    for asking in askings:
        question = script.questions_by_id[asking.question_id]
        if asking.asked == member.related_message_id:
            waiting = asking.instance
        if asking.given is not None and not asking.is_deleted and question.type != QuestionType.CONTROL:
            flow.stand_at(script, question, {}, rules=state, instance=asking.instance)
            state.put(question, asking.given)
    variables, _ = led_by_frontend.recompute(state, only=variables_kept(change.thread.type))
    current = script.questions_by_id.get(member.question_id or 0)
    if current is not None:
        flow.stand_at(script, current, variables, rules=state, instance=waiting or None)
    return variables


@dataclass(frozen=True, slots=True)
class Way:
    """The askings of a run with their answers, in its order, which after a correction is not that of the messages.

    `waiting` is the message that asks the question at which the script waits.
    """

    taken: Sequence[Asking] = ()
    waiting: int | None = None

    def to(self, asked: int) -> Sequence[Asking]:
        """Return what leads to the message `asked`; nothing where the script does not lead there."""
        if asked == self.waiting:
            return self.taken
        place = next((place for place, asking in enumerate(self.taken) if asking.asked == asked), 0)
        return self.taken[:place]


def way_of(change: ThreadChange, member: UserThread, schema: CompiledSchema) -> Way:
    """Return the way of the member's current run; an empty one without names. Takes one query."""
    state = stored_state(member)
    if state is None or is_moved_by_host(change):
        return Way()
    askings = askings_of(member, schema)
    if lacks_values(member, askings):
        return Way()
    found = walk_again(change, member, schema, state, askings)
    taken, cursor = {asking.asked for asking in found.used}, found.walk.cursor
    here = None if cursor is None else (cursor.id, state.round_of(cursor))
    left = (asking for asking in askings if asking.place == here and asking.asked not in taken)
    stopped = next(left, None)
    return Way(found.used, None if stopped is None else stopped.asked)


def is_moved_by_host(change: ThreadChange) -> bool:
    """Return whether scripts of the thread stay at a question after its answer, until the host moves them."""
    return bool(chat_settings.thread_switch((change.thread.type, "NO_MOVE_TO_NEXT_QID")))


def _first_qid(member: UserThread, schema: CompiledSchema) -> int | None:
    """Return the qid at which the member's script starts; None for its first question."""
    initial = schema.script.questions_by_id.get(member.initial_question_id or 0)
    return None if initial is None else initial.qid


def variables_kept(thread_type: str) -> Collection[str] | None:
    """Return the variables that scripts in threads of that type can change; None for all."""
    if not chat_settings.thread_switch((thread_type, "SEND_SIGNAL_INSTEAD_ADDING_ANSWERS")):
        return None
    limit: Collection[str] | None = chat_settings.thread_switch(
        (thread_type, "LIMIT_VARIABLES_MODIFICATIONS_TO")
    )
    return limit
