"""The versions of a schema with the number of their runs or surveys."""

from __future__ import annotations

from typing import Literal

from django.db.models import Count, Q

from chat_api.schemas.models import Schema

#: Id, version, whether it is published and deprecated, the number of runs or surveys, and how many are completed.
VersionCounts = tuple[int, int, bool, bool, int, int]


def counted_versions(
    schema: Schema, relation: Literal["runs", "surveys"], completed: Q
) -> list[VersionCounts]:
    """Return all versions with the schema's name, latest first; `completed` is a condition on versions. One query."""
    versions = Schema.objects.using(schema._state.db).filter(name=schema.name).order_by("-version", "-pk")
    counted = versions.annotate(begun=Count(relation), done=Count(relation, filter=completed))
    return list(counted.values_list("pk", "version", "published", "deprecated", "begun", "done"))
