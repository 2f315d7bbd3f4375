"""The data that a page with the template tag gives to the client."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import translation

from chat_api import __version__
from chat_api.web.files import ELEMENTS, MODULE, REGISTER, TEXTS
from chat_api.web.page import client_tags
from tests.factories import MemberFactory, UserFactory
from tests.web.pages import PAGE, Elements, data_in, data_of, urlconf

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

KEYS = {
    *("elements", "register", "styles", "texts", "vapid", "worker", "print"),
    *("api", "socket", "module", "user", "csrf", "version", "language", "strings"),
    *("text_max", "attachments_max", "json_bytes_max", "message_bytes_max", "request_bytes_max"),
    *("frame_bytes_max", "file_bytes_max", "image_pixels_max", "image_types", "file_types"),
}
INJECTED = "</script><script>alert(1)</script><!--\u2028&\"'"


@pytest.fixture(autouse=True)
def project(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = urlconf(path("api/", include("chat_api.api_urls")))


def test_page_names_the_signed_in_user(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    data = data_of(client)
    assert data.keys() == KEYS
    assert (data["user"], data["version"], data["language"]) == (user.pk, __version__, "en")
    assert data["module"] == f"/static/chat_api/client/{__version__}/client.js"


def test_page_names_the_files_of_the_elements(client: Client) -> None:
    data, folder = data_of(client), f"/static/chat_api/client/{__version__}"
    assert (data["elements"], data["register"]) == (f"{folder}/elements.js", f"{folder}/register.js")
    assert data["styles"] == f"{folder}/elements.css"
    assert data["texts"] == {
        language: f"{folder}/strings/{language}.json" for language in ("en", "es", "fr", "pl", "ar")
    }
    assert (data["vapid"], data["worker"], data["print"]) == (None, None, None)


@pytest.mark.parametrize("threads", [1, 5])
def test_queries_are_those_of_the_session_and_the_user(
    threads: int, client: Client, django_assert_num_queries: Any
) -> None:
    user = UserFactory.create()
    MemberFactory.create_batch(threads, user=user)
    client.force_login(user)
    with django_assert_num_queries(2):
        data_of(client)


def test_page_of_an_anonymous_visitor_has_no_user(client: Client, settings: LazySettings) -> None:
    data = data_of(client)
    assert data.keys() == KEYS
    assert data["user"] is None
    assert data["csrf"]["token"]
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if ".contrib." not in name]
    assert data_of(client)["user"] is None


def test_page_is_not_cached_for_other_visitors(client: Client) -> None:
    assert "Cookie" in client.get("/page/")["Vary"]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"CSRF_USE_SESSIONS": True},
        {"CSRF_COOKIE_HTTPONLY": True},
        {"CSRF_COOKIE_NAME": "own", "CSRF_HEADER_NAME": "HTTP_X_OWN_TOKEN"},
        {"CSRF_COOKIE_HTTPONLY": True, "CSRF_USE_SESSIONS": True},
    ],
    ids=",".join,
)
def test_token_of_the_page_permits_writing(changed: dict[str, Any], settings: LazySettings) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory.create())
    data = data_of(client)
    header = data["csrf"]["header"]
    assert header.lower() == ("x-own-token" if "CSRF_HEADER_NAME" in changed else "x-csrftoken")

    def post(token: str) -> int:
        return client.post(f"{data['api']}ws-ticket", headers={header: token}).status_code

    assert [post(data["csrf"]["token"]), post("wrong"), post("")] == [201, 403, 403]


def test_limits_follow_the_settings(client: Client, settings: LazySettings) -> None:
    data = data_of(client)
    assert (data["text_max"], data["attachments_max"], data["file_bytes_max"]) == (65_536, 20, 10 * 2**20)
    assert data["image_types"] == ["image/gif", "image/jpeg", "image/png", "image/webp"]
    assert (data["file_types"], data["request_bytes_max"]) == ({}, 2**20)
    settings.CHAT_SETTINGS = {
        "MESSAGE_TEXT_MAX": 1,
        "MESSAGE_ATTACHMENTS_MAX": 2,
        "JSON_BYTES_MAX": 3,
        "MESSAGE_BYTES_MAX": 4,
        "REQUEST_BYTES_MAX": 5,
        "WS_FRAME_MAX": 6,
        "ATTACHMENT_MAX_BYTES": 7,
        "ATTACHMENT_MAX_PIXELS": 8,
        "TYPES_CUSTOM_ATTACHMENTS": [("report", "Report")],
        "CUSTOM_ATTACHMENTS_FILE_TYPES": {"report": ("application/pdf",)},
    }
    settings.ACCEPTED_IMAGE_MIME = ["image/jpg", "image/svg+xml"]
    names = ("text", "attachments", "json_bytes", "message_bytes", "request_bytes", "frame_bytes")
    data = data_of(client)
    numbers = [data[f"{name}_max"] for name in (*names, "file_bytes", "image_pixels")]
    assert numbers == [1, 2, 3, 4, 5, 6, 7, 8]
    assert data["image_types"] == ["image/jpeg"]
    assert data["file_types"] == {"report": ["application/pdf"]}
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2
    assert data_of(client)["request_bytes_max"] == 2


def test_texts_are_in_the_language_of_the_request(client: Client, settings: LazySettings) -> None:
    in_english = data_of(client)["strings"]
    assert in_english["text_too_long"] == "Enter at most 65536 characters."
    assert in_english["file_too_large"] == "Choose a file of at most 10.0\xa0MB."
    for language, connected in (("es", "Conectado."), ("fr", "Connecté."), ("pl", "Połączono.")):
        data = data_of(client, headers={"accept-language": language})
        assert (data["language"], data["strings"]["connected"]) == (language, connected)
        assert data["strings"].keys() == in_english.keys()
        assert [key for key, text in data["strings"].items() if text == in_english[key]] == []
        assert [text for text in data["strings"].values() if not text or re.search("[%<>]", text)] == []
    settings.CHAT_SETTINGS = {"MESSAGE_TEXT_MAX": 1, "MESSAGE_ATTACHMENTS_MAX": 3}
    in_polish = data_of(client, headers={"accept-language": "pl"})["strings"]
    assert in_polish["text_too_long"] == "Wpisz co najwyżej 1 znak."
    assert in_polish["too_many_files"] == "Dołącz co najwyżej 3 pliki."


def test_page_without_an_active_language_has_that_of_the_project() -> None:
    request = RequestFactory().get("/page/")
    with translation.override(None, deactivate=True):
        translation.deactivate_all()
        assert data_in(str(client_tags(request)))["language"] == "en-us"


def test_values_cannot_end_the_script_element(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get("/page/")
    request.user = SimpleNamespace(pk=INJECTED, is_authenticated=True)  # type: ignore[assignment]
    monkeypatch.setattr("chat_api.web.page.get_language", lambda: INJECTED)
    monkeypatch.setattr("chat_api.web.page.client_texts", lambda: {INJECTED: INJECTED})
    html = str(client_tags(request))
    data = data_in(html)
    assert (data["user"], data["language"], data["strings"]) == (INJECTED, INJECTED, {INJECTED: INJECTED})
    assert [tag for tag, _ in Elements(html).found] == ["script", "link"]


def test_url_of_the_module_cannot_end_its_attribute(client: Client, settings: LazySettings) -> None:
    settings.STATIC_URL = '/static"><script>alert(1)</script>/'
    html = client.get("/page/").content.decode()
    assert data_in(html)["module"].startswith(settings.STATIC_URL)


def test_name_of_the_user_is_not_on_the_page(client: Client) -> None:
    client.force_login(User.objects.create_user("o</script>", first_name=INJECTED))
    assert "alert" not in client.get("/page/").content.decode()


def test_page_of_another_template_engine_calls_the_function() -> None:
    assert data_in(client_tags(RequestFactory().get("/page/")))["api"] == "/api/"


def test_context_without_a_request_is_a_clear_error() -> None:
    for context in (Context({}), Context({"request": None})):
        with pytest.raises(ImproperlyConfigured, match=r"django\.template\.context_processors\.request"):
            Template(PAGE).render(context)


def test_module_has_the_hashed_url_of_the_storage(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    module = tmp_path / "sources" / MODULE
    (module.parent / "strings").mkdir(parents=True)
    for name in (MODULE, ELEMENTS, REGISTER, *TEXTS.values()):
        (tmp_path / "sources" / name).write_text(f"export const name = '{name}';\n")
    settings.STATICFILES_DIRS = [str(tmp_path / "sources")]
    settings.STATIC_ROOT = str(tmp_path / "collected")
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
    call_command("collectstatic", interactive=False, verbosity=0)
    data = data_of(client)
    paths = json.loads((tmp_path / "collected" / "staticfiles.json").read_text())["paths"]
    urls = {MODULE: data["module"], ELEMENTS: data["elements"], REGISTER: data["register"]}
    urls |= {TEXTS[language]: url for language, url in data["texts"].items()}
    assert urls == {name: f"/static/{paths[name]}" for name in (MODULE, ELEMENTS, REGISTER, *TEXTS.values())}
    assert re.fullmatch(r"/static/chat_api/client/[^/]+/client\.[0-9a-f]{12}\.js", data["module"])
    hashed = tmp_path / "collected" / data["module"].removeprefix("/static/")
    assert hashed.read_text() == module.read_text()
