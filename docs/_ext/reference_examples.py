"""Examples of the REST and socket references as reStructuredText; tests execute each of them.

The directive ``socket-examples`` inserts those of all ``commands``, or of all ``events``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from docutils import nodes
from rst_source import nodes_of
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from tests.docs.example_files import Example, dumped, names_in, paths_of, read


def operation_source(operation_id: str) -> Iterator[str]:
    """Yield the examples of a REST operation: for each a sentence, the request, the response."""
    for path in paths_of("rest", operation_id):
        example = read(path)
        yield from (f"Example: {example['title']}", "")
        yield from _block("http", _request_lines(example["request"]))
        yield from _block("http", _response_lines(example["response"]))


def socket_source(kind: str) -> Iterator[str]:
    """Yield the examples of all commands or events: a section for each, with the frames sent and received."""
    for name in sorted(names_in(kind)):
        title = f"``{name}``"
        yield from (title, "~" * len(title), "")
        for path in paths_of(kind, name):
            yield from _frames_source(read(path))


def _frames_source(example: Example) -> Iterator[str]:
    who = example["user"].title()
    yield from (example["title"], "")
    if "sent" in example:
        yield from (f"{who} sends:", "")
        yield from _block("json", dumped(example["sent"]).splitlines())
    if example["received"]:
        yield from (f"{who} receives:", "")
    for frame in example["received"]:
        yield from _block("json", dumped(frame).splitlines())


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


class SocketExamplesDirective(SphinxDirective):
    """Directive that inserts all examples of ``commands``, or of ``events``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        # No file of Sphinx's own says when an example changes, so every build reads them again.
        self.env.note_reread()
        return nodes_of(self, socket_source(self.arguments[0]), "socket examples")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("socket-examples", SocketExamplesDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
