"""Creating, changing and leaving threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chat_api.chat.actions import assignment, departures, endings, scripts
from chat_api.chat.actions.deletion import forget_unread
from chat_api.chat.actions.script_plans import ScriptPlan
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import OnFinish, Permission, State
from chat_api.chat.models import Thread, UserThread
from chat_api.chat.signals import thread_state_changed
from chat_api.chat.thread_types import default_notifications
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import InvalidInput
from chat_api.realtime.events import ThreadUpdated
from chat_api.settings import chat_settings


@dataclass(frozen=True, slots=True)
class ThreadDraft:
    """A thread to create: led by the script of `plan`, or, without one, in `state`.

    The fields after `plan` are defaults for a script that is started later.
    """

    type: str
    title: str = ""
    #: None for the default of the type.
    notifications: int | None = None
    state: State = State.OPEN
    plan: ScriptPlan | None = None
    automated_sender_id: int | None = None
    on_finish: str = OnFinish.OPEN
    frequency_unit: str | None = None
    frequency_value: int | None = None
    repeat_until: datetime | None = None


@atomic
def create_thread(
    *, creator: Any, draft: ThreadDraft, permissions: int | None = None, by: Any = None
) -> UserThread:
    """Create a thread with `creator` as its only member; a script of the draft asks its first question.

    `permissions` default to THREAD_CREATOR_PERMISSIONS_DEFAULT. `by` is the user whom the event names, by default the
    creator. Raises the `InvalidInput` of `scripts.start_script`.
    """
    if permissions is None:
        permissions = chat_settings.THREAD_CREATOR_PERMISSIONS_DEFAULT
    thread = Thread.objects.create(type=draft.type, title=draft.title)
    member = UserThread.objects.create(
        thread=thread,
        user=creator,
        type=draft.type,
        state=draft.state,
        permissions=permissions,
        notifications=default_notifications(draft.type)
        if draft.notifications is None
        else draft.notifications,
        automated_sender_id=draft.automated_sender_id,
        on_finish=draft.on_finish,
        frequency_unit=draft.frequency_unit,
        frequency_value=draft.frequency_value,
        repeat_until=draft.repeat_until,
    )
    change = ThreadChange(thread=thread, now=thread.created, actor_id=(by or creator).pk)
    change.join(member)
    change.note_thread_updated()
    if draft.plan is not None:
        scripts.begin(change, member, draft.plan)
    change.refresh_sockets(creator.pk)
    change.write()
    return member


@atomic
def change_thread(*, requester: UserThread, changes: Mapping[str, Any]) -> UserThread:
    """Set `title`, `state` (open or closed, for everybody) and the requester's `notifications` from `changes`.

    Closing ends the scripts, which needs THREAD_BREAK_STATE where another member is scripted. Opening opens closed
    members only. Non-members can change title and state. Locks the thread. Raises `InvalidInput`.
    """
    change = ThreadChange.open(thread_id=requester.thread_id, actor_id=requester.user_id)
    member = change.member(requester.user_id)
    previous_state = (member or requester).state
    state_changed = "state" in changes and _set_state(change, member or requester, State(changes["state"]))
    if "title" in changes and changes["title"] != change.thread.title:
        change.thread.title = changes["title"]
        Thread.objects.filter(pk=change.thread.pk).update(title=change.thread.title)
        change.note_thread_updated()
    if member is not None and changes.get("notifications", member.notifications) != member.notifications:
        change.update(member, notifications=changes["notifications"])
        change.note_thread_updated()
    if state_changed:
        change.note_thread_updated()
        change.signal(
            thread_state_changed,
            sender=Thread,
            thread=change.thread,
            state=changes["state"],
            previous_state=previous_state,
            user=requester.user,
        )
    change.write()
    if member is None:
        requester.thread = change.thread
        return requester
    member.user = requester.user
    return member


def _set_state(change: ThreadChange, requester: UserThread, state: State) -> bool:
    if state == State.CLOSED:
        others_scripted = any(
            other.user_id != requester.user_id and (other.is_scripted or other.paused)
            for other in change.members
        )
        if others_scripted and not requester.may(Permission.THREAD_BREAK_STATE):
            raise InvalidInput.field("state", "NO_PERMISSIONS")
    changed = False
    for member in change.members:
        if state == State.OPEN and member.state != State.CLOSED:
            continue
        if member.state != state:
            endings.end(change, member, state=state)
            changed = True
    return changed


@atomic
def remove_member(*, user_thread: UserThread, by: Any = None) -> None:
    """Remove the member from the thread; its messages stay, also after the last member has gone.

    A thread that was assigned to the member is assigned to nobody then.

    Members who remove themselves (`by`) have left: others cannot add them again, see `forget_departure`. Locks the
    thread. Does nothing if the user is no longer a member.
    """
    change = ThreadChange.open(thread_id=user_thread.thread_id, actor_id=by.pk if by is not None else None)
    member = change.member(user_thread.user_id)
    if member is None:
        return
    forget_unread(member)
    member.removed_by_id = change.actor_id
    member.delete()
    if by is not None and by.pk == member.user_id:
        departures.note(user_id=member.user_id, thread_id=change.thread.pk)
    change.forget_member(member)
    if change.thread.assigned_to_id == member.user_id:
        assignment.store(change, None)
    change.note(ThreadUpdated(user=change.actor_id))
    change.refresh_sockets(member.user_id)
    change.write()
