"""Queries for schemas; everything that depends on permissions is read through these functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from chat_api.lib.db.prepared import Prepared
from chat_api.lib.rest.relations import ID_MAX
from chat_api.schemas.models import AttachmentTemplate, Schema
from chat_api.settings import chat_settings

#: The states of members whose front end needs the whole schema.
_FRONT_END_STATES: Final = ("assisted", "scripted_fe_controlled")
#: The states of members with a running script.
_RUNNING_STATES: Final = ("scripted", *_FRONT_END_STATES)


def can_view_drafts(user: Any) -> bool:
    """Return whether unpublished schemas are visible to the user."""
    # Custom user models may have no permissions.
    has_perm = getattr(user, "has_perm", None)
    return has_perm is not None and bool(has_perm("chat_api.view_schema"))


def schemas_of_type(*, user: Any, type: str) -> QuerySet[Schema]:
    """Return the schemas of the type that are visible to the user, by id."""
    schemas = Schema.objects.filter(type=type).order_by("pk")
    return schemas if can_view_drafts(user) else schemas.filter(published=True)


def find_schema(*, user: Any, pk: int) -> Schema | None:
    """Return the schema; None if it does not exist or is a draft hidden from the user."""
    schema = None if pk > ID_MAX else schema_row(pk)
    return schema if schema is not None and (schema.published or can_view_drafts(user)) else None


def schema_row(pk: int) -> Schema | None:
    """Return the schema, or None, regardless of permissions."""
    return next(iter(_BY_ID.rows(pk)), None)


_BY_ID: Final = Prepared("schema", 1, lambda pk: Schema.objects.filter(pk=pk))


def can_read_schema(*, user: Any, schema: Schema) -> bool:
    """Return whether the user can read the schema: by its type, or because their front end needs it in a thread."""
    if schema.type in chat_settings.TYPES_SCHEMA_GET_THROUGH_API:
        return True
    return schema.user_threads.filter(user=user, state__in=_FRONT_END_STATES).exists()


@dataclass(frozen=True, slots=True)
class ReplacedVersion:
    """A version that publishing another one deprecates, with the conversations and surveys that finish on it."""

    schema: Schema
    conversations: int
    surveys: int


def versions_replaced_by(*, schema: Schema) -> list[ReplacedVersion]:
    """Return the published versions that publishing this one would deprecate, with three queries.

    Conversations are members with a running script of the version, surveys are those that are not completed.
    """
    others = Schema.objects.filter(name=schema.name, published=True, deprecated=False).exclude(pk=schema.pk)
    versions = list(others.order_by("version"))
    pks = [version.pk for version in versions]
    rows = Schema.objects.filter(pk__in=pks).values("pk")
    running = rows.annotate(count=Count("user_threads", filter=Q(user_threads__state__in=_RUNNING_STATES)))
    unfinished = Q(surveys__state__completed=False) | Q(surveys__state__isnull=True)
    incomplete = rows.annotate(count=Count("surveys", filter=unfinished))
    conversations, surveys = (
        dict(running.values_list("pk", "count")),
        dict(incomplete.values_list("pk", "count")),
    )
    return [
        ReplacedVersion(version, conversations.get(version.pk, 0), surveys.get(version.pk, 0))
        for version in versions
    ]


def find_template(*, pk: int) -> AttachmentTemplate | None:
    """Return the attachment template with its question; None if it does not exist or has no question."""
    if pk > ID_MAX:
        return None
    found = AttachmentTemplate.objects.filter(pk=pk, question__isnull=False)
    return found.select_related("question__schema").first()


def is_participant(*, user: Any, schema: Schema) -> bool:
    """Return whether the user has a thread or a survey with the schema."""
    if not user.is_authenticated:
        return False
    return schema.user_threads.filter(user=user).exists() or schema.surveys.filter(user=user).exists()
