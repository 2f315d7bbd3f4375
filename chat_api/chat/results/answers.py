"""The answers of runs, from the messages of their members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import F, Q

from chat_api.chat.message_rows import asking_in
from chat_api.chat.models import Message, MessageAnswer
from chat_api.engine.given_answers import given_from_json
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import NON_ANSWERABLE, Question, Script
from chat_api.lib.text_formats import plain_text
from chat_api.schemas.results.columns import Said

#: The number of messages read at a time.
_MESSAGES: Final = 2_000

#: The id of a run, the number of a round of a repeated group (0 outside of these), and the id of a question.
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of runs, by run, round and question.

    `standing` has the one that counts, unless it is hidden, `superseded` those that it or another correction has
    replaced, oldest first.
    """

    standing: Mapping[Key, Said]
    superseded: Mapping[Key, list[Said]]
    #: By id of the run, what it has asked, in the order of the messages; only with `history`.
    asked: Mapping[int, list[Asked]] = field(default_factory=dict)


class Asked(NamedTuple):
    """A message that asked, with the answer to it that was not deleted, if there is one.

    `seconds` is the time from the question to that answer. `is_superseded` if a correction has replaced the message or
    an answer to it.
    """

    #: The number of the round, 0 outside of repeated groups.
    number: int
    question_id: int
    is_deleted: bool
    is_superseded: bool
    said: Said | None
    seconds: float | None


class _Found(NamedTuple):
    #: The id of the message that asked.
    asked: int
    pk: int
    text: str
    raw: Any


@dataclass(slots=True)
class _Asking:
    key: Key
    created: datetime
    is_deleted: bool
    is_superseded: bool
    answer: _Found | None = None
    answered: datetime | None = None


@dataclass(slots=True)
class _Rows:
    newest: dict[Key, _Found] = field(default_factory=dict)
    superseded: dict[Key, list[_Found]] = field(default_factory=dict)
    #: By id of the message.
    askings: dict[int, _Asking] = field(default_factory=dict)

    def wanted(self, *, history: bool) -> set[int]:
        """Return the ids of the answers whose choices are needed."""
        found = {found.pk for found in self.newest.values()}
        found.update(found.pk for several in self.superseded.values() for found in several)
        if history:
            found.update(asking.answer.pk for asking in self.askings.values() if asking.answer is not None)
        return found


def answers_of(
    run_ids: Collection[int], scripts: Iterable[Script], *, using: str, history: bool = False
) -> Answers:
    """Return the newest answers to the questions of the scripts in the runs, and those that corrections superseded.

    The newest one is that to the latest asking: a corrected answer takes the place of the one that it corrects. Answers
    that are deleted, and not superseded, are left out. With `history`, what the runs have asked is there, too. Takes
    one query, and one more if there are choices; not all messages are in memory at a time.
    """
    scripts = [*scripts]
    questions = {pk: question for script in scripts for pk, question in script.questions_by_id.items()}
    rows = _found(run_ids, questions, _repeated(scripts), using=using)
    chosen: dict[int, list[int]] = {}
    if any(question.answers for question in questions.values()):
        wanted = rows.wanted(history=history)
        kept = Q(message__deleted=False) | Q(message__superseded=True)
        links = MessageAnswer.objects.using(using).filter(kept, message__run_id__in=run_ids)
        linked = links.order_by("pk").values_list("message_id", "answer_id")
        for pk, answer_id in linked.iterator(chunk_size=_MESSAGES):
            if pk in wanted:
                chosen.setdefault(pk, []).append(answer_id)

    def said(key: Key, found: _Found) -> Said:
        return _said(questions[key[2]], found, tuple(chosen.get(found.pk, ())))

    asked: dict[int, list[Asked]] = {}
    for asking in rows.askings.values() if history else ():
        run_id, number, question_id = asking.key
        asked.setdefault(run_id, []).append(
            Asked(
                number,
                question_id,
                asking.is_deleted,
                asking.is_superseded,
                None if asking.answer is None else said(asking.key, asking.answer),
                None if asking.answered is None else (asking.answered - asking.created).total_seconds(),
            )
        )
    return Answers(
        {key: said(key, found) for key, found in rows.newest.items()},
        {key: [said(key, found) for found in several] for key, several in rows.superseded.items()},
        asked,
    )


def _found(
    run_ids: Collection[int], questions: Mapping[int, Question], repeated: Collection[int], *, using: str
) -> _Rows:
    selected = (
        Message.all_objects.using(using)
        .filter(Q(asks=True) | Q(sender_id=F("run__user_thread__user_id")), run_id__in=run_ids)
        .filter(related_question__isnull=False)
        .order_by("run_id", "pk")
        .values_list(
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
    )
    asked: dict[Key, int] = {}
    rows = _Rows()
    for row in selected.iterator(chunk_size=_MESSAGES):
        run_id, question_id, instance, pk, asks, deleted, superseded, text, stored, raw, created = row
        # Messages of older releases have no round: all of them are of the first.
        key = (run_id, (instance or 1) if question_id in repeated else 0, question_id)
        question = questions.get(question_id)
        if question is None:
            continue
        if asks:
            asked[key] = pk
            rows.askings[pk] = _Asking(key, created, deleted, superseded)
            continue
        if question.type in NON_ANSWERABLE or (deleted and not superseded):
            continue
        found = _Found(asking_in(raw) or asked.get(key, 0), pk, plain_text(text, stored), raw)
        asking = rows.askings.get(found.asked)
        if asking is not None and superseded:
            asking.is_superseded = True
        elif asking is not None:
            asking.answer, asking.answered = found, created
        if superseded:
            rows.superseded.setdefault(key, []).append(found)
            continue
        before = rows.newest.get(key)
        if before is None or before.asked <= found.asked:
            rows.newest[key] = found
    return rows


def _repeated(scripts: Iterable[Script]) -> set[int]:
    """Return the ids of the questions of repeated groups."""
    return {
        script.questions[index].id
        for script in scripts
        for group in repeated_groups(script).values()
        for index in group.indexes
    }


def superseded_in(schema_ids: Collection[int], *, using: str) -> set[int]:
    """Return the ids of the questions of which an answer was superseded in a run of the schemas. One query."""
    said = Message.all_objects.using(using).filter(
        superseded=True, asks=False, run__schema__in=schema_ids, sender_id=F("run__user_thread__user_id")
    )
    found = said.order_by().values_list("related_question_id", flat=True).distinct()
    return {pk for pk in found if pk is not None}


def _said(question: Question, found: _Found, linked: tuple[int, ...]) -> Said:
    given = given_from_json(question, found.raw)
    # Hosts can choose that not all of the chosen answers are linked.
    chosen = linked if given is None or not given.chosen else given.chosen
    return Said(found.text, given, chosen)
