"""A schema's texts as a PO file, for translators and their tools, and back. Needs the package polib."""

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
from chat_api.schemas.translations.catalog import Place, places_of

#: Nobody translates a longer file, and polib reads it as a whole.
BYTES_MAX: Final = 20 * 2**20


class BadPoFile(Exception):
    """The file cannot be read, or the package that reads it is missing."""


@dataclass(slots=True)
class Imported:
    """What an import did: how many texts it set, and which entries it passed over, in words."""

    changed: int = 0
    passed_over: list[str] = field(default_factory=list)


def _polib() -> Any:
    try:
        return import_module("polib")
    except ImportError as error:
        raise BadPoFile('PO files need the package polib: pip install "django-chat-api[po]"') from error


def export_po(schema: Schema, language: str) -> str:
    """Give the schema's texts with their translations into the language as a PO file; four queries.

    The context of an entry (`msgctxt`) says where the text stands. Raises `BadPoFile`.
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
    for place in places_of(schema, rows_of(schema)):
        entry = polib.POEntry(
            msgctxt=place.where, msgid=place.text, msgstr=place.translations.get(language, "")
        )
        if "{{" in place.text:
            entry.comment = "What is between {{ and }} stays as it is, but for a fallback."
        file.append(entry)
    return f"{file}\n"


def import_po(schema: Schema, language: str, text: str) -> Imported:
    """Set the schema's translations into the language from a PO file: all that fit, in one transaction.

    Passed over are entries that are empty or marked as fuzzy, texts that are not (or no longer) the schema's, and
    what cannot be stored. Locks the schema. Raises `BadPoFile`, `PublishedSchemaIsImmutable`.
    """
    _refuse_language(language)
    entries = _entries(text)
    using = schema._state.db or router.db_for_write(Schema, instance=schema)
    done = Imported()
    with transaction.atomic(using=using):
        refuse_if_published([schema.pk], using=using)
        places = {place.where: place for place in places_of(schema, rows_of(schema))}
        changed: list[Place] = []
        for where, source, translated in entries:
            place = places.get(where)
            if place is None or place.text != source:
                done.passed_over.append(
                    f"{where}: {'no such text' if place is None else 'the text has changed'}"
                )
            elif place.translations.get(language) != translated:
                column = f"{place.name}_i18n"
                setattr(place.row, column, {**place.translations, language: translated})
                changed.append(place)
        _store(changed, using)
    done.changed = len(changed)
    return done


def _refuse_language(language: str) -> None:
    if translation_errors({language: ""}):
        raise BadPoFile(f"{language!r} is no language; write pl, or pt-br.")


def _entries(text: str) -> list[tuple[str, str, str]]:
    """Give context, source and translation of each entry that is translated. Raises `BadPoFile`."""
    polib = _polib()
    if len(text) > BYTES_MAX or not text.strip():
        raise BadPoFile("It is no PO file, or larger than any schema.")
    # A text polib would cut into lines wherever Unicode ends one, which is also inside of what is quoted.
    with NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".po") as copy:
        try:
            copy.write(text)
            copy.flush()
            file = polib.pofile(copy.name, encoding="utf-8")
        except (OSError, ValueError, UnicodeError) as error:
            reason = str(error).replace(f" {copy.name}", "")
            raise BadPoFile(f"It is no PO file: {reason}") from error
    found = [
        (entry.msgctxt or "", entry.msgid, entry.msgstr)
        for entry in file
        if entry.msgstr and not entry.fuzzy and not entry.obsolete
    ]
    if any("\x00" in part for entry in found for part in entry):
        raise BadPoFile("It contains a character that cannot be stored.")
    return found


def _store(places: Iterable[Place], using: str) -> None:
    rows = {(type(place.row), place.row.pk): place.row for place in places}
    models: tuple[Any, ...] = (Schema, Group, Question, Answer, AttachmentTemplate)
    for model in models:
        of_model = [row for (kind, _), row in rows.items() if kind is model]
        columns = [column.name for column in model._meta.concrete_fields if column.name.endswith("_i18n")]
        if of_model:
            model._base_manager.using(using).bulk_update(of_model, columns, batch_size=200)
