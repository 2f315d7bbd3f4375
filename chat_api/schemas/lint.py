"""Checking a stored schema with the engine's checker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chat_api.attachments.models import attachment_types
from chat_api.engine.analysis.checker import Finding, Severity, check
from chat_api.engine.templates import DEFAULT_ROOTS
from chat_api.schemas.loader import SchemaRows, raw_questions, rows_of
from chat_api.schemas.models import Schema
from chat_api.schemas.translations.catalog import missing
from chat_api.settings import chat_settings

TOO_MANY: Final = "too_many_questions"


def check_schema(schema: Schema) -> list[Finding]:
    """Give all that is wrong with the schema as it is stored, by position; four queries. It changes nothing."""
    return check_rows(schema, rows_of(schema))


def check_rows(schema: Schema, rows: SchemaRows) -> list[Finding]:
    """Give all that is wrong with a schema's rows, by position; then the translations that are missing."""
    most: int = chat_settings.SCHEMA_QUESTIONS_MAX
    if len(rows.questions) > most:
        text = f"The schema has {len(rows.questions)} questions; SCHEMA_QUESTIONS_MAX allows {most}."
        return [Finding(TOO_MANY, None, text, "Divide it, or raise the setting.", Severity.ERROR)]
    # What a host's providers add to the names that texts know cannot be known here.
    roots = None if chat_settings.QUESTION_CONTEXT_PROVIDERS else DEFAULT_ROOTS
    return [*check(raw_questions(rows), roots=roots), *_attachments(rows), *missing(schema, rows)]


def _attachments(rows: SchemaRows) -> Iterator[Finding]:
    """Give a finding for each attachment of a type that the host does not have."""
    known = {name for name, _ in attachment_types()}
    for question in rows.questions:
        for template in rows.templates.get(question.pk, ()):
            if template.type not in known:
                text = f'Unknown type "{template.type}" of an attachment of question with QID {question.qid}.'
                hint = "It is shown as it is stored. The types are TYPES_CUSTOM_ATTACHMENTS and the built-in ones."
                yield Finding("unknown_attachment_type", question.qid, text, hint, Severity.WARNING)


def as_line(finding: Finding) -> str:
    """Give the finding as one line for people: what is wrong, its code, what to do."""
    return f"{finding.text} [{finding.code}] {finding.hint}"
