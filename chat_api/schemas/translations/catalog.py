"""The texts of a schema in other languages: where they are, which are missing, and a schema in one of them."""

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
class Place:
    """A text that can be translated: the column `name` of a row; `where` says in words which one it is."""

    row: models.Model
    name: str
    where: str
    qid: int | None = None

    @property
    def text(self) -> str:
        """Give the text as it is written, in the schema's own language."""
        return str(getattr(self.row, self.name))

    @property
    def translations(self) -> dict[str, str]:
        """Give its translations by language."""
        found: dict[str, str] = getattr(self.row, f"{self.name}_i18n")
        return found


def places_of(schema: Schema, rows: SchemaRows) -> Iterator[Place]:
    """Give every text of the schema that readers see, in its order; empty ones need no translation."""
    places = [Place(schema, "name", "schema name")]
    places += [Place(group, "name", f"group {group.position}") for group in rows.groups]
    for question in rows.questions:
        where, qid = f"question {question.qid}", question.qid
        if question.type != "fork":
            places.append(Place(question, "text", where, qid))
        for answer in rows.answers.get(question.pk, ()):
            places.append(Place(answer, "text", f"{where}, answer {answer.position}", qid))
        for number, template in enumerate(rows.templates.get(question.pk, ()), start=1):
            for name in ("title", "description"):
                places.append(Place(template, name, f"{where}, attachment {number}, {name}", qid))
    return (place for place in places if place.text.strip())


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of a schema's texts there are in one language."""

    language: str
    done: int
    total: int


def completeness(schema: Schema, rows: SchemaRows) -> list[Completeness]:
    """Give, for each language that some text of the schema is in, how many are."""
    places = list(places_of(schema, rows))
    return [
        Completeness(language, sum(bool(place.translations.get(language)) for place in places), len(places))
        for language in _languages(places)
    ]


def missing(schema: Schema, rows: SchemaRows) -> list[Finding]:
    """Give a finding for each text that is not in every language that the schema is in; the name may stay as it is."""
    places = [place for place in places_of(schema, rows) if place.row is not schema]
    languages = _languages(places)
    return [
        Finding(
            MISSING,
            place.qid,
            f"No text in “{language}” of {place.where}.",
            "It is shown in the language that it is written in.",
            Severity.WARNING,
        )
        for place in places
        for language in languages
        if not place.translations.get(language)
    ]


def _languages(places: Iterable[Place]) -> list[str]:
    return sorted({language for place in places for language, text in place.translations.items() if text})


@dataclass(frozen=True, slots=True)
class Translations:
    """All translations of a schema, by the ids of their rows; what has none is not in it."""

    name: Texts = field(default_factory=dict)
    groups: Mapping[int, Texts] = field(default_factory=dict)
    questions: Mapping[int, Texts] = field(default_factory=dict)
    answers: Mapping[int, Texts] = field(default_factory=dict)
    titles: Mapping[int, Texts] = field(default_factory=dict)
    descriptions: Mapping[int, Texts] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: Schema, rows: SchemaRows) -> Translations:
        """Gather them from a schema's rows."""
        answers = [row for found in rows.answers.values() for row in found]
        templates = [row for found in rows.templates.values() for row in found]
        return cls(
            schema.name_i18n,
            _given((row.pk, row.name_i18n) for row in rows.groups),
            _given((row.pk, row.text_i18n) for row in rows.questions),
            _given((row.pk, row.text_i18n) for row in answers),
            _given((row.pk, row.title_i18n) for row in templates),
            _given((row.pk, row.description_i18n) for row in templates),
        )

    def languages(self) -> frozenset[str]:
        """Give the languages that something is translated into."""
        parts = (self.groups, self.questions, self.answers, self.titles, self.descriptions)
        return frozenset(self.name).union(*(texts for part in parts for texts in part.values()))

    def question(self, document: Document, codes: tuple[str, ...]) -> Document:
        """Give a question's document in the first of the languages that each text is in."""
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
        """Give a copy of an attachment template with its words in those languages."""
        made = copy(template)
        made.title = chosen(template.title, self.titles.get(template.pk), codes)
        made.description = chosen(template.description, self.descriptions.get(template.pk), codes)
        return made


def _given(pairs: Iterable[tuple[int, Texts]]) -> dict[int, Texts]:
    return {pk: texts for pk, texts in pairs if texts}
