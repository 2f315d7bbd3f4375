"""Translations of notifications, explanations and the client: complete, compiled, in the receiver's language."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core import mail

import chat_api
from chat_api.notifications.transports import EmailTransport
from tests.factories import UserFactory
from tests.notifications.test_transports import delivery_to

PACKAGE = Path(chat_api.__file__).parent
CATALOGS = sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/django.po"))
#: A translatable text of a template, or its singular form, and the context of a text that is not a block.
MARKED = re.compile(
    r"""{%\s*translate (?:"([^"]+)"|'([^']+)')(?: context "([^"]+)")?|{%\s*blocktranslate[^%]*%}(.*?){%""",
    re.DOTALL,
)

#: Functions that mark a text of Python code; their first argument is the text, or its singular form.
MARKING = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
#: Those that take a context first.
MARKING_IN_CONTEXT = {"pgettext", "pgettext_lazy"}

#: A context, None without one, and a text.
Said = tuple[str | None, str]

#: A named placeholder.
PLACEHOLDER = re.compile(r"%\(\w+\)\w")


def said_in_templates() -> set[Said]:
    """Return the translatable texts as catalogs name them."""
    found: set[Said] = set()
    for template in (PACKAGE / "templates").rglob("*.*"):
        for double, single, context, counted in MARKED.findall(template.read_text(encoding="utf-8")):
            text = double or single or re.sub(r"{{ (\w+) }}", r"%(\1)s", counted)
            found.add((context or None, text))
    return found


def said_in_code() -> set[Said]:
    """Return the translatable texts of every module of the package."""
    found: set[Said] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            is_in_context = node.func.id in MARKING_IN_CONTEXT
            if is_in_context or node.func.id in MARKING:
                texts = node.args[: 2 if is_in_context else 1]
                constants = [str(text.value) for text in texts if isinstance(text, ast.Constant)]
                assert len(constants) == len(texts), f"{path}:{node.lineno} marks a text that is not constant"
                found.add((constants[0] if is_in_context else None, constants[-1]))
    return found


#: What people do not read as a text: blocks that are translated, other tags, and elements, in this order.
NO_TEXT = (
    r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}",
    r"{%\s*block bodyclass.*?{%\s*endblock\s*%}",
    r"{#.*?#}|{%.*?%}|{{.*?}}",
    r"<(script|style|svg)\b.*?</\1>",
    r"&\w+;",
)
SHOWN_ATTRIBUTE = re.compile(r"""\b(?:aria-label|alt|placeholder|title)=["']([^"']*)""")


@pytest.mark.parametrize(
    "path",
    sorted((PACKAGE / "templates/admin").rglob("*.html")),
    ids=lambda path: str(path.relative_to(PACKAGE / "templates/admin")),
)
def test_templates_of_the_admin_have_no_text_that_is_not_translated(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern in NO_TEXT:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    shown = [*SHOWN_ATTRIBUTE.findall(text), *re.split(r"<[^>]*>", text)]
    assert [part.strip() for part in shown if re.search(r"[A-Za-z]{3}", part)] == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_catalog_is_complete_and_compiled(path: Path) -> None:
    catalog = polib.pofile(str(path))
    assert {(entry.msgctxt, entry.msgid) for entry in catalog} == said_in_templates() | said_in_code()
    assert catalog.untranslated_entries() == []
    assert catalog.fuzzy_entries() == []
    assert catalog.obsolete_entries() == []
    for entry in catalog:
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid
    compiled = polib.mofile(str(path.with_suffix(".mo")))
    assert translations_of(compiled) == translations_of(catalog)


def translations_of(catalog: polib.POFile | polib.MOFile) -> dict[Said, Any]:
    """Return the translations, one or by plural form, of each text."""
    return {(entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr for entry in catalog}


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
