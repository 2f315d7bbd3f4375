"""Which rules of forks no combination of answers makes true, seen with all variables of a fork together.

`effects` looks at one variable at a time. Here the pools themselves are followed: each question that is asked at most
once in a run, in an order in which questions can be asked, with the answers that can be chosen together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.analysis.reachability import Exits, Knots
from chat_api.engine.analysis.variable_values import Effects
from chat_api.engine.expressions import ExpressionError, evaluate_parsed
from chat_api.engine.script import Answer, Modification, Question, QuestionType, Rule, Script

#: Evaluations for one schema; what is left then is not decided.
WORK_MAX: Final = 5_000

_Pool = frozenset[tuple[str, float]]


class _TooMuch(Exception):
    """The work is used up."""


@dataclass(slots=True)
class Combinations:
    """The pools that a script can have at its forks."""

    script: Script
    effects: Effects
    work: int = WORK_MAX
    #: Places in an order in which they can be passed; those on a way round are in `repeated`.
    order: list[int] = field(default_factory=list)
    repeated: set[int] = field(default_factory=set)
    #: By variable: the places that set it, and the variables that its values are made of.
    _writers: dict[str, set[int]] = field(default_factory=dict)
    _read: dict[str, set[str]] = field(default_factory=dict)
    #: Variables that a question with an exclusive answer sets, and those that are set on a way round.
    _exclusive: set[str] = field(default_factory=set)
    _unknown: set[str] = field(default_factory=set)
    _pools: dict[frozenset[str], set[_Pool] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, script: Script, exits: Mapping[int, Exits], effects: Effects) -> Combinations:
        """Order the places of the script; `exits` are by place."""
        found = cls(script, effects)
        if any(exit_.anywhere for exit_ in exits.values()):
            found.repeated = set(exits)
            return found
        known = script.places_by_qid
        steps = {place: [known[qid] for qid in exit_.qids if qid in known] for place, exit_ in exits.items()}
        for knot in reversed(Knots(steps).all()):
            found.order += knot
            if len(knot) > 1 or knot[0] in steps[knot[0]]:
                found.repeated.update(knot)
        for place, question in enumerate(script.questions):
            has_exclusive = any(answer.exclusive for answer in question.answers)
            for modification in _modifications(question):
                found._writers.setdefault(modification.name, set()).add(place)
                with suppress(ExpressionError):
                    read = effects.parsed(modification.expression).names
                    found._read.setdefault(modification.name, set()).update(read)
                if has_exclusive:
                    found._exclusive.add(modification.name)
                if place in found.repeated:
                    found._unknown.add(modification.name)
        return found

    def impossible(self, fork: Question, rules: Sequence[Rule]) -> list[Rule]:
        """Return those of the `rules` that decide for no combination; none where that is not known."""
        try:
            names = self._closure(self._names(fork))
            pools = None if names is None or not self._is_worth_it(names) else self._all(names)
            if pools is None:
                return []
            deciding = {id(rule) for pool in pools for rule in self._deciding(fork, dict(pool))}
        except (_TooMuch, ExpressionError):
            return []
        return [rule for rule in rules if id(rule) not in deciding]

    def _names(self, fork: Question) -> set[str]:
        sources = {source for rule in fork.rules for source in (rule.condition, rule.target)}
        return set().union(*(self.effects.parsed(source).names for source in sources))

    def _closure(self, names: set[str]) -> frozenset[str] | None:
        """Return the names and all that their values are made of; None if a place on a way round sets one."""
        found, waiting = set(names), list(names)
        while waiting:
            name = waiting.pop()
            if name in self._unknown:
                return None
            new = self._read.get(name, set()) - found
            found |= new
            waiting += new
        return frozenset(found)

    def _is_worth_it(self, names: frozenset[str]) -> bool:
        """Return whether more than the values of each variable by itself, which are known, can matter."""
        return bool(names & self._exclusive) or sum(name in self._writers for name in names) > 1

    def _all(self, names: frozenset[str]) -> set[_Pool] | None:
        if names not in self._pools:
            self._pools[names] = None
            pools: set[_Pool] = {frozenset()}
            writing = set().union(*(self._writers.get(name, set()) for name in names))
            for place in self.order:
                if place in writing:
                    pools |= set(self._after(self.script.questions[place], pools, names))
            self._pools[names] = pools
        return self._pools[names]

    def _after(self, question: Question, pools: Iterable[_Pool], names: frozenset[str]) -> Iterator[_Pool]:
        """Yield the pools after the question is asked, and after it is answered in any way that is possible."""
        asked = {self._modified(pool, question.modifications, names) for pool in pools}
        yield from asked
        if question.type == QuestionType.CHOICE:
            # Those that change nothing here leave what was yielded already.
            for answer in self._relevant(question, names):
                yield from (self._modified(pool, answer.modifications, names) for pool in asked)
        elif question.type == QuestionType.MULTICHOICE:
            relevant = self._relevant(question, names)
            together = [answer for answer in relevant if not answer.exclusive]
            waiting = [(frozenset[int](), pool) for pool in asked]
            seen = set(waiting)
            while waiting:
                used, pool = waiting.pop()
                for answer in relevant if not used else together:
                    if answer.id in used:
                        continue
                    after = self._modified(pool, answer.modifications, names)
                    yield after
                    following = (used | {answer.id}, after)
                    if not answer.exclusive and following not in seen:
                        seen.add(following)
                        waiting.append(following)

    def _relevant(self, question: Question, names: frozenset[str]) -> list[Answer]:
        return [
            answer for answer in question.answers if any(one.name in names for one in answer.modifications)
        ]

    def _modified(self, pool: _Pool, modifications: Iterable[Modification], names: frozenset[str]) -> _Pool:
        values = dict(pool)
        for modification in modifications:
            if modification.name in names:
                self._spend()
                try:
                    parsed = self.effects.parsed(modification.expression)
                    values[modification.name] = evaluate_parsed(parsed, values)
                except ExpressionError:
                    continue
        return frozenset(values.items())

    def _deciding(self, fork: Question, pool: Mapping[str, float]) -> Iterator[Rule]:
        """Yield the rule that decides for this pool; none where no rule does."""
        for rule in fork.rules:
            self._spend()
            try:
                if evaluate_parsed(self.effects.parsed(rule.condition), pool):
                    evaluate_parsed(self.effects.parsed(rule.target), pool)
                    yield rule
                    return
            except ExpressionError:
                continue

    def _spend(self) -> None:
        self.work -= 1
        if self.work < 0:
            raise _TooMuch


def _modifications(question: Question) -> Iterator[Modification]:
    yield from question.modifications
    for answer in question.answers:
        yield from answer.modifications
