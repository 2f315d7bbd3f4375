"""Correcting an answer that a script has already gone on from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Max
from django.utils import timezone

from chat_api.chat.actions.answers import add_answer, by_position
from chat_api.chat.actions.askings import askings_of, lacks_values
from chat_api.chat.actions.drafts import Draft, Sent
from chat_api.chat.actions.messages import earlier_sending, open_all, refuse_closed, take_over
from chat_api.chat.actions.replies import check_draft
from chat_api.chat.actions.run_states import back_at, is_moved_by_host, state_of
from chat_api.chat.actions.settling import settle
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.actions.typed_lines import understood_as
from chat_api.chat.choices import RunOutcome, State
from chat_api.chat.models import Message, UserThread
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.replay import Asking
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import NON_FIELD, InvalidInput
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.settings import chat_settings


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of the own answer `message_id`, in the run as it was when its last message was `last_id`.

    `run_id` is the id of the run, None for the current one. `draft` is the new answer.
    """

    message_id: int
    last_id: int
    draft: Draft
    run_id: int | None = None


@atomic
def correct_answer(*, author: UserThread, correction: Correction) -> Sent:
    """Replace an answer of the author in the current run of their script.

    The script goes its new way: it keeps the answers that still fit, supersedes the others, and asks what is new at the
    end. A finished run that is left finished changes nothing else of the thread; else it reopens, and a closed thread
    with it. Locks the thread. Raises `Gone`, and `InvalidInput` with codes by field; nothing is written then.
    """
    change, member = ThreadChange.open_by(author)
    if member is None:
        raise InvalidInput.field(NON_FIELD, "THREAD_IS_CLOSED")
    take_over(member, author)
    draft = correction.draft
    if draft.client_id is not None:
        earlier = earlier_sending(author=member, client_id=draft.client_id)
        if earlier is not None:
            return earlier
    schema, state = _correctable(change, member, correction.run_id)
    askings = askings_of(member, schema)
    if lacks_values(member, askings):
        raise InvalidInput.field(NON_FIELD, "NOT_CORRECTABLE")
    place = _place(member, askings, correction)
    asking = askings[place]
    question = schema.script.questions_by_id[asking.question_id]
    variables = back_at(change, member, schema, state, askings, asking)
    if variables is None:
        # A kept answer that the run has not come to again, or a script that was edited since.
        raise InvalidInput.field(NON_FIELD, "NOT_CORRECTABLE")
    state.at(in_utc(change.now), time_zone_key(member.user))
    draft = understood_as(member, schema, question, draft, state, variables)
    checked = check_draft(member, question, draft, state, variables)
    message = add_answer(change, member, schema, question, draft, checked, asking=asking.asked)
    given = GivenAnswer.of(checked, in_utc(change.now), state.zone, is_confirmed=draft.confirm)
    askings[place] = replace(asking, given=given, is_deleted=False, answered=None)
    was_closed = member.state == State.CLOSED
    superseded = settle(change, member, schema, state, askings)
    if was_closed and member.state != State.CLOSED:
        # The run has reopened, and the thread with it; a run that stays finished leaves it as it was.
        open_all(change)
    change.note_corrected(message, superseded)
    change.write()
    made = tuple(change.messages.new)
    return Sent(message=message, created=True, member=member, answer_ids=by_position(checked), messages=made)


def run_before(member: UserThread, message_id: int) -> tuple[RunState, Variables] | None:
    """Return state and variables of the member's run before that answer, as its question was asked.

    None where the answer cannot be corrected. Neither locks nor writes anything.
    """
    change = ThreadChange(thread=member.thread, now=timezone.now(), actor_id=member.user_id)
    change.add_member(member)
    try:
        schema, state = _correctable(change, member)
    except InvalidInput:
        return None
    askings = askings_of(member, schema)
    asking = next((each for each in askings if each.answered == message_id and not each.is_deleted), None)
    if asking is None or lacks_values(member, askings):
        return None
    variables = back_at(change, member, schema, state, askings, asking)
    if variables is None:
        return None
    state.at(in_utc(change.now), time_zone_key(member.user))
    return state, variables


def _correctable(
    change: ThreadChange, member: UserThread, run_id: int | None = None
) -> tuple[CompiledSchema, RunState]:
    """Return schema and state of the run. Raises `InvalidInput` where the run cannot be corrected."""
    refuse_closed(member)
    run = change.run_of(member)
    if (
        member.paused
        or run is None
        or member.schema is None
        or run.schema_id != member.schema_id
        or run.led_by_frontend
        or run.outcome in (RunOutcome.SUPERSEDED, RunOutcome.BROKEN)
        or run_id not in (None, run.pk)
    ):
        raise InvalidInput.field(NON_FIELD, "WRONG_STATE")
    schema = compiled(member.schema)
    state = state_of(change, member, schema)
    switch = (change.thread.type, "SEND_SIGNAL_INSTEAD_ADDING_ANSWERS")
    if state is None or chat_settings.thread_switch(switch) or is_moved_by_host(change):
        raise InvalidInput.field(NON_FIELD, "NOT_CORRECTABLE")
    if run.finished is not None:
        other = change.scripted_member()
        if other is not None and other.pk != member.pk:
            raise InvalidInput.field("state", "ONLY_ONE_SCRIPTED")
    return schema, state


def _place(member: UserThread, askings: list[Asking], correction: Correction) -> int:
    """Return the place of the answer. Raises `InvalidInput` if there is none, or the run has moved since."""
    said = Message.objects.filter(
        thread_id=member.thread_id, run_id=member.run_id, related_question__isnull=False
    )
    if said.aggregate(last=Max("pk"))["last"] != correction.last_id:
        raise InvalidInput.field("last", "ALREADY_ANSWERED")
    for place, asking in enumerate(askings):
        if asking.answered == correction.message_id and not asking.is_deleted:
            return place
    raise InvalidInput.field("message", "NOT_AN_ANSWER")
