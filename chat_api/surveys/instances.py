"""The instances of repeated groups in a survey: which there are, and which questions they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chat_api.engine.repeats import RepeatedGroup, repeated_groups
from chat_api.engine.script import Question, Script

#: A question and its instance; 0 outside of repeated groups.
Place = tuple[int, int]
#: A repeated group, by id, and the number of an instance of it.
Instance = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Instances:
    """The instances of one repeated group whose number the user decides, in their order.

    Numbers are never used twice: the next one is the one after `last`.
    """

    numbers: tuple[int, ...]
    last: int

    @classmethod
    def first(cls, part: RepeatedGroup) -> Instances:
        """Return the instances at the start of a survey."""
        return cls(tuple(range(1, part.least + 1)), part.least)

    @classmethod
    def from_json(cls, raw: Any) -> Instances | None:
        """Return the instances that `to_json` has stored; None for anything else."""
        numbers, last = (raw.get("numbers"), raw.get("last")) if isinstance(raw, dict) else (None, None)
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            return None
        return cls(tuple(numbers), max(numbers, default=0) if type(last) is not int else last)

    def to_json(self) -> dict[str, Any]:
        """Return them as plain JSON."""
        return {"numbers": [*self.numbers], "last": self.last}

    def with_next(self) -> Instances:
        """Return them with one more at the end."""
        return Instances((*self.numbers, self.last + 1), self.last + 1)

    def without(self, number: int) -> Instances:
        """Return them without one."""
        return Instances(tuple(each for each in self.numbers if each != number), self.last)


@dataclass(frozen=True, slots=True)
class SurveyInstances:
    """The instances of all repeated groups of a survey; those with a `count` are numbered by their places."""

    script: Script
    #: By key of the group, where the user decides about them.
    decided: Mapping[str, Instances]

    @classmethod
    def of(cls, script: Script, stored: Mapping[str, Instances]) -> SurveyInstances:
        """Return the instances of a survey; `stored` are those of it that were changed since its start."""
        parts = repeated_groups(script).values()
        return cls(
            script,
            {
                part.key: stored.get(part.key) or Instances.first(part)
                for part in parts
                if part.repeat.count is None
            },
        )

    @property
    def are_there(self) -> bool:
        """Return whether the script has repeated groups."""
        return bool(repeated_groups(self.script))

    def part_of(self, question: Question) -> RepeatedGroup | None:
        """Return the repeated group of a question, or None."""
        return repeated_groups(self.script).get(question.group_id or 0)

    def place(self, part: RepeatedGroup, number: int) -> int:
        """Return the place of an instance in its group, from 1; 0 if there is no such instance."""
        decided = self.decided.get(part.key)
        if decided is None:
            return number if 1 <= number <= part.most else 0
        return decided.numbers.index(number) + 1 if number in decided.numbers else 0

    def only(self, instance: Instance | None) -> tuple[str, int] | None:
        """Return the key of the group of an instance, and its place; 0 if there is no such instance."""
        if instance is None:
            return None
        part = repeated_groups(self.script)[instance[0]]
        return part.key, self.place(part, instance[1])

    def number(self, key: str, place: int) -> int:
        """Return the number of the instance at a place, from 1."""
        decided = self.decided.get(key)
        return place if decided is None else decided.numbers[place - 1]

    def problem(self, question: Question, number: int) -> str | None:
        """Return the code of the error of an answer to the question in that instance, or None."""
        part = self.part_of(question)
        if part is None:
            return "NOT_REPEATED" if number else None
        if not number:
            return "REQUIRED"
        return None if self.place(part, number) else "NO_SUCH_INSTANCE"
