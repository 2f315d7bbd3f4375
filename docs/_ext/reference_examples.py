"""Examples of the REST and socket references as reStructuredText; tests/docs carries each of them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from tests.docs.example_files import Example, dumped, paths_of, read


def operation_source(operation_id: str) -> Iterator[str]:
    """Yield the examples of an operation: for each a sentence, the request, the response."""
    for path in paths_of("rest", operation_id):
        example = read(path)
        yield from (f"Example: {example['title']}", "")
        yield from _block("http", _request_lines(example["request"]))
        yield from _block("http", _response_lines(example["response"]))


def _request_lines(request: Example) -> Iterator[str]:
    yield f"{request['method']} {request['path']} HTTP/1.1"
    if "body" in request:
        yield from ("Content-Type: application/json", "", *dumped(request["body"]).splitlines())


def _response_lines(response: Example) -> Iterator[str]:
    status = HTTPStatus(response["status"])
    yield f"HTTP/1.1 {status.value} {status.phrase}"
    yield from (f"{name}: {value}" for name, value in response["headers"].items())
    if "body" in response:
        yield from ("", *dumped(response["body"]).splitlines())
    elif "text" in response:
        yield from ("", *response["text"].splitlines())


def _block(language: str, lines: Iterable[str]) -> Iterator[str]:
    yield from (f".. code-block:: {language}", "")
    yield from (f"   {line}".rstrip() for line in lines)
    yield ""


def frame_source(frame: Any) -> Iterator[str]:
    """Yield a frame of the socket."""
    yield from _block("json", dumped(frame).splitlines())
