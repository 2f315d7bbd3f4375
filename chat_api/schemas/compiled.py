"""A schema made ready once: its script for the engine, its questions as the API shows them.

A published schema never changes, so a process keeps it under its `revision`. That is drawn anew at each
publication: an id that a rolled back transaction gave away and another schema got can never bring up the wrong
one. Drafts, and everything while ALLOW_EDIT_PUBLISHED_SCHEMAS is on, are built anew each time.

What is handed out is shared: nobody may change a document or a template in place.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final
from uuid import UUID

from django.db import models
from rest_framework.renderers import JSONRenderer

from chat_api.attachments.serializers import template_document
from chat_api.attachments.types.registry import BUILT_IN
from chat_api.engine.script import Script
from chat_api.engine.script_source import script_of
from chat_api.lib.languages import chosen, fallbacks
from chat_api.schemas.loader import SchemaRows, raw_questions, rows_of
from chat_api.schemas.models import AttachmentTemplate, Group, Question, Schema
from chat_api.schemas.serializers import AnswerSerializer, GroupSerializer, QuestionSerializer
from chat_api.schemas.translations.catalog import Translations
from chat_api.settings import chat_settings

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CompiledSchema:
    """One version of a schema. Mappings are by question id; documents are Question objects of the REST API."""

    id: int
    name: str
    version: int
    type: str
    script: Script
    groups: tuple[Group, ...]
    question_documents: Mapping[int, Document]
    templates: Mapping[int, tuple[AttachmentTemplate, ...]]
    #: The questions whose text or meta differs from reader to reader.
    dynamic: frozenset[int]
    #: The questions whose attachments' addresses may differ from one time to the next.
    volatile: frozenset[int]
    group_documents: tuple[Document, ...]
    ungrouped: tuple[Document, ...]
    translations: Translations = field(default_factory=Translations)
    #: The languages that something is translated into.
    languages: frozenset[str] = frozenset()
    #: The whole document as JSON, by what may still change.
    _rendered: dict[tuple[bool, bool], bytes] = field(default_factory=dict, compare=False, repr=False)
    #: The same in other languages, by the languages that are looked in.
    _variants: dict[tuple[str, ...], CompiledSchema] = field(default_factory=dict, compare=False, repr=False)

    def in_language(self, code: str | None) -> CompiledSchema:
        """Give the schema with its texts in that language (None: the active one), as far as they are translated.

        A schema without translations costs nothing; another language is made once and kept with the schema.
        """
        if not self.languages:
            return self
        codes = tuple(each for each in fallbacks(code) if each in self.languages)
        if not codes:
            return self
        found = self._variants.get(codes)
        if found is None:
            found = self._variants[codes] = self._translated(codes)
        return found

    def _translated(self, codes: tuple[str, ...]) -> CompiledSchema:
        texts = self.translations
        documents = {pk: texts.question(document, codes) for pk, document in self.question_documents.items()}

        def inside(questions: Iterable[Document]) -> list[Document]:
            return [documents[question["id"]] for question in questions]

        groups = tuple(
            {
                **group,
                "name": chosen(group["name"], texts.groups.get(group["id"]), codes),
                "questions": inside(group["questions"]),
            }
            for group in self.group_documents
        )
        return replace(
            self,
            name=chosen(self.name, texts.name, codes),
            question_documents=documents,
            templates={
                pk: tuple(texts.template(row, codes) for row in found) for pk, found in self.templates.items()
            },
            dynamic=frozenset(pk for pk, document in documents.items() if is_dynamic(document)),
            group_documents=groups,
            ungrouped=tuple(inside(self.ungrouped)),
            # It is in its language; nobody asks it for another.
            languages=frozenset(),
            _rendered={},
            _variants={},
        )

    def question(self, question_id: int) -> Document:
        """Give the question's document as it is now. Raises `KeyError` if the question is not of the schema."""
        document: Document = self.question_documents[question_id]
        if question_id not in self.volatile:
            return document
        return {**document, "attachments": [template_document(row) for row in self.templates[question_id]]}

    def document(self, schema: Schema) -> Document:
        """Give the whole schema as the API shows it; `schema` brings what may still change."""
        groups: Sequence[Document] = self.group_documents
        ungrouped: Sequence[Document] = self.ungrouped
        if self.volatile:
            groups = [{**group, "questions": self._current(group["questions"])} for group in groups]
            ungrouped = self._current(ungrouped)
        return {
            "name": self.name,
            "published": schema.published,
            "version": self.version,
            "type": self.type,
            "deprecated": schema.deprecated,
            "id": self.id,
            "groups": list(groups),
            "questions": list(ungrouped),
        }

    def rendered(self, schema: Schema) -> bytes:
        """Give the whole document as DRF's plain JSON; what is volatile is rendered each time."""
        key = (schema.published, schema.deprecated)
        ready = self._rendered.get(key)
        if ready is None:
            ready = JSONRenderer().render(self.document(schema))
            if not self.volatile:
                self._rendered[key] = ready
        return ready

    def _current(self, documents: Iterable[Document]) -> list[Document]:
        return [self.question(document["id"]) for document in documents]


