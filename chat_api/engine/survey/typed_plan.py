"""A script with names, prepared for states of surveys: what each question reads, leads to, and comes after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.logic import Logic
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import QuestionType
from chat_api.engine.survey.layout import Layout
from chat_api.engine.survey.typed_inputs import Inputs
from chat_api.engine.survey.typed_nodes import Nodes, TypedNode
from chat_api.engine.survey.typed_order import Order

_KEY: Final = "typed survey"
#: How many plans of a script are kept: surveys of one schema differ in the numbers of instances.
_PLANS_MAX: Final = 32


@dataclass(frozen=True, slots=True)
class TypedPlan:
    """The nodes by position, and the order in which they are computed."""

    logic: Logic
    layout: Layout
    nodes: tuple[TypedNode, ...]
    #: By index, the place in the order: after all that the node depends on, except those on a circle.
    ranks: tuple[int, ...]
    by_rank: tuple[int, ...]
    #: The number of the question, by index.
    qids: tuple[int, ...]
    #: How many nodes are on a circle, or after one.
    on_circles: int
    #: By name, see `reading`, and by variable, the indexes of the nodes that may read it, ascending.
    readers: Mapping[str, tuple[int, ...]]
    variable_readers: Mapping[str, tuple[int, ...]]
    #: The same for the nodes whose limits or constraints may read it.
    checks: Mapping[str, tuple[int, ...]]
    variable_checks: Mapping[str, tuple[int, ...]]
    #: By index, whether anything but scores and flags reads its answer; of those in repeated groups, always.
    is_read: tuple[bool, ...]
    #: The indexes of the nodes that read the time of the last change, and of calculations.
    clock_readers: tuple[int, ...]
    calculations: tuple[int, ...]
    #: By id and place of the question, the index of its node; and by key of a repeated group, that of its entry.
    indexes: Mapping[tuple[int, int], int]
    entries: Mapping[str, int]

    @classmethod
    def of(cls, logic: Logic, places: Mapping[str, int] | None = None) -> TypedPlan:
        """Return the plan of the script, of which some are kept with it.

        `places` is the number of instances of each repeated group that the plan has nodes for; 1 for others.
        """
        parts = repeated_groups(logic.script).values()
        shape = {part.key: max(1, (places or {}).get(part.key, 1)) for part in parts}
        kept = logic.script.prepared.get(_KEY)
        if not isinstance(kept, _Plans) or kept.logic is not logic:
            kept = logic.script.prepared[_KEY] = _Plans(logic)
        return kept.plan(shape)

    @classmethod
    def made(cls, logic: Logic, places: Mapping[str, int]) -> TypedPlan:
        """Return a new plan."""
        layout = Layout(logic.script, places)
        nodes = tuple(Nodes(logic, layout).all())
        ranks, on_circles = Order(layout, nodes).ranks()
        readers = _by_name((node.index, node.names) for node in nodes)
        checks = _by_name((node.index, node.checked_names) for node in nodes)
        return cls(
            logic=logic,
            layout=layout,
            nodes=nodes,
            ranks=ranks,
            by_rank=tuple(sorted(range(len(nodes)), key=ranks.__getitem__)),
            qids=tuple(node.question.qid for node in nodes),
            on_circles=on_circles,
            readers=readers,
            variable_readers=_by_name((node.index, node.variables) for node in nodes),
            checks=checks,
            is_read=tuple(
                node.part is not None or node.own_name in readers or node.own_name in checks for node in nodes
            ),
            variable_checks=_by_name((node.index, node.checked_variables) for node in nodes),
            clock_readers=tuple(node.index for node in nodes if node.reads_clock),
            calculations=tuple(
                node.index
                for node in nodes
                if node.question.type == QuestionType.CALCULATION and not node.is_entry
            ),
            indexes={(node.question.id, node.place): node.index for node in nodes if not node.is_entry},
            entries={node.part.key: node.index for node in nodes if node.is_entry and node.part is not None},
        )

    def has_room_for(self, inputs: Inputs) -> bool:
        """Return whether there are nodes for all instances, as far as the inputs decide about their number."""
        parts = repeated_groups(self.logic.script).values()
        return all(inputs.room_for(part) <= self.layout.places(part) for part in parts)


@dataclass(slots=True)
class _Plans:
    """The newest plans of a script, by the numbers of instances."""

    logic: Logic
    plans: dict[tuple[int, ...], TypedPlan] = field(default_factory=dict)

    def plan(self, places: Mapping[str, int]) -> TypedPlan:
        shape = tuple(places.values())
        found = self.plans.get(shape)
        if found is None:
            found = TypedPlan.made(self.logic, places)
            # Other threads can have dropped the oldest one in the meantime.
            for oldest in [*self.plans][: len(self.plans) + 1 - _PLANS_MAX]:
                self.plans.pop(oldest, None)
            self.plans[shape] = found
        return found


def _by_name(reads: Iterable[tuple[int, frozenset[str]]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for index, names in reads:
        for name in names:
            found.setdefault(name, []).append(index)
    return {name: tuple(indexes) for name, indexes in found.items()}
