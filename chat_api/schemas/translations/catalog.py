"""Translatable texts of a schema: enumeration, completeness, and translated documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models

from chat_api.engine.analysis.checker import Finding, Severity
from chat_api.lib.languages import chosen
from chat_api.schemas.loader import SchemaRows
from chat_api.schemas.models import Schema

MISSING: Final = "missing_translation"

Texts = Mapping[str, str]
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TranslatableText:
    """The column `name` of a row; `label` identifies it for people and in PO files."""

    row: models.Model
    name: str
    label: str
    qid: int | None = None

    @property
    def text(self) -> str:
        """The text in the source language."""
        return str(getattr(self.row, self.name))

    @property
    def translations(self) -> dict[str, str]:
        """The translations, by language code."""
        found: dict[str, str] = getattr(self.row, f"{self.name}_i18n")
        return found


def translatable_texts(schema: Schema, rows: SchemaRows) -> Iterator[TranslatableText]:
    """Yield all texts of the schema that users see, in order, except empty ones."""
    texts = [TranslatableText(schema, "name", "schema name")]
    texts += [TranslatableText(group, "name", f"group {group.position}") for group in rows.groups]
    for question in rows.questions:
        label, qid = f"question {question.qid}", question.qid
        if question.type != "fork":
            texts.append(TranslatableText(question, "text", label, qid))
        for answer in rows.answers.get(question.pk, ()):
            texts.append(TranslatableText(answer, "text", f"{label}, answer {answer.position}", qid))
        for number, template in enumerate(rows.templates.get(question.pk, ()), start=1):
            for name in ("title", "description"):
                texts.append(TranslatableText(template, name, f"{label}, attachment {number}, {name}", qid))
    return (text for text in texts if text.text.strip())


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
    """Return a warning for each text without a translation in one of the schema's languages; names are optional."""
    texts = [text for text in translatable_texts(schema, rows) if text.row is not schema]
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


@dataclass(frozen=True, slots=True)
class Translations:
    """All translations of a schema, by the ids of the rows that have any."""

    name: Texts = field(default_factory=dict)
    groups: Mapping[int, Texts] = field(default_factory=dict)
    questions: Mapping[int, Texts] = field(default_factory=dict)
    answers: Mapping[int, Texts] = field(default_factory=dict)
    titles: Mapping[int, Texts] = field(default_factory=dict)
    descriptions: Mapping[int, Texts] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: Schema, rows: SchemaRows) -> Translations:
        """Collect the translations of the rows of a schema."""
        answers = [row for found in rows.answers.values() for row in found]
        templates = [row for found in rows.templates.values() for row in found]
        return cls(
            schema.name_i18n,
            _non_empty((row.pk, row.name_i18n) for row in rows.groups),
            _non_empty((row.pk, row.text_i18n) for row in rows.questions),
            _non_empty((row.pk, row.text_i18n) for row in answers),
            _non_empty((row.pk, row.title_i18n) for row in templates),
            _non_empty((row.pk, row.description_i18n) for row in templates),
        )

    def languages(self) -> frozenset[str]:
        """Return the languages of the translations."""
        parts = (self.groups, self.questions, self.answers, self.titles, self.descriptions)
        return frozenset(self.name).union(*(texts for part in parts for texts in part.values()))

    def question(self, document: Document, codes: tuple[str, ...]) -> Document:
        """Return the document of a question with each text in the first available of the languages."""
        answers = [
            {**answer, "text": chosen(answer["text"], self.answers.get(answer["id"]), codes)}
            for answer in document["answers"]
        ]
        attachments = [
            {
                **attachment,
                "title": chosen(attachment["title"], self.titles.get(attachment["id"]), codes),
                "description": chosen(
                    attachment["description"], self.descriptions.get(attachment["id"]), codes
                ),
            }
            for attachment in document["attachments"]
        ]
        text = chosen(document["text"], self.questions.get(document["id"]), codes)
        return {**document, "text": text, "answers": answers, "attachments": attachments}

    def template(self, template: Any, codes: tuple[str, ...]) -> Any:
        """Return a copy of an attachment template with its texts in the first available of the languages."""
        translated = copy(template)
        translated.title = chosen(template.title, self.titles.get(template.pk), codes)
        translated.description = chosen(template.description, self.descriptions.get(template.pk), codes)
        return translated


def _non_empty(pairs: Iterable[tuple[int, Texts]]) -> dict[int, Texts]:
    return {pk: texts for pk, texts in pairs if texts}
