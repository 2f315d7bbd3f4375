"""Translations of notifications, explanations and the client: complete, compiled, in the receiver's language."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import polib
import pytest
from django.core import mail

import chat_api
from chat_api.notifications.transports import EmailTransport
from tests.factories import UserFactory
from tests.notifications.test_transports import delivery_to

PACKAGE = Path(chat_api.__file__).parent
CATALOGS = sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/django.po"))
#: A translatable text of a template, or its singular form.
MARKED = re.compile(
    r"""{%\s*translate (?:"([^"]+)"|'([^']+)')|{%\s*blocktranslate[^%]*%}(.*?){%""", re.DOTALL
)

#: Functions that mark a text of Python code; their first argument is the text, or its singular form.
MARKING = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}

#: A named placeholder.
PLACEHOLDER = re.compile(r"%\(\w+\)\w")


def said_in_templates() -> set[str]:
    """Return the translatable texts as catalogs name them."""
    found = set()
    for template in (PACKAGE / "templates").rglob("*.*"):
        for double, single, counted in MARKED.findall(template.read_text(encoding="utf-8")):
            found.add(double or single or re.sub(r"{{ (\w+) }}", r"%(\1)s", counted))
    return found


def said_in_code() -> set[str]:
    """Return the translatable texts of every module of the package."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKING:
                text = node.args[0]
                assert isinstance(text, ast.Constant), (
                    f"{path}:{node.lineno} marks a text that is not constant"
                )
                found.add(str(text.value))
    return found


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_catalog_is_complete_and_compiled(path: Path) -> None:
    catalog = polib.pofile(str(path))
    assert {entry.msgid for entry in catalog} == said_in_templates() | said_in_code()
    assert catalog.untranslated_entries() == []
    assert catalog.fuzzy_entries() == []
    assert catalog.obsolete_entries() == []
    for entry in catalog:
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid
    compiled = {
        entry.msgid: entry.msgstr_plural or entry.msgstr
        for entry in polib.mofile(str(path.with_suffix(".mo")))
    }
    assert compiled == {entry.msgid: entry.msgstr_plural or entry.msgstr for entry in catalog}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "number", "subject"),
    [
        ("en", 1, "1 new message Follow-up"),
        ("en", 2, "2 new messages Follow-up"),
        ("es", 1, "1 mensaje nuevo Follow-up"),
        ("es", 2, "2 mensajes nuevos Follow-up"),
        ("fr", 1, "1 nouveau message Follow-up"),
        ("fr", 2, "2 nouveaux messages Follow-up"),
        ("pl", 1, "1 nowa wiadomość Follow-up"),
        ("pl", 3, "3 nowe wiadomości Follow-up"),
        ("pl", 5, "5 nowych wiadomości Follow-up"),
        ("pl", 12, "12 nowych wiadomości Follow-up"),
    ],
)
def test_email_uses_plural_forms_of_the_language_of_the_receiver(
    language: str, number: int, subject: str
) -> None:
    EmailTransport().send(delivery_to(UserFactory.create(), "Hello", language=language, count=number))
    assert mail.outbox[0].subject == subject
