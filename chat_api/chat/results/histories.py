"""The questions that runs have asked and the answers of their members, streamed run by run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q

from chat_api.chat.results.messages import (
    COLUMNS,
    MESSAGES,
    Asking,
    Key,
    MessageRow,
    SortedMessages,
    links_of,
    messages_of,
)
from chat_api.engine.script import Script
from chat_api.schemas.results.columns import Said
from chat_api.schemas.results.streams import NewestFirst


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


@dataclass(frozen=True, slots=True)
class RunHistory:
    """The answers of a run that count, unless they are hidden, and what it has asked, in the order of the messages."""

    standing: Mapping[Key, Said] = field(default_factory=dict)
    asked: Sequence[Asked] = ()


class Histories:
    """The histories of the runs of scripts (by id of the schema), looked up newest run first.

    Takes one query, and one more if there are choices, however many runs there are: messages are streamed. Only runs
    with ids above `after` are there.
    """

    def __init__(self, scripts: Mapping[int, Script], *, after: int, using: str) -> None:
        self._sorted = {pk: SortedMessages([script]) for pk, script in scripts.items()}
        of_runs = Q(run__schema__in=[*scripts], run_id__gt=after)
        messages = messages_of(of_runs, using=using).order_by("-run_id", "pk").values_list(*COLUMNS)
        self._messages = NewestFirst(_by_run(messages.iterator(chunk_size=MESSAGES)))
        links: Iterator[tuple[int, int, int]] = iter(())
        if any(each.has_choices for each in self._sorted.values()):
            of_links = Q(message__run__schema__in=[*scripts], message__run_id__gt=after)
            chosen = links_of(of_links, using=using).order_by("-message__run_id", "pk")
            columns = chosen.values_list("message__run_id", "message_id", "answer_id")
            links = columns.iterator(chunk_size=MESSAGES)
        self._links = NewestFirst(_by_run(links))

    def get(self, run_id: int, schema_id: int) -> RunHistory:
        """Return the history of a run, whose id is below those looked up before."""
        messages, found = self._messages.get(run_id), self._sorted[schema_id]
        if messages is None:
            return RunHistory()
        found.clear()
        for row in messages:
            found.add(MessageRow(*row))
        chosen: dict[int, list[int]] = {}
        for _, pk, answer_id in self._links.get(run_id) or ():
            chosen.setdefault(pk, []).append(answer_id)
        return RunHistory(
            {key: found.said(key, each, chosen) for key, each in found.newest.items()},
            [_asked(asking, found, chosen) for asking in found.askings.values()],
        )


def _by_run(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    for run_id, of_run in groupby(rows, key=itemgetter(0)):
        yield run_id, [*of_run]


def _asked(asking: Asking, found: SortedMessages, chosen: Mapping[int, list[int]]) -> Asked:
    answer, (_, number, question_id) = asking.answer, asking.key
    said = None if answer is None else found.said(asking.key, answer, chosen)
    seconds = None if answer is None else max(0.0, (answer.created - asking.created).total_seconds())
    return Asked(number, question_id, asking.is_deleted, asking.is_superseded, said, seconds)
