"""Search in the project's database, with the full-text search of PostgreSQL or FTS5 of SQLite.

The normalized texts are written with the message, in the same transaction; the generated column of PostgreSQL and the
triggers of SQLite (see the migration `search`) do the rest.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Final

from django.db import connections
from django.db.models import F, FloatField, Func, QuerySet, Value
from django.db.models.expressions import RawSQL

from chat_api.search.backends.base import RANK, RANKED_MAX, M, in_this_order
from chat_api.search.backends.table import TableBackend, in_batches
from chat_api.search.models import MessageSearch
from chat_api.search.query import Query, Term

#: With more threads than this, the FTS5 query does not list them: a longer query would take more time than it saves.
_NAMED_THREADS_MAX: Final = 1_000

_POSTGRES_IDS = """
SELECT message_id FROM chat_api_messagesearch
WHERE vector @@ %s::tsquery AND thread_id = ANY(%s)
"""
_POSTGRES_RANK = """
(SELECT ts_rank(found.vector, %(expressions)s::tsquery)
FROM chat_api_messagesearch found WHERE found.message_id = %(key)s)
"""
_SQLITE_IDS = "SELECT rowid FROM chatapi_messagesearch_fts WHERE chatapi_messagesearch_fts MATCH %s"


class DatabaseSearchBackend(TableBackend):
    """Search with an index in the database that is always in step with the messages.

    PostgreSQL and SQLite index the rows of the table immediately.
    """

    def remove(self, message_ids: Collection[int]) -> None:
        """Delete the documents."""
        for ids in in_batches(list(message_ids)):
            MessageSearch.objects.filter(message_id__in=ids).delete()

    def matching(
        self, messages: QuerySet[M], query: Query, *, thread_ids: Collection[int], ranked: bool = False
    ) -> QuerySet[M]:
        """Return the messages that match; if `ranked`, on SQLite, only the best RANKED_MAX."""
        if not query.terms or not thread_ids:
            return in_this_order(messages, [])
        if connections[messages.db].vendor == "sqlite":
            return _sqlite(messages, query, thread_ids, ranked)
        return _postgres(messages, query, thread_ids, ranked)


def _postgres(messages: QuerySet[M], query: Query, thread_ids: Collection[int], ranked: bool) -> QuerySet[M]:
    wanted = " & ".join(_postgres_term(term) for term in query.terms)
    found = messages.filter(pk__in=RawSQL(_POSTGRES_IDS, (wanted, list(thread_ids))))  # noqa: S611
    return found.annotate(**{RANK: _PostgresRank(Value(wanted), F("pk"))}) if ranked else found


def _postgres_term(term: Term) -> str:
    # Words consist of letters and digits, so there is nothing to escape. A letter precedes each, as in the column.
    words = [f"'w{word}'" for word in term.indexed]
    return "(" + " <-> ".join(words) + (":*)" if term.prefix else ")")


class _PostgresRank(Func):
    """The rank of the message with that primary key."""

    output_field: ClassVar[Any] = FloatField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        """Return the SQL, with the primary key as the surrounding query names it."""
        wanted, key = (compiler.compile(expression) for expression in self.get_source_expressions())
        sql = _POSTGRES_RANK % {"expressions": wanted[0], "key": key[0]}
        return sql, (*wanted[1], *key[1])


def _sqlite(messages: QuerySet[M], query: Query, thread_ids: Collection[int], ranked: bool) -> QuerySet[M]:
    terms = " AND ".join(_sqlite_term(term) for term in query.terms)
    wanted = f"{{text sender_name}} : ({terms})"
    if len(thread_ids) <= _NAMED_THREADS_MAX:
        named = " OR ".join(f'"{int(thread_id)}"' for thread_id in thread_ids)
        wanted = f"({wanted}) AND thread_id : ({named})"
    else:
        messages = messages.filter(thread_id__in=thread_ids)
    if not ranked:
        return messages.filter(pk__in=RawSQL(_SQLITE_IDS, (wanted,)))  # noqa: S611
    # FTS5 ranks only its own matches, not rows of another query.
    with connections[messages.db].cursor() as cursor:
        cursor.execute(f"{_SQLITE_IDS} ORDER BY rank LIMIT {RANKED_MAX}", [wanted])
        return in_this_order(messages, [row[0] for row in cursor.fetchall()])


def _sqlite_term(term: Term) -> str:
    return '"' + " ".join(term.indexed) + '"' + (" *" if term.prefix else "")
