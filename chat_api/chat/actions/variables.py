"""Variable pools, recomputed from the remaining modifications of a run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q, QuerySet

from chat_api.chat.actions.run_states import rebuild, state_of, store_state
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import State
from chat_api.chat.models import Message, MessageAnswer, UserThread, VariableModification
from chat_api.engine import flow
from chat_api.schemas.compiled import compiled

_ENDLESS: Final = float("inf")


@dataclass(frozen=True, slots=True)
class _Logged:
    """One logged list of modifications, with the ids of its message and of the question that the message is about."""

    modifications: object
    message_id: int | None
    question_id: int | None


@dataclass(slots=True)
class _Places:
    """Positions at which the answers to questions count in a run that the frontend leads, by the questions' ids.

    A question that was answered again counts where it was first asked, with the effect of its latest answer: the
    messages from `since` to `until`.
    """

    first: dict[int, int] = field(default_factory=dict)
    since: dict[int, int] = field(default_factory=dict)
    until: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, member: UserThread) -> _Places:
        """Load the messages of the member's current run that ask and that answer; one query."""
        places = cls()
        asked: dict[int, int] = {}
        said = _asked_and_answered(member).order_by("pk")
        for pk, question_id, asks in said.values_list("pk", "related_question_id", "asks"):
            places.first.setdefault(question_id, pk)
            if asks:
                asked[question_id] = pk
            if not asks or places.until.get(question_id, _ENDLESS) == _ENDLESS:
                places.since[question_id] = asked.get(question_id, pk)
                places.until[question_id] = _ENDLESS if asks else pk
        return places

    def counted(self, rows: Iterable[_Logged]) -> list[tuple[int, _Logged]]:
        """Return the rows that count, in order, each with the id of the message where its question counts."""
        found: list[tuple[int, _Logged]] = []
        for row in rows:
            place = row.message_id or 0
            if row.question_id in self.first and row.message_id is not None:
                if not self.since[row.question_id] <= row.message_id <= self.until[row.question_id]:
                    continue
                place = self.first[row.question_id]
            found.append((place, row))
        return sorted(found, key=lambda one: one[0])


def recompute_variables(change: ThreadChange, member_ids: Collection[int]) -> None:
    """Set the pools of those members to the result of the remaining modifications of their current runs."""
    members = [
        member
        for member in change.members
        if member.pk in member_ids
        and not (member.schema is not None and rebuild(change, member, compiled(member.schema)))
    ]
    if not members:
        return
    rows = _rows_left(change, members)
    for member in members:
        left = rows.get(member.pk, [])
        if _is_led_by_frontend(change, member):
            left = [row for _, row in _Places.of(member).counted(left)]
        change.update(member, variables_pool=flow.recompute(row.modifications for row in left))
        if member.schema is not None:
            schema = compiled(member.schema)
            store_state(change, member, schema, state_of(change, member, schema))


def around_answer(
    change: ThreadChange, member: UserThread, question_id: int
) -> tuple[list[object], list[object]] | None:
    """Return the modifications before and after the place of a question in the member's current run.

    None if the run, which the frontend leads, has not asked it yet; that costs one query.
    """
    if not _asked_and_answered(member).filter(related_question_id=question_id).exists():
        return None
    places = _Places.of(member)
    rows = places.counted(_rows_left(change, [member]).get(member.pk, []))
    others = [(place, row.modifications) for place, row in rows if row.question_id != question_id]
    here = places.first[question_id]
    return (
        [modifications for place, modifications in others if place < here],
        [modifications for place, modifications in others if place >= here],
    )


def _asked_and_answered(member: UserThread) -> QuerySet[Message]:
    return Message.objects.filter(
        Q(asks=True, asked_of=member) | Q(asks=False, sender_id=member.user_id),
        thread_id=member.thread_id,
        run_id=member.run_id,
        related_question__isnull=False,
    )


def _rows_left(change: ThreadChange, members: Collection[UserThread]) -> dict[int, list[_Logged]]:
    """Return the logged modifications of the members' current runs whose messages are not deleted, in order."""
    runs = {member.pk: member.run_id for member in members}
    current = Q(run_id__in={run_id for run_id in runs.values() if run_id is not None})
    if None in runs.values():
        # Rows of older releases have no run.
        current |= Q(run=None)
    gone = MessageAnswer.objects.filter(message__deleted=True, message__thread=change.thread)
    rows = (
        VariableModification.objects.filter(current, user_thread__in=members)
        .exclude(related_message__deleted=True)
        .exclude(related_message_answer_id__in=gone.values("pk"), related_message=None)
        .order_by("pk")
        .values_list(
            "user_thread_id",
            "run_id",
            "variable_modifications",
            "related_message_id",
            "related_message__related_question_id",
        )
    )
    found: dict[int, list[_Logged]] = {}
    for member_id, run_id, modifications, message_id, question_id in rows:
        if run_id == runs[member_id]:
            found.setdefault(member_id, []).append(_Logged(modifications, message_id, question_id))
    return found


def _is_led_by_frontend(change: ThreadChange, member: UserThread) -> bool:
    run = change.run_of(member)
    if run is not None:
        return run.led_by_frontend
    # Members scripted by an older release have no run.
    return State.SCRIPTED_FE_CONTROLLED in (member.state, member.paused_state)
