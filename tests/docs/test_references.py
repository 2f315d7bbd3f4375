"""The references are whole: what is not described fails the build of the documentation."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from tests.docs.examples import ROOT

pytest.importorskip("sphinx", reason="the documentation is built by Sphinx, which is not installed here")


@pytest.fixture
def extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_ext"))
    for name in ("chat_settings", "rest_reference", "rest_errors", "setting_texts", "rst_source"):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.usefixtures("extensions")
def test_a_setting_without_a_text_fails_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    import chat_settings  # type: ignore[import-not-found]
    from sphinx.errors import ExtensionError

    chat_settings.refuse_gaps()
    monkeypatch.setitem(chat_settings.DEFAULTS, "NEW_SETTING", 1)
    with pytest.raises(ExtensionError, match="NEW_SETTING has no text"):
        chat_settings.refuse_gaps()


@pytest.mark.usefixtures("extensions")
def test_every_setting_is_shown_with_its_default() -> None:
    import chat_settings

    source = "\n".join(chat_settings.settings_source())
    for key, default in chat_settings.DEFAULTS.items():
        assert key in source
        if isinstance(default, int | bool) and default is not None:
            assert f"{key}\n{'~' * len(key)}\n\nDefault: ``{default!r}``" in source


@pytest.mark.usefixtures("extensions")
def test_an_endpoint_without_a_text_fails_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    import rest_reference  # type: ignore[import-not-found]
    from sphinx.errors import ExtensionError

    document: Any = rest_reference.openapi()
    rest_reference.refuse_gaps(document)
    operation: Any = {"responses": {}}
    grown = {**document, "paths": {**document["paths"], "/api/new": {"get": operation}}}
    with pytest.raises(ExtensionError, match="get new is not described"):
        rest_reference.refuse_gaps(grown)


@pytest.mark.usefixtures("extensions")
def test_every_endpoint_and_every_object_that_it_shows_is_in_the_reference() -> None:
    import rest_reference

    document: Any = rest_reference.openapi()
    source = "\n".join(rest_reference.reference_source(document))
    for path, method, _ in rest_reference.operations(document):
        section = source.partition(f"``{path}``\n~")[2]
        assert f"**{method.upper()}** ·" in section, f"{method} {path}"
    for name in ("Thread", "SentMessage", "SurveyItem"):
        assert f":ref:`{name} <rest-object-{name}>`" in source
        assert f".. _rest-object-{name}:" in source


#: Raised in a host's own code only, never answered.
NOT_ANSWERED = frozenset({"NOT_IN_THREAD", "PUBLISHED"})


@pytest.mark.usefixtures("extensions")
def test_every_code_that_the_library_answers_is_explained_somewhere() -> None:
    import rest_errors  # type: ignore[import-not-found]

    from chat_api import checks
    from chat_api.settings import DEFAULTS

    explained = {
        code for methods in rest_errors.ANSWERS.values() for rows in methods.values() for _, code, _ in rows
    }
    other_names = {
        *DEFAULTS,
        *checks.THREAD_SWITCHES,
        "BACKEND",
        "DELETE",
        "ENGINE",
        "GET",
        "MEDIA_URL",
        "NAME",
        "PATCH",
        "POST",
        "STATIC_URL",
        "THOUSAND_SEPARATOR",
    }
    source = "".join(
        path.read_text() for path in (ROOT / "chat_api").rglob("*.py") if "migrations" not in path.parts
    )
    codes = set(re.findall(r'(?:\[|, )"([A-Z][A-Z_]{2,})"[\])]', source)) - other_names
    assert len(codes) > 25
    assert codes - NOT_ANSWERED <= explained
