"""Writing the changed columns of members."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chat_api.chat.choices import State
from chat_api.chat.models import UserThread
from chat_api.lib.db.writes import update

_KNOWN_TO_SOCKETS = ("permissions", "notifications")


def alters_sockets(member: UserThread, values: Mapping[str, Any]) -> bool:
    """Say whether the change is one of what sockets know of a member: his rights, what he hears, whether he writes."""
    if any(getattr(member, name) != values.get(name, getattr(member, name)) for name in _KNOWN_TO_SOCKETS):
        return True
    becomes: bool = values.get("state", member.state) == State.CLOSED
    return becomes != (member.state == State.CLOSED)


def save_columns(members: Sequence[UserThread], names: Collection[str]) -> None:
    """Write those columns of the members; one statement for any number of them where all get the same values."""
    attnames = [UserThread._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    values = [{name: getattr(member, name) for name in attnames} for member in members]
    if len(members) == 1:
        update(UserThread, where="id", equals=members[0].pk, values=values[0])
        return
    if all(row == values[0] for row in values):
        # Closing a thread of hundreds: the same for everybody.
        UserThread.objects.filter(pk__in=[member.pk for member in members]).update(**values[0])
    else:
        UserThread.objects.bulk_update(members, names)
