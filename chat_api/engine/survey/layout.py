"""The places of a survey's questions: those of repeated groups are there once per instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chat_api.engine.repeats import RepeatedGroup, repeated_groups
from chat_api.engine.script import Question, QuestionType, Script
from chat_api.engine.survey.plan import NOWHERE


@dataclass(frozen=True, slots=True)
class Slot:
    """A question at its place; or, with `is_entry`, what comes before the first question of a repeated group."""

    question: Question
    #: The index of the question in the script.
    origin: int
    #: Its repeated group and its instance there, from 1; None and 0 outside of repeated groups.
    part: RepeatedGroup | None = None
    place: int = 0
    is_entry: bool = False


class Layout:
    """The slots of a script by position; slots are known by their index."""

    def __init__(self, script: Script, places: Mapping[str, int]) -> None:
        """Lay out the questions. `places` are the numbers of instances by key of the group, at least 1."""
        self.script = script
        self._parts = repeated_groups(script)
        self._places = places
        self.slots: list[Slot] = []
        #: By index of a question: the slot to which what is outside of its group leads.
        self._entries: list[int] = []
        for origin, question in enumerate(script.questions):
            part = self._parts.get(question.group_id or 0)
            if part is None:
                self._entries.append(len(self.slots))
                self.slots.append(Slot(question, origin))
            elif origin == part.indexes[0]:
                self._add_part(part)

    @property
    def has_parts(self) -> bool:
        """Return whether any group is repeated."""
        return bool(self._parts)

    def part_of(self, origin: int) -> RepeatedGroup | None:
        """Return the repeated group of a question, by its index in the script."""
        return self._parts.get(self.script.questions[origin].group_id or 0)

    def places(self, part: RepeatedGroup) -> int:
        """Return how many instances of the group have slots."""
        return self._places[part.key]

    def firsts(self, entry: int) -> Iterator[int]:
        """Yield the first slots of all instances of the group that is entered there."""
        part = self.slots[entry].part
        for place in range(self.places(part) if part is not None else 0):
            yield entry + 1 + place * len(part.indexes if part is not None else ())

    def target(self, slot: int, qid: int | None) -> int:
        """Return where a slot leads with the qid: within its own instance, or else outside; NOWHERE for the end."""
        origin = NOWHERE if qid is None or qid < 0 else self.script.index_by_qid.get(qid, NOWHERE)
        return self._from(slot, origin)

    def below(self, slot: int) -> int:
        """Return the slot of the question that comes next in the script; NOWHERE after the last one."""
        origin = self.slots[slot].origin + 1
        return self._from(slot, origin if origin < len(self.script.questions) else NOWHERE)

    def _from(self, slot: int, origin: int) -> int:
        if origin == NOWHERE:
            return NOWHERE
        at = self.slots[slot]
        if at.part is not None and at.part is self.part_of(origin):
            return slot + origin - at.origin
        return self._entries[origin]

    def _add_part(self, part: RepeatedGroup) -> None:
        questions = [self.script.questions[index] for index in part.indexes]
        first, entry = questions[0], len(self.slots)
        before = Question(0, first.qid, first.position, QuestionType.CALCULATION, "")
        self.slots.append(Slot(before, part.indexes[0], part, 0, is_entry=True))
        for place in range(1, self.places(part) + 1):
            self.slots += (
                Slot(question, origin, part, place)
                for origin, question in zip(part.indexes, questions, strict=True)
            )
        # What jumps into the middle of the group comes to the first instance.
        self._entries += [entry, *(entry + 1 + number for number in range(1, len(questions)))]
