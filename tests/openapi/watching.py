"""Compare every response that an in-process client of the suite receives with the OpenAPI document.

tests/conftest.py calls `watch` once per process. A mismatch fails the test at its request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.test import AsyncClient, Client

from chat_api.lib.rest.views import ChatAPIView
from chat_api.settings import chat_settings
from tests.openapi.documents import METHODS, Operation, operation
from tests.openapi.schemas import Validator, problems, validator

#: Operation and status of every response until now.
MET: Final[set[tuple[str, str]]] = set()
_state: Final = {"unwatched": 0}


class Undescribed(AssertionError):
    """A response that the document does not describe."""


def watch() -> None:
    """Watch every in-process client from now on."""
    in_sync, in_async = Client.request, AsyncClient.request

    def request(self: Any, **request: Any) -> Any:
        response = in_sync(self, **request)
        compare(response.wsgi_request, response)
        return response

    async def request_async(self: Any, **request: Any) -> Any:
        response = await in_async(self, **request)
        compare(response.asgi_request, response)
        return response

    # Not reached if the view raised and the client raises it again.
    Client.request = request  # type: ignore[method-assign]
    AsyncClient.request = request_async  # type: ignore[method-assign]


@contextmanager
def unwatched(reason: str) -> Iterator[None]:
    """Skip responses that no document can describe; `reason` says why."""
    assert reason
    _state["unwatched"] += 1
    try:
        yield
    finally:
        _state["unwatched"] -= 1


def compare(request: Any, response: Any) -> None:
    """Raise `Undescribed` if the response does not match the document."""
    view = _view_of(request)
    if view is None or _state["unwatched"]:
        return
    method = "GET" if request.method == "HEAD" else request.method
    if method == "OPTIONS":
        return
    described = operation(view, method)
    status = str(response.status_code)
    if described is None:
        if method in METHODS and response.status_code < 400:
            raise Undescribed(f"{method} {request.path} is {status}, and the document has no such operation.")
        return
    if status not in described.responses:
        raise Undescribed(f"{described.name}: {status} is not declared: {_start_of(response)}")
    if request.method != "HEAD":
        _compare_body(described, status, request, response)
    MET.add((described.name, status))


def _view_of(request: Any) -> type | None:
    match = getattr(request, "resolver_match", None)
    view = getattr(getattr(match, "func", None), "cls", None)
    return view if isinstance(view, type) and issubclass(view, ChatAPIView) else None


def _compare_body(described: Operation, status: str, request: Any, response: Any) -> None:
    content = described.responses[status].get("content", {})
    if not content:
        if not response.streaming and response.content:
            raise Undescribed(f"{described.name}: {status} is declared without a body: {_start_of(response)}")
        return
    kind = response.get("Content-Type", "").split(";")[0]
    if kind == "text/html" and getattr(getattr(response, "accepted_renderer", None), "format", "") == "api":
        return
    if kind not in content and "*/*" not in content:
        raise Undescribed(
            f"{described.name}: {status} has the content type {kind}; declared are {', '.join(content)}."
        )
    if kind != "application/json" or kind not in content:
        return
    wrong = problems(
        _validator(described_key(described), described, status, _is_partial(request)),
        json.loads(response.content),
    )
    if wrong:
        raise Undescribed(f"{described.name}: {status} is not as described:\n  " + "\n  ".join(wrong[:20]))


def described_key(described: Operation) -> int:
    """Return a key that differs for operations generated under different settings."""
    return id(described)


_validators: Final[dict[tuple[int, str, bool], Validator]] = {}


def _validator(key: int, described: Operation, status: str, partial: bool) -> Validator:
    # `documents` never frees an operation, so its id stays unique.
    found = _validators.get((key, status, partial))
    if found is None:
        schema = described.responses[status]["content"]["application/json"]["schema"]
        found = _validators[key, status, partial] = validator(schema, described.components, partial=partial)
    return found


def _is_partial(request: Any) -> bool:
    """Return whether the response has only some fields, because of the request or of the settings."""
    return bool(request.GET.get("fields")) or limits_fields()


def limits_fields() -> bool:
    """Return whether settings of the host limit the fields of objects, at every level."""
    by_type = chat_settings.OPTIMIZATIONS_BY_THREAD_TYPE.values()
    limited = any("LIMIT_FIELDS_TO" in switches for switches in by_type)
    return limited or chat_settings.WS_THREAD_FIELDS is not None


def _start_of(response: Any) -> str:
    return "a stream" if response.streaming else response.content[:300].decode(errors="replace")
