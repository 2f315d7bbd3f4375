"""The places in a URLconf where the parts of the REST API are included.

Names of URLs do not find them: the host may use the same names, and chooses the namespaces. So a URLconf is searched
for the views of this app, once, and each place is kept as a tiny URLconf with the patterns above the views: `reverse`
finds the prefix of a request in it, in its language and under its script prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NoReturn
from weakref import WeakKeyDictionary

from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver, path
from django.utils.regex_helper import normalize

from chat_api.chat import api_urls as chat
from chat_api.schemas import api_urls as schemas
from chat_api.surveys import api_urls as surveys

#: The name of the only URL of a place's URLconf.
PREFIX: Final = "prefix"

#: The part of `pages_in`, beside those of the API.
_PAGES: Final = "pages"

#: A URLconf with more patterns is searched up to here.
_PATTERNS_MAX: Final = 100_000
_PLACES_MAX: Final = 50

_PARTS: Final[Mapping[str, list[URLPattern]]] = {
    "chat": chat.urlpatterns,
    "surveys": surveys.urlpatterns,
    "schemas": schemas.urlpatterns,
}


class MarksPages:
    """Mixin of the one view of `chat_api.client_urls` by which their places are found."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where a part is included.

    `urlconf` has the URL PREFIX, and `parameters` are the names of its arguments. `shape` is the text of the patterns:
    parts with the same shape have the same prefix. A client can use it (`is_usable`) if it ends
    with a slash and all of its parameters have names.
    """

    #: For `reverse`: a tuple, whose annotation there permits strings alone.
    urlconf: Any
    parameters: frozenset[str]
    shape: str
    is_usable: bool


def unreachable(request: HttpRequest) -> NoReturn:
    """Raise `Http404`: the view of URLconfs that are only reversed."""
    raise Http404


#: By resolver, because Django replaces the resolver when it forgets a URLconf.
_found: Final[WeakKeyDictionary[URLResolver, Mapping[str, list[Place]]]] = WeakKeyDictionary()


def parts_in(resolver: URLResolver) -> Mapping[str, list[Place]]:
    """Return the places of each part that the URLconf includes, in its order; parts that it lacks are left out.

    The URLconf is searched at the first call.
    """
    found = _searched(resolver)
    return {part: found[part] for part in _PARTS if part in found}


def pages_in(resolver: URLResolver) -> list[Place]:
    """Return the places where the URLconf includes `chat_api.client_urls`, in its order."""
    return _searched(resolver).get(_PAGES, [])


def _searched(resolver: URLResolver) -> Mapping[str, list[Place]]:
    found = _found.get(resolver)
    if found is None:
        found = _found[resolver] = _search(resolver)
    return found


def shown(parts: Mapping[str, list[Place]]) -> str:
    """Return where the parts are included, for messages."""
    return "; ".join(
        f"{part} under {' and '.join(repr(place.shape) for place in places)}"
        for part, places in parts.items()
    )


def _search(resolver: URLResolver) -> Mapping[str, list[Place]]:
    part_of = {_key(pattern): part for part, patterns in _PARTS.items() for pattern in patterns}
    found: dict[str, dict[tuple[Any, ...], Place]] = {}
    for above, pattern in islice(_patterns(resolver, (resolver,)), _PATTERNS_MAX):
        part = part_of.get(_key(pattern)) or _part_of_pages(pattern)
        if part is not None:
            places = found.setdefault(part, {})
            if above not in places and len(places) < _PLACES_MAX:
                places[above] = _place(above)
    return {part: list(places.values()) for part, places in found.items()}


def _part_of_pages(pattern: URLPattern) -> str | None:
    view = getattr(pattern.callback, "view_class", None)
    return _PAGES if isinstance(view, type) and issubclass(view, MarksPages) else None


def _key(pattern: URLPattern) -> tuple[str, Any]:
    return str(pattern.pattern), getattr(pattern.callback, "view_class", None)


def _patterns(
    resolver: URLResolver, chain: tuple[URLResolver, ...]
) -> Iterator[tuple[tuple[Any, ...], URLPattern]]:
    """Yield the patterns of views, each with the patterns that its includes have in front of it."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield tuple(above.pattern for above in chain[1:]), entry
        # A URLconf can include itself, and have entries that Django's own check reports.
        elif isinstance(entry, URLResolver) and entry not in chain:
            yield from _patterns(entry, (*chain, entry))


def _place(above: tuple[Any, ...]) -> Place:
    inner: URLResolver | URLPattern = path("", unreachable, name=PREFIX)
    for pattern in reversed(above):
        inner = URLResolver(pattern, [inner])
    parameters = frozenset(name for pattern in above for name in pattern.regex.groupindex)
    shape = "".join(str(pattern) for pattern in above)
    return Place((inner,), parameters, shape, _can_be_reversed([pattern.regex for pattern in above]))


def _can_be_reversed(regexes: list[re.Pattern[str]]) -> bool:
    """Return whether `reverse` finds a prefix that ends with a slash, given the named parameters."""
    if any(regex.groups > len(regex.groupindex) for regex in regexes):
        return False
    whole = "".join(regex.pattern.removeprefix("^") for regex in regexes)
    # Django reverses alternatives (`api|v1`) to nothing at all.
    return all(form.endswith("/") if form else re.fullmatch(whole, "") for form, _ in normalize(whole))
