"""The references are complete: the build of the documentation fails if something is not described."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from chat_api.lib.rest import authentication
from chat_api.lib.rest.errors import ServiceBusy
from chat_api.realtime.socket.codes import CloseCode
from chat_api.settings import DEFAULTS, SECTIONS, Setting
from chat_api.settings.rules import WholeNumber
from chat_api.settings.table.threads import THREAD_SWITCHES
from tests.docs.examples import ROOT

pytest.importorskip("sphinx", reason="the documentation is built by Sphinx, which is not installed here")


@pytest.fixture
def extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_ext"))
    for name in (
        "chat_settings",
        "rest_reference",
        "reference_examples",
        "rest_errors",
        "rst_source",
    ):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.usefixtures("extensions")
def test_a_setting_without_a_text_fails_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    import chat_settings  # type: ignore[import-not-found]
    from sphinx.errors import ExtensionError

    chat_settings.refuse_gaps()
    monkeypatch.setitem(SECTIONS, "New", (Setting("NEW_SETTING", 1, WholeNumber(), ""),))
    with pytest.raises(ExtensionError, match="NEW_SETTING has no text"):
        chat_settings.refuse_gaps()


@pytest.mark.usefixtures("extensions")
def test_every_setting_is_shown_with_its_default() -> None:
    import chat_settings

    source = "\n".join(chat_settings.settings_source())
    for key, default in DEFAULTS.items():
        assert key in source
        if isinstance(default, int | bool) and default is not None:
            assert f"{key}\n{'~' * len(key)}\n\nDefault: ``{default!r}``" in source


@pytest.mark.usefixtures("extensions")
def test_an_operation_without_errors_or_example_fails_the_build() -> None:
    import rest_reference  # type: ignore[import-not-found]
    from sphinx.errors import ExtensionError

    document: Any = rest_reference.openapi()
    rest_reference.check_complete(document)
    operation: Any = {"responses": {}, "operationId": "new_retrieve"}
    grown = {**document, "paths": {**document["paths"], "/api/new": {"get": operation}}}
    with pytest.raises(
        ExtensionError, match=r"get new is not in rest_errors.py; new_retrieve has no example"
    ):
        rest_reference.check_complete(grown)
    shrunk = {"paths": {path: item for path, item in document["paths"].items() if path != "/api/ws-ticket"}}
    with pytest.raises(ExtensionError, match="the example of ws_ticket_create has no operation"):
        rest_reference.check_complete(shrunk)


@pytest.mark.usefixtures("extensions")
def test_every_operation_is_in_the_reference_with_its_example_and_objects() -> None:
    import rest_reference

    document: Any = rest_reference.openapi()
    source = "\n".join(rest_reference.reference_source(document))
    for path, method, _ in rest_reference.operations(document):
        section = source.partition(f"``{path}``\n~")[2]
        _, found, described = section.partition(f"**{method.upper()}** ·")
        assert found, f"{method} {path}"
        assert f"\n   {method.upper()} /api/" in described.partition("\n~")[0], f"{method} {path}"
    for name in ("Thread", "SentMessage", "SurveyItem"):
        assert f":ref:`{name} <rest-object-{name}>`" in source
        assert f".. _rest-object-{name}:" in source


#: Raised only in code of the host, never returned by the API.
NOT_RETURNED = frozenset({"NOT_IN_THREAD", "PUBLISHED"})


@pytest.mark.usefixtures("extensions")
def test_every_code_that_the_api_returns_is_explained() -> None:
    import rest_errors  # type: ignore[import-not-found]

    tables = [rows for methods in rest_errors.ERRORS.values() for rows in methods.values()]
    explained = {code for rows in [*tables, rest_errors.SIGN_IN] for _, code, _ in rows}
    other_names = {
        *DEFAULTS,
        *THREAD_SWITCHES,
        "BACKEND",
        "DELETE",
        "ENGINE",
        "GET",
        "MEDIA_URL",
        "NAME",
        "PATCH",
        "POST",
        "SHORT_DATE_FORMAT",
        "STATIC_URL",
        "THOUSAND_SEPARATOR",
        "YMD",
        *("DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATE_FORMAT", "TIME_FORMAT", "UTC"),
    }
    source = "".join(
        path.read_text() for path in (ROOT / "chat_api").rglob("*.py") if "migrations" not in path.parts
    )
    codes = set(re.findall(r'(?:\[|, )"([A-Z][A-Z_]{2,})"[\])]', source)) - other_names
    assert len(codes) > 25
    assert codes - NOT_RETURNED <= explained
    assert {code for _, code, _ in rest_errors.SIGN_IN} == {
        authentication.NOT_AUTHENTICATED,
        authentication.CSRF_FAILED,
        authentication.OTHER_ACCOUNT,
    }


def test_every_system_check_and_close_code_has_a_remedy() -> None:
    page = (ROOT / "docs" / "troubleshooting.rst").read_text(encoding="utf-8")
    sources = [path.read_text() for path in (ROOT / "chat_api").rglob("*.py")]
    checks = set(re.findall(r"\bchat_api\.[EW]\d{3}\b", "".join(sources)))
    assert len(checks) > 20
    assert checks == set(re.findall(r"\* - ``(chat_api\.[EW]\d{3})``", page))
    for code in CloseCode:
        assert f"* - Closes with {code:d}\n" in page
    sentence = str(ServiceBusy.default_detail).partition(". ")[0]
    for shown in (
        sentence,
        "NOT_AUTHENTICATED",
        "CSRF_FAILED",
        "OTHER_ACCOUNT",
        "REQUEST_TOO_LARGE",
        "HOST_ERROR",
        "STORAGE_UNAVAILABLE",
        "SEARCH_UNAVAILABLE",
    ):
        assert f"``{shown}" in page
