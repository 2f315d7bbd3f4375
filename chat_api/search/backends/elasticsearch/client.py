"""A REST client for Elasticsearch and OpenSearch. Each call has one deadline for everything."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rest_framework import status

from chat_api.search.backends.base import SearchUnavailable

if TYPE_CHECKING:
    import httpx

#: Seconds for a search including the transfer of its response, so that our own response takes less than two.
SEARCH_SECONDS: Final = 1.8
#: Seconds for indexing a batch of messages.
INDEX_SECONDS: Final = 30.0
#: The largest response in bytes; none of our requests leads to a larger one.
_ANSWER_MAX: Final = 64 * 2**20
_CALLS_AT_ONCE: Final = 16

Answer = tuple[int, Any]


class ElasticClient:
    """A client for the server at one URL."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        lines: list[Any] | None = None,
        params: Mapping[str, str] | None = None,
        seconds: float,
    ) -> Answer:
        """Return the status and the JSON of the response; `lines` are sent as a body with one JSON value per line.

        Raises `SearchUnavailable` if there is no response within `seconds`, or if it is not JSON or reports that the
        server is too busy.
        """
        headers = {"Content-Type": "application/json" if lines is None else "application/x-ndjson"}
        sent = _encoded(body) if lines is None else b"".join(_encoded(line) + b"\n" for line in lines)
        deadline = time.monotonic() + seconds
        # Use a thread, because socket timeouts end neither a slow name lookup nor a response that trickles in.
        future: Future[Answer] = _kept().threads.submit(
            self._send, method, self._url + path, sent, headers, params, deadline
        )
        try:
            code, answer = future.result(timeout=seconds)
        except FutureTimeout:
            future.cancel()
            raise SearchUnavailable(f"No response within {seconds} s") from None
        if code == status.HTTP_429_TOO_MANY_REQUESTS or code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
            raise SearchUnavailable(f"Responded with {code}")
        return code, answer

    def _send(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        deadline: float,
    ) -> Answer:
        import httpx

        client = _kept().client
        left = deadline - time.monotonic()
        if left <= 0:
            raise SearchUnavailable("Too many calls at once")
        try:
            with client.stream(
                method, url, content=body, headers=headers, params=params, timeout=left
            ) as response:
                parts, length = [], 0
                for part in response.iter_bytes():
                    parts.append(part)
                    length += len(part)
                    if time.monotonic() > deadline or length > _ANSWER_MAX:
                        raise SearchUnavailable("The response takes too long")
                return response.status_code, json.loads(b"".join(parts) or b"null")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise SearchUnavailable(f"{type(error).__name__}: {error}") from error
        except ValueError as error:
            raise SearchUnavailable("The response is not JSON") from error


def _encoded(value: Any) -> bytes:
    return b"" if value is None else json.dumps(value, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class _Kept:
    """The connections and threads that are kept between calls."""

    process: int
    client: httpx.Client
    threads: ThreadPoolExecutor


_all_kept: Final[list[_Kept]] = []
_keeping: Final = threading.Lock()


def _kept() -> _Kept:
    """Return the connections and threads of this process; those from before a fork cannot be used after it."""
    import httpx

    with _keeping:
        if not _all_kept or _all_kept[0].process != os.getpid():
            threads = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="chat_api.search")
            limits = httpx.Limits(max_connections=_CALLS_AT_ONCE, max_keepalive_connections=_CALLS_AT_ONCE)
            _all_kept[:] = [_Kept(os.getpid(), httpx.Client(limits=limits), threads)]
        return _all_kept[0]
