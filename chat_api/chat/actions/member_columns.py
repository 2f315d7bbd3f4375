"""Writing the changed columns of members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from chat_api.chat.choices import State
from chat_api.chat.models import UserThread

_KNOWN_TO_SOCKETS = ("permissions", "notifications")


def alters_sockets(member: UserThread, values: Mapping[str, Any]) -> bool:
    """Return whether sockets cache what changes: a member's permissions, notifications, and whether they can write."""
    if any(getattr(member, name) != values.get(name, getattr(member, name)) for name in _KNOWN_TO_SOCKETS):
        return True
    becomes: bool = values.get("state", member.state) == State.CLOSED
    return becomes != (member.state == State.CLOSED)


def values_of(member: UserThread, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of those fields by attribute name (`question_id`)."""
    attnames = [UserThread._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    return {name: getattr(member, name) for name in attnames}


def save_columns(members: Sequence[UserThread], names: Collection[str]) -> None:
    """Write those columns of the members, in one statement for any number of them."""
    values = [values_of(member, names) for member in members]
    if all(row == values[0] for row in values):
        # The same values for all, as when a thread with hundreds of members is closed.
        UserThread.objects.filter(pk__in=[member.pk for member in members]).update(**values[0])
    else:
        UserThread.objects.bulk_update(members, names)
