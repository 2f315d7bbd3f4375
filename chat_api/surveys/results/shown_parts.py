"""The visible questions of a survey, from its state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Question, Script


class ShownParts(NamedTuple):
    """The visible questions of a survey by qid; None without a state, which shows all."""

    #: A qid of a repeated group is here, too, if any instance shows it.
    qids: Collection[int] | None
    #: By key of each repeated group and instance, in their order.
    instances: Mapping[str, Mapping[int, Collection[int]]] | None

    @classmethod
    def of(cls, state: Any) -> ShownParts:
        """Return the visible questions of a stored state."""
        if not isinstance(state, dict):
            return cls(None, None)
        visibility, groups = state.get("visibility"), state.get("instances")
        return cls(
            frozenset(qid for qid in visibility if isinstance(qid, int))
            if isinstance(visibility, list)
            else None,
            {
                key: {each["instance"]: frozenset(each["visibility"]) for each in found}
                for key, found in (groups if isinstance(groups, dict) else {}).items()
            },
        )

    def shows(self, script: Script, question: Question, number: int) -> bool:
        """Return whether a question is visible in an instance of its group, 0 outside of repeated groups."""
        part = repeated_groups(script).get(question.group_id or 0)
        if part is None:
            return not number and (self.qids is None or question.qid in self.qids)
        if self.instances is None:
            return bool(number)
        return question.qid in self.instances.get(part.key, {}).get(number, ())
