"""Schemas, with their groups, questions, answers and attachment templates."""

from chat_api.schemas.models.parts import (
    Answer,
    AttachmentTemplate,
    Group,
    Question,
    question_types,
)
from chat_api.schemas.models.schema import Schema, SchemaPart, refuse_if_published, schema_types

__all__ = [
    "Answer",
    "AttachmentTemplate",
    "Group",
    "Question",
    "Schema",
    "SchemaPart",
    "question_types",
    "refuse_if_published",
    "schema_types",
]
