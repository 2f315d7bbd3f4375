"""How answers and the time change others: what is out of date is marked, and evaluated when something reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chat_api.engine.dependencies import Dependencies, Dependent, Read
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value
from chat_api.engine.given_answers import expose
from chat_api.engine.logic import Formula, Logic
from chat_api.engine.repeats import RepeatedGroup
from chat_api.engine.rounds import Part, Round, Rounds, standing
from chat_api.engine.script import Question

#: Less than all marks: of what was marked in its round only.
_MARKED: Final = -1
#: Stands for all rounds of a group among their numbers.
_ALL: Final = -1


@dataclass(slots=True)
class Outdated:
    """All that is out of date in a run: whether answers are hidden, and the values of calculations.

    A change marks all that depends on it, through others too; `settle` evaluates what is marked, `prepare` only what
    some expressions read. When that happens makes no difference: each mark is evaluated with what it reads then, and a
    change of that marks it again.
    """

    logic: Logic
    rounds: Rounds | None
    #: The answers outside of repeated groups.
    outside: Part
    #: What expressions read by name.
    answers: dict[str, Value]
    weights: dict[str, float]
    #: Returns what expressions read, with the time of the last change.
    environment: Callable[[], Environment]
    dependencies: Dependencies
    #: The ids of the questions with marks.
    _behind: set[int] = field(default_factory=set)
    #: By question id, the latest mark in all rounds of its group; parts know which one they have followed.
    _marks: dict[int, int] = field(default_factory=dict)
    _latest: int = 0
    #: Questions whose lists lack what changed in some rounds.
    _uncollected: dict[int, Question] = field(default_factory=dict)
    #: The answers since the time last changed, by question and round.
    _answered: list[tuple[Question, int]] = field(default_factory=list)

    def clear(self) -> None:
        """Forget all marks, with the answers."""
        self._behind.clear()
        self._marks.clear()
        self._uncollected.clear()
        self._answered.clear()
        self.outside.followed.clear()

    # Marking.

    def time_changed(self, *, is_other_day: bool) -> None:
        """Mark what depends on the time; where the date and the time zone are the same, not what reads these only.

        An answer that came when its question was no longer shown counts until the next change of the time.
        """
        dependencies = self.dependencies
        changed = dependencies.dated if is_other_day else dependencies.timed
        if changed:
            self._latest += 1
            self._marks.update(dict.fromkeys(changed, self._latest))
            self._behind |= changed
        if not is_other_day:
            for question, number in self._answered:
                self._mark_own(question, number)
        self._answered.clear()
        self._follow_circles()

    def was_loaded(self, timestamp: datetime) -> None:
        """Note which answers of a stored state came with its last change, at `timestamp`."""
        if not self.dependencies.dated:
            return
        begun = () if self.rounds is None else self.rounds.begun()
        parts: list[tuple[int, Part]] = [(0, self.outside), *((number, part) for _, number, part in begun)]
        questions = self.logic.script.questions_by_id
        for number, part in parts:
            new = [pk for pk, given in part.given.items() if given.timestamp == timestamp]
            self._answered += [(questions[pk], number) for pk in new if pk in self.dependencies.dated]

    def is_current(self, question: Question, number: int) -> None:
        """Note that the question was evaluated in that round just now."""
        part = self.part(question, number)
        if part is not None:
            part.followed[question.id] = self._marks.get(question.id, 0)

    def was_answered(self, question: Question, number: int) -> None:
        """Note an answer of that round (0: outside), and mark what depends on it; the question itself is shown."""
        self.is_current(question, number)
        if question.id in self.dependencies.dated:
            self._answered.append((question, number))
        self.mark_readers(question, number)

    def mark_readers(self, question: Question, number: int) -> None:
        """Mark what depends on the question, whose value in that round (0: outside of rounds) has changed."""
        waiting: list[tuple[Question, int]] = [(question, number)]
        seen: set[tuple[int, int]] = set()
        self._latest += 1
        while waiting:
            source, here = waiting.pop()
            for reader, in_list in self.dependencies.readers(source):
                target = self._number_at(reader, source, here, in_list=in_list)
                place = reader.question.id, target
                if reader.question.id == question.id or place in seen or not self._mark(reader, target):
                    continue
                seen.add(place)
                waiting.append((reader.question, target))
        self._follow_circles()

    def _mark_own(self, question: Question, number: int) -> None:
        made, part = self.dependencies.by_id.get(question.id), self.part(question, number)
        if made is not None and part is not None:
            part.followed[question.id] = _MARKED
            self._behind.add(question.id)
            self.mark_readers(question, number)

    def _number_at(self, reader: Dependent, source: Question, number: int, *, in_list: bool) -> int:
        """Return in which round a reader changes with its source: 0 outside, `_ALL` for all rounds of its group."""
        if reader.group is None:
            return 0
        is_same = source.group_id == reader.question.group_id
        return number if is_same and not in_list else _ALL

    def _mark(self, reader: Dependent, number: int) -> bool:
        """Mark the reader, and return whether it has an answer or a value, without which nothing depends on it."""
        pk = reader.question.id
        if number == _ALL:
            if self.rounds is None or reader.group is None or not self.rounds.numbers_of(reader.group):
                return False
            self._marks[pk] = self._latest
        else:
            part = self.part(reader.question, number)
            if part is None or not _has(part, pk):
                return False
            part.followed[pk] = _MARKED
        self._behind.add(pk)
        return True

    def _follow_circles(self) -> None:
        # Where questions read one another in a circle, the result depends on when they are evaluated.
        if self.dependencies.is_circular:
            self.settle()

    # Evaluating.

    def is_behind(self, question: Question, number: int) -> bool:
        """Return whether the question is out of date in that round."""
        part = self.part(question, number)
        return part is not None and self._lags(part, question.id)

    def settle(self) -> None:
        """Evaluate all that is out of date."""
        if self._behind:
            self._evaluate([*self._all_marked()])
            self._behind.clear()
        if self._uncollected:
            for question in [*self._uncollected.values()]:
                self.collect(question)

    def prepare(self, *formulas: Formula) -> None:
        """Evaluate what these expressions read, in the round that is shown."""
        if self._behind or self._uncollected:
            self._prepare(self.dependencies.reads(*formulas))

    def prepare_at(self, question: Question) -> None:
        """Evaluate what the rules of the question read, in the round that is shown."""
        if self._behind or self._uncollected:
            self._prepare(self.dependencies.read_at(question))

    def prepare_own(self, question: Question, number: int) -> None:
        """Evaluate the question in that round, if it is out of date."""
        made = self.dependencies.by_id.get(question.id)
        if made is not None and self._behind:
            self._prepare([Read(question, made, in_list=False)], number)

    def collect(self, question: Question) -> None:
        """Gather the values of a repeated question in all rounds, if one of them has changed."""
        if self.rounds is not None and self._uncollected.pop(question.id, None) is not None:
            self.rounds.collect(question)

    def expose(self, question: Question, part: Part) -> None:
        """Show expressions what stands for the question; lists of rounds follow when they are read."""
        if isinstance(part, Round) and self.rounds is not None:
            self.rounds.expose(question, part)
            self._uncollected[question.id] = question
        else:
            expose(self.logic.script, question, standing(part, question), self.answers, self.weights)

    def part(self, question: Question, number: int) -> Part | None:
        """Return where the answer of that round is kept, if it was begun."""
        return self._part(None if self.rounds is None else self.rounds.group_of(question), number)

    def _part(self, group: RepeatedGroup | None, number: int) -> Part | None:
        if group is None or self.rounds is None:
            return self.outside
        return self.rounds.begun_round(group, number)

    def _lags(self, part: Part, pk: int) -> bool:
        return part.followed.get(pk, 0) < self._marks.get(pk, 0) and _has(part, pk)

    def _prepare(self, reads: Iterable[Read], number: int | None = None) -> None:
        reads = tuple(reads)
        if number is None:
            number = (None if self.rounds is None else self.rounds.index) or 0
        needed = self._needed(reads, number)
        if needed:
            self._evaluate(sorted(needed))
        for read in reads:
            if read.in_list:
                self.collect(read.question)

    def _needed(self, reads: Iterable[Read], number: int) -> set[tuple[int, int]]:
        """Return what has to be evaluated before, as ranks and numbers of rounds."""
        found, in_lists = set[tuple[int, int]](), set[int]()
        waiting = [(read, number) for read in reads]
        while waiting:
            read, here = waiting.pop()
            made = read.dependent
            if made is None or made.question.id not in self._behind or made.rank in in_lists:
                continue
            if read.in_list:
                in_lists.add(made.rank)
            for place in self._numbers(made, here, in_list=read.in_list):
                part = self._part(made.group, place)
                if part is None or (made.rank, place) in found or not self._lags(part, made.question.id):
                    continue
                found.add((made.rank, place))
                waiting += [(each, place) for each in self.dependencies.reads_of(made)]
        return found

    def _numbers(self, made: Dependent, number: int, *, in_list: bool) -> Iterable[int]:
        if made.group is None or self.rounds is None:
            return (0,)
        return self.rounds.numbers_of(made.group) if in_list else (number,)

    def _all_marked(self) -> Iterator[tuple[int, int]]:
        """Yield what is marked, each after what it reads, round by round where that is possible."""
        by_id = self.dependencies.by_id
        together: list[Dependent] = []
        for made in sorted((by_id[pk] for pk in self._behind), key=lambda each: each.rank):
            lists = any(read.in_list for read in self.dependencies.reads_of(made))
            if together and (lists or together[-1].group is not made.group):
                yield from self._in_rounds(together)
                together = []
            together.append(made)
        yield from self._in_rounds(together)

    def _in_rounds(self, together: list[Dependent]) -> Iterator[tuple[int, int]]:
        group = together[0].group
        for number in (0,) if group is None or self.rounds is None else self.rounds.numbers_of(group):
            part = self._part(group, number)
            for made in together:
                if part is not None and self._lags(part, made.question.id):
                    yield made.rank, number

    def _evaluate(self, places: Iterable[tuple[int, int]]) -> None:
        rounds, environment = self.rounds, self.environment()
        shown = (None, 0) if rounds is None else rounds.shown
        for rank, number in places:
            made = self.dependencies.by_rank[rank]
            if rounds is not None and number and rounds.shown != (made.group, number):
                rounds.show(made.group, number)
            environment.index = number or None
            part = self._part(made.group, number)
            if part is not None:
                self._evaluate_one(made, part, environment)
        if rounds is not None and rounds.shown != shown:
            rounds.show(*shown)

    def _evaluate_one(self, made: Dependent, part: Part, environment: Environment) -> None:
        pk = made.question.id
        for read in self.dependencies.reads_of(made) if self._uncollected else ():
            if read.in_list:
                self.collect(read.question)
        part.followed[pk] = self._marks.get(pk, 0)
        is_changed = False
        if made.conditions:
            is_hidden = not all(each.value_or_empty(environment) for each in made.conditions)
            is_changed = is_hidden != (pk in part.hidden)
            (part.hidden.add if is_hidden else part.hidden.discard)(pk)
        if made.calculation is not None and pk in part.calculated:
            part.calculated[pk] = made.calculation.value_or_empty(environment)
            is_changed = True
        if is_changed:
            self.expose(made.question, part)


def _has(part: Part, pk: int) -> bool:
    return pk in part.given or pk in part.calculated
