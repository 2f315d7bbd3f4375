"""Translated documents and templates of a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Final

from chat_api.engine.rules_source import valid_constraints
from chat_api.lib.languages import chosen
from chat_api.schemas.loader import SchemaRows, objects_in
from chat_api.schemas.models import Question, Schema

Texts = Mapping[str, str]
Document = dict[str, Any]

#: The columns with texts of a question besides `text`.
DETAILS: Final = ("hint", "skip", "required_message")


@dataclass(frozen=True, slots=True)
class Translations:
    """All translations of a schema, by the ids of the rows that have any."""

    name: Texts = field(default_factory=dict)
    groups: Mapping[int, Texts] = field(default_factory=dict)
    group_texts: Mapping[int, Texts] = field(default_factory=dict)
    questions: Mapping[int, Texts] = field(default_factory=dict)
    answers: Mapping[int, Texts] = field(default_factory=dict)
    titles: Mapping[int, Texts] = field(default_factory=dict)
    descriptions: Mapping[int, Texts] = field(default_factory=dict)
    #: The languages of the labels of scores and flags.
    label_languages: frozenset[str] = frozenset()
    #: By (question, column or number of the constraint): hints, messages and the like.
    details: Mapping[tuple[int, str | int], Texts] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: Schema, rows: SchemaRows) -> Translations:
        """Collect the translations of the rows of a schema."""
        answers = [row for found in rows.answers.values() for row in found]
        templates = [row for found in rows.templates.values() for row in found]
        return cls(
            schema.name_i18n,
            _non_empty((row.pk, row.name_i18n) for row in rows.groups),
            _non_empty((row.pk, row.text_i18n) for row in rows.groups),
            _non_empty((row.pk, row.text_i18n) for row in rows.questions),
            _non_empty((row.pk, row.text_i18n) for row in answers),
            _non_empty((row.pk, row.title_i18n) for row in templates),
            _non_empty((row.pk, row.description_i18n) for row in templates),
            frozenset(_label_languages(schema.scores)) | frozenset(_label_languages(schema.flags)),
            {key: texts for row in rows.questions for key, texts in _details(row) if texts},
        )

    def languages(self) -> frozenset[str]:
        """Return the languages of the translations."""
        of_rows = (
            self.groups,
            self.group_texts,
            self.questions,
            self.answers,
            self.titles,
            self.descriptions,
        )
        found = [*(texts for part in of_rows for texts in part.values()), *self.details.values()]
        return self.label_languages.union(self.name, *found)

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
        return {
            **document,
            **self._translated_details(document, codes),
            "text": text,
            "answers": answers,
            "attachments": attachments,
        }

    def _translated_details(self, document: Document, codes: tuple[str, ...]) -> Document:
        """Return those of hint, messages and the like that the question has."""
        pk = document["id"]
        found: Document = {
            name: chosen(document[name], self.details.get((pk, name)), codes)
            for name in DETAILS
            if name in document
        }
        if "constraints" in document:
            found["constraints"] = [
                {**item, "message": chosen(item["message"], self.details.get((pk, number)), codes)}
                for number, item in enumerate(document["constraints"])
            ]
        return found

    def group(self, document: Document, codes: tuple[str, ...]) -> Document:
        """Return the document of a group with name and text in the first available of the languages."""
        pk = document["id"]
        translated = {**document, "name": chosen(document["name"], self.groups.get(pk), codes)}
        if "text" in document:
            translated["text"] = chosen(document["text"], self.group_texts.get(pk), codes)
        return translated

    def template(self, template: Any, codes: tuple[str, ...]) -> Any:
        """Return a copy of an attachment template with its texts in the first available of the languages."""
        translated = copy(template)
        translated.title = chosen(template.title, self.titles.get(template.pk), codes)
        translated.description = chosen(template.description, self.descriptions.get(template.pk), codes)
        return translated


def translated_labels(items: Any, codes: tuple[str, ...]) -> Any:
    """Return scores, flags or bands with each label in the first available of the languages."""
    return [_labelled(item, codes) for item in objects_in(items)]


def _labelled(item: Document, codes: tuple[str, ...]) -> Document:
    found = {name: value for name, value in item.items() if name != "label_i18n"}
    if isinstance(item.get("label"), str):
        found["label"] = chosen(item["label"], _texts(item.get("label_i18n")), codes)
    if "bands" in item:
        found["bands"] = translated_labels(item["bands"], codes)
    return found


def _label_languages(items: Any) -> Iterator[str]:
    for item in objects_in(items):
        yield from _texts(item.get("label_i18n"))
        yield from _label_languages(item.get("bands"))


def _texts(value: Any) -> Texts:
    return value if isinstance(value, dict) else {}


def _details(question: Question) -> Iterator[tuple[tuple[int, str | int], Texts]]:
    for name in DETAILS:
        yield (question.pk, name), getattr(question, f"{name}_i18n")
    for number, constraint in enumerate(valid_constraints(question.constraints)):
        yield (question.pk, number), _texts(constraint.get("message_i18n"))


def _non_empty(pairs: Iterable[tuple[int, Texts]]) -> dict[int, Texts]:
    return {pk: texts for pk, texts in pairs if texts}
