"""Request bodies for Elasticsearch: the mapping, indexing and queries. None of them uses query string syntax."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from chat_api.search.models import MessageSearch
from chat_api.search.query import Query, Term

#: The weights of the fields, as in the search of the database: the text before the sender's name.
_FIELDS: Final = {"text": 2.0, "sender_name": 1.0}
#: How many words a prefix at the end of a phrase can expand to.
_EXPANSIONS: Final = 1_000

#: The texts are normalized words separated by spaces.
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
    """Return the body of `_search` for the ids of the best, or the newest, matching messages of those threads."""
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
    """Return the lines of `_bulk` that update the index from the rows, each with its version."""
    lines: list[Any] = []
    for row in rows:
        # The time of the change is its version, so that a worker that is late changes nothing.
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
    clauses = [clause for name, weight in _FIELDS.items() for clause in _clauses(name, weight, term)]
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _clauses(name: str, weight: float, term: Term) -> list[dict[str, Any]]:
    words = " ".join(term.indexed)
    if len(term.words) > 1:
        kind = "match_phrase_prefix" if term.prefix else "match_phrase"
        more = {"max_expansions": _EXPANSIONS} if term.prefix else {}
        return [{kind: {name: {"query": words, "boost": weight, **more}}}]
    whole = {"term": {name: {"value": words, "boost": weight}}}
    return [whole, {"prefix": {name: {"value": words}}}] if term.prefix else [whole]
