"""Checks of a stored schema: the engine's checker, attachment types, missing translations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chat_api.attachments.models import attachment_types
from chat_api.engine.analysis.checker import Finding, Severity, check
from chat_api.engine.templates import DEFAULT_ROOTS
from chat_api.schemas.loader import SchemaRows, raw_groups, raw_questions, raw_rules, rows_of
from chat_api.schemas.models import Schema
from chat_api.schemas.translations.catalog import missing_translations
from chat_api.settings import chat_settings

TOO_MANY: Final = "too_many_questions"


def check_schema(schema: Schema) -> list[Finding]:
    """Return the findings about the stored schema, by position, with four queries."""
    return check_rows(schema, rows_of(schema))


def check_rows(schema: Schema, rows: SchemaRows) -> list[Finding]:
    """Return the findings about the rows of a schema, by position, then the missing translations."""
    most: int = chat_settings.SCHEMA_QUESTIONS_MAX
    if len(rows.questions) > most:
        text = f"The schema has {len(rows.questions)} questions; SCHEMA_QUESTIONS_MAX allows {most}."
        return [Finding(TOO_MANY, None, text, "Split the schema, or raise the setting.", Severity.ERROR)]
    # The names that the host's providers add are unknown here.
    roots = None if chat_settings.QUESTION_CONTEXT_PROVIDERS else DEFAULT_ROOTS
    known = None if chat_settings.has("EXPRESSION_CONTEXT") else ()
    return [
        *check(raw_questions(rows), raw_groups(rows), raw_rules(schema), roots=roots, context_roots=known),
        *_attachments(rows),
        *missing_translations(schema, rows),
    ]


def _attachments(rows: SchemaRows) -> Iterator[Finding]:
    """Yield a warning for each attachment of a type that is not configured."""
    known = {name for name, _ in attachment_types()}
    for question in rows.questions:
        for template in rows.templates.get(question.pk, ()):
            if template.type not in known:
                text = f'Unknown type "{template.type}" of an attachment of question with QID {question.qid}.'
                hint = "It is shown as stored. Use a built-in type or one of TYPES_CUSTOM_ATTACHMENTS."
                yield Finding("unknown_attachment_type", question.qid, text, hint, Severity.WARNING)


def format_finding(finding: Finding) -> str:
    """Format the finding as one line: text, code, hint."""
    return f"{finding.text} [{finding.code}] {finding.hint}"
