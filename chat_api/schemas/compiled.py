"""Compiled schemas: the script for the engine, and the documents of the questions for the API.

A published schema never changes, so each process caches it by its `revision`, which is new for every publication: an
id that was used in a rolled back transaction and then by another schema cannot return the wrong one. Drafts are not
cached, and nothing is while ALLOW_EDIT_PUBLISHED_SCHEMAS is on.

Documents and templates are shared and must not be changed in place.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final
from uuid import UUID

from rest_framework.renderers import JSONRenderer

from chat_api.attachments.serializers import template_document
from chat_api.engine.rules_source import parse_flags, parse_scores
from chat_api.engine.script import Flag, Score, Script
from chat_api.lib.languages import chosen, fallbacks
from chat_api.schemas.documents import group_document, is_dynamic, is_volatile, question_document
from chat_api.schemas.loader import SchemaRows, load_script, rows_of
from chat_api.schemas.models import AttachmentTemplate, Group, Schema
from chat_api.schemas.translations.documents import Translations, translated_labels
from chat_api.settings import chat_settings

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CompiledSchema:
    """A version of a schema. Mappings are by question id; documents are Question objects of the REST API."""

    id: int
    name: str
    version: int
    type: str
    script: Script
    groups: tuple[Group, ...]
    question_documents: Mapping[int, Document]
    templates: Mapping[int, tuple[AttachmentTemplate, ...]]
    #: The questions whose text or meta depends on the user.
    dynamic: frozenset[int]
    #: The questions with attachments whose URL may change between requests.
    volatile: frozenset[int]
    group_documents: tuple[Document, ...]
    ungrouped: tuple[Document, ...]
    #: What only users who can view schemas see: the scores and flags, and the weights of answers by their id.
    restricted: Document = field(default_factory=dict)
    weights: Mapping[int, float] = field(default_factory=dict)
    #: The scores and flags of the script, with their labels in the language of the variant.
    scores: tuple[Score, ...] = ()
    flags: tuple[Flag, ...] = ()
    translations: Translations = field(default_factory=Translations)
    #: The languages of its translations.
    languages: frozenset[str] = frozenset()
    #: The JSON of the document, by (published, deprecated).
    _rendered: dict[tuple[bool, bool], bytes] = field(default_factory=dict, compare=False, repr=False)
    #: Translated variants, by the languages looked up in order.
    _variants: dict[tuple[str, ...], CompiledSchema] = field(default_factory=dict, compare=False, repr=False)

    def in_language(self, code: str | None) -> CompiledSchema:
        """Return the schema with its texts in the language (None: the active one), where translated.

        A schema without translations is returned as it is; variants are built once and kept with the schema.
        """
        if not self.languages:
            return self
        codes = tuple(each for each in fallbacks(code) if each in self.languages)
        if not codes:
            return self
        found = self._variants.get(codes)
        if found is None:
            found = self._variants[codes] = self._translate(codes)
        return found

    def _translate(self, codes: tuple[str, ...]) -> CompiledSchema:
        texts = self.translations
        documents = {pk: texts.question(document, codes) for pk, document in self.question_documents.items()}

        def translated(questions: Iterable[Document]) -> list[Document]:
            return [documents[question["id"]] for question in questions]

        groups = tuple(
            {
                **texts.group(group, codes),
                "questions": translated(group["questions"]),
            }
            for group in self.group_documents
        )
        restricted = {name: translated_labels(items, codes) for name, items in self.restricted.items()}
        return replace(
            self,
            name=chosen(self.name, texts.name, codes),
            question_documents=documents,
            templates={
                pk: tuple(texts.template(row, codes) for row in found) for pk, found in self.templates.items()
            },
            dynamic=frozenset(pk for pk, document in documents.items() if is_dynamic(document)),
            group_documents=groups,
            ungrouped=tuple(translated(self.ungrouped)),
            restricted=restricted,
            scores=parse_scores(restricted.get("scores")),
            flags=parse_flags(restricted.get("flags")),
            # A variant is not translated any further.
            languages=frozenset(),
            _rendered={},
            _variants={},
        )

    def question(self, question_id: int) -> Document:
        """Return the document of a question, with current URLs. Raises `KeyError` for other schemas' questions."""
        document: Document = self.question_documents[question_id]
        if question_id not in self.volatile:
            return document
        return {**document, "attachments": [template_document(row) for row in self.templates[question_id]]}

    def document(self, schema: Schema) -> Document:
        """Return the document of the whole schema; columns that can change are taken from `schema`."""
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
            **({"match_text": True} if self.script.match_text else {}),
        }

    @property
    def is_restricted(self) -> bool:
        """Return whether some users see more of the schema than others."""
        return bool(self.restricted or self.weights)

    def full_document(self, schema: Schema) -> Document:
        """Return the document with scores, flags and weights, for users who can view schemas."""

        def weighed(questions: Iterable[Document]) -> list[Document]:
            return [
                {**question, "answers": [self._weighed(answer) for answer in question["answers"]]}
                for question in questions
            ]

        document = self.document(schema)
        labelled = {name: translated_labels(items, ()) for name, items in self.restricted.items()}
        groups = [{**group, "questions": weighed(group["questions"])} for group in document["groups"]]
        return {**document, "groups": groups, "questions": weighed(document["questions"]), **labelled}

    def _weighed(self, answer: Document) -> Document:
        weight = self.weights.get(answer["id"])
        return answer if weight is None else {**answer, "weight": weight}

    def rendered(self, schema: Schema) -> bytes:
        """Return the document as JSON, cached unless it has volatile questions."""
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
    """An LRU cache of SCHEMA_CACHE_SIZE schemas, safe for threads."""

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


def clear_cache() -> None:
    """Remove all schemas from the cache of this process."""
    _cache.clear()


def compiled(schema: Schema) -> CompiledSchema:
    """Return the compiled schema; without a query if it is cached, else with a constant number."""
    revision = schema.revision
    if revision is None or not schema.published or chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS:
        return build(schema)
    found = _cache.get(revision)
    if found is None:
        found = build(schema)
        _cache.put(revision, found)
    return found


def build(schema: Schema, rows: SchemaRows | None = None) -> CompiledSchema:
    """Compile the schema from its rows, which take four queries unless they are given."""
    rows = rows_of(schema) if rows is None else rows
    documents = {row.pk: question_document(row, rows) for row in rows.questions}
    translations, script = Translations.of(schema, rows), load_script(schema, rows)
    return CompiledSchema(
        id=schema.pk,
        name=schema.name,
        version=schema.version,
        type=schema.type,
        script=script,
        groups=tuple(rows.groups),
        question_documents=documents,
        templates={pk: tuple(found) for pk, found in rows.templates.items()},
        dynamic=frozenset(pk for pk, document in documents.items() if is_dynamic(document)),
        volatile=frozenset(pk for pk, found in rows.templates.items() if any(map(is_volatile, found))),
        group_documents=tuple(group_document(row, rows, documents) for row in rows.groups),
        ungrouped=tuple(documents[row.pk] for row in rows.questions if row.group_id is None),
        restricted={
            name: found for name in ("scores", "flags") if (found := getattr(schema, name)) is not None
        },
        weights={
            row.pk: row.weight for found in rows.answers.values() for row in found if row.weight is not None
        },
        scores=script.scores,
        flags=script.flags,
        translations=translations,
        languages=translations.languages(),
    )
