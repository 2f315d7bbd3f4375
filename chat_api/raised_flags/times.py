"""The times at which flags were raised and cleared, for tables of results."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from chat_api.raised_flags.models import Flag

#: When a flag was raised, and cleared.
Times = tuple[datetime, datetime | None]


def flag_times(
    owner: Literal["run_id", "survey_id"], ids: Collection[int], *, using: str
) -> dict[int, dict[str, Times]]:
    """Return the times of the flags of these runs or surveys, by id and name of the flag. One query."""
    rows = Flag.objects.using(using).filter(**{f"{owner}__in": ids})
    found: dict[int, dict[str, Times]] = {}
    for pk, name, raised, cleared in rows.values_list(owner, "name", "raised", "cleared"):
        found.setdefault(pk or 0, {})[name] = (raised, cleared)
    return found
