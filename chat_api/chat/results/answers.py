"""The answers of runs, from the messages of their members."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, NamedTuple

from django.db.models import F, Q

from chat_api.chat.message_rows import asking_in
from chat_api.chat.models import Message, MessageAnswer
from chat_api.chat.results.columns import Said
from chat_api.engine.given_answers import given_from_json
from chat_api.engine.script import NON_ANSWERABLE, Script
from chat_api.schemas.typed_choices import plain_text

#: The number of messages read at a time.
_MESSAGES: Final = 2_000

#: The ids of a run and a question.
Key = tuple[int, int]


class _Newest(NamedTuple):
    #: The id of the message that asked.
    asked: int
    pk: int
    text: str
    raw: Any


def answers_of(run_ids: Collection[int], script: Script, *, using: str) -> dict[Key, Said]:
    """Return the newest answer to each question of each run, without deleted and superseded messages.

    The newest one is that to the latest asking: a corrected answer takes the place of the one that it corrects. Takes
    one query, and one more if the script has choices; not all messages are in memory at a time.
    """
    newest = _newest(run_ids, script, using=using)
    chosen: dict[int, list[int]] = {}
    if script.answers_by_id:
        wanted = {found.pk for found in newest.values()}
        links = MessageAnswer.objects.using(using).filter(message__run_id__in=run_ids, message__deleted=False)
        rows = links.order_by("pk").values_list("message_id", "answer_id")
        for pk, answer_id in rows.iterator(chunk_size=_MESSAGES):
            if pk in wanted:
                chosen.setdefault(pk, []).append(answer_id)
    return {
        key: _said(script, key[1], found, tuple(chosen.get(found.pk, ()))) for key, found in newest.items()
    }


def _newest(run_ids: Collection[int], script: Script, *, using: str) -> dict[Key, _Newest]:
    rows = (
        Message.all_objects.using(using)
        .filter(Q(asks=True) | Q(sender_id=F("run__user_thread__user_id")), run_id__in=run_ids)
        .filter(related_question__isnull=False)
        .order_by("run_id", "pk")
        .values_list("run_id", "related_question_id", "pk", "asks", "deleted", "superseded", "text", "reply")
    )
    asked: dict[Key, int] = {}
    newest: dict[Key, _Newest] = {}
    for run_id, question_id, pk, asks, deleted, superseded, text, raw in rows.iterator(chunk_size=_MESSAGES):
        key = (run_id, question_id)
        question = script.questions_by_id.get(question_id)
        if question is None or question.type in NON_ANSWERABLE:
            continue
        if asks:
            asked[key] = pk
        elif not deleted and not superseded:
            asking = asking_in(raw) or asked.get(key, 0)
            before = newest.get(key)
            if before is None or before.asked <= asking:
                newest[key] = _Newest(asking, pk, text, raw)
    return newest


def _said(script: Script, question_id: int, found: _Newest, linked: tuple[int, ...]) -> Said:
    given = given_from_json(script.questions_by_id[question_id], found.raw)
    # Hosts can choose that not all of the chosen answers are linked.
    chosen = linked if given is None or not given.chosen else given.chosen
    return Said(plain_text(found.text), given, chosen)
