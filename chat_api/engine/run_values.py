"""The answers and calculations of a run, as they are kept, and as expressions and texts read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from chat_api.engine.dependencies import Dependencies
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value
from chat_api.engine.given_answers import GivenAnswer, zone_of
from chat_api.engine.logic import Formula, Logic
from chat_api.engine.outdated import Outdated
from chat_api.engine.rounds import Part, Rounds
from chat_api.engine.rules import Variables
from chat_api.engine.script import Question

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class RunValues:
    """The newest answers and the calculations of a run, and what expressions read of them; see `RunState`."""

    logic: Logic
    timestamp: datetime = _EPOCH
    zone: str = "UTC"
    #: By question id, in the order in which the questions were first answered.
    given: dict[int, GivenAnswer] = field(default_factory=dict)
    #: The values of the calculations reached, by question id.
    calculated: dict[int, Value] = field(default_factory=dict)
    #: The ids of answered questions and calculations that are hidden now.
    hidden: set[int] = field(default_factory=set)
    #: See `Part`.
    followed: dict[int, int] = field(default_factory=dict, repr=False, compare=False)
    #: By path, what the host knows about the person.
    context: Mapping[str, Value] = field(default_factory=dict)
    #: The paths of `context` that the start of the script has given; the others are asked for at each new run.
    given_paths: frozenset[str] = frozenset()
    #: By name of a question, the answers that the start of the script suggests.
    prefill: Mapping[str, Value] = field(default_factory=dict)
    #: Whether the run has answers to questions after the open one, since an earlier answer was corrected.
    has_kept: bool = False
    #: Whether the answer that comes next confirms the warnings of constraints.
    confirms: bool = False
    #: The rounds of repeated groups, with their answers and calculations; None for a script without any.
    rounds: Rounds | None = None
    _answers: dict[str, Value] = field(default_factory=dict)
    _weights: dict[str, float] = field(default_factory=dict)
    #: One for all expressions, because they are evaluated one after the other.
    _live: Environment | None = field(default=None, repr=False, compare=False)
    #: The name of the zone of `_live`.
    _live_zone: str = field(default="", repr=False, compare=False)
    #: The questions whose answers or values `_answers` and `_weights` do not have yet: nothing has read any since.
    _unshown: list[Question] = field(default_factory=list, repr=False, compare=False)
    _outdated: Outdated = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.rounds = Rounds.of(self.logic.script, self._answers, self._weights)
        self._outdated = Outdated(
            self.logic,
            self.rounds,
            outside=self,
            answers=self._answers,
            weights=self._weights,
            environment=self._without_variables,
            dependencies=Dependencies.of(self.logic),
        )

    def settle(self) -> None:
        """Evaluate what answers and the time have changed; all that reads the state from outside does so before."""
        self._outdated.settle()

    def environment(
        self, variables: Variables, *, at: GivenAnswer | None = None, question: Question | None = None
    ) -> Environment:
        """Return what expressions read now, with the clock of an answer, else that of the last change.

        With `question`, it is for the rules of that question only.
        """
        if question is None:
            self.settle()
        else:
            self._outdated.prepare_at(question)
        return self._seen(variables, at)

    def values(self) -> dict[str, Value]:
        """Return the answers and calculations that count, by name; of repeated groups those of the current round."""
        self.settle()
        self._show()
        return dict(self._answers)

    def values_outside(self) -> dict[str, Value]:
        """Return the answers and calculations that count, by name, without those of repeated groups."""
        repeated = self.logic.group_keys
        return {
            name: value for name, value in self.values().items() if name.partition(".")[0] not in repeated
        }

    def values_at(self, question: Question, instance: int | None) -> dict[str, Value]:
        """Return the answers and calculations by name as the text of a question shows them, asked in that round."""
        rounds = self.rounds
        if rounds is None:
            return self.values()
        rounds.show(rounds.group_of(question), instance or 0)
        found = self.values()
        rounds.show_place()
        return found

    def round_of(self, question: Question) -> int:
        """Return the round in which the question is asked now; 0 outside of repeated groups."""
        return 0 if self.rounds is None else self.rounds.number_of(question) or 0

    def part(self, question: Question) -> Part:
        """Return where the answer to the question is kept: here, or in the round that is shown."""
        return self if self.rounds is None else self.rounds.part(question) or self

    # How expressions come to see an answer.

    def _without_variables(self) -> Environment:
        self._show()
        return Environment(
            answers=self._answers,
            weights=self._weights,
            context=self.context,
            instances={} if self.rounds is None else self.rounds.lists,
            timestamp=self.timestamp,
            zone=zone_of(self.zone),
        )

    def _read_by(self, formula: Formula, variables: Variables) -> Environment:
        """Return what the formula reads, up to date; the rest of it may be that of earlier answers."""
        live = self._live
        if live is None or not formula.reads_variables_alone:
            self._outdated.prepare(formula)
            return self._seen(variables)
        live.variables = variables
        return live

    def _seen(self, variables: Variables, at: GivenAnswer | None = None) -> Environment:
        self._show()
        clock = self if at is None else at
        live = self._live
        if live is None:
            live = self._live = Environment(answers=self._answers, weights=self._weights)
        live.variables, live.context, live.prefill = variables, self.context, self.prefill
        live.timestamp = clock.timestamp
        if clock.zone != self._live_zone:
            self._live_zone, live.zone = clock.zone, zone_of(clock.zone)
        if self.rounds is not None:
            live.instances, live.index = self.rounds.lists, self.rounds.index
        return live

    def _show(self) -> None:
        """Show expressions the answers that were given since they last read any."""
        if self._unshown:
            for question in self._unshown:
                self._outdated.expose(question, self.part(question))
            self._unshown.clear()

    def _visible(self, question: Question) -> Value:
        self._show()
        return None if question.name is None else self._answers.get(question.name)

    def _number(self, question: Question) -> int:
        """Return the round that is shown, for a question of its group; 0 outside of repeated groups."""
        rounds = self.rounds
        group = None if rounds is None else rounds.group_of(question)
        return 0 if rounds is None or group is None or group is not rounds.shown[0] else rounds.shown[1]
