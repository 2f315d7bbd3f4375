"""The visible questions of a survey, from its state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple


class ShownParts(NamedTuple):
    """The visible questions of a survey by qid; all of one that has no state."""

    #: None without a state.
    qids: Collection[int] | None
    #: By key of each repeated group and instance, in their order, its visible qids; None without a state.
    instances: Mapping[str, Mapping[int, Collection[int]]] | None

    @classmethod
    def of(cls, state: Any) -> ShownParts:
        """Return the visible questions of a stored state."""
        if not isinstance(state, dict):
            return cls(None, None)
        visibility, groups = state.get("visibility"), state.get("instances")
        return cls(
            visibility if isinstance(visibility, list) else None,
            {
                key: {each["instance"]: each["visibility"] for each in found}
                for key, found in (groups if isinstance(groups, dict) else {}).items()
            },
        )

    def has_instance(self, qid: int, number: int) -> bool:
        """Return whether a question is where its answers count: in an instance that shows it, if it is repeated.

        `number` is that of the instance, 0 outside of repeated groups, where this does not say whether it is visible.
        """
        if self.instances is None:
            return True
        of_group = [
            found for found in self.instances.values() if any(qid in shown for shown in found.values())
        ]
        if not of_group:
            return not number
        return any(qid in found.get(number, ()) for found in of_group)
