"""Documents of the parts of a schema, as the REST API returns them: plain data, in the source language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import models

from chat_api.attachments.serializers import template_document
from chat_api.attachments.types.registry import BUILT_IN
from chat_api.engine.rules_source import valid_constraints
from chat_api.schemas.loader import SchemaRows
from chat_api.schemas.models import AttachmentTemplate, Group, Question
from chat_api.schemas.serializers import AnswerSerializer, GroupSerializer, QuestionSerializer
from chat_api.schemas.translations.documents import DETAILS

Document = dict[str, Any]

#: The columns of the questionnaire language that everybody who can read a question or group sees, where they are set.
_QUESTION_COLUMNS: Final = (
    "name",
    "hint",
    "show_if",
    "skip",
    "calculate",
    "limits",
    "required_message",
)
#: The columns of a question that its document has only where they are set.
OPTIONAL_COLUMNS: Final = (*_QUESTION_COLUMNS, "constraints")
_CONSTRAINT_KEYS: Final = ("check", "message", "severity")
_GROUP_COLUMNS: Final = ("key", "show_if", "text", "layout", "repeat")
_ANSWER_COLUMNS: Final = ("value", "show_if")


def group_document(group: Group, rows: SchemaRows, documents: Mapping[int, Document]) -> Document:
    """Return the document of a group."""
    questions = [documents[row.pk] for row in rows.questions if row.group_id == group.pk]
    document = _document(group, GroupSerializer.Meta.fields, questions=questions)
    return {**document, **_used(group, _GROUP_COLUMNS)}


def question_document(question: Question, rows: SchemaRows) -> Document:
    """Return the document of a question."""
    answers = [
        {**_document(row, AnswerSerializer.Meta.fields), **_used(row, _ANSWER_COLUMNS)}
        for row in rows.answers.get(question.pk, ())
    ]
    attachments = [template_document(row) for row in rows.templates.get(question.pk, ())]
    document = _document(question, QuestionSerializer.Meta.fields, answers=answers, attachments=attachments)
    document |= _used(question, _QUESTION_COLUMNS)
    constraints = [
        {key: item[key] for key in _CONSTRAINT_KEYS if item.get(key) is not None}
        for item in valid_constraints(question.constraints)
    ]
    if constraints:
        document["constraints"] = constraints
    return document


def _used(row: models.Model, columns: Iterable[str]) -> Document:
    """Return the columns that are set."""
    return {name: value for name in columns if (value := getattr(row, name)) is not None}


def _document(row: models.Model, names: Iterable[str], **parts: Any) -> Document:
    columns = {column.name: column.attname for column in row._meta.concrete_fields}
    return {name: parts[name] if name in parts else getattr(row, columns[name]) for name in names}


def is_dynamic(document: Document) -> bool:
    """Return whether any text has a placeholder, or any meta a `$resolve`."""
    texts = [document["text"], *(answer["text"] for answer in document["answers"])]
    texts += [document[name] for name in DETAILS if name in document]
    texts += [constraint["message"] for constraint in document.get("constraints", ())]
    texts += [attachment["title"] for attachment in document["attachments"]]
    metas = [document["meta"], *(answer["meta"] for answer in document["answers"])]
    return any("{{" in text for text in texts) or any("$resolve" in repr(meta) for meta in metas if meta)


def is_volatile(template: AttachmentTemplate) -> bool:
    """Return whether the URL of the template may change: storages sign URLs, custom types compute them."""
    return bool(template.file or template.thumbnail_image) or template.type not in BUILT_IN
