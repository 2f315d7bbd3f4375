"""Import of the schemas of files, all or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction

from chat_api.lib.errors import ChatAPIError
from chat_api.schemas import actions
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import drafts
from chat_api.schemas.portability.compact import from_compact
from chat_api.schemas.portability.fixture import from_fixture
from chat_api.schemas.portability.parsing import BadDocument, Reason, parse, read_text
from chat_api.schemas.signals import schema_uploaded_signal


@dataclass(frozen=True, slots=True)
class Loaded:
    """The loaded schemas, and their total number of rows."""

    schemas: list[Schema]
    objects: int


class BadFile(BadDocument):
    """A file that cannot be loaded; the message starts with its path."""

    def __init__(self, path: Path, *reasons: str | Reason) -> None:
        super().__init__(*reasons)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {super().__str__()}"


def load(
    paths: Iterable[Path],
    *,
    using: str,
    ignorenonexistent: bool = False,
    publish: bool = False,
    only_compact: bool = False,
) -> Loaded:
    """Load the schemas of the files under new ids and as unpublished, all files or none.

    A version that already exists becomes the next one of its name. With `publish` the schemas are checked and
    published. `schema_uploaded_signal` is sent for each of them after commit. Raises `BadFile`, with `only_compact`
    also for fixtures.
    """
    schemas: list[Schema] = []
    objects = 0
    with transaction.atomic(using=using):
        for path in paths:
            try:
                for draft in _drafts_in(path, using, ignorenonexistent, only_compact):
                    drafts.check(draft, using=using)
                    schema = drafts.store(draft, using=using)
                    if publish:
                        actions.publish(schema=schema)
                    schemas.append(schema)
                    objects += draft.size
            except BadDocument as error:
                raise BadFile(path, *error.details) from error
            except ChatAPIError as error:
                raise BadFile(path, *error.errors["schema"]) from error
            except DatabaseError as error:
                raise BadFile(path, f"rejected by the database: {error}") from error
        for schema in schemas:
            transaction.on_commit(_send_uploaded(schema), using=using, robust=True)
    return Loaded(schemas, objects)


def _send_uploaded(schema: Schema) -> Any:
    return lambda: schema_uploaded_signal.send(sender=Schema, instance=schema)


def _drafts_in(
    path: Path, using: str, ignorenonexistent: bool, only_compact: bool
) -> list[drafts.SchemaDraft]:
    text = read_text(path)
    suffix = path.suffix.lower()
    if suffix == ".xml" and not only_compact:
        return from_fixture(text, using=using, ignorenonexistent=ignorenonexistent)
    data = parse(text, is_json=suffix == ".json")
    if isinstance(data, list) and not only_compact:
        return from_fixture(data, using=using, ignorenonexistent=ignorenonexistent)
    return [from_compact(data, using=using)]
