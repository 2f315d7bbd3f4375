"""The prefix of the REST API and the URL of the socket, in projects of every shape."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.conf import LazySettings
from django.conf.urls.i18n import i18n_patterns
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import AsyncRequestFactory, Client, RequestFactory
from django.urls import URLPattern, clear_url_caches, include, path, re_path, set_script_prefix
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.views import View

from chat_api.chat.api_urls import urlpatterns as chat_urls
from chat_api.web import places
from tests.checking import reported
from tests.factories import UserFactory
from tests.web.pages import data_in, data_of, page, urlconf

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

API = "chat_api.api_urls"
CHAT, SURVEYS, SCHEMAS = "chat_api.chat.api_urls", "chat_api.surveys.api_urls", "chat_api.schemas.api_urls"


def in_namespaces(prefix: str, *names: str) -> list[Any]:
    """Return an include of the API in nested namespaces, each with a prefix of its name."""
    inner: Any = include((API, "app"), namespace=names[-1])
    patterns = [path(f"{names[-1]}/", inner)]
    for name in reversed(names[:-1]):
        patterns = [path(f"{name}/", include((patterns, "app"), namespace=name))]
    return [path(prefix, include(patterns))]


def by_language() -> Any:
    """Return a route that is translated, as by `gettext_lazy`."""
    return lazy(lambda: "parler/" if get_language() == "fr" else "talk/", str)()


class OwnView(View):
    """A view of the host under a name that this app uses too."""


OWN = [
    path("tickets", OwnView.as_view(), name="ws-ticket"),
    path("mine/surveys", OwnView.as_view(), name="surveys-list"),
]

#: By shape: the patterns of the URLconf beside the page, and the prefix that the page names.
SHAPES: dict[str, tuple[list[Any], str]] = {
    "no prefix": ([path("", include(API))], "/"),
    "without an include": (chat_urls, "/"),
    "prefix": ([path("v1/chat/", include(API))], "/v1/chat/"),
    "quoted": ([path("chat room/", include(API))], "/chat%20room/"),
    "regex": ([re_path(r"^api/(?:v1/)?", include(API))], "/api/"),
    "optional": ([re_path(r"^(?:api/)?", include(API))], "/"),
    "namespace": (in_namespaces("api/", "chat"), "/api/chat/"),
    "nested namespaces": (in_namespaces("", "site", "inner", "chat"), "/site/inner/chat/"),
    "URLs of the same names": ([*OWN, path("api/", include(API)), *OWN], "/api/"),
    "separate, one prefix": ([path("api/", include(one)) for one in (SCHEMAS, CHAT, SURVEYS)], "/api/"),
    "chat alone": ([path("chat/", include(CHAT))], "/chat/"),
    "surveys alone": ([path("surveys/", include(SURVEYS))], "/surveys/"),
    "some URLs of chat": ([path("c/", include([p for p in chat_urls if p.name == "thread-details"]))], "/c/"),
    "two versions": (
        [*in_namespaces("v1/", "old"), *in_namespaces("v2/", "new")],
        "/v1/old/",
    ),
    "separate, then as a whole": (
        [path("c/", include(CHAT)), path("s/", include(SURVEYS)), *in_namespaces("", "whole")],
        "/whole/",
    ),
    "as a whole, then separate": (
        [path("api/", include(API)), path("c/", include(CHAT)), path("s/", include(SURVEYS))],
        "/api/",
    ),
    "translated": ([path(by_language(), include(API))], "/talk/"),
    "languages": (i18n_patterns(path("api/", include(API))), "/en/api/"),
    "languages but the default": (
        i18n_patterns(path("api/", include(API)), prefix_default_language=False),
        "/api/",
    ),
}


@pytest.fixture
def project(settings: LazySettings) -> Any:
    """Return a function that sets the URLconf of the project."""

    def use(*patterns: Any) -> ModuleType:
        settings.ROOT_URLCONF = made = urlconf(*patterns)
        return made

    return use


@pytest.mark.parametrize("shape", SHAPES)
def test_prefix_is_found_in_the_urlconf(shape: str, project: Any, client: Client) -> None:
    patterns, prefix = SHAPES[shape]
    project(*patterns)
    data = data_of(client)
    assert (data["api"], data["socket"]) == (prefix, "/ws/chat")
    assert reported({}) == []


@pytest.mark.parametrize("shape", [name for name in SHAPES if "alone" not in name and "some" not in name])
def test_prefix_leads_to_the_api(shape: str, project: Any) -> None:
    project(*SHAPES[shape][0])
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory.create())
    data = data_of(client)
    headers = {data["csrf"]["header"]: data["csrf"]["token"]}
    assert client.post(f"{data['api']}ws-ticket", headers=headers).status_code == 201


def test_prefix_follows_the_language_of_the_request(project: Any, client: Client) -> None:
    project(*SHAPES["languages"][0])
    assert data_of(client, headers={"accept-language": "pl"})["api"] == "/pl/api/"
    assert data_of(client, headers={"accept-language": "fr"})["api"] == "/fr/api/"
    project(*SHAPES["translated"][0])
    assert data_of(client, headers={"accept-language": "fr"})["api"] == "/parler/"


@pytest.fixture
def no_prefix() -> Iterator[None]:
    set_script_prefix("/")
    yield
    set_script_prefix("/")


def served_by_wsgi(script_name: str) -> dict[str, Any]:
    """Return the data of the page as a WSGI server gets it; Django's test client sets no script prefix."""
    environ = RequestFactory().get("/page/", SCRIPT_NAME=script_name).environ
    handler: Any = WSGIHandler()
    return data_in(b"".join(handler(environ, lambda *_: None)).decode())


