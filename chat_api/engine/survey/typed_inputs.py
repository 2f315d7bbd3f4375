"""Inputs of the state of a survey, and its parts, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chat_api.engine.expressions.values import Value
from chat_api.engine.flow_events import EvaluationFailed
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.repeats import RepeatedGroup
from chat_api.engine.survey.typed_nodes import TypedNode


@dataclass(frozen=True, slots=True)
class Inputs:
    """The answers, and all else that a state follows from.

    `given` are the answers by question id. Each is judged at its own time; all else at `timestamp`, that of the last
    change (aware), in `zone` (a key of the IANA database). `context` is what the host knows of the person, by path.
    `repeated` are the answers to questions of repeated groups, by question id and place, from 1; `instances` are the
    numbers of instances by key of the group, where the user decides about them. Instances up to those of `places` are
    computed, too, whether or not they count.
    """

    given: Mapping[int, GivenAnswer]
    timestamp: datetime
    zone: str = "UTC"
    context: Mapping[str, Value] = field(default_factory=dict)
    repeated: Mapping[tuple[int, int], GivenAnswer] = field(default_factory=dict)
    instances: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)

    def answer_at(self, node: TypedNode) -> GivenAnswer | None:
        """Return the answer to the question at its place, or None."""
        if node.part is None:
            return self.given.get(node.question.id)
        return self.repeated.get((node.question.id, node.place))

    def room_for(self, part: RepeatedGroup) -> int:
        """Return how many instances of the group are computed, at least 1; more where its `count` says so."""
        return max(1, self.instances.get(part.key, 0), self.places.get(part.key, 0))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effect of a question.

    `given` is its answer if it counts, with the chosen answers that are offered; `asked` are the variables that the
    question sets, and `chosen` those that its answers set after that.
    """

    is_visible: bool = False
    given: GivenAnswer | None = None
    value: Value = None
    asked: Mapping[str, float] = field(default_factory=dict)
    chosen: Mapping[str, float] = field(default_factory=dict)
    targets: tuple[int, ...] = ()
    failures: tuple[EvaluationFailed, ...] = ()

    @property
    def written(self) -> Mapping[str, float]:
        """Return all variables that it sets."""
        return {**self.asked, **self.chosen} if self.chosen else self.asked

    @property
    def is_missing(self) -> bool:
        """Return whether the question is visible and has no answer."""
        return self.is_visible and self.given is None


#: Of a question that nothing leads to.
UNREACHED: Final = Outcome()
