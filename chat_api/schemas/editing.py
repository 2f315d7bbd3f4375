"""A draft's whole script as one document: given to be edited, and written back as a whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import router, transaction
from django.db.models import ProtectedError

from chat_api.schemas.actions import SchemaInUse, referring_to
from chat_api.schemas.models import Group, Question, Schema, refuse_if_published
from chat_api.schemas.portability import BadDocument, drafts
from chat_api.schemas.portability.compact import Document, document_of, from_compact

__all__ = ["BadDocument", "ChangedMeanwhile", "Script", "read_script", "write_script"]


class ChangedMeanwhile(Exception):
    """Somebody else changed the script after it was given to be edited; nothing was written."""


@dataclass(frozen=True, slots=True)
class Script:
    """The compact document of a schema, and a `token` that says which state of it that is."""

    document: Document
    token: str


def read_script(schema: Schema) -> Script:
    """Give the schema's script as it is stored; four queries."""
    document = document_of(schema)
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return Script(document, hashlib.sha256(text.encode()).hexdigest())


def write_script(*, schema: Schema, document: Any, token: str) -> None:
    """Let the draft have the document's groups and questions in place of its own; name, version and type stay.

    `token` is that of `read_script`. One transaction, which locks the schema. Raises `BadDocument` with what is wrong
    and where, `ChangedMeanwhile`, `PublishedSchemaIsImmutable`, and `SchemaInUse` where something refers to a question
    that would be replaced.
    """
    using = schema._state.db or router.db_for_write(Schema, instance=schema)
    given = document if isinstance(document, dict) else {}
    draft = from_compact({**given, "name": schema.name, "type": schema.type}, using=using)
    for question in draft.questions:
        question.row.has_attachments = bool(question.templates)
    drafts.check(draft, using=using)
    with transaction.atomic(using=using):
        refuse_if_published([schema.pk], using=using)
        if read_script(schema).token != token:
            raise ChangedMeanwhile
        referring = referring_to(schema, using=using, parts_only=True)
        if referring:
            raise SchemaInUse(schema, referring)
        try:
            Question.objects.using(using).filter(schema=schema).delete()
        except ProtectedError as error:
            # Something came to refer to it since we looked.
            raise SchemaInUse(schema, {"others": len(error.protected_objects)}) from error
        Group.objects.using(using).filter(schema=schema).delete()
        drafts.fill(schema, draft, using=using)