def served_by_asgi(root_path: str) -> dict[str, Any]:
    """Return the data of the page as an ASGI server gets it."""

    async def body() -> bytes:
        scope = AsyncRequestFactory().get("/page/").scope
        scope = {**scope, "path": f"{root_path}/page/", "root_path": root_path}
        server = ApplicationCommunicator(ASGIHandler(), scope)
        await server.send_input({"type": "http.request", "body": b""})
        await server.receive_output(60)
        content: bytes = (await server.receive_output(60))["body"]
        await server.wait()
        return content

    return data_in(async_to_sync(body)().decode())


@pytest.mark.usefixtures("no_prefix")
@pytest.mark.parametrize("served", [served_by_wsgi, served_by_asgi])
def test_prefix_of_the_server_is_in_front(served: Any, project: Any) -> None:
    project(path("api/", include(API)))
    for name, quoted in (("/clinic", "/clinic"), ("/my clinic", "/my%20clinic"), ("", "")):
        data = served(name)
        assert (data["api"], data["socket"]) == (f"{quoted}/api/", f"{quoted}/ws/chat")


@pytest.mark.usefixtures("no_prefix")
def test_forced_script_name_is_in_front(project: Any, settings: LazySettings) -> None:
    project(*in_namespaces("api/", "chat"))
    settings.FORCE_SCRIPT_NAME = "/clinic"
    settings.STATIC_URL = "static/"
    data = served_by_wsgi("/other")
    assert (data["api"], data["socket"]) == ("/clinic/api/chat/", "/clinic/ws/chat")
    assert data["module"].startswith("/clinic/static/chat_api/client/")


def test_urlconf_of_the_request_is_searched(project: Any, client: Client, settings: LazySettings) -> None:
    project(path("api/", include(API)))
    of_tenant = urlconf(path("tenant/", include(API)))

    def choose(get_response: Any) -> Any:
        def handle(request: Any) -> Any:
            if request.get_host() == "localhost":
                request.urlconf = of_tenant
            return get_response(request)

        return handle

    settings.MIDDLEWARE = [choose_path(choose), *settings.MIDDLEWARE]
    assert data_of(client, headers={"host": "localhost"})["api"] == "/tenant/"
    assert data_of(client, headers={"host": "testserver"})["api"] == "/api/"


def choose_path(middleware: Any) -> str:
    """Return a dotted path to the middleware."""
    globals()["_middleware"] = middleware
    return f"{__name__}._middleware"


def test_parameters_of_the_prefix_are_those_of_the_page(project: Any, client: Client) -> None:
    project(path("<slug:clinic>/<int:ward>/", include([path("page/", page), path("api/", include(API))])))
    assert data_of(client, "/north/3/page/")["api"] == "/north/3/api/"
    assert reported({}) == []
    with pytest.raises(ImproperlyConfigured, match="parameters"):
        client.get("/page/")


