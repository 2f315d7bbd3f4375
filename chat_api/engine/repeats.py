"""Repeated groups: how often their questions are asked, and what decides about it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from chat_api.engine.expressions.values import Value
from chat_api.engine.script import Answer, Group, Question, QuestionType, Repeat, Script

#: The maximum number of instances of a group, whatever `max` and `count` say.
INSTANCES_MAX: Final = 100
#: The maximum number of questions in all instances of all groups: large groups have fewer instances.
REPEATED_QUESTIONS_MAX: Final = 5_000

_KEY: Final = "repeated groups"


@dataclass(frozen=True, slots=True)
class RepeatedGroup:
    """A group whose questions are asked once per instance; they are contiguous, and entered at the first one."""

    group: Group
    key: str
    repeat: Repeat
    #: The indexes of its questions in the script, ascending.
    indexes: tuple[int, ...]
    #: The maximum number of instances.
    most: int

    @property
    def least(self) -> int:
        """Return the minimum number of instances."""
        return min(self.repeat.min, self.most)

    @property
    def rounds(self) -> int:
        """Return the number of rounds of a conversation that nothing but the group decides about."""
        return min(max(self.least, 1), self.most)

    def count(self, value: Value) -> int:
        """Return the number of instances for a value of `count`: whole, within the limits; `least` without a number."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return self.least
        return int(max(self.least, min(self.most, math.floor(value))))

    def is_add(self, question: Question) -> bool:
        """Return whether the question is the choice that asks for another round in a chat."""
        return question.qid == self.repeat.add and question.type == QuestionType.CHOICE


def repeated_groups(script: Script) -> Mapping[int, RepeatedGroup]:
    """Return the repeated groups with questions, by id, in the order of these; kept with the script.

    Groups without a key, or with the key of one before, are not repeated; nor are those whose questions are not
    contiguous, which the checker reports.
    """
    kept = script.prepared.get(_KEY)
    if isinstance(kept, dict):
        return kept
    indexes: dict[int, list[int]] = {}
    for index, question in enumerate(script.questions):
        if question.group_id is not None:
            indexes.setdefault(question.group_id, []).append(index)
    groups = {group.id: group for group in script.groups}
    found: dict[int, RepeatedGroup] = {}
    keys: set[str] = set()
    size = sum(len(own) for pk, own in indexes.items() if pk in groups and groups[pk].repeat is not None)
    most = max(1, min(INSTANCES_MAX, REPEATED_QUESTIONS_MAX // max(1, size)))
    for pk, own in indexes.items():
        group = groups.get(pk)
        if group is None or group.repeat is None or not group.key or group.key in keys:
            continue
        if own[-1] - own[0] + 1 == len(own):
            keys.add(group.key)
            limit = most if group.repeat.max is None else max(0, min(most, group.repeat.max))
            found[pk] = RepeatedGroup(group, group.key, group.repeat, tuple(own), limit)
    script.prepared[_KEY] = found
    return found


def questions_in(script: Script, key: str | None) -> list[Question]:
    """Return the questions of the repeated group with the key; for None, those outside of such groups."""
    keys = {pk: part.key for pk, part in repeated_groups(script).items()}
    return [question for question in script.questions if keys.get(question.group_id or 0) == key]


def round_in(script: Script, question: Question, instance: int | None) -> int:
    """Return the round that a message about the question belongs to; 0 outside of repeated groups.

    Messages of older releases have no instance: all of them belong to the first round.
    """
    is_repeated = question.group_id is not None and question.group_id in repeated_groups(script)
    return (instance or 1) if is_repeated else 0


def wants_another(chosen: Iterable[Answer]) -> bool:
    """Return whether the chosen answers of the choice `add` ask for another round: one whose value is true."""
    return any(answer.value is True for answer in chosen)


def instance_values(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return what `group.name` gives for the values of all instances, in their order: those that are not empty."""
    return tuple(value for value in values if value is not None)
