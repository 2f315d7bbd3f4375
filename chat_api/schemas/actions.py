"""What is done with whole schemas: publishing, copying, deleting drafts.

Everything here works on what is stored; attributes that were set on `schema` and not saved do not count.
Rows changed by `QuerySet.update`, `bulk_create` and the like pass by the rule that a published schema never changes:
whoever calls those answers for it.
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
from chat_api.schemas.lint import as_line, check_schema
from chat_api.schemas.loader import SchemaRows, rows_of
from chat_api.schemas.models import Answer, Question, Schema

M = TypeVar("M", bound=models.Model)

_VERSION_TRIES: Final = 10


class SchemaHasErrors(ChatAPIError):
    """The checker found errors, so the schema was not published. `findings` are all that it found."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__({"schema": [as_line(finding) for finding in findings if has_errors([finding])]})
        self.findings = list(findings)


class SchemaInUse(ChatAPIError):
    """The schema cannot be deleted while something refers to it; `referring` says how many rows of what."""

    def __init__(self, schema: Schema, referring: Mapping[str, int]) -> None:
        listed = ", ".join(f"{name}: {count}" for name, count in sorted(referring.items()))
        super().__init__({"schema": [f"{schema} stays, as it is referred to by {listed}."]})
        self.referring = dict(referring)


def publish(*, schema: Schema) -> None:
    """Publish this version for good, and mark the other published versions of its name as deprecated.

    A published version that was deprecated becomes the active one again. Locks all versions of the name, so that
    of two publications at once one comes after the other. Raises `SchemaHasErrors`, `Schema.DoesNotExist`.
    """
    using = _database_of(schema)
    with transaction.atomic(using=using):
        versions = _locked_versions(schema, using)
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
    schema.was_published = True


def copy_as_unpublished(*, schema: Schema) -> Schema:
    """Give a copy as the next free version: unpublished, not deprecated, with all that is under it.

    Files of attachment templates are shared with the original. Locks all versions of the name. Takes the same
    number of queries per table however large the schema is (but for the batches of a database that limits them).
    Raises `Schema.DoesNotExist`.
    """
    using = _database_of(schema)
    with transaction.atomic(using=using):
        original = _locked_versions(schema, using)[schema.pk]
        rows = rows_of(original)
        copy = create_version(
            using=using,
            name=original.name,
            version=None,
            name_i18n=original.name_i18n,
            type=original.type,
        )
        _copy_rows(rows, copy, using)
    return copy


def delete_drafts(*, schemas: Iterable[Schema]) -> int:
    """Delete these unpublished schemas with all that is under them, all or none; give how many.

    Raises `PublishedSchemaIsImmutable` if one of them is published, `SchemaInUse` if something refers to one.
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
                # Something came to refer to it since we looked.
                raise SchemaInUse(schema, {"others": len(error.protected_objects)}) from error
    return len(stored)


def referring_to(schema: Schema, *, using: str, parts_only: bool = False) -> dict[str, int]:
    """Give how many rows of which kinds refer to the schema (not with `parts_only`) or its parts, and keep them."""
    found: dict[str, int] = {}
    places = [(Question, "__schema"), (Answer, "__question__schema")]
    for model, path in places if parts_only else [(Schema, ""), *places]:
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
    """Make an empty draft with these columns: of that version if it is free, else of the name's last version and one.

    Of two made at once each gets a version of its own. Raises `IntegrityError` if that fails again and again.
    """
    rows = Schema.objects.using(using)
    last = rows.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    wanted = version
    if wanted is None or rows.filter(name=name, version=wanted).exists():
        wanted = last + 1
    for _ in range(_VERSION_TRIES):
        # Somebody may make that version after we looked. Looking again would not help where a cache answers.
        with suppress(IntegrityError), transaction.atomic(using=using):
            return rows.create(name=name, version=wanted, **columns)
        last = max(last, wanted)
        wanted = last + 1
    raise IntegrityError(f"Others make versions of {name!r} faster than this.")


def _database_of(schema: Schema) -> str:
    return schema._state.db or router.db_for_write(Schema, instance=schema)


def _locked_versions(schema: Schema, using: str) -> dict[int, Schema]:
    """Give all versions of the stored schema's name by id, held until the end of the transaction."""
    rows = Schema.objects.using(using)
    name = rows.values_list("name", flat=True).get(pk=schema.pk)
    versions = rows.filter(name=name).order_by("pk")
    if not connections[using].features.has_select_for_update:
        # No row locks: a write first, which makes every other writer wait.
        versions.update(name=name)
    found = {row.pk: row for row in versions.select_for_update()}
    if schema.pk not in found:
        raise Schema.DoesNotExist(f"{schema} was renamed or deleted meanwhile.")
    return found


def _copy_rows(rows: SchemaRows, copy: Schema, using: str) -> None:
    groups = _inserted([_twin(row, schema=copy) for row in rows.groups], using)
    group_of = {old.pk: new for old, new in zip(rows.groups, groups, strict=True)}
    questions = _inserted(
        [_twin(row, schema=copy, group=group_of.get(row.group_id or 0)) for row in rows.questions], using
    )
    question_of = {old.pk: new for old, new in zip(rows.questions, questions, strict=True)}
    for found in (rows.answers, rows.templates):
        twins = [_twin(row, question=question_of[pk]) for pk, under in found.items() for row in under]
        _inserted(twins, using)


def _twin(row: M, **changed: Any) -> M:
    """Give a row like this one, not stored yet, under another parent."""
    columns = {
        column.attname: getattr(row, column.attname)
        for column in row._meta.concrete_fields
        if not column.primary_key and column.name not in changed
    }
    return type(row)(**columns, **changed)


def _inserted(rows: list[M], using: str) -> list[M]:
    insert(rows, using=using)
    return rows
