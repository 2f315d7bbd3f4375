"""The OpenAPI document, one operation at a time, under the settings of the running test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar
from unittest import mock

from django.conf import settings as django_settings
from drf_spectacular.generators import SchemaGenerator

from chat_api import api_urls
from chat_api.lib.rest.views import ChatAPIView
from chat_api.settings import DEFAULTS, ChatSettings

T = TypeVar("T")
Schema = dict[str, Any]
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document: its path and method, its responses, and the components they reference."""

    path: str
    method: str
    responses: Schema
    components: Schema

    @property
    def name(self) -> str:
        """Return method and path, for people to read."""
        return f"{self.method} {self.path}"


class _OneOperation(SchemaGenerator):
    """Generator for the document of one endpoint of the library, without a prefix."""

    def __init__(self, endpoint: Any) -> None:
        super().__init__(patterns=api_urls.urlpatterns)
        self._endpoint = endpoint

    def _initialise_endpoints(self) -> None:
        super()._initialise_endpoints()
        self.endpoints = [self._endpoint]


@cache
def endpoints() -> dict[tuple[type, str], Any]:
    """Return the endpoints that drf-spectacular finds, by view and method."""
    generator: Any = SchemaGenerator(patterns=api_urls.urlpatterns)
    generator._initialise_endpoints()
    return {(endpoint[3].cls, endpoint[2]): endpoint for endpoint in generator.endpoints}


def under_settings(key: Hashable, make: Callable[[], T]) -> T:
    """Return the result of `make`, cached for each combination of the settings that it reads."""
    with _lock:
        names = _read_by.setdefault(key, frozenset())
        found = _made.get((key, _fingerprint(names)))
        if found is None:
            with _reading() as read:
                found = make()
            _read_by[key] = names | read
            _made[key, _fingerprint(names | read)] = found
        return found


def operation(view: type, method: str) -> Operation | None:
    """Return the operation under the current settings; None if the document does not contain it."""
    endpoint = endpoints().get((view, method))
    return None if endpoint is None else under_settings((view, method), lambda: _generate(endpoint))


def all_operations() -> Iterator[Operation]:
    """Yield every operation under the current settings."""
    for view, method in endpoints():
        found = operation(view, method)
        assert found is not None
        yield found


def _generate(endpoint: Any) -> Operation:
    document = _OneOperation(endpoint).get_schema(request=None, public=True)
    ((path, methods),) = document["paths"].items()
    ((method, described),) = methods.items()
    components = document.get("components", {}).get("schemas", {})
    return Operation(path, method.upper(), described["responses"], components)


@contextmanager
def _reading() -> Iterator[set[str]]:
    """Record which chat settings are read, also from attributes, because the document depends on them."""
    read: set[str] = set()

    def recorded(self: ChatSettings, name: str) -> Any:
        if name in DEFAULTS:
            read.add(name)
        return object.__getattribute__(self, name)

    with mock.patch.object(ChatSettings, "__getattribute__", recorded):
        yield read


def _fingerprint(names: frozenset[str]) -> Hashable:
    host = getattr(django_settings, "CHAT_SETTINGS", None) or {}
    rest = getattr(django_settings, "REST_FRAMEWORK", None) or {}
    others = {**rest, "spectacular": getattr(django_settings, "SPECTACULAR_SETTINGS", None)}
    return (
        django_settings.USE_TZ,
        tuple(ChatAPIView.authentication_classes),
        tuple((name, _hashable(host[name])) for name in sorted(names) if name in host),
        tuple((name, _hashable(value)) for name, value in sorted(others.items()) if name != "PAGE_SIZE"),
    )


def _hashable(value: Any) -> Hashable:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    # Two classes of two tests can have the same name, so the key is the class itself.
    return value  # type: ignore[no-any-return]


_lock: Final = threading.RLock()
_read_by: Final[dict[Hashable, frozenset[str]]] = {}
_made: Final[dict[Hashable, Any]] = {}
