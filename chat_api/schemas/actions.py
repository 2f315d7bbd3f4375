"""Actions on schemas: publish, copy, delete drafts, create versions.

They work on stored rows; unsaved attributes of `schema` are ignored. `QuerySet.update`, `bulk_create` and the like do
not enforce that a published schema never changes; their callers must.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from django.db import IntegrityError, connections, models, router, transaction
from django.db.models import Max, ProtectedError

from chat_api.engine.analysis.checker import Finding, has_errors
from chat_api.lib.db.writes import insert
from chat_api.lib.errors import ChatAPIError, PublishedSchemaIsImmutable
from chat_api.schemas.lint import check_schema, format_finding
from chat_api.schemas.loader import SchemaRows, rows_of
from chat_api.schemas.models import Answer, Question, Schema

M = TypeVar("M", bound=models.Model)

_VERSION_ATTEMPTS: Final = 10
#: The columns of a schema itself that change how its script runs.
RULE_COLUMNS: Final = ("scores", "flags", "match_text")


class SchemaHasErrors(ChatAPIError):
    """The checker found errors, so the schema was not published. `findings` has warnings as well."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            {"schema": [format_finding(finding) for finding in findings if has_errors([finding])]}
        )
        self.findings = list(findings)


class SchemaInUse(ChatAPIError):
    """The schema cannot be deleted while rows refer to it; `referring` is their number by model."""

    def __init__(self, schema: Schema, referring: Mapping[str, int]) -> None:
        listed = ", ".join(f"{name}: {count}" for name, count in sorted(referring.items()))
        super().__init__({"schema": [f"Cannot delete {schema}: it is referred to by {listed}."]})
        self.referring = dict(referring)


def publish(*, schema: Schema) -> None:
    """Publish this version and deprecate the other published versions of its name.

    A version that was published before becomes the active one again. Publishing cannot be undone. Locks all versions
    of the name, so that concurrent publications are serialized. Raises `SchemaHasErrors`, `Schema.DoesNotExist`.
    """
    using = _database_of(schema)
    with transaction.atomic(using=using):
        versions = _lock_versions(schema, using)
        stored = versions[schema.pk]
        if not stored.published:
            findings = check_schema(stored)
            if has_errors(findings):
                raise SchemaHasErrors(findings)
        others = [
            pk for pk, row in versions.items() if row.published and not row.deprecated and row != stored
        ]
        rows = Schema.objects.using(using)
        if others:
            rows.filter(pk__in=others).update(deprecated=True)
        if not stored.published:
            stored.revision = uuid.uuid4()
        stored.published, stored.deprecated = True, False
        rows.filter(pk=stored.pk).update(published=True, deprecated=False, revision=stored.revision)
    schema.published, schema.deprecated, schema.revision = True, False, stored.revision


def copy_as_unpublished(*, schema: Schema) -> Schema:
    """Return a copy of the schema as the next version of its name: unpublished, not deprecated, with all parts.

    The files of attachment templates are shared with the original. Locks all versions of the name. The number of
    queries for each table is constant (except on databases that limit the size of a batch).
    Raises `Schema.DoesNotExist`.
    """
    using = _database_of(schema)
    with transaction.atomic(using=using):
        original = _lock_versions(schema, using)[schema.pk]
        rows = rows_of(original)
        copy = create_version(using=using, version=None, **own_columns(original))
        _copy_rows(rows, copy, using)
    return copy


def delete_drafts(*, schemas: Iterable[Schema]) -> int:
    """Delete these unpublished schemas with all parts, all or none; return their number.

    Raises `PublishedSchemaIsImmutable` if one of them is published, `SchemaInUse` if rows refer to one.
    """
    chosen = list(schemas)
    if not chosen:
        return 0
    using = _database_of(chosen[0])
    with transaction.atomic(using=using):
        locked = Schema.objects.using(using).filter(pk__in=[row.pk for row in chosen]).order_by("pk")
        stored = list(locked.select_for_update())
        for schema in stored:
            if schema.published:
                raise PublishedSchemaIsImmutable
            referring = referring_to(schema, using=using)
            if referring:
                raise SchemaInUse(schema, referring)
            try:
                schema.delete()
            except ProtectedError as error:
                # A row was added since the check above.
                raise SchemaInUse(schema, {"others": len(error.protected_objects)}) from error
    return len(stored)


