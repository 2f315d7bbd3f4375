"""Writing the changed columns of members."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from chat_api.chat.choices import State
from chat_api.chat.models import UserThread

#: The fields of a member from which sockets cache values.
KNOWN_TO_SOCKETS: Final = frozenset({"permissions", "notifications", "state"})


def alters_sockets(member: UserThread, values: Mapping[str, Any]) -> bool:
    """Return whether the change affects values that sockets cache: permissions, notifications, the right to write."""
    for name in ("permissions", "notifications"):
        if getattr(member, name) != values.get(name, getattr(member, name)):
            return True
    becomes: bool = values.get("state", member.state) == State.CLOSED
    return becomes != (member.state == State.CLOSED)


def save_columns(members: Sequence[UserThread], names: Collection[str]) -> None:
    """Write those columns of the members, in one statement for any number of them."""
    fields: list[Any] = [UserThread._meta.get_field(name) for name in names]
    values = [{field.attname: getattr(member, field.attname) for field in fields} for member in members]
    if all(row == values[0] for row in values):
        # The same values for all, as when a thread with hundreds of members is closed.
        UserThread.objects.filter(pk__in=[member.pk for member in members]).update(**values[0])
    else:
        UserThread.objects.bulk_update(members, names)
