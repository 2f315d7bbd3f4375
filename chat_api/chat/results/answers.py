"""The answers of runs, from the messages of their members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q

from chat_api.chat.models import Message
from chat_api.chat.results.messages import (
    COLUMNS,
    MESSAGES,
    Key,
    MessageRow,
    SortedMessages,
    links_of,
    messages_of,
)
from chat_api.engine.script import Script
from chat_api.schemas.results.columns import Said


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of runs, by run, round and question.

    `standing` has the one that counts, unless it is hidden, `superseded` those that it or another correction has
    replaced, oldest first.
    """

    standing: Mapping[Key, Said]
    superseded: Mapping[Key, list[Said]]


def answers_of(run_ids: Collection[int], scripts: Iterable[Script], *, using: str) -> Answers:
    """Return the newest answers to the questions of the scripts in the runs, and those that corrections superseded.

    The newest one is that to the latest asking: a corrected answer takes the place of the one that it corrects. Answers
    that are deleted, and not superseded, are left out. Takes one query, and one more if there are choices; not all
    messages are in memory at a time.
    """
    found = SortedMessages(scripts)
    messages = messages_of(Q(run_id__in=run_ids), using=using).order_by("run_id", "pk")
    for row in messages.values_list(*COLUMNS).iterator(chunk_size=MESSAGES):
        found.add(MessageRow(*row))
    chosen: dict[int, list[int]] = {}
    if found.has_choices:
        wanted = {each.pk for each in found.newest.values()}
        wanted.update(each.pk for several in found.superseded.values() for each in several)
        links = links_of(Q(message__run_id__in=run_ids), using=using).order_by("pk")
        for pk, answer_id in links.values_list("message_id", "answer_id").iterator(chunk_size=MESSAGES):
            if pk in wanted:
                chosen.setdefault(pk, []).append(answer_id)
    return Answers(
        {key: found.said(key, each, chosen) for key, each in found.newest.items()},
        {
            key: [found.said(key, each, chosen) for each in several]
            for key, several in found.superseded.items()
        },
    )


def superseded_in(schema_ids: Collection[int], *, using: str) -> set[int]:
    """Return the ids of the questions of which an answer was superseded in a run of the schemas. One query."""
    said = Message.all_objects.using(using).filter(
        superseded=True, asks=False, run__schema__in=schema_ids, sender_id=F("run__user_thread__user_id")
    )
    found = said.order_by().values_list("related_question_id", flat=True).distinct()
    return {pk for pk in found if pk is not None}
