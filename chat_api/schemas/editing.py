"""Editing of the script of a draft as one document."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connections, transaction
from django.db.models import F, ProtectedError

from chat_api.attachments.models import keeping_files
from chat_api.schemas.actions import RULE_COLUMNS, SchemaInUse, copy_as_unpublished, referring_to
from chat_api.schemas.kept_rows import Changes, changes_of
from chat_api.schemas.loader import SchemaRows, rows_of
from chat_api.schemas.models import Group, Question, Schema, refuse_if_published
from chat_api.schemas.portability import BadDocument, drafts
from chat_api.schemas.portability.compact import Document, document_of
from chat_api.schemas.unsaved import database_of, draft_of

__all__ = ["BadDocument", "ChangedMeanwhile", "Script", "copy_with", "read_script", "write_script"]


#: The columns of the schema itself that a document changes.
_COLUMNS: Final = (*RULE_COLUMNS, "name_i18n")


class ChangedMeanwhile(Exception):
    """The script was changed by someone else after it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class Script:
    """The compact document of a schema, its rows, and a `token` of its state for optimistic locking."""

    document: Document
    token: str
    rows: SchemaRows = field(compare=False, repr=False)


def read_script(schema: Schema) -> Script:
    """Return the script of the stored schema, with four queries."""
    rows = rows_of(schema)
    document = document_of(schema, rows)
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return Script(document, hashlib.sha256(text.encode()).hexdigest(), rows)


def write_script(*, schema: Schema, document: Any, token: str) -> Script:
    """Replace the groups, questions, scores, flags and translated names of the draft.

    Its name, version and type do not change, and unchanged questions keep their rows and ids. Returns the script as it
    is stored then. `token` is that of `read_script`. Runs in one transaction, which locks the schema. Raises
    `BadDocument` with the errors, `ChangedMeanwhile`, `PublishedSchemaIsImmutable`, and `SchemaInUse` if rows refer to
    a question of the schema.
    """
    using = database_of(schema)
    draft = draft_of(schema, document, using=using)
    with transaction.atomic(using=using):
        if not connections[using].features.has_select_for_update:
            # Without row locks, a write makes every other writer wait.
            Schema.objects.using(using).filter(pk=schema.pk).update(name=F("name"))
        refuse_if_published([schema.pk], using=using)
        schema.refresh_from_db(using=using, fields=_COLUMNS)
        stored = read_script(schema)
        if stored.token != token:
            raise ChangedMeanwhile
        _keep_unshown(draft, document, stored.document)
        referring = referring_to(schema, using=using, parts_only=True)
        if referring:
            raise SchemaInUse(schema, referring)
        _replace(schema, changes_of(stored.rows, draft), using=using)
        rules = {name: getattr(draft.row, name) for name in _COLUMNS}
        if rules != {name: getattr(schema, name) for name in _COLUMNS}:
            Schema.objects.using(using).filter(pk=schema.pk).update(**rules)
            # As the database returns them.
            schema.refresh_from_db(using=using, fields=_COLUMNS)
        return read_script(schema)


def copy_with(*, schema: Schema, document: Any) -> Schema:
    """Return an unpublished copy of the schema, as the next version of its name, that has the script of the document.

    Raises `BadDocument` with the errors, and `Schema.DoesNotExist`; there is no copy then.
    """
    using = database_of(schema)
    with transaction.atomic(using=using):
        copy = copy_as_unpublished(schema=schema)
        write_script(schema=copy, document=document, token=read_script(copy).token)
    return copy


def _replace(schema: Schema, changes: Changes, *, using: str) -> None:
    """Delete and insert rows. Raises `SchemaInUse` if a row refers to one of them that was added meanwhile.

    Files of attachments stay: authors undo what they have removed.
    """
    try:
        with keeping_files():
            Question.objects.using(using).filter(pk__in=[row.pk for row in changes.questions]).delete()
    except ProtectedError as error:
        raise SchemaInUse(schema, {"others": len(error.protected_objects)}) from error
    if changes.groups:
        Group.objects.using(using).filter(pk__in=[row.pk for row in changes.groups]).delete()
    drafts.fill(schema, changes.added, using=using)


def _keep_unshown(draft: drafts.SchemaDraft, document: Document, stored: Document) -> None:
    """Leave `has_attachments` as the document has it where the attachments of a question do not change.

    Imported questions can have attachments that they do not show.
    """
    before = {question["qid"]: question.get("attachments") for question in stored["questions"]}
    for question, sent in zip(draft.questions, document["questions"], strict=True):
        if question.templates and sent["attachments"] == before.get(question.row.qid):
            question.row.has_attachments = sent.get("has_attachments", False)
