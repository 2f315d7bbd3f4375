"""The numbers of raised flags, for results."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Count, Q, QuerySet

from chat_api.raised_flags.models import Flag


def flag_counts(owner: Literal["run", "survey"], owners: QuerySet[Any]) -> list[tuple[int, str, int, int]]:
    """Return for these runs or surveys id of the schema, name, how many were raised, how many are open. One query."""
    rows = Flag.objects.using(owners.db).filter(**{f"{owner}__in": owners.order_by()})
    counted = rows.order_by().values_list(f"{owner}__schema_id", "name")
    return list(counted.annotate(raised=Count("pk"), still=Count("pk", filter=Q(cleared=None))))
