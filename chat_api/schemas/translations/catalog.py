"""Translatable texts of a schema: enumeration and completeness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from chat_api.engine.analysis.checker import Finding, Severity
from chat_api.schemas.loader import SchemaRows, objects_in
from chat_api.schemas.models import Schema
from chat_api.schemas.translations.documents import DETAILS

MISSING: Final = "missing_translation"


@dataclass(frozen=True, slots=True)
class TranslatableText:
    """The column `name` of a row; `label` identifies it for people and in PO files.

    A text inside a JSON column is the field `name` of the object `holder`.
    """

    row: models.Model
    name: str
    label: str
    qid: int | None = None
    holder: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The text in the source language."""
        found = getattr(self.row, self.name) if self.holder is None else self.holder.get(self.name)
        return "" if found is None else str(found)

    @property
    def translations(self) -> dict[str, str]:
        """The translations, by language code."""
        name = f"{self.name}_i18n"
        found = getattr(self.row, name) if self.holder is None else self.holder.get(name)
        return found if isinstance(found, dict) else {}

    def translate(self, language: str, translation: str) -> None:
        """Set a translation on the row, which is not saved."""
        name, translations = f"{self.name}_i18n", {**self.translations, language: translation}
        if self.holder is None:
            setattr(self.row, name, translations)
        else:
            self.holder[name] = translations


def translatable_texts(schema: Schema, rows: SchemaRows) -> Iterator[TranslatableText]:
    """Yield all texts of the schema that users see, in order, except empty ones."""
    texts = [TranslatableText(schema, "name", "schema name"), *_labels(schema)]
    for group in rows.groups:
        label = f"group {group.position}"
        texts += [TranslatableText(group, "name", label), TranslatableText(group, "text", f"{label}, text")]
    for question in rows.questions:
        label, qid = f"question {question.qid}", question.qid
        if question.type not in question.TEXTLESS_TYPES:
            texts.append(TranslatableText(question, "text", label, qid))
        for name in DETAILS:
            texts.append(TranslatableText(question, name, f"{label}, {name.replace('_', ' ')}", qid))
        for number, constraint in enumerate(objects_in(question.constraints), start=1):
            label_of_constraint = f"{label}, constraint {number}"
            texts.append(TranslatableText(question, "message", label_of_constraint, qid, constraint))
        for answer in rows.answers.get(question.pk, ()):
            texts.append(TranslatableText(answer, "text", f"{label}, answer {answer.position}", qid))
        for number, template in enumerate(rows.templates.get(question.pk, ()), start=1):
            for name in ("title", "description"):
                texts.append(TranslatableText(template, name, f"{label}, attachment {number}, {name}", qid))
    return (text for text in texts if text.text.strip())


def _labels(schema: Schema) -> Iterator[TranslatableText]:
    """Yield the labels of scores, their bands, and flags."""
    for score in objects_in(schema.scores):
        label = f"score {score.get('name')}"
        yield TranslatableText(schema, "label", label, holder=score)
        for number, band in enumerate(objects_in(score.get("bands")), start=1):
            yield TranslatableText(schema, "label", f"{label}, band {number}", holder=band)
    for flag in objects_in(schema.flags):
        yield TranslatableText(schema, "label", f"flag {flag.get('name')}", holder=flag)


@dataclass(frozen=True, slots=True)
class Completeness:
    """The number of translated texts in a language."""

    language: str
    done: int
    total: int


def completeness(schema: Schema, rows: SchemaRows) -> list[Completeness]:
    """Return the number of translated texts for each language that the schema has translations in."""
    texts = list(translatable_texts(schema, rows))
    return [
        Completeness(language, sum(bool(text.translations.get(language)) for text in texts), len(texts))
        for language in _languages(texts)
    ]


def missing_translations(schema: Schema, rows: SchemaRows) -> list[Finding]:
    """Return a warning for each text without a translation in one of the schema's languages; its name is optional."""
    # The labels of scores, bands and flags are texts of the schema, too.
    texts = [
        text for text in translatable_texts(schema, rows) if text.row is not schema or text.holder is not None
    ]
    languages = _languages(texts)
    return [
        Finding(
            MISSING,
            text.qid,
            f"No translation into “{language}” of {text.label}.",
            "Translate it; now the source text is shown.",
            Severity.WARNING,
        )
        for text in texts
        for language in languages
        if not text.translations.get(language)
    ]


def _languages(texts: Iterable[TranslatableText]) -> list[str]:
    return sorted(
        {language for text in texts for language, translation in text.translations.items() if translation}
    )
