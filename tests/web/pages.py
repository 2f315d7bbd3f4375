"""Projects with a page that has the template tag: their URLconfs, and the data that a browser reads from the page."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path

PAGE = '{% load chat_api %}<html lang="en"><head>{% chat_api_client %}</head><body></body></html>'


def page(request: HttpRequest, **captured: Any) -> HttpResponse:
    """Return a page with the tag."""
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def urlconf(*patterns: Any) -> ModuleType:
    """Return a URLconf with these patterns, and the page at /page/."""
    module = ModuleType("urlconf_of_a_test")
    module.urlpatterns = [path("page/", page), *patterns]  # type: ignore[attr-defined]
    return module


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text inside each script element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
        self._inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def data_in(html: str) -> dict[str, Any]:
    """Return the data of the page; fail unless it has the two elements of the tag and nothing that executes."""
    elements = Elements(html)
    (script,) = [attributes for tag, attributes in elements.found if tag == "script"]
    (link,) = [attributes for tag, attributes in elements.found if tag == "link"]
    assert script == {"id": "chat-api-client", "type": "application/json"}
    found: dict[str, Any] = json.loads(elements.scripts[0])
    assert link == {"rel": "modulepreload", "href": found["module"]}
    return found


def data_of(client: Client, url: str = "/page/", **extra: Any) -> dict[str, Any]:
    """Return the data of the page at the URL."""
    response = client.get(url, **extra)
    assert response.status_code == 200
    return data_in(response.content.decode())
