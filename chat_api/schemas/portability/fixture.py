"""Schemas as Django fixtures, as in 0.8.8; ids in the file only link its objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeVar

from django.core import serializers
from django.core.serializers.base import DeserializationError, SerializationError
from django.db import models

from chat_api.schemas.loader import rows_of
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from chat_api.schemas.portability.drafts import QuestionDraft, SchemaDraft
from chat_api.schemas.portability.parsing import BadDocument

M = TypeVar("M", bound=models.Model)

_MODELS: Final = (Schema, Group, Question, Answer, AttachmentTemplate)
#: A loaded schema is a new publication.
_NOT_DUMPED: Final = "revision"
_TRANSLATIONS: Final = frozenset(
    column.name
    for model in _MODELS
    for column in model._meta.concrete_fields
    if column.name.endswith("_i18n")
)
#: By model, the columns that earlier releases do not have, with their values in rows that do not use them.
_UNUSED: Final[Mapping[type[models.Model], Mapping[str, Any]]] = {
    Schema: {"scores": None, "flags": None, "match_text": False},
    Group: {"key": None, "show_if": None, "text": None, "text_i18n": {}, "layout": None, "repeat": None},
    Question: {
        **dict.fromkeys(("name", "hint", "show_if", "skip", "default", "calculate", "required_message")),
        **dict.fromkeys(("limits", "constraints")),
        "hint_i18n": {},
        "skip_i18n": {},
        "required_message_i18n": {},
    },
    Answer: dict.fromkeys(("value", "weight", "show_if")),
    AttachmentTemplate: {},
}
#: Characters that YAML treats as line breaks, unless they are escaped.
_LINE_BREAKS: Final = "\x85\u2028\u2029"


def as_fixture(schema: Schema, *, format: str, indent: int | None) -> str:
    """Return the schema as a fixture. Raises `BadDocument` if XML cannot represent one of its characters."""
    rows = rows_of(schema)
    answers = chain.from_iterable(rows.answers.get(row.pk, ()) for row in rows.questions)
    templates = [template for row in rows.questions for template in rows.templates.get(row.pk, ())]
    objects = [schema, *rows.groups, *rows.questions, *answers, *templates]
    options: dict[str, Any] = {
        "indent": indent,
        "fields": {column.name for model in _MODELS for column in model._meta.concrete_fields}
        - {_NOT_DUMPED}
        # Columns that 0.8.8 does not have (translations, `src` of attachments) are exported only if they are used.
        - (set() if any(map(_is_translated, objects)) else _TRANSLATIONS)
        - (set() if any(template.src for template in templates) else {"src"}),
        # Ids of content types differ between databases.
        "use_natural_foreign_keys": True,
    }
    try:
        text = _serialize(format, objects, options)
        if format == "yaml" and any(character in text for character in _LINE_BREAKS):
            text = _serialize(format, objects, {**options, "allow_unicode": False})
        return text
    except (SerializationError, ValueError) as error:
        raise BadDocument(str(error)) from error


def _is_translated(row: models.Model) -> bool:
    return any(getattr(row, name, None) for name in _TRANSLATIONS)


def _serialize(format: str, objects: Iterable[models.Model], options: Mapping[str, Any]) -> str:
    base: Any = serializers.get_serializer(format)
    serializer: Any = _without_unused_columns(base)()
    serializer.serialize(objects, **options)
    return str(serializer.getvalue())


@lru_cache
def _without_unused_columns(base: Any) -> Any:
    """Return the serializer without columns of the questionnaire language in rows that do not use them."""

    class Serializer(base):  # type: ignore[misc]
        def handle_field(self, obj: models.Model, field: Any) -> None:
            unused = _UNUSED[type(obj)]
            if field.attname not in unused or getattr(obj, field.attname) != unused[field.attname]:
                super().handle_field(obj, field)

    return Serializer


def from_fixture(content: str | list[Any], *, using: str, ignorenonexistent: bool) -> list[SchemaDraft]:
    """Return the schemas of a fixture: an XML text, or the list of a JSON or YAML file. Raises `BadDocument`."""
    rows = _deserialize(content, using, ignorenonexistent)
    schemas = {row.pk: SchemaDraft(row, is_lenient=True) for row in _of(Schema, rows)}
    groups = {row.pk: row for row in _of(Group, rows)}
    for group in groups.values():
        _parent(schemas, group.schema_id, group, "schema").groups.append(group)
    questions = {row.pk: QuestionDraft(row) for row in _of(Question, rows)}
    for question in questions.values():
        question.group = _group_of(question.row, groups)
        _parent(schemas, question.row.schema_id, question.row, "schema").questions.append(question)
    for answer in _of(Answer, rows):
        _parent(questions, answer.question_id, answer, "question").answers.append(answer)
    for template in _of(AttachmentTemplate, rows):
        _parent(questions, template.question_id, template, "question").templates.append(template)
    for row in rows:
        _clear_ids(row)
    return list(schemas.values())


def _clear_ids(row: models.Model) -> None:
    """Clear ids and foreign keys, which are those of another database."""
    for column in row._meta.concrete_fields:
        if column.primary_key or column.related_model in _MODELS:
            setattr(row, column.attname, None)


def _deserialize(content: str | list[Any], using: str, ignorenonexistent: bool) -> list[models.Model]:
    kind = "xml" if isinstance(content, str) else "python"
    if content == "":
        raise BadDocument("the file is empty")
    rows: list[models.Model] = []
    try:
        for item in serializers.deserialize(kind, content, using=using, ignorenonexistent=ignorenonexistent):
            if not isinstance(item.object, _MODELS):
                raise BadDocument(f"{item.object._meta.label_lower} is not part of a schema")
            rows.append(item.object)
    except BadDocument:
        raise
    except DeserializationError as error:
        raise BadDocument(str(error) or type(error.__cause__).__name__) from error
    except Exception as error:
        # Django's deserializers do not validate the structure of a file, so they raise all kinds of errors.
        raise BadDocument(f"not a fixture: {type(error).__name__}: {error}") from error
    return rows


def _of(model: type[M], rows: Iterable[models.Model]) -> list[M]:
    found = [row for row in rows if isinstance(row, model)]
    if len({row.pk for row in found}) < len(found) or any(row.pk is None for row in found):
        raise BadDocument(f"objects of {model._meta.label_lower} with a duplicate or missing pk")
    return found


def _parent(parents: dict[Any, Any], pk: Any, row: models.Model, name: str) -> Any:
    if pk not in parents:
        raise BadDocument(
            f"{row._meta.label_lower} {row.pk} refers to a {name} ({pk}) that is not in the file"
        )
    return parents[pk]


def _group_of(question: Question, groups: dict[Any, Group]) -> Group | None:
    if question.group_id is None:
        return None
    group: Group = _parent(groups, question.group_id, question, "group")
    if group.schema_id != question.schema_id:
        raise BadDocument(f"question {question.qid} is in a group of another schema")
    return group
