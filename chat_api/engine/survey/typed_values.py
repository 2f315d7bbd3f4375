"""The findings of the walk of a survey, as the expressions of its questions see them."""

from __future__ import annotations

from collections.abc import Mapping

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.given_answers import GivenAnswer, expose, zone_of
from chat_api.engine.survey.seen import Seen, SeenValues
from chat_api.engine.survey.typed_inputs import UNREACHED, Inputs
from chat_api.engine.survey.typed_nodes import TypedNode
from chat_api.engine.survey.typed_plan import TypedPlan
from chat_api.engine.survey.typed_pool import Pool


class TypedValues:
    """The outcomes of the nodes of a plan, the variables that they set, and the values that others see of them."""

    def __init__(self, plan: TypedPlan, inputs: Inputs) -> None:
        self.plan, self.inputs = plan, inputs
        self.outcomes = [UNREACHED] * len(plan.nodes)
        self.pool = Pool()
        self.seen = SeenValues()

    @property
    def counted(self) -> dict[str, int]:
        """Return how many instances count, by key of the repeated group; none of a group that nothing leads to."""
        found = {}
        for key, index in self.plan.entries.items():
            value = self.outcomes[index].value
            found[key] = value if isinstance(value, int) else 0
        return found

    @property
    def lacking(self) -> dict[str, int]:
        """Return how many instances count, by key of the groups for which the plan has fewer."""
        return {
            key: number
            for key, number in self.counted.items()
            if (part := self.plan.nodes[self.plan.entries[key]].part) is not None
            and number > self.plan.layout.places(part)
        }

    def environment(
        self,
        variables: Mapping[str, float],
        given: GivenAnswer | None = None,
        *,
        node: TypedNode | None = None,
    ) -> Environment:
        """Return what expressions see at a node, at the time of the answer, or else of the last change."""
        at = self.inputs if given is None else given
        seen = self.seen_at(node)
        return Environment(
            variables=variables,
            answers=seen.answers,
            instances=self.seen,
            weights=seen.weights,
            context=self.inputs.context,
            timestamp=at.timestamp,
            zone=zone_of(at.zone),
            index=node.place or None if node is not None else None,
        )

    def seen_at(self, node: TypedNode | None) -> Seen:
        """Return what expressions see at a node; None outside of all groups."""
        if node is None or node.part is None or not node.place:
            return self.seen.outside
        return self.seen.at(node.part.key, node.place)

    def expose(self, node: TypedNode, given: GivenAnswer | None) -> None:
        """Show the answer at a node to expressions; None hides it from them."""
        seen = self.seen_at(node)
        expose(self.plan.logic.script, node.question, given, seen.answers, seen.weights)
