"""The messages of runs, sorted by what they ask and answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import F, Q, QuerySet

from chat_api.chat.message_rows import asking_in
from chat_api.chat.models import Message, MessageAnswer
from chat_api.engine.given_answers import given_from_json
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import NON_ANSWERABLE, Script
from chat_api.lib.text_formats import plain_text
from chat_api.schemas.results.columns import Said

#: The number of messages read at a time.
MESSAGES: Final = 2_000

#: The id of a run, the number of a round of a repeated group (0 outside of these), and the id of a question.
Key = tuple[int, int, int]


class FoundAnswer(NamedTuple):
    """A message that answers."""

    #: The id of the message that asked.
    asked: int
    pk: int
    text: str
    raw: Any
    created: datetime


class MessageRow(NamedTuple):
    """A message of a run, in the order of `COLUMNS`."""

    run_id: int
    question_id: int
    instance: int | None
    pk: int
    asks: bool
    deleted: bool
    superseded: bool
    text: str
    text_format: str | None
    reply: Any
    created: datetime


COLUMNS: Final = (
    "run_id",
    "related_question_id",
    "instance",
    "pk",
    "asks",
    "deleted",
    "superseded",
    "text",
    "text_format",
    "reply",
    "created",
)


@dataclass(slots=True)
class Asking:
    """A message that asks, with the answer to it that was not deleted."""

    key: Key
    created: datetime
    is_deleted: bool
    is_superseded: bool
    answer: FoundAnswer | None = None


class SortedMessages:
    """The messages of runs of scripts, sorted by what they ask and answer."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        scripts = [*scripts]
        self._repeated = _repeated(scripts)
        self.questions = {
            pk: question for script in scripts for pk, question in script.questions_by_id.items()
        }
        self.newest: dict[Key, FoundAnswer] = {}
        self.superseded: dict[Key, list[FoundAnswer]] = {}
        #: By id of the message.
        self.askings: dict[int, Asking] = {}
        self._asked: dict[Key, int] = {}

    @property
    def has_choices(self) -> bool:
        """Return whether a question of the scripts has answers to choose from."""
        return any(question.answers for question in self.questions.values())

    def clear(self) -> None:
        """Forget the messages."""
        for found in (self.newest, self.superseded, self.askings, self._asked):
            found.clear()

    def add(self, row: MessageRow) -> None:
        """Sort in a message; those of a run come in the order of their ids."""
        question = self.questions.get(row.question_id)
        if question is None:
            return
        # Messages of older releases have no round: all of them are of the first.
        number = (row.instance or 1) if row.question_id in self._repeated else 0
        key = (row.run_id, number, row.question_id)
        if row.asks:
            self._asked[key] = row.pk
            self.askings[row.pk] = Asking(key, row.created, row.deleted, row.superseded)
        elif question.type not in NON_ANSWERABLE and (row.superseded or not row.deleted):
            self._add_answer(key, row)

    def _add_answer(self, key: Key, row: MessageRow) -> None:
        asked = asking_in(row.reply) or self._asked.get(key, 0)
        found = FoundAnswer(asked, row.pk, plain_text(row.text, row.text_format), row.reply, row.created)
        asking = self.askings.get(asked)
        if row.superseded:
            self.superseded.setdefault(key, []).append(found)
            if asking is not None:
                asking.is_superseded = True
            return
        if asking is not None:
            asking.answer = found
        before = self.newest.get(key)
        if before is None or before.asked <= found.asked:
            self.newest[key] = found

    def said(self, key: Key, found: FoundAnswer, chosen: Mapping[int, list[int]]) -> Said:
        """Return an answer; `chosen` are the ids of chosen answers by id of the message."""
        given = given_from_json(self.questions[key[2]], found.raw)
        # Hosts can choose that not all of the chosen answers are linked.
        linked = tuple(chosen.get(found.pk, ()))
        return Said(found.text, given, linked if given is None or not given.chosen else given.chosen)


def messages_of(of_runs: Q, *, using: str) -> QuerySet[Message]:
    """Return what scripts have asked in runs, and the messages of their members."""
    asks_or_answers = Q(asks=True) | Q(sender_id=F("run__user_thread__user_id"))
    return Message.all_objects.using(using).filter(asks_or_answers, of_runs, related_question__isnull=False)


def links_of(of_runs: Q, *, using: str) -> QuerySet[MessageAnswer]:
    """Return the answers that were chosen in runs, without those of deleted messages that are not superseded."""
    kept = Q(message__deleted=False) | Q(message__superseded=True)
    return MessageAnswer.objects.using(using).filter(kept, of_runs)


def _repeated(scripts: Iterable[Script]) -> set[int]:
    """Return the ids of the questions of repeated groups."""
    return {
        script.questions[index].id
        for script in scripts
        for group in repeated_groups(script).values()
        for index in group.indexes
    }
