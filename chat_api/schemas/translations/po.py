"""Export and import of the translations of a schema as PO files; needs the package polib."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from tempfile import NamedTemporaryFile
from typing import Any, Final

from django.db import router, transaction
from django.utils import timezone

from chat_api.lib.languages import translation_errors
from chat_api.schemas.loader import rows_of
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema, refuse_if_published
from chat_api.schemas.translations.catalog import TranslatableText, translatable_texts

#: polib loads the whole file into memory.
BYTES_MAX: Final = 20 * 2**20


class BadPoFile(Exception):
    """The file is invalid, or polib is not installed."""


@dataclass(slots=True)
class Imported:
    """The result of an import: the number of changed texts, and a message for each skipped entry."""

    changed: int = 0
    skipped: list[str] = field(default_factory=list)


def _polib() -> Any:
    try:
        return import_module("polib")
    except ImportError as error:
        raise BadPoFile('PO files need the package polib: pip install "django-chat-api[po]"') from error


def export_po(schema: Schema, language: str) -> str:
    """Return the texts of the schema and their translations into the language as a PO file, with four queries.

    The context of an entry (`msgctxt`) identifies the text. Raises `BadPoFile`.
    """
    _refuse_language(language)
    polib = _polib()
    file = polib.POFile(wrapwidth=100)
    file.metadata = {
        "Project-Id-Version": f"{schema.name} {schema.version}",
        "POT-Creation-Date": timezone.now().strftime("%Y-%m-%d %H:%M%z"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language.replace("-", "_"),
    }
    for text in translatable_texts(schema, rows_of(schema)):
        entry = polib.POEntry(msgctxt=text.label, msgid=text.text, msgstr=text.translations.get(language, ""))
        if "{{" in text.text:
            entry.comment = "Keep everything between {{ and }} unchanged, except fallback texts."
        file.append(entry)
    return f"{file}\n"


def import_po(schema: Schema, language: str, content: str) -> Imported:
    """Set the translations of the schema into the language from a PO file, in one transaction.

    Empty and fuzzy entries are ignored; entries whose text is unknown or has changed are skipped and reported. Locks
    the schema. Raises `BadPoFile`, `PublishedSchemaIsImmutable`.
    """
    _refuse_language(language)
    entries = _entries(content)
    using = schema._state.db or router.db_for_write(Schema, instance=schema)
    imported = Imported()
    with transaction.atomic(using=using):
        refuse_if_published([schema.pk], using=using)
        texts = {text.label: text for text in translatable_texts(schema, rows_of(schema))}
        changed: list[TranslatableText] = []
        for label, source, translated in entries:
            text = texts.get(label)
            if text is None or text.text != source:
                imported.skipped.append(
                    f"{label}: {'unknown text' if text is None else 'the text has changed'}"
                )
            elif text.translations.get(language) != translated:
                text.translate(language, translated)
                changed.append(text)
        _store(changed, using)
    imported.changed = len(changed)
    return imported


def _refuse_language(language: str) -> None:
    if translation_errors({language: ""}):
        raise BadPoFile(f"{language!r} is not a language code. Use a code like pl or pt-br.")


def _entries(text: str) -> list[tuple[str, str, str]]:
    """Return context, source and translation of each translated entry. Raises `BadPoFile`."""
    polib = _polib()
    if len(text) > BYTES_MAX or not text.strip():
        raise BadPoFile("The PO file is empty or too large.")
    # From a string, polib would split lines at every Unicode line break, even inside quotes.
    with NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".po") as copy:
        try:
            copy.write(text)
            copy.flush()
            file = polib.pofile(copy.name, encoding="utf-8")
        except (OSError, ValueError, UnicodeError) as error:
            reason = str(error).replace(f" {copy.name}", "")
            raise BadPoFile(f"Invalid PO file: {reason}") from error
    found = [
        (entry.msgctxt or "", entry.msgid, entry.msgstr)
        for entry in file
        if entry.msgstr and not entry.fuzzy and not entry.obsolete
    ]
    if any("\x00" in part for entry in found for part in entry):
        raise BadPoFile("The file contains a character that cannot be stored.")
    return found


#: JSON columns with translations inside, by model.
_WITH_TEXTS: Final[dict[type[Any], tuple[str, ...]]] = {
    Schema: ("scores", "flags"),
    Question: ("constraints",),
}


def _store(texts: Iterable[TranslatableText], using: str) -> None:
    rows = {(type(text.row), text.row.pk): text.row for text in texts}
    inside = {(type(text.row), text.row.pk) for text in texts if text.holder is not None}
    models: tuple[Any, ...] = (Schema, Group, Question, Answer, AttachmentTemplate)
    for model in models:
        of_model = [row for (kind, _), row in rows.items() if kind is model]
        columns = [column.name for column in model._meta.concrete_fields if column.name.endswith("_i18n")]
        updates: dict[tuple[str, ...], list[Any]] = {tuple(columns): of_model}
        for name in _WITH_TEXTS.get(model, ()):
            # Not where the column is null, which would be stored as JSON's null.
            has_texts = [
                row for row in of_model if (model, row.pk) in inside and getattr(row, name) is not None
            ]
            updates[(name,)] = has_texts
        for names, changed in updates.items():
            if changed:
                model._base_manager.using(using).bulk_update(changed, names, batch_size=200)
