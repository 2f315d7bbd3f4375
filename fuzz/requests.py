"""Requests that the OpenAPI document allows, and ones that it does not, as four roles and with ids that exist."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import schemathesis
from django.core.signals import got_request_exception
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.core.errors import InvalidSchema
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err, Result
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chat_api.lib.named_account import ACCOUNT
from fuzz.report import Clock, Report
from fuzz.world import ROLES, World

#: What every response is held to.
_CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
#: So many requests in turn go to one operation, and to one world.
_TURN: Final = 10
#: The wanted share of ids that exist, in tenths; the others are as they were generated.
_EXISTING: Final = 9

_NAMED_SEGMENT: Final = re.compile(r"(\w+)/\{pk\}")


def fuzz(first_seed: int, inputs: int, clock: Clock) -> Report:
    """Send up to `inputs` requests and report the responses that are not allowed."""
    report = Report("requests")
    with override_settings(ROOT_URLCONF="fuzz.urls"):
        schema = schemathesis.openapi.from_wsgi("/openapi", get_wsgi_application(), config=_configuration())
        operations = [_operation(found) for found in schema.get_all_operations()]
        raised: list[BaseException] = []

        def remember(**_: Any) -> None:
            raised.append(_current_exception())

        got_request_exception.connect(remember)
        try:
            turn = 0
            while report.inputs < inputs and not clock.is_over:
                world = World.create()
                for operation in operations:
                    if report.inputs >= inputs or clock.is_over:
                        break
                    turn += 1
                    sender = _sender(operation, world, report, raised)
                    _given(operation, sender, first_seed + turn, min(_TURN, inputs - report.inputs))()
        finally:
            got_request_exception.disconnect(remember)
    return report


def _configuration() -> SchemathesisConfig:
    config = SchemathesisConfig()
    config.projects.default.generation = GenerationConfig(modes=list(GenerationMode))
    return config


def _operation(found: Result[Any, InvalidSchema]) -> Any:
    if isinstance(found, Err):
        raise found.err()
    return found.ok()


def _current_exception() -> BaseException:
    error = sys.exc_info()[1]
    assert error is not None
    return error


def _given(operation: Any, send: Callable[..., None], number: int, examples: int) -> Callable[[], None]:
    """Return a function that sends `examples` requests to the operation."""
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, role=st.sampled_from(ROLES), choice=st.randoms(use_true_random=False))
    def send_one(case: Any, role: str, choice: Any) -> None:
        send(case, role, choice)

    return send_one


def _sender(operation: Any, world: World, report: Report, raised: list[BaseException]) -> Callable[..., None]:
    def send(case: Any, role: str, choice: Any) -> None:
        _put_ids_in(case, world, choice)
        _put_account_in(case, world.users.get(role), choice)
        report.inputs += 1
        raised.clear()
        headers = world.headers(role)
        try:
            response = case.call(headers=headers)
        except Exception as error:  # noqa: BLE001 (a finding, whatever it is)
            report.found(f"{operation.label}: {type(error).__name__}", traceback.format_exc())
            return
        report.answers[f"{response.status_code // 100}xx"] += 1
        if not _has_route(case):
            # It came to no view, or to another one: the host answers what no route of its own matches.
            return
        try:
            case.validate_response(response, checks=_CHECKS[: -1 if _selects(case) else None])
        except FailureGroup as group:
            for failure in group.exceptions:
                kind = f"{operation.label}: {response.status_code} {failure.title}"
                report.found(kind, _example(case, failure, response, raised))

    return send


def _has_route(case: Any) -> bool:
    """Return whether the path is one of the operation's: `schemas/{type}` with a number is one of another's."""
    try:
        found = resolve(unquote(urlsplit(case.as_transport_kwargs()["path"]).path))
    except Resolver404:
        return False
    named = {"pk" if name == "id" else name for name in case.path_parameters or {}}
    return not named or not named.isdisjoint(found.kwargs)


def _selects(case: Any) -> bool:
    """Return whether the client named the keys that it wants; all others are then missing, required or not."""
    return bool(str((case.query or {}).get("fields") or "").strip(","))


def _example(case: Any, failure: Any, response: Any, raised: list[BaseException]) -> str:
    where = "".join(traceback.format_exception(raised[-1])[-3:]) if raised else ""
    return f"{case.as_curl_command()}\n{failure.message}\n{response.text[:300]}\n{where}"


def _put_ids_in(case: Any, world: World, choice: Any) -> None:
    """Replace most ids of the case by those of rows that exist."""
    for name in list(case.path_parameters or {}):
        pool = world.pools.get(name) or world.pools.get(f"{_segment_before(case.path)}.{name}")
        if pool and choice.randrange(10) < _EXISTING:
            case.path_parameters[name] = choice.choice(pool)
    for container in (case.query, case.body):
        if isinstance(container, dict):
            for name in list(container):
                pool = world.pools.get(name)
                if pool and choice.randrange(10) < _EXISTING:
                    some = [choice.choice(pool) for _ in range(choice.randrange(3))]
                    container[name] = some if name in ("answers", "messages") else choice.choice(pool)


def _put_account_in(case: Any, user: Any, choice: Any) -> None:
    """Name the sender in most cases that name an account: of others, the views see nothing."""
    if isinstance(case.query, dict) and ACCOUNT in case.query and choice.randrange(10) < _EXISTING:
        if user is None:
            del case.query[ACCOUNT]
        else:
            case.query[ACCOUNT] = str(user.pk)


def _segment_before(path: str) -> str:
    found = _NAMED_SEGMENT.search(path)
    return found[1] if found else ""