def referring_to(schema: Schema, *, using: str, parts_only: bool = False) -> dict[str, int]:
    """Return the number of protecting references to the schema (unless `parts_only`) and its parts, by model."""
    found: dict[str, int] = {}
    parts = [(Question, "__schema"), (Answer, "__question__schema")]
    for model, path in parts if parts_only else [(Schema, ""), *parts]:
        for relation in model._meta.related_objects:
            if relation.on_delete is not models.PROTECT:
                continue
            rows = relation.related_model._base_manager.using(using)
            count = rows.filter(**{f"{relation.field.name}{path}": schema}).count()
            if count:
                name = str(relation.related_model._meta.verbose_name)
                found[name] = found.get(name, 0) + count
    return found


def create_version(*, using: str, name: str, version: int | None, **columns: Any) -> Schema:
    """Create an empty draft with these columns, as `version` if that is free, else as the next version of the name.

    Concurrent calls get different versions. Raises `IntegrityError` after too many conflicts.
    """
    rows = Schema.objects.using(using)
    last = rows.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    wanted = version
    if wanted is None or rows.filter(name=name, version=wanted).exists():
        wanted = last + 1
    for _ in range(_VERSION_ATTEMPTS):
        # Another process may create that version first; a second look-up would not help where queries are cached.
        with suppress(IntegrityError), transaction.atomic(using=using):
            return rows.create(name=name, version=wanted, **columns)
        last = max(last, wanted)
        wanted = last + 1
    raise IntegrityError(f"Too many concurrent versions of {name!r}.")


def own_columns(schema: Schema) -> dict[str, Any]:
    """Return the columns of the schema that its copies have, too."""
    return {name: getattr(schema, name) for name in ("name", "name_i18n", "type", *RULE_COLUMNS)}


def _database_of(schema: Schema) -> str:
    return schema._state.db or router.db_for_write(Schema, instance=schema)


def _lock_versions(schema: Schema, using: str) -> dict[int, Schema]:
    """Lock all versions of the stored schema's name and return them by id."""
    rows = Schema.objects.using(using)
    name = rows.values_list("name", flat=True).get(pk=schema.pk)
    versions = rows.filter(name=name).order_by("pk")
    if not connections[using].features.has_select_for_update:
        # Without row locks, a write makes every other writer wait.
        versions.update(name=name)
    found = {row.pk: row for row in versions.select_for_update()}
    if schema.pk not in found:
        raise Schema.DoesNotExist(f"{schema} was renamed or deleted.")
    return found


def _copy_rows(rows: SchemaRows, copy: Schema, using: str) -> None:
    groups = _insert([_copy_row(row, schema=copy) for row in rows.groups], using)
    group_of = {old.pk: new for old, new in zip(rows.groups, groups, strict=True)}
    questions = _insert(
        [_copy_row(row, schema=copy, group=group_of.get(row.group_id or 0)) for row in rows.questions], using
    )
    question_of = {old.pk: new for old, new in zip(rows.questions, questions, strict=True)}
    for found in (rows.answers, rows.templates):
        copies = [_copy_row(row, question=question_of[pk]) for pk, under in found.items() for row in under]
        _insert(copies, using)


def _copy_row(row: M, **changed: Any) -> M:
    """Return an unsaved copy of the row, under another parent."""
    columns = {
        column.attname: getattr(row, column.attname)
        for column in row._meta.concrete_fields
        if not column.primary_key and column.name not in changed
    }
    return type(row)(**columns, **changed)


def _insert(rows: list[M], using: str) -> list[M]:
    insert(rows, using=using)
    return rows
