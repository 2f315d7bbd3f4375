"""The answers of runs, from the messages of their members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
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


class _Found(NamedTuple):
    #: The id of the message that asked.
    asked: int
    pk: int
    text: str
    raw: Any


def answers_of(run_ids: Collection[int], scripts: Iterable[Script], *, using: str) -> Answers:
    """Return the newest answers to the questions of the scripts in the runs, and those that corrections superseded.

    The newest one is that to the latest asking: a corrected answer takes the place of the one that it corrects. Answers
    that are deleted, and not superseded, are left out. Takes one query, and one more if there are choices; not all
    messages are in memory at a time.
    """
    scripts = [*scripts]
    questions = {pk: question for script in scripts for pk, question in script.questions_by_id.items()}
    newest, superseded = _found(run_ids, questions, _repeated(scripts), using=using)
    chosen: dict[int, list[int]] = {}
    if any(question.answers for question in questions.values()):
        wanted = {found.pk for found in newest.values()}
        wanted.update(found.pk for several in superseded.values() for found in several)
        kept = Q(message__deleted=False) | Q(message__superseded=True)
        links = MessageAnswer.objects.using(using).filter(kept, message__run_id__in=run_ids)
        rows = links.order_by("pk").values_list("message_id", "answer_id")
        for pk, answer_id in rows.iterator(chunk_size=_MESSAGES):
            if pk in wanted:
                chosen.setdefault(pk, []).append(answer_id)

    def said(key: Key, found: _Found) -> Said:
        return _said(questions[key[2]], found, tuple(chosen.get(found.pk, ())))

    return Answers(
        {key: said(key, found) for key, found in newest.items()},
        {key: [said(key, found) for found in several] for key, several in superseded.items()},
    )


def _found(
    run_ids: Collection[int], questions: Mapping[int, Question], repeated: Collection[int], *, using: str
) -> tuple[dict[Key, _Found], dict[Key, list[_Found]]]:
    rows = (
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
        )
    )
    asked: dict[Key, int] = {}
    newest: dict[Key, _Found] = {}
    gone: dict[Key, list[_Found]] = {}
    for run_id, question_id, instance, pk, asks, deleted, superseded, text, stored, raw in rows.iterator(
        chunk_size=_MESSAGES
    ):
        # Messages of older releases have no round: all of them are of the first.
        key = (run_id, (instance or 1) if question_id in repeated else 0, question_id)
        question = questions.get(question_id)
        if question is None or question.type in NON_ANSWERABLE:
            continue
        if asks:
            asked[key] = pk
            continue
        found = _Found(asking_in(raw) or asked.get(key, 0), pk, plain_text(text, stored), raw)
        if superseded:
            gone.setdefault(key, []).append(found)
        elif not deleted:
            before = newest.get(key)
            if before is None or before.asked <= found.asked:
                newest[key] = found
    return newest, gone


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
