"""The hosted page of `chat_api.client_urls`, and its service worker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf.urls.i18n import i18n_patterns
from django.test import Client
from django.urls import include, path, set_script_prefix

from chat_api.web.views import ClientPageView
from tests.checking import reported
from tests.factories import MemberFactory, UserFactory
from tests.web.pages import Elements, data_of, urlconf

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

API, PAGES = path("api/", include("chat_api.api_urls")), path("chat/", include("chat_api.client_urls"))
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; connect-src 'self' {socket}; img-src 'self' blob:; base-uri 'none'; form-action 'none'"
)


@pytest.fixture(autouse=True)
def project(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = urlconf(API, PAGES)


@pytest.fixture
def member(client: Client) -> Client:
    client.force_login(UserFactory.create())
    return client


def elements_at(client: Client, url: str = "/chat/", **extra: Any) -> list[tuple[str, dict[str, str | None]]]:
    response = client.get(url, **extra)
    assert response.status_code == 200
    return Elements(response.content.decode()).found


def attributes(found: list[tuple[str, dict[str, str | None]]], name: str) -> dict[str, str | None]:
    (only,) = [attributes for tag, attributes in found if tag == name]
    return only


def test_page_shows_the_conversations_of_the_user(member: Client) -> None:
    found = elements_at(member)
    assert attributes(found, "dca-threads") == {
        "type": "chat",
        "can-start": None,
        "can-notify": None,
        "routing": "hash",
        "page-badges": None,
    }
    assert attributes(found, "html") == {"lang": "en", "dir": "ltr"}
    assert attributes(found, "a") == {"href": "/"}
    viewport = next(given["content"] for tag, given in found if given.get("name") == "viewport")
    assert {"viewport-fit=cover", "interactive-widget=resizes-content"} <= set(str(viewport).split(", "))
    styles = [given["href"] for tag, given in found if given.get("rel") == "stylesheet"]
    assert styles == ["/static/chat_api/client-page.css"]


def test_page_works_under_its_policy(member: Client) -> None:
    response = member.get("/chat/", headers={"host": "localhost"})
    assert response["Content-Security-Policy"] == POLICY.format(socket="ws://localhost")
    response = member.get("/chat/", secure=True)
    assert response["Content-Security-Policy"] == POLICY.format(socket="wss://testserver")
    assert response["Cache-Control"] == "no-store, private"
    html = response.content.decode()
    assert "<style" not in html
    assert [given for _, given in Elements(html).found if {"style", "onclick"} & given.keys()] == []
    scripts = [given for tag, given in Elements(html).found if tag == "script"]
    assert all(given.get("src") or given.get("type") == "application/json" for given in scripts)


def test_policy_has_the_origins_of_the_settings(member: Client, settings: LazySettings) -> None:
    settings.STATIC_URL = "https://cdn.example.com/static/"
    settings.MEDIA_URL = "https://files.example.com:8443/"
    settings.CHAT_SETTINGS = {
        "CLIENT_API_URL": "https://api.example.com/chat/",
        "CLIENT_SOCKET_URL": "wss://sockets.example.com/ws/chat",
    }
    policy = dict(
        directive.split(" ", 1) for directive in member.get("/chat/")["Content-Security-Policy"].split("; ")
    )
    assert policy["script-src"] == policy["style-src"] == "'self' https://cdn.example.com"
    assert policy["connect-src"] == "'self' wss://sockets.example.com https://api.example.com"
    assert policy["img-src"] == "'self' blob: https://cdn.example.com https://files.example.com:8443"
    assert policy["worker-src"] == "'self'"


def test_anonymous_users_sign_in_first(client: Client, settings: LazySettings) -> None:
    settings.LOGIN_URL = "/sign-in/"
    response = client.get("/chat/?type=survey")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/chat/%3Ftype%3Dsurvey")


@pytest.mark.parametrize("url", ["/chat/", "/chat/worker.js", "/chat/print/1"])
def test_pages_are_only_read(url: str, member: Client) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(member, method)(url).status_code == 405
        assert getattr(Client(), method)(url).status_code == 405
    assert member.options(url).status_code == 200


def test_head_has_the_headers_of_the_page(member: Client) -> None:
    response = member.head("/chat/")
    assert (response.status_code, response.content) == (200, b"")
    assert response["Cache-Control"] == "no-store, private"


def test_listed_types_can_be_chosen(member: Client, settings: LazySettings) -> None:
    assert attributes(elements_at(member, "/chat/?type=tracker"), "dca-threads")["type"] == "tracker"
    for kind in ("nope", "", "%00", "<script>", "x" * 5000):
        assert member.get(f"/chat/?type={kind}").status_code == 404
    settings.CHAT_SETTINGS = {"CLIENT_PAGE_THREAD_TYPE": "survey"}
    assert attributes(elements_at(member), "dca-threads")["type"] == "survey"
    settings.CHAT_SETTINGS = {"TYPES_CHAT_LIST_THROUGH_API": ("tracker", "survey")}
    assert attributes(elements_at(member), "dca-threads")["type"] == "tracker"
    assert member.get("/chat/?type=chat").status_code == 404


def test_view_names_a_type_of_its_own(member: Client, settings: LazySettings) -> None:
    settings.ROOT_URLCONF = urlconf(API, path("t/", ClientPageView.as_view(thread_type="tracker")))
    assert attributes(elements_at(member, "/t/"), "dca-threads")["type"] == "tracker"


def test_page_is_in_the_language_of_the_request(member: Client) -> None:
    html = member.get("/chat/", headers={"accept-language": "pl"}).content.decode()
    assert '<html lang="pl" dir="ltr">' in html
    assert "Back to the site" not in html
    found = elements_at(member, headers={"accept-language": "ar"})
    assert attributes(found, "html")["dir"] == "rtl"


def test_query_counts_do_not_depend_on_the_number_of_threads(
    member: Client, django_assert_num_queries: Any
) -> None:
    user = UserFactory.create()
    MemberFactory.create_batch(5, user=user)
    member.force_login(user)
    with django_assert_num_queries(2):
        member.get("/chat/")


def test_worker_is_a_script_that_browsers_ask_for_again(client: Client) -> None:
    response = client.get("/chat/worker.js")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    source = response.content.decode()
    assert 'addEventListener("push"' in source
    assert not re.search(r'addEventListener\("fetch"|caches\.|importScripts', source)
    assert client.head("/chat/worker.js").status_code == 200


SHAPES: dict[str, tuple[list[Any], str]] = {
    "prefix": ([API, PAGES], "/chat/"),
    "root": ([API, path("", include("chat_api.client_urls"))], "/"),
    "namespace": ([API, path("a/", include(("chat_api.client_urls", "x"), namespace="y"))], "/a/"),
    "languages": ([API, *i18n_patterns(PAGES)], "/en/chat/"),
    "two": ([API, path("old/", include("chat_api.client_urls")), PAGES], "/old/"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_page_names_the_worker_and_the_pages_to_print(
    shape: str, member: Client, settings: LazySettings
) -> None:
    patterns, prefix = SHAPES[shape]
    settings.ROOT_URLCONF = urlconf(*patterns)
    data = data_of(member)
    assert (data["worker"], data["print"]) == (f"{prefix}worker.js", f"{prefix}print/")
    assert member.get(data["worker"]).status_code == 200
    assert member.get(f"{data['print']}1").status_code == 403


def data_at(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_page_under_several_prefixes_has_the_worker_of_its_own(
    member: Client, settings: LazySettings
) -> None:
    settings.ROOT_URLCONF = urlconf(*SHAPES["two"][0])
    assert '"worker": "/chat/worker.js"' in data_at(member, "/chat/")
    assert '"worker": "/old/worker.js"' in data_at(member, "/old/")


@pytest.fixture
def no_prefix() -> Iterator[None]:
    yield
    set_script_prefix("/")


@pytest.mark.usefixtures("no_prefix")
def test_pages_are_under_the_prefix_of_the_project(member: Client) -> None:
    set_script_prefix("/clinic/")
    html = data_at(member, "/chat/")
    assert '<a href="/clinic/">' in html
    assert '"worker": "/clinic/chat/worker.js"' in html
    assert '"api": "/clinic/api/"' in html


def test_host_extends_the_page(member: Client, settings: LazySettings) -> None:
    own = (
        '{% extends "chat_api/client/page.html" %}{% block title %}Clinic{% endblock %}'
        '{% block home_url %}/start/{% endblock %}{% block head %}<link rel="icon" href="/i.svg">{% endblock %}'
    )
    loaders = [
        ("django.template.loaders.locmem.Loader", {"own.html": own}),
        "django.template.loaders.app_directories.Loader",
    ]
    (engine,) = settings.TEMPLATES
    options = {"context_processors": [], "loaders": loaders}
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": options}]
    page = ClientPageView.as_view(template_name="own.html")
    settings.ROOT_URLCONF = urlconf(API, path("own/", page))
    html = data_at(member, "/own/")
    assert "<title>Clinic</title>" in html
    assert '<a href="/start/">' in html
    assert '<link rel="icon" href="/i.svg">' in html


def test_pages_without_the_api_are_warned_of(settings: LazySettings) -> None:
    assert reported({}) == []
    settings.ROOT_URLCONF = urlconf(PAGES)
    (warning,) = reported({})
    assert (warning.id, "chat_api.client_urls" in str(warning.msg)) == ("chat_api.W009", True)
    settings.CHAT_SETTINGS = {"CLIENT_API_URL": "/gateway/"}
    assert reported(settings.CHAT_SETTINGS) == []
