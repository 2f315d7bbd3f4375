"""What Elasticsearch is told: how messages are indexed and how a query is asked. Nothing in it is a query string."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from chat_api.search.models import MessageSearch
from chat_api.search.query import Query, Term

#: A word typed and a phrase weigh as the database's search has it: the text before the name.
_FIELDS: Final = {"text": 2.0, "sender_name": 1.0}
#: In how many ways the beginning of a word that ends a phrase may go on.
_EXPANSIONS: Final = 1_000

#: The texts come folded, as words with blanks between them.
INDEX: Final[dict[str, Any]] = {
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "message_id": {"type": "long"},
            "thread_id": {"type": "integer"},
            **{name: {"type": "text", "analyzer": "whitespace"} for name in _FIELDS},
        },
    }
}


def search_body(query: Query, *, thread_ids: Collection[int], ranked: bool, most: int) -> dict[str, Any]:
    """Give the body of `_search`: the ids of the best, or of the newest messages of those threads that match."""
    return {
        "size": most,
        "_source": False,
        "track_total_hits": False,
        "sort": [*(["_score"] if ranked else []), {"message_id": "desc"}],
        "query": {
            "bool": {
                "filter": [{"terms": {"thread_id": list(thread_ids)}}],
                "must": [_term(term) for term in query.terms],
            }
        },
    }


def bulk_lines(rows: Sequence[MessageSearch], index: str) -> list[Any]:
    """Give the lines of `_bulk` that bring the index to what the rows say, each row as new as it is."""
    lines: list[Any] = []
    for row in rows:
        # The time of the change is its version, so that of two workers the one who is late changes nothing.
        target = {
            "_index": index,
            "_id": str(row.message_id),
            "version": row.pending,
            "version_type": "external_gte",
        }
        if row.removed:
            lines.append({"delete": target})
            continue
        lines.append({"index": target})
        lines.append(
            {
                "message_id": row.message_id,
                "thread_id": row.thread_id,
                "text": row.text,
                "sender_name": row.sender_name,
            }
        )
    return lines


def _term(term: Term) -> dict[str, Any]:
    ways = [way for name, weight in _FIELDS.items() for way in _ways(name, weight, term)]
    return {"bool": {"should": ways, "minimum_should_match": 1}}


def _ways(name: str, weight: float, term: Term) -> list[dict[str, Any]]:
    words = " ".join(term.indexed)
    if len(term.words) > 1:
        kind = "match_phrase_prefix" if term.prefix else "match_phrase"
        more = {"max_expansions": _EXPANSIONS} if term.prefix else {}
        return [{kind: {name: {"query": words, "boost": weight, **more}}}]
    whole = {"term": {name: {"value": words, "boost": weight}}}
    return [whole, {"prefix": {name: {"value": words}}}] if term.prefix else [whole]
