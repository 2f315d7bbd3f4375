"""A fake Elasticsearch in a thread: few calls, strict about requests, and able to fail like a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ANALYZED = {"type": "text", "analyzer": "whitespace"}
ROW_KEYS = {"message_id", "thread_id", "text", "sender_name"}


class Refused(Exception):
    """The error response to an invalid call."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass
class FakeElastic:
    """The indexes, and the behaviour of the server."""

    url: str = ""
    indexes: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Versions by index and id, also of deleted documents.
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    #: "up", "slow" (answers after 5 s), "trickling" (a byte at a time), "busy" (429), "broken" (no JSON),
    #: "partial" (a shard failed), "full" (each item of a bulk is refused).
    mood: str = "up"
    lock: Any = field(default_factory=threading.RLock)
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, method: str, target: str, kind: str, body: bytes) -> tuple[int, Any]:
        """Return the status and the JSON."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        parts = path.strip("/").split("/")
        self.calls.append((method, path))
        with self.lock:
            if (method, path) == ("POST", "/_bulk"):
                need(kind == "application/x-ndjson", "a bulk is NDJSON")
                return 200, self._bulk(body)
            need(kind == "application/json", "the body is JSON")
            name, *rest = parts
            need(name == name.lower() and name[0] not in "-_+", "invalid_index_name_exception")
            if method == "PUT" and not rest:
                return self._make(name, json.loads(body))
            if method == "GET" and rest == ["_mapping"]:
                return (200, {name: {}}) if name in self.indexes else (404, {"error": "index_not_found"})
            if method == "POST" and rest == ["_search"]:
                return self._search(name, query, json.loads(body))
        raise Refused(405, f"{method} {path}")

    def _make(self, name: str, body: Any) -> tuple[int, Any]:
        if name in self.indexes:
            raise Refused(400, "resource_already_exists_exception")
        properties = body["mappings"]["properties"]
        need(body.keys() == {"mappings"} and properties.keys() == ROW_KEYS, "unknown mapping")
        need(properties["text"] == properties["sender_name"] == ANALYZED, "unknown analyzer")
        need(properties["message_id"] == {"type": "long"}, "no sorting by text")
        self.indexes[name] = {}
        return 200, {"acknowledged": True, "index": name}

    def _bulk(self, body: bytes) -> Any:
        need(body.endswith(b"\n"), "The bulk request must be terminated by a newline")
        lines = iter([json.loads(line) for line in body.splitlines()])
        items = []
        for action in lines:
            ((kind, target),) = action.items()
            need(kind in ("index", "delete"), f"unknown action {kind}")
            need(target.keys() == {"_index", "_id", "version", "version_type"}, "unknown parameter")
            need(target["version_type"] == "external_gte", "unknown version type")
            need(isinstance(target["_id"], str) and isinstance(target["version"], int), "wrong type")
            row = next(lines) if kind == "index" else None
            items.append({kind: {"_id": target["_id"], "status": self._write(target, row)}})
        return {
            "took": 1,
            "errors": any(next(iter(i.values()))["status"] > 299 for i in items),
            "items": items,
        }

    def _write(self, target: dict[str, Any], row: Any) -> int:
        if self.mood == "full":
            return 429
        need(target["_index"] in self.indexes, "the index would make itself, with any mapping")
        rows, key = self.indexes[target["_index"]], (target["_index"], target["_id"])
        if target["version"] < self.versions.get(key, 0):
            return 409
        self.versions[key] = target["version"]
        if row is None:
            return 404 if rows.pop(target["_id"], None) is None else 200
        need(row.keys() == ROW_KEYS and str(row["message_id"]) == target["_id"], "strict_dynamic_mapping")
        created = target["_id"] not in rows
        rows[target["_id"]] = row
        return 201 if created else 200

    def _search(self, name: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if name not in self.indexes:
            need(query == {"ignore_unavailable": ["true"]}, "index_not_found_exception", 404)
        need(body.keys() == {"size", "_source", "track_total_hits", "sort", "query"}, "unknown key")
        need(body["size"] <= 10_000, "Result window is too large")
        bool_ = only(body["query"], "bool")
        need(bool_.keys() == {"filter", "must"}, "unknown key of bool")
        threads = only(only(bool_["filter"][0], "terms"), "thread_id")
        need(len(threads) <= 65_536, "too many terms")
        found, wanted = [], set(threads)
        for key, row in self.indexes.get(name, {}).items():
            if row["thread_id"] not in wanted:
                continue
            scores = [score(row, clause) for clause in bool_["must"]]
            if all(scores):
                found.append((sum(scores), row["message_id"], key))
        need(body["sort"] in ([{"message_id": "desc"}], ["_score", {"message_id": "desc"}]), "unknown sort")
        if "_score" not in body["sort"]:
            found = [(0, number, key) for _, number, key in found]
        found.sort(reverse=True)
        hits = [{"_index": name, "_id": key} for _, _, key in found[: body["size"]]]
        failed = 1 if self.mood == "partial" else 0
        return 200, {"timed_out": False, "_shards": {"total": 1, "failed": failed}, "hits": {"hits": hits}}


def need(holds: bool, reason: str, status: int = 400) -> None:
    """Refuse the call if the condition is false."""
    if not holds:
        raise Refused(status, reason)


def only(value: Any, key: str) -> Any:
    """Return the single value of a clause."""
    need(isinstance(value, dict) and value.keys() == {key}, f"[{key}] expected, not {value}")
    return value[key]


def score(row: dict[str, Any], clause: Any) -> float:
    """Return the score of the row; 0 if it does not match."""
    bool_ = only(clause, "bool")
    need(bool_.keys() == {"should", "minimum_should_match"}, "unknown key of bool")
    return sum(score_of_clause(row, clause) for clause in bool_["should"])


def score_of_clause(row: dict[str, Any], clause: Any) -> float:
    ((kind, inside),) = clause.items()
    ((name, how),) = inside.items()
    need(name in ("text", "sender_name"), f"no such text field: {name}")
    words = row[name].split()
    boost = how.get("boost", 1.0)
    if kind in ("term", "prefix"):
        need(how.keys() - {"boost"} == {"value"}, "unknown key")
        if kind == "term":
            return float(boost * words.count(how["value"]) / (1 + len(words)))
        return float(any(word.startswith(how["value"]) for word in words)) * 0.01
    need(kind in ("match_phrase", "match_phrase_prefix"), f"unknown query [{kind}]")
    need(how.keys() - {"boost", "max_expansions"} == {"query"}, "unknown key")
    *first, last = how["query"].split()
    places = range(len(words) - len(first))
    ends = (words[place + len(first)] for place in places if words[place : place + len(first)] == first)
    matches = [end for end in ends if (end.startswith(last) if "prefix" in kind else end == last)]
    return float(boost * len(matches) / (1 + len(words)))


@contextmanager
def running() -> Iterator[FakeElastic]:
    """Run a server on a free port."""
    fake = FakeElastic()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if fake.mood == "slow":
                fake.closing.wait(5)
            try:
                if fake.mood == "busy":
                    raise Refused(429, "circuit_breaking_exception")
                status, shown = fake.answer(self.command, self.path, self.headers["Content-Type"], body)
            except Refused as refused:
                status, shown = (
                    refused.status,
                    {"error": {"reason": refused.reason}, "status": refused.status},
                )
            sent = b"<html>" if fake.mood == "broken" else json.dumps(shown).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.send_slowly(sent) if fake.mood == "trickling" else self.wfile.write(sent)

        def send_slowly(self, sent: bytes) -> None:
            for byte in sent:
                if fake.closing.wait(0.3):
                    return
                self.wfile.write(bytes([byte]))

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815

        def log_message(self, *arguments: Any) -> None:
            """Log nothing."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (BrokenPipeError, ConnectionError):
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
