"""The rounds in which a conversation asks the questions of repeated groups, and the answers of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from chat_api.engine.expressions.values import Value
from chat_api.engine.given_answers import GivenAnswer, expose
from chat_api.engine.repeats import (
    RepeatedGroup,
    instance_values,
    repeated_groups,
    wants_another,
)
from chat_api.engine.script import END, Answer, Question, Script

_NO_ANSWER: Final = GivenAnswer()


class Part(Protocol):
    """The answers of a run outside of repeated groups, or of one round of a group; by question id."""

    given: dict[int, GivenAnswer]
    calculated: dict[int, Value]
    hidden: set[int]
    #: By question id, which change it has followed; see `Outdated`.
    followed: dict[int, int]


@dataclass(slots=True)
class Round:
    """The answers and calculations of one round; see `RunState`."""

    given: dict[int, GivenAnswer] = field(default_factory=dict)
    calculated: dict[int, Value] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    followed: dict[int, int] = field(default_factory=dict)
    #: What expressions read of it, by name.
    answers: dict[str, Value] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)


def standing(part: Part, question: Question) -> GivenAnswer | None:
    """Return the answer to the question, or its calculation, as rules see it; None where it is empty or hidden."""
    if question.id in part.hidden:
        return None
    if question.id in part.calculated:
        return replace(_NO_ANSWER, value=part.calculated[question.id])
    return part.given.get(question.id)


@dataclass(slots=True)
class Place:
    """A round of a group, the `number`-th of at least `planned`; 0 outside, and where the group is left out."""

    group: RepeatedGroup | None = None
    number: int = 0
    planned: int = 0


@dataclass(slots=True)
class Rounds:
    """The repeated groups of a run: the round that a walk is in, and the answers of all rounds.

    Expressions read the answers of one round by the names of questions: those of the round that is shown.
    """

    script: Script
    #: By id.
    groups: Mapping[int, RepeatedGroup]
    #: What expressions read by name; the same as in the state of the run.
    answers: dict[str, Value]
    weights: dict[str, float]
    #: By `group.name`, the values of all rounds.
    lists: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    #: The round that the walk is in.
    place: Place = field(default_factory=Place)
    #: By the id of the group and the number of the round.
    _parts: dict[int, dict[int, Round]] = field(default_factory=dict)
    _shown: RepeatedGroup | None = None
    _index: int = 0
    _shown_part: Round | None = None

    @classmethod
    def of(cls, script: Script, answers: dict[str, Value], weights: dict[str, float]) -> Rounds | None:
        """Return the rounds of a run that has none yet; None for a script without repeated groups."""
        groups = repeated_groups(script)
        return cls(script, groups, answers, weights) if groups else None

    @property
    def shown(self) -> tuple[RepeatedGroup | None, int]:
        """Return the round that is shown, as arguments of `show`."""
        return self._shown, self._index

    @property
    def index(self) -> int | None:
        """Return the number of the round that is shown; None outside."""
        return self._index or None

    def group_of(self, question: Question) -> RepeatedGroup | None:
        """Return the repeated group of the question, if it has one."""
        return None if question.group_id is None else self.groups.get(question.group_id)

    def number_of(self, question: Question) -> int | None:
        """Return the round in which the walk asks the question; None outside of repeated groups."""
        group = self.group_of(question)
        return (self.place.number or None) if group is not None and group is self.place.group else None

    def questions_of(self, group: RepeatedGroup) -> Iterable[Question]:
        """Return the questions of the group, in order."""
        return (self.script.questions[index] for index in group.indexes)

    def numbers_of(self, group: RepeatedGroup) -> list[int]:
        """Return the numbers of the rounds of the group that have been begun, ascending."""
        return sorted(self._parts.get(group.group.id, ()))

    # The answers of a round.

    def part(self, question: Question) -> Round | None:
        """Return the round that is shown; None for a question outside of repeated groups."""
        group = self.group_of(question)
        if group is None:
            return None
        # Outside of its rounds, a question of the group has no answer.
        return self.round(group, self._index) if group is self._shown else Round()

    def begun(self) -> Iterator[tuple[RepeatedGroup, int, Round]]:
        """Yield the rounds that have been begun, with their groups and numbers."""
        for pk, rounds in self._parts.items():
            for number, part in rounds.items():
                yield self.groups[pk], number, part

    def begun_round(self, group: RepeatedGroup, number: int) -> Round | None:
        """Return a round of the group; None if it has not been begun."""
        return self._parts.get(group.group.id, {}).get(number)

    def round(self, group: RepeatedGroup, number: int) -> Round:
        """Return a round of the group, which is begun if it was not yet."""
        return self._parts.setdefault(group.group.id, {}).setdefault(number, Round())

    def show(self, group: RepeatedGroup | None, number: int = 0) -> None:
        """Show the answers of a round to expressions; None, or the number 0, for those outside of rounds only."""
        if not number:
            group = None
        before = self._shown_part
        if before is not None:
            for name in before.answers:
                self.answers.pop(name, None)
            for name in before.weights:
                self.weights.pop(name, None)
        self._shown, self._index, self._shown_part = group, number if group is not None else 0, None
        if group is not None:
            part = self._shown_part = self.round(group, number)
            self.answers.update(part.answers)
            self.weights.update(part.weights)

    def show_place(self) -> None:
        """Show the round that the walk is in."""
        self.show(self.place.group, self.place.number)

    def expose(self, question: Question, part: Round) -> None:
        """Show expressions what stands for the question in a round; `collect` follows for their lists."""
        given = standing(part, question)
        expose(self.script, question, given, part.answers, part.weights)
        if part is self._shown_part:
            expose(self.script, question, given, self.answers, self.weights)

    def collect(self, question: Question) -> None:
        """Gather the values of a repeated question in all rounds again."""
        group = self.group_of(question)
        if group is None or question.name is None:
            return
        parts, name = self._parts.get(group.group.id, {}), question.name
        values = instance_values(parts[number].answers.get(name) for number in sorted(parts))
        self.lists[f"{group.key}.{name}"] = values

    def values_by_round(self) -> dict[str, list[tuple[int, dict[str, Value]]]]:
        """Return by key of the group the numbers of its rounds, with the values of the questions that have one."""
        found: dict[str, list[tuple[int, dict[str, Value]]]] = {}
        for group in self.groups.values():
            rounds = found[group.key] = []
            for number in self.numbers_of(group):
                part = self.round(group, number)
                values: dict[str, Value] = {}
                for question in self.questions_of(group):
                    given = standing(part, question)
                    if question.name is not None and given is not None and given.value is not None:
                        values[question.name] = given.value
                rounds.append((number, values))
        return found

    def expose_all(self) -> None:
        """Show expressions the answers of all rounds, once these are loaded."""
        for group, _, part in self.begun():
            for question in self.questions_of(group):
                self.expose(question, part)
        for group in self.groups.values():
            for question in self.questions_of(group):
                self.collect(question)

    # Where a walk is.

    def leads_out(self, qid: int | None) -> bool:
        """Return whether a walk that goes to `qid` enters or leaves a group. One to a missing question does not."""
        question = self._at(qid)
        if question is None:
            return (qid is None or qid <= END) and self.place.group is not None
        return self.group_of(question) is not self.place.group

    def group_at(self, qid: int | None) -> RepeatedGroup | None:
        """Return the repeated group of the question with that qid."""
        question = self._at(qid)
        return None if question is None else self.group_of(question)

    def _at(self, qid: int | None) -> Question | None:
        return None if qid is None else self.script.questions_by_qid.get(qid)

    def has_more(self) -> bool:
        """Return whether a walk that leaves the group has to begin another round instead."""
        return 0 < self.place.number < self.place.planned

    def begin_next(self) -> int | None:
        """Begin the next round, and return the qid of the first question of its group."""
        group = self.place.group
        if group is None:
            return None
        self.stand(Place(group, self.place.number + 1, self.place.planned))
        return self.script.questions[group.indexes[0]].qid

    def enter(self, group: RepeatedGroup, planned: int, *, keeps: bool) -> bool:
        """Begin with the first of `planned` rounds; without `keeps`, forget the answers of an earlier visit.

        Returns whether there were such answers.
        """
        before = None if keeps else self._parts.pop(group.group.id, None)
        for question in () if keeps else self.questions_of(group):
            self.collect(question)
        self.stand(Place(group, 1 if planned else 0, planned))
        return bool(before)

    def leave(self) -> None:
        """Leave the group that the walk is in, if any."""
        self.stand(Place())

    def stand(self, place: Place) -> None:
        """Move to a round, and show it."""
        self.place = place
        self.show_place()

    def excludes(self, question: Question) -> bool:
        """Return whether the question is not asked in this round, whatever its conditions say."""
        place, group = self.place, self.group_of(question)
        if group is None or group is not place.group:
            return False
        if group.repeat.count is None:
            return place.number == 0
        return place.number == 0 or place.number > place.planned or group.is_add(question)

    def passes(self, question: Question) -> bool:
        """Return whether a walk goes over the question; over `add` if the number of rounds allows no decision."""
        place = self.place
        if self.excludes(question):
            return True
        if place.group is None or not place.group.is_add(question):
            return False
        return place.number < place.planned or place.number >= place.group.most

    def adds_silently(self, question: Question) -> bool:
        """Return whether a walk that passes the question begins the next round: `add`, below the minimum."""
        group = self.place.group
        if group is None or group.repeat.count is not None:
            return False
        return group.is_add(question) and self.has_more()

    def adds(self, question: Question, chosen: Iterable[Answer]) -> bool:
        """Return whether these answers to the question ask for another round, and the group can have one."""
        group, number = self.place.group, self.place.number
        if group is None or group.repeat.count is not None or not group.is_add(question):
            return False
        return 0 < number < group.most and wants_another(chosen)

    def clear(self) -> None:
        """Forget all rounds; what expressions read by name is cleared by the state of the run."""
        self._parts.clear()
        self.lists.clear()
        self.place, self._shown, self._index, self._shown_part = Place(), None, 0, None
