"""Search in Elasticsearch 8 and 9, or OpenSearch.

A message is queued in the transaction that writes it: its row of `MessageSearch` is `pending`. After commit, a Celery
task sends pending rows, and rows that could not be sent wait for the next run; so a server that is down delays the
index and nothing else. A search returns ids, and the caller's queryset decides which of them are shown.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from rest_framework import status

from chat_api.lib.celery.wakeup import Waker
from chat_api.lib.db.write_plan import WritePlan
from chat_api.search.backends.base import (
    RANKED_MAX,
    Document,
    M,
    SearchUnavailable,
    in_this_order,
)
from chat_api.search.backends.elasticsearch.client import INDEX_SECONDS, SEARCH_SECONDS, ElasticClient
from chat_api.search.backends.elasticsearch.queries import INDEX, bulk_lines, search_body
from chat_api.search.backends.table import TableBackend, in_batches, microseconds_now
from chat_api.search.models import MessageSearch
from chat_api.search.query import Query
from chat_api.settings import chat_settings

logger = logging.getLogger("chat_api.search")

WAKER: Final = Waker("chat_api.tasks.index_messages")

#: How many of the newest matches a search considers; servers return at most 10,000 by default.
_NEWEST_MAX: Final = 10_000
_BATCH: Final = 500
#: How many batches one run of the task sends at most; the next run continues.
_BATCHES_MAX: Final = 1_000


class ElasticsearchBackend(TableBackend):
    """Search with an index at `ELASTICSEARCH_URL`, slightly behind the messages."""

    queues = True

    def __init__(self) -> None:
        url = chat_settings.ELASTICSEARCH_URL
        if not url:
            raise ImproperlyConfigured(
                'CHAT_SETTINGS["ELASTICSEARCH_URL"] is needed to search in Elasticsearch.'
            )
        self._client = ElasticClient(url)
        self._index = f"chat_api-messages-{chat_settings.ELASTICSEARCH_PREFIX}"

    def index(self, documents: Sequence[Document]) -> None:
        """Queue the documents; a worker sends them after commit."""
        super().index(documents)
        WAKER.wake_after_commit()

    def index_with(self, plan: WritePlan, documents: Sequence[Document]) -> None:
        """Queue the documents with the plan; a worker sends them after commit."""
        super().index_with(plan, documents)
        WAKER.wake_after_commit()

    def remove(self, message_ids: Collection[int]) -> None:
        """Queue their removal; a worker sends it after commit."""
        for ids in in_batches(list(message_ids)):
            MessageSearch.objects.filter(message_id__in=ids).update(
                removed=True, text="", sender_name="", pending=microseconds_now()
            )
        WAKER.wake_after_commit()

    def matching(
        self, messages: QuerySet[M], query: Query, *, thread_ids: Collection[int], ranked: bool = False
    ) -> QuerySet[M]:
        """Return the indexed messages that match: the best RANKED_MAX, or the newest 10,000.

        Raises `SearchUnavailable` if the server does not respond within 2 seconds.
        """
        if not query.terms or not thread_ids:
            return in_this_order(messages, [])
        most = RANKED_MAX if ranked else _NEWEST_MAX
        body = search_body(query, thread_ids=thread_ids, ranked=ranked, most=most)
        ids = self._ids(body)
        return in_this_order(messages, ids) if ranked else messages.filter(pk__in=ids)

    def _ids(self, body: dict[str, Any]) -> list[int]:
        try:
            code, answer = self._client.call(
                "POST",
                f"/{self._index}/_search",
                body=body,
                # The index does not exist before the first message.
                params={"ignore_unavailable": "true"},
                seconds=SEARCH_SECONDS,
            )
            if code != status.HTTP_200_OK or answer.get("timed_out") or answer["_shards"]["failed"]:
                raise SearchUnavailable(f"Responded with {code}: {str(answer)[:500]}")
            return [int(hit["_id"]) for hit in answer["hits"]["hits"]]
        except SearchUnavailable as error:
            logger.warning("Messages could not be searched: %s", error.reason)
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            logger.warning("Messages could not be searched: the response is invalid", exc_info=True)
            raise SearchUnavailable("The response is invalid") from error

    def catch_up(self) -> int:
        """Send queued messages and return their number. Stop early if the server is down."""
        sent, after = 0, 0
        for _ in range(_BATCHES_MAX):
            pending = MessageSearch.objects.filter(pending__isnull=False, pk__gt=after).order_by("pk")
            batch = list(pending[:_BATCH])
            if not batch:
                break
            try:
                if not sent:
                    self._create_index()
                sent += self._send(batch)
            except SearchUnavailable as error:
                logger.warning("Messages are waiting to be indexed: %s", error.reason)
                break
            after = batch[-1].pk
        return sent

    def _create_index(self) -> None:
        """Create the index if it is missing; one that the server creates itself would tokenize texts differently."""
        code, _ = self._client.call("GET", f"/{self._index}/_mapping", seconds=INDEX_SECONDS)
        if code == status.HTTP_404_NOT_FOUND:
            code, answer = self._client.call("PUT", f"/{self._index}", body=INDEX, seconds=INDEX_SECONDS)
            # Another worker may have been first.
            if code == status.HTTP_400_BAD_REQUEST and "resource_already_exists" in str(answer):
                return
        if code != status.HTTP_200_OK:
            raise SearchUnavailable(f"The index could not be created: {code}")

    def _send(self, batch: Sequence[MessageSearch]) -> int:
        code, answer = self._client.call(
            "POST", "/_bulk", lines=bulk_lines(batch, self._index), seconds=INDEX_SECONDS
        )
        try:
            results = [next(iter(item.values())) for item in answer["items"]]
            codes = {int(result["_id"]): int(result["status"]) for result in results}
        except (AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
            raise SearchUnavailable(f"Responded with {code}: {str(answer)[:500]}") from error
        done = [row for row in batch if _is_done(row, codes)]
        late = [row for row in batch if codes.get(row.message_id) == status.HTTP_409_CONFLICT]
        self._note(done, late)
        left = len(batch) - len(done) - len(late)
        if left:
            logger.warning("%d messages could not be indexed: %s", left, str(answer)[:500])
        if left and not done:
            raise SearchUnavailable("No message of a batch was accepted")
        return len(done)

    def _note(self, done: Sequence[MessageSearch], late: Sequence[MessageSearch]) -> None:
        """Record what the index contains; a row that was written in the meantime stays pending."""
        for removed in (False, True):
            part = [row for row in done if row.removed is removed]
            same = MessageSearch.objects.filter(
                pk__in=[row.pk for row in part], pending__in={row.pending for row in part}, removed=removed
            )
            same.delete() if removed else same.update(pending=None)
        if late:
            # The index has a newer version: the row was written in the meantime, or clocks differ. In both cases,
            # give it a newer version and send it again.
            same = MessageSearch.objects.filter(
                pk__in=[row.pk for row in late], pending__in={row.pending for row in late}
            )
            same.update(pending=microseconds_now())


def _is_done(row: MessageSearch, codes: dict[int, int]) -> bool:
    code = codes.get(row.message_id, 0)
    return 200 <= code < 300 or (row.removed and code == status.HTTP_404_NOT_FOUND)
