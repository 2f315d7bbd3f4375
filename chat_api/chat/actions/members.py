"""Adding members to a thread and changing their permissions, states and scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chat_api.chat.actions import departures, endings, schedule, scripts
from chat_api.chat.actions.script_plans import ScriptPlan
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import SCRIPTED_STATES, STATES_WITH_SCHEMA, OnFinish, State
from chat_api.chat.invitees import are_chosen_by_host, evaluated, invitees_of
from chat_api.chat.models import UserThread
from chat_api.chat.thread_types import default_notifications
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import NON_FIELD, InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Schema
from chat_api.settings import chat_settings

#: The keys of `changes` that set how a script continues, in addition to the schema and its first question.
_SCRIPT_COLUMNS = (
    "automated_sender_id",
    "on_finish",
    "frequency_unit",
    "frequency_value",
    "repeat_until",
)
#: Those of them that set when it restarts.
_RESTART_COLUMNS = frozenset({"on_finish", "frequency_unit", "frequency_value", "repeat_until"})
#: Those of them that set the interval between the dates of a series.
_FREQUENCY_COLUMNS = ("frequency_unit", "frequency_value")
_START_KEYS = ("schema", "initial_question_id", "group_id")


@atomic
def add_member(
    *, thread_id: int, user: Any, by: UserThread | None = None, changes: Mapping[str, Any] | None = None
) -> UserThread:
    """Add `user` as a member; with a scripted state and a schema in `changes` the script asks its first question.

    `by` is the member who adds them: members cannot grant more permissions than they have, or add users who are not
    among their `THREAD_INVITEES` or who have left the thread by themselves. Without `by` (the host's own code) there
    are no such limits. A new member's departure is deleted. Locks the thread. Raises `InvalidInput`: `user`
    ALREADY_IN_THREAD, NOT_ALLOWED, HAS_LEFT, `permissions` TOO_HIGH, `state` ONLY_ONE_SCRIPTED and those of scripts.
    """
    changes = dict(changes or {})
    change = ThreadChange.open(thread_id=thread_id, actor_id=by.user_id if by is not None else None)
    errors = _joining_errors(change, user, by, changes)
    if errors.keys() & {"user", NON_FIELD}:
        raise InvalidInput(errors)
    permissions = changes.pop("permissions", None)
    if permissions is None:
        permissions = chat_settings.THREAD_PERMISSIONS_DEFAULT
        permissions = permissions if by is None else permissions & (by.permissions or 0)
    member = UserThread(
        thread=change.thread,
        user=user,
        permissions=permissions,
        notifications=default_notifications(change.thread.type),
        history_start=change.thread.event_head,
    )
    member.save()
    departures.forget(user=user, thread_id=change.thread.pk)
    change.join(member)
    _apply_with(errors, change, member, changes, by)
    change.note_thread_updated()
    change.refresh_sockets(user.pk)
    change.write()
    return member


def _joining_errors(
    change: ThreadChange, user: Any, by: UserThread | None, changes: Mapping[str, Any]
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    user_error = _user_error(change, user, by)
    if user_error is not None:
        errors["user"] = [user_error]
    if by is not None and changes.get("permissions") is not None:
        errors |= _too_high(by, changes["permissions"])
    if State(changes.get("state", State.OPEN)) in SCRIPTED_STATES and change.scripted_member():
        errors["state"] = ["ONLY_ONE_SCRIPTED"]
    if len(change.members) >= chat_settings.THREAD_MEMBERS_MAX:
        errors[NON_FIELD] = ["TOO_MANY_MEMBERS"]
    return errors


def _user_error(change: ThreadChange, user: Any, by: UserThread | None) -> str | None:
    adder = by.user if by is not None and by.user_id != user.pk else None
    if adder is not None and are_chosen_by_host():
        invited = invitees_of(adder).filter(pk=user.pk)
        if not evaluated(invited.exists):
            return "NOT_ALLOWED"
    if change.member(user.pk) is not None:
        return "ALREADY_IN_THREAD"
    if adder is not None and departures.has_left(user=user, thread_id=change.thread.pk):
        return "HAS_LEFT"
    return None


def _too_high(by: UserThread, permissions: int) -> dict[str, list[str]]:
    return {"permissions": ["TOO_HIGH"]} if permissions & ~(by.permissions or 0) else {}


@atomic
def change_member(*, member: UserThread, by: UserThread, changes: Mapping[str, Any]) -> UserThread:
    """Change a member's permissions, state, script or pause. The REST reference lists the keys of `changes`.

    Locks the thread. Raises `InvalidInput`, and `UserThread.DoesNotExist` if the member has left in the meantime.
    """
    change = ThreadChange.open(thread_id=member.thread_id, actor_id=by.user_id)
    fresh = change.member(member.user_id)
    if fresh is None:
        raise UserThread.DoesNotExist
    changes = dict(changes)
    permissions = changes.pop("permissions", None)
    errors = {} if permissions is None else _too_high(by, permissions)
    if permissions is not None and not errors:
        change.update(fresh, permissions=permissions)
    _apply_with(errors, change, fresh, changes, by)
    if change.changes_members:
        change.note_thread_updated()
    change.write()
    return fresh


def _apply_with(
    errors: Mapping[str, list[str]],
    change: ThreadChange,
    member: UserThread,
    changes: dict[str, Any],
    by: UserThread | None,
) -> None:
    """Apply the changes. Raise `InvalidInput` with `errors` and those of the changes together."""
    try:
        _apply(change, member, changes, by)
    except InvalidInput as error:
        raise InvalidInput({**error.errors, **errors}) from error
    if errors:
        raise InvalidInput(errors)


def _apply(change: ThreadChange, member: UserThread, changes: dict[str, Any], by: UserThread | None) -> None:
    paused = changes.pop("paused", None)
    state = State(changes.pop("state")) if changes.get("state") is not None else None
    changes.pop("state", None)
    starts = any(changes.get(key) is not None for key in _START_KEYS)
    # A paused script stays in its state: another schema starts from its beginning, as it lacks the current question.
    current = State(member.paused_state or member.state)
    led = state or (current if starts and current in STATES_WITH_SCHEMA else None)
    if led in STATES_WITH_SCHEMA and (starts or led != member.state):
        scripts.begin(change, member, _plan(change, member, led, changes, by))
    else:
        _set_columns(change, member, changes)
        # A paused member is open already: setting that state ends the script, unless the pause is to last.
        changes_state = state != member.state or (member.paused and not paused)
        if state is not None and changes_state and state not in STATES_WITH_SCHEMA:
            endings.end(change, member, state=state)
    if paused is not None:
        _pause(change, member) if paused else _resume(change, member)


def _set_columns(change: ThreadChange, member: UserThread, changes: Mapping[str, Any]) -> None:
    columns = {name: changes[name] for name in _SCRIPT_COLUMNS if name in changes}
    for name in ("schema", "initial_question_id"):
        if name in changes and not member.is_scripted and not member.paused:
            columns[name] = changes[name]
    if not columns:
        return
    is_new_series = any(
        columns.get(name, getattr(member, name)) != getattr(member, name) for name in _FREQUENCY_COLUMNS
    )
    if is_new_series:
        # A new series, which begins with the current run.
        columns["series_begin"] = None
    change.update(member, **columns)
    if _RESTART_COLUMNS & columns.keys() and member.question_id is None and member.next_restart is not None:
        _reschedule(change, member, is_new_series=is_new_series)


def _keeps_restart(change: ThreadChange, member: UserThread) -> bool:
    """Return whether the time computed by an older release stays: nothing else is known of the series."""
    until, due = member.repeat_until, member.next_restart
    repeats = schedule.repeats(member, now=change.now) and schedule.has_frequency(member)
    return repeats and due is not None and (until is None or due <= until)


def _reschedule(change: ThreadChange, member: UserThread, *, is_new_series: bool) -> None:
    """Reschedule the restart of a waiting script by its changed columns, or end the script if they set none."""
    if member.next_restart is not None and member.next_restart <= change.now:
        # It is due: the restart of due scripts checks the columns itself, so no restart is lost.
        return
    if not is_new_series and member.series_begin is None and _keeps_restart(change, member):
        return
    if member.paused:
        # Resuming computes the time.
        change.update(member, next_restart=None)
    elif member.is_scripted:
        _restart_or_leave(change, member)


def _restart_or_leave(change: ThreadChange, member: UserThread) -> None:
    if schedule.repeats_at_once(member, now=change.now):
        change.update(member, next_restart=change.now)
    else:
        endings.leave(change, member)


def _plan(
    change: ThreadChange, member: UserThread, state: State, changes: Mapping[str, Any], by: UserThread | None
) -> ScriptPlan:
    schema: Schema | None = changes.get("schema", member.schema)
    if schema is None:
        raise InvalidInput.field("schema", "REQUIRED")
    repeat_until: datetime | None = changes.get("repeat_until", member.repeat_until)
    if repeat_until is not None and repeat_until <= change.now:
        repeat_until = None
    speaks_through_it = by is not None and by.state == State.ASSISTED and by.user_id != member.user_id
    sender_id = by.user_id if by is not None and speaks_through_it else member.automated_sender_id
    return ScriptPlan(
        schema=schema,
        state=state,
        initial_question_id=_first_question(schema, changes),
        automated_sender_id=changes.get("automated_sender_id", sender_id),
        on_finish=changes.get("on_finish", member.on_finish) or OnFinish.OPEN,
        frequency_unit=changes.get("frequency_unit", member.frequency_unit),
        frequency_value=changes.get("frequency_value", member.frequency_value),
        repeat_until=repeat_until,
    )


def _first_question(schema: Schema, changes: Mapping[str, Any]) -> int | None:
    group_id = changes.get("group_id")
    if group_id is None:
        question_id: int | None = changes.get("initial_question_id")
        return question_id
    first = compiled(schema).script.first_of_group(group_id)
    if first is None:
        raise InvalidInput.field("group", "WRONG_VALUE")
    return first.id


def _pause(change: ThreadChange, member: UserThread) -> None:
    if member.paused:
        return
    if not member.is_scripted:
        raise InvalidInput.field("paused", "WRONG_STATE")
    change.update(member, paused_state=member.state, state=State.OPEN)


def _resume(change: ThreadChange, member: UserThread) -> None:
    if member.paused_state is None:
        return
    if change.scripted_member() is not None:
        raise InvalidInput.field("state", "ONLY_ONE_SCRIPTED")
    change.update(member, state=State(member.paused_state), paused_state=None)
    if member.question_id is None and member.next_restart is None:
        # The time of a scheduled restart passed, or was changed, during the pause.
        _restart_or_leave(change, member)