SEPARATE = [path("c/", include(CHAT)), path("s/", include(SURVEYS)), path("x/", include(SCHEMAS))]
#: Patterns under which no prefix serves the whole API, with a part of the message.
WITHOUT = {
    "separate": (SEPARATE, r"chat under 'c/'; surveys under 's/'; schemas under 'x/'"),
    "unnamed parameter": ([re_path(r"^(\w+)/api/", include(API))], r"chat under '\^\(\\\\w\+\)/api/'"),
    "alternatives": ([re_path(r"^(?:api|v1)/", include(API))], r"chat under '\^\(\?:api\|v1\)/'"),
    "no slash": ([re_path("^api", include(API))], r"chat under '\^api'"),
    "moved": ([path("c/", include(CHAT)), path("<int:ward>/", include(SURVEYS))], "surveys under"),
}


@pytest.mark.parametrize("shape", WITHOUT)
def test_api_without_a_common_prefix_needs_the_setting(
    shape: str, project: Any, client: Client, settings: LazySettings
) -> None:
    patterns, message = WITHOUT[shape]
    project(*patterns)
    with pytest.raises(ImproperlyConfigured, match=message) as caught:
        client.get("/page/")
    assert "CHAT_SETTINGS['CLIENT_API_URL']" in str(caught.value)
    (warning,) = reported({})
    assert (warning.id, warning.is_serious()) == ("chat_api.W009", False)
    assert "CHAT_SETTINGS['CLIENT_API_URL']" in str(warning.hint)

    settings.CHAT_SETTINGS = {"CLIENT_API_URL": "/gateway/"}
    assert data_of(client)["api"] == "/gateway/"
    assert reported(settings.CHAT_SETTINGS) == []


def test_project_without_the_api_is_not_warned(project: Any, client: Client, settings: LazySettings) -> None:
    project(*OWN)
    assert reported({}) == []
    with pytest.raises(ImproperlyConfigured, match=r"is not in the URLconf. Include 'chat_api.api_urls'"):
        client.get("/page/")
    del settings.ROOT_URLCONF
    assert reported({}) == []


@pytest.mark.parametrize(
    ("configured", "shown"),
    [
        ("/api/v2/", "/api/v2/"),
        ("/api", "/api/"),
        ("/", "/"),
        ("https://api.example.com", "https://api.example.com/"),
        ("https://api.example.com:8443/chat/", "https://api.example.com:8443/chat/"),
    ],
)
def test_setting_takes_precedence_and_ends_with_a_slash(
    configured: str, shown: str, client: Client, project: Any, settings: LazySettings
) -> None:
    project(path("api/", include(API)))
    settings.CHAT_SETTINGS = {"CLIENT_API_URL": configured}
    assert data_of(client)["api"] == shown
    assert reported(settings.CHAT_SETTINGS) == []


@pytest.mark.parametrize("url", ["/sockets", "wss://sockets.example.com/ws/chat", "ws://localhost:9000"])
def test_socket_of_the_setting_is_used_as_written(
    url: str, client: Client, project: Any, settings: LazySettings
) -> None:
    project(path("api/", include(API)))
    settings.CHAT_SETTINGS = {"CLIENT_SOCKET_URL": url}
    assert data_of(client)["socket"] == url
    assert reported(settings.CHAT_SETTINGS) == []


def test_socket_is_a_path_over_https_too(client: Client, project: Any) -> None:
    """A browser resolves it with the scheme of the page, which Django may not know behind a proxy."""
    project(path("api/", include(API)))
    assert data_of(client, secure=True)["socket"] == data_of(client)["socket"] == "/ws/chat"


def test_urlconf_is_searched_once(project: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    project(*SHAPES["languages"][0])
    data_of(client)
    searched: list[URLPattern] = []
    key = places._key

    def counted(pattern: URLPattern) -> Any:
        searched.append(pattern)
        return key(pattern)

    monkeypatch.setattr(places, "_key", counted)
    for language in ("en", "pl"):
        data_of(client, headers={"accept-language": language})
    assert searched == []
    clear_url_caches()
    data_of(client)
    assert searched != []


def test_mistakes_in_the_urlconf_are_left_to_the_checks_of_django(project: Any) -> None:
    project(("", page), path("api/", include(API)))
    assert reported({}) == []
    assert [message.id for message in run_checks(tags=["urls"])] == ["urls.E004"]


def test_urlconf_that_includes_itself_is_searched(project: Any, client: Client) -> None:
    module = project(path("api/", include(API)))
    module.urlpatterns.append(path("again/", include(module)))
    assert data_of(client)["api"] == "/api/"
