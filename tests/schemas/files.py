"""Helpers to write files of schemas and load them with the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

from chat_api.schemas.models import Schema


def fixture(**fields: Any) -> list[dict[str, Any]]:
    row = {"name": "a", "type": "survey", "version": 1, "published": False, "deprecated": False, **fields}
    return [{"model": "chat_api.schema", "pk": 1, "fields": row}]


def with_question(**fields: Any) -> list[dict[str, Any]]:
    row = {"schema": 1, "qid": 1, "position": 1, "type": "text", "text": "a", "next_qid": -1, **fields}
    return [*fixture(), {"model": "chat_api.question", "pk": 5, "fields": row}]


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def loaded(path: Path, **options: Any) -> Schema:
    call_command("load_schema", path, verbosity=0, **options)
    return Schema.objects.latest("pk")