class _Cache:
    """The least recently used schemas go first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[UUID, CompiledSchema] = OrderedDict()

    def get(self, revision: UUID) -> CompiledSchema | None:
        with self._lock:
            found = self._kept.get(revision)
            if found is not None:
                self._kept.move_to_end(revision)
            return found

    def put(self, revision: UUID, schema: CompiledSchema) -> None:
        with self._lock:
            self._kept[revision] = schema
            while len(self._kept) > chat_settings.SCHEMA_CACHE_SIZE:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


_cache: Final = _Cache()


def forget_all() -> None:
    """Drop every kept schema of this process."""
    _cache.clear()


def compiled(schema: Schema) -> CompiledSchema:
    """Give the schema ready for use; no query where it is kept, else a constant number of them."""
    revision = schema.revision
    if revision is None or not schema.published or chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS:
        return build(schema)
    found = _cache.get(revision)
    if found is None:
        found = build(schema)
        _cache.put(revision, found)
    return found


def build(schema: Schema) -> CompiledSchema:
    """Read the schema's rows, four queries in all, and make them ready."""
    rows = rows_of(schema)
    documents = {row.pk: question_document(row, rows) for row in rows.questions}
    translations = Translations.of(schema, rows)
    return CompiledSchema(
        id=schema.pk,
        name=schema.name,
        version=schema.version,
        type=schema.type,
        script=script_of(raw_questions(rows)),
        groups=tuple(rows.groups),
        question_documents=documents,
        templates={pk: tuple(found) for pk, found in rows.templates.items()},
        dynamic=frozenset(pk for pk, document in documents.items() if is_dynamic(document)),
        volatile=frozenset(pk for pk, found in rows.templates.items() if any(map(is_volatile, found))),
        group_documents=tuple(group_document(row, rows, documents) for row in rows.groups),
        ungrouped=tuple(documents[row.pk] for row in rows.questions if row.group_id is None),
        translations=translations,
        languages=translations.languages(),
    )


def group_document(group: Group, rows: SchemaRows, documents: Mapping[int, Document]) -> Document:
    """Give a group as the API shows it."""
    inside = [documents[row.pk] for row in rows.questions if row.group_id == group.pk]
    return _shown(group, GroupSerializer.Meta.fields, questions=inside)


def question_document(question: Question, rows: SchemaRows) -> Document:
    """Give a question as the API shows it."""
    answers = [_shown(row, AnswerSerializer.Meta.fields) for row in rows.answers.get(question.pk, ())]
    attachments = [template_document(row) for row in rows.templates.get(question.pk, ())]
    return _shown(question, QuestionSerializer.Meta.fields, answers=answers, attachments=attachments)


def _shown(row: models.Model, names: Iterable[str], **parts: Any) -> Document:
    columns = {column.name: column.attname for column in row._meta.concrete_fields}
    return {name: parts[name] if name in parts else getattr(row, columns[name]) for name in names}


def is_dynamic(document: Document) -> bool:
    """Say whether some text has a variable, or some meta is to be resolved."""
    texts = [document["text"], *(answer["text"] for answer in document["answers"])]
    texts += [attachment["title"] for attachment in document["attachments"]]
    metas = [document["meta"], *(answer["meta"] for answer in document["answers"])]
    return any("{{" in text for text in texts) or any("$resolve" in repr(meta) for meta in metas if meta)


def is_volatile(template: AttachmentTemplate) -> bool:
    """Say whether where the template leads may change: a storage may sign addresses, a host computes them."""
    return bool(template.file or template.thumbnail_image) or template.type not in BUILT_IN
