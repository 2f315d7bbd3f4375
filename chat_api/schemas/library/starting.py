"""A new draft from an entry of the library."""

from __future__ import annotations

from django.db import transaction

from chat_api.schemas.library.entries import Entry
from chat_api.schemas.models import Schema, schema_types
from chat_api.schemas.portability import drafts
from chat_api.schemas.portability.compact import checked_draft


def draft_from(entry: Entry, *, using: str) -> drafts.SchemaDraft:
    """Return the checked draft of the entry, of a type that the host has. Raises `BadDocument`."""
    known = [str(name) for name, _label in schema_types()]
    document = {name: value for name, value in entry.document.items() if name != "version"}
    if document.get("type") not in known and known:
        document["type"] = known[0]
    return checked_draft(document, using=using)


def start_from(entry: Entry) -> Schema:
    """Create an unpublished schema from the entry, as the next version of its name. Raises `BadDocument`."""
    using = Schema.objects.db
    draft = draft_from(entry, using=using)
    with transaction.atomic(using=using):
        return drafts.store(draft, using=using)
