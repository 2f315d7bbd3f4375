"""The questions that a run has asked, with their answers, from its messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q

from chat_api.chat.message_rows import asking_in
from chat_api.chat.models import Message, UserThread
from chat_api.engine.given_answers import GivenAnswer, given_from_json
from chat_api.engine.repeats import round_in
from chat_api.engine.replay import Asking
from chat_api.engine.script import PASSED_TYPES, QuestionType
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.compiled import CompiledSchema


def askings_of(member: UserThread, schema: CompiledSchema) -> list[Asking]:
    """Return the askings of the member's current run with their answers, in order. Takes one query.

    Answers that a rollback or a correction removed do not count; one that was deleted alone is marked as deleted.
    """
    rows = Message._base_manager.filter(
        Q(asks=True, asked_of=member) | Q(asks=False, sender_id=member.user_id),
        thread_id=member.thread_id,
        run_id=member.run_id,
        related_question__isnull=False,
    ).order_by("pk")
    askings: list[Asking] = []
    latest: dict[tuple[int, int], int] = {}
    places: dict[int, int] = {}
    gone: set[int] = set()
    confirmed = _Confirmed()
    columns = ("pk", "related_question_id", "asks", "deleted", "superseded", "reply", "instance", "created")
    for pk, question_id, asks, deleted, superseded, raw, instance, created in rows.values_list(*columns):
        question = schema.script.questions_by_id.get(question_id)
        if asks and (superseded or not deleted):
            confirmed.asked(created)
        if question is None or question.type in PASSED_TYPES:
            continue
        if asks:
            # The message that asks can be deleted alone: the question still waits, or its answer stands.
            if deleted and pk != member.related_message_id:
                gone.add(len(askings))
            if question.type == QuestionType.CONTROL:
                confirmed.control(len(askings), created)
            asking = Asking(question_id, None, asked=pk, instance=round_in(schema.script, question, instance))
            latest[asking.place] = places[pk] = len(askings)
            askings.append(asking)
            continue
        # An answer names the asking that it belongs to, which need not be the latest; where the front end leads, it is.
        where = (question_id, round_in(schema.script, question, instance))
        place = places.get(asking_in(raw))
        if place is None or askings[place].place != where:
            place = latest.get(where)
        if place is not None:
            given = given_from_json(question, raw)
            askings[place] = replace(askings[place], given=given, is_deleted=deleted, answered=pk)
            if not deleted:
                gone.discard(place)
    return [
        _as_it_stands(member, asking, confirmed.at.get(place))
        for place, asking in enumerate(askings)
        if place not in gone
    ]


@dataclass(slots=True)
class _Confirmed:
    """When the controls of a run were confirmed, which is not stored: the script asked what follows then."""

    #: By place of the asking; where nothing follows, the time at which the control was asked.
    at: dict[int, datetime] = field(default_factory=dict)
    _open: list[int] = field(default_factory=list)

    def control(self, place: int, created: datetime) -> None:
        self.at[place] = created
        self._open.append(place)

    def asked(self, created: datetime) -> None:
        self.at |= dict.fromkeys(self._open, created)
        self._open.clear()


def _as_it_stands(member: UserThread, asking: Asking, confirmed: datetime | None) -> Asking:
    """Return the asking as it counts; `confirmed` is the time of the confirmation of a control, None for others."""
    is_open = member.question_id == asking.question_id and member.related_message_id == asking.asked
    if is_open and asking.is_deleted:
        return replace(asking, given=None, is_deleted=False, answered=None)
    if confirmed is not None and not is_open:
        return replace(
            asking, given=GivenAnswer(timestamp=in_utc(confirmed), zone=time_zone_key(member.user))
        )
    return asking


def lacks_values(member: UserThread, askings: Iterable[Asking]) -> bool:
    """Return whether the run has answers of which no values are stored: of releases without them."""
    return any(asking.given is None and asking.asked != member.related_message_id for asking in askings)
