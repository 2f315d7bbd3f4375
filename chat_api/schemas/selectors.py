"""Reading schemas. What could leak goes through these functions and no other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from chat_api.lib.db.prepared import Prepared
from chat_api.lib.rest.relations import ID_MAX
from chat_api.schemas.models import AttachmentTemplate, Schema
from chat_api.settings import chat_settings

#: The states of members whose frontend needs the whole schema.
_STATES_OF_READERS: Final = ("assisted", "scripted_fe_controlled")
#: The states of members who are in the middle of something.
_STATES_OF_TALKS: Final = ("scripted", *_STATES_OF_READERS)


def may_see_drafts(user: Any) -> bool:
    """Say whether the user may see unpublished schemas."""
    # A host's users need not know of permissions.
    may = getattr(user, "has_perm", None)
    return may is not None and bool(may("chat_api.view_schema"))


def schemas_of_type(*, user: Any, type: str) -> QuerySet[Schema]:
    """Give the schemas of the type, drafts only to those who may see them, by id."""
    schemas = Schema.objects.filter(type=type).order_by("pk")
    return schemas if may_see_drafts(user) else schemas.filter(published=True)


def find_schema(*, user: Any, pk: int) -> Schema | None:
    """Give the schema, unless it is a draft that the user may not see."""
    schema = None if pk > ID_MAX else schema_row(pk)
    return schema if schema is not None and (schema.published or may_see_drafts(user)) else None


def schema_row(pk: int) -> Schema | None:
    """Give the schema's row; None where there is none."""
    return next(iter(_BY_ID.rows(pk)), None)


_BY_ID: Final = Prepared("schema", 1, lambda pk: Schema.objects.filter(pk=pk))


def may_read_whole(*, user: Any, schema: Schema) -> bool:
    """Say whether the user may read the schema: by its type, or because a membership of his works with it."""
    if schema.type in chat_settings.TYPES_SCHEMA_GET_THROUGH_API:
        return True
    return schema.user_threads.filter(user=user, state__in=_STATES_OF_READERS).exists()


@dataclass(frozen=True, slots=True)
class Replaced:
    """A version that the publishing of another deprecates, with those who are on it; they finish on it."""

    schema: Schema
    conversations: int
    surveys: int


def replaced_by(*, schema: Schema) -> list[Replaced]:
    """Give the published versions that publishing this one would deprecate, with how many are on each. Three queries.

    Conversations are memberships that the version leads or assists now, surveys those that are not completed.
    """
    others = Schema.objects.filter(name=schema.name, published=True, deprecated=False).exclude(pk=schema.pk)
    versions = list(others.order_by("version"))
    pks = [version.pk for version in versions]
    rows = Schema.objects.filter(pk__in=pks).values("pk")
    led = rows.annotate(count=Count("user_threads", filter=Q(user_threads__state__in=_STATES_OF_TALKS)))
    unfinished = Q(surveys__state__completed=False) | Q(surveys__state__isnull=True)
    asked = rows.annotate(count=Count("surveys", filter=unfinished))
    talks, surveys = dict(led.values_list("pk", "count")), dict(asked.values_list("pk", "count"))
    return [Replaced(version, talks.get(version.pk, 0), surveys.get(version.pk, 0)) for version in versions]


def find_template(*, pk: int) -> AttachmentTemplate | None:
    """Give the attachment template with its question, if there is one that belongs to a question."""
    if pk > ID_MAX:
        return None
    found = AttachmentTemplate.objects.filter(pk=pk, question__isnull=False)
    return found.select_related("question__schema").first()


def takes_part(*, user: Any, schema: Schema) -> bool:
    """Say whether the user is asked by the schema, in a thread or a survey."""
    if not user.is_authenticated:
        return False
    return schema.user_threads.filter(user=user).exists() or schema.surveys.filter(user=user).exists()
