"""Schemas as Django fixtures, as 0.8.8 dumped them: ids in the file only say what belongs to what."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final, TypeVar

from django.core import serializers
from django.core.serializers.base import DeserializationError, SerializationError
from django.db import models

from chat_api.schemas.loader import rows_of
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from chat_api.schemas.portability.drafts import QuestionDraft, SchemaDraft
from chat_api.schemas.portability.parsing import BadDocument
from chat_api.schemas.translations.catalog import Translations

M = TypeVar("M", bound=models.Model)

_MODELS: Final = (Schema, Group, Question, Answer, AttachmentTemplate)
#: A schema elsewhere is another publication.
_NOT_DUMPED: Final = "revision"
_TRANSLATIONS: Final = frozenset(
    column.name
    for model in _MODELS
    for column in model._meta.concrete_fields
    if column.name.endswith("_i18n")
)
#: Characters that YAML takes for ends of lines, unless they are escaped.
_LINE_ENDS: Final = "\x85\u2028\u2029"


def as_fixture(schema: Schema, *, format: str, indent: int | None) -> str:
    """Give the schema as a fixture. Raises `BadDocument` where XML cannot hold one of its characters."""
    rows = rows_of(schema)
    answers = chain.from_iterable(rows.answers.get(row.pk, ()) for row in rows.questions)
    templates = [template for row in rows.questions for template in rows.templates.get(row.pk, ())]
    objects = [schema, *rows.groups, *rows.questions, *answers, *templates]
    options: dict[str, Any] = {
        "indent": indent,
        "fields": {column.name for model in _MODELS for column in model._meta.concrete_fields}
        - {_NOT_DUMPED}
        # What 0.8.8 did not have is dumped where it is used: translations, and `src` of attachments.
        - (set() if Translations.of(schema, rows).languages() else _TRANSLATIONS)
        - (set() if any(template.src for template in templates) else {"src"}),
        # Ids of content types differ from database to database.
        "use_natural_foreign_keys": True,
    }
    try:
        text = str(serializers.serialize(format, objects, **options))
        if format == "yaml" and any(character in text for character in _LINE_ENDS):
            text = str(serializers.serialize(format, objects, allow_unicode=False, **options))
        return text
    except (SerializationError, ValueError) as error:
        raise BadDocument(str(error)) from error


def from_fixture(content: str | list[Any], *, using: str, ignorenonexistent: bool) -> list[SchemaDraft]:
    """Give the schemas of a fixture: an XML text, or the list that a JSON or YAML one is. Raises `BadDocument`."""
    found = _deserialized(content, using, ignorenonexistent)
    schemas = {row.pk: SchemaDraft(row, is_lenient=True) for row in _of(Schema, found)}
    groups = {row.pk: row for row in _of(Group, found)}
    for group in groups.values():
        _parent(schemas, group.schema_id, group, "schema").groups.append(group)
    questions = {row.pk: QuestionDraft(row) for row in _of(Question, found)}
    for question in questions.values():
        question.group = _group_of(question.row, groups)
        _parent(schemas, question.row.schema_id, question.row, "schema").questions.append(question)
    for answer in _of(Answer, found):
        _parent(questions, answer.question_id, answer, "question").answers.append(answer)
    for template in _of(AttachmentTemplate, found):
        _parent(questions, template.question_id, template, "question").templates.append(template)
    for row in found:
        _forget_ids(row)
    return list(schemas.values())


def _forget_ids(row: models.Model) -> None:
    """Clear the ids and foreign keys of the file: its row 5 is not row 5 of this database."""
    for column in row._meta.concrete_fields:
        if column.primary_key or column.related_model in _MODELS:
            setattr(row, column.attname, None)


def _deserialized(content: str | list[Any], using: str, ignorenonexistent: bool) -> list[models.Model]:
    kind = "xml" if isinstance(content, str) else "python"
    if content == "":
        raise BadDocument("it is empty")
    rows: list[models.Model] = []
    try:
        for item in serializers.deserialize(kind, content, using=using, ignorenonexistent=ignorenonexistent):
            if not isinstance(item.object, _MODELS):
                raise BadDocument(f"{item.object._meta.label_lower} is no part of a schema")
            rows.append(item.object)
    except BadDocument:
        raise
    except DeserializationError as error:
        raise BadDocument(str(error) or type(error.__cause__).__name__) from error
    except Exception as error:
        # Whatever shape the file has, Django's deserializers meet it unprepared.
        raise BadDocument(f"it is not a fixture: {type(error).__name__}: {error}") from error
    return rows


def _of(model: type[M], rows: Iterable[models.Model]) -> list[M]:
    found = [row for row in rows if isinstance(row, model)]
    if len({row.pk for row in found}) < len(found) or any(row.pk is None for row in found):
        raise BadDocument(f"two objects of {model._meta.label_lower} have one pk, or one has none")
    return found


def _parent(parents: dict[Any, Any], pk: Any, row: models.Model, name: str) -> Any:
    if pk not in parents:
        raise BadDocument(f"{row._meta.label_lower} {row.pk} names a {name} ({pk}) that is not in the file")
    return parents[pk]


def _group_of(question: Question, groups: dict[Any, Group]) -> Group | None:
    if question.group_id is None:
        return None
    group: Group = _parent(groups, question.group_id, question, "group")
    if group.schema_id != question.schema_id:
        raise BadDocument(f"question {question.qid} is in a group of another schema")
    return group
