"""Documents that are not stored: their rows, as if they were, for checks, previews and documents."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from itertools import count
from typing import Any

from django.db import models, router

from chat_api.schemas.actions import RULE_COLUMNS
from chat_api.schemas.loader import SchemaRows
from chat_api.schemas.models import Answer, AttachmentTemplate, Schema
from chat_api.schemas.portability import drafts
from chat_api.schemas.portability.compact import checked_draft


def draft_of(schema: Schema, document: Any, *, using: str) -> drafts.SchemaDraft:
    """Return the checked draft of a compact document for the stored schema, whose name and type it has.

    Raises `BadDocument` with all errors.
    """
    content = document if isinstance(document, dict) else {}
    return checked_draft({**content, "name": schema.name, "type": schema.type}, using=using)


def unsaved_rows(schema: Schema, document: Any) -> tuple[Schema, SchemaRows]:
    """Return the schema and its rows as they would be after saving the document; nothing is stored.

    The rows have negative ids, in the order of the document, and are linked to one another. The schema is a copy with
    the id, name, type and version of the stored one, so that changes of it are not saved by accident. Raises
    `BadDocument`.
    """
    using = database_of(schema)
    draft = draft_of(schema, document, using=using)
    shown = copy(schema)
    shown._state = copy(schema._state)
    for name in (*RULE_COLUMNS, "name_i18n"):
        setattr(shown, name, getattr(draft.row, name))
    return shown, _linked(shown, draft)


def database_of(schema: Schema) -> str:
    """Return the alias of the database that the schema is stored in."""
    return schema._state.db or router.db_for_write(Schema, instance=schema)


def _linked(schema: Schema, draft: drafts.SchemaDraft) -> SchemaRows:
    questions = [each.row for each in draft.questions]
    _number(draft.groups)
    _number(questions)
    _number([answer for each in draft.questions for answer in each.answers])
    _number([template for each in draft.questions for template in each.templates])
    answers: dict[int, list[Answer]] = {}
    templates: dict[int, list[AttachmentTemplate]] = {}
    for group in draft.groups:
        group.schema = schema
    for each in draft.questions:
        row = each.row
        row.schema, row.group = schema, each.group
        for answer in each.answers:
            answer.question = row
        for template in each.templates:
            template.question = row
        if each.answers:
            answers[row.pk] = sorted(each.answers, key=lambda answer: answer.position)
        if each.templates:
            templates[row.pk] = each.templates
    return SchemaRows(
        sorted(draft.groups, key=lambda group: group.position),
        sorted(questions, key=lambda question: question.position),
        answers,
        templates,
    )


def _number(rows: Iterable[models.Model]) -> None:
    """Set ids below zero, ascending in the order of the rows."""
    found = list(rows)
    for pk, row in zip(count(-len(found)), found, strict=False):
        row.pk = pk
