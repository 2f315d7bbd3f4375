"""Raised flags as documents, for users to whom they are visible."""

from __future__ import annotations

from typing import Any

from chat_api.raised_flags.models import Flag
from chat_api.schemas.compiled import compiled


def flag_document(flag: Flag) -> dict[str, Any]:
    """Return the flag, with label and severity of its schema; empty if the schema has no such flag any more."""
    described = next((found for found in compiled(flag.schema).script.flags if found.name == flag.name), None)
    return {
        "id": flag.pk,
        "name": flag.name,
        "label": "" if described is None else described.label,
        "severity": "" if described is None else described.severity,
        "raised": flag.raised,
        "message": flag.message_id,
        "item": flag.item_id,
        "cleared": flag.cleared,
        "seen": flag.seen,
        "seen_by": flag.seen_by_id,
    }
