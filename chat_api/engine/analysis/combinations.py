"""Combinations of variable values that answers can produce together, and rules of forks that none of them satisfies.

`variable_values` treats each variable by itself. Here all variables of a fork are tracked together: through questions
that are asked at most once in a run, in an order in which they can be asked, with the answers that can be combined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.analysis.reachability import Components, Exits
from chat_api.engine.analysis.variable_values import VariableValues
from chat_api.engine.expressions import ExpressionError, evaluate_parsed
from chat_api.engine.script import Answer, Modification, Question, QuestionType, Rule, Script

#: The maximum number of evaluations for a schema; rules after that are left undecided.
EVALUATIONS_MAX: Final = 5_000

#: The values of some variables.
_Values = frozenset[tuple[str, float]]


class _BudgetExceeded(Exception):
    """The maximum number of evaluations was reached."""


@dataclass(slots=True)
class Combinations:
    """The combinations of variable values that a script can have at its forks."""

    script: Script
    variable_values: VariableValues
    evaluations_left: int = EVALUATIONS_MAX
    #: Indexes of questions in an order in which they can be passed; those in a cycle are in `repeated`.
    order: list[int] = field(default_factory=list)
    repeated: set[int] = field(default_factory=set)
    #: By variable: the questions that set it, and the variables that its values are computed from.
    _writers: dict[str, set[int]] = field(default_factory=dict)
    _sources: dict[str, set[str]] = field(default_factory=dict)
    #: Variables that are set by a question with an exclusive answer, and those that are set in a cycle.
    _exclusive: set[str] = field(default_factory=set)
    _unknown: set[str] = field(default_factory=set)
    _combinations: dict[frozenset[str], set[_Values] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, script: Script, exits: Mapping[int, Exits], variable_values: VariableValues) -> Combinations:
        """Order the questions of the script; `exits` are by index."""
        found = cls(script, variable_values)
        if any(exit_.anywhere for exit_ in exits.values()):
            found.repeated = set(exits)
            return found
        known = script.index_by_qid
        steps = {index: [known[qid] for qid in exit_.qids if qid in known] for index, exit_ in exits.items()}
        for component in reversed(Components(steps).all()):
            found.order += component
            if len(component) > 1 or component[0] in steps[component[0]]:
                found.repeated.update(component)
        for index, question in enumerate(script.questions):
            has_exclusive = any(answer.exclusive for answer in question.answers)
            for modification in _modifications(question):
                found._writers.setdefault(modification.name, set()).add(index)
                try:
                    read = variable_values.parsed(modification.expression).names
                except ExpressionError:
                    # An invalid expression changes nothing; one that reads answers may give anything.
                    read = frozenset()
                    if script.is_typed:
                        found._unknown.add(modification.name)
                found._sources.setdefault(modification.name, set()).update(read)
                if has_exclusive:
                    found._exclusive.add(modification.name)
                if index in found.repeated:
                    found._unknown.add(modification.name)
        return found

    def impossible_rules(self, fork: Question, rules: Sequence[Rule]) -> list[Rule]:
        """Return those of the `rules` that no combination satisfies; none if that is undecided."""
        try:
            names = self._closure(self._names(fork))
            combinations = None if names is None or not self._can_add_findings(names) else self._all(names)
            if combinations is None:
                return []
            chosen = {id(rule) for values in combinations for rule in self._chosen_rule(fork, dict(values))}
        except (_BudgetExceeded, ExpressionError):
            return []
        return [rule for rule in rules if id(rule) not in chosen]

    def _names(self, fork: Question) -> set[str]:
        sources = {source for rule in fork.rules for source in (rule.condition, rule.target)}
        return set().union(*(self.variable_values.parsed(source).names for source in sources))

    def _closure(self, names: set[str]) -> frozenset[str] | None:
        """Return the names and all variables they are computed from; None if one is set in a cycle."""
        found, waiting = set(names), list(names)
        while waiting:
            name = waiting.pop()
            if name in self._unknown:
                return None
            new = self._sources.get(name, set()) - found
            found |= new
            waiting += new
        return frozenset(found)

    def _can_add_findings(self, names: frozenset[str]) -> bool:
        """Return whether combinations can matter beyond the values of each variable, which are checked already."""
        return bool(names & self._exclusive) or sum(name in self._writers for name in names) > 1

    def _all(self, names: frozenset[str]) -> set[_Values] | None:
        if names not in self._combinations:
            self._combinations[names] = None
            combinations: set[_Values] = {frozenset()}
            writing = set().union(*(self._writers.get(name, set()) for name in names))
            for index in self.order:
                if index in writing:
                    combinations |= set(self._after(self.script.questions[index], combinations, names))
            self._combinations[names] = combinations
        return self._combinations[names]

    def _after(
        self, question: Question, combinations: Iterable[_Values], names: frozenset[str]
    ) -> Iterator[_Values]:
        """Yield the combinations after the question is asked, and after each possible reply to it."""
        asked = {self._modified(values, question.modifications, names) for values in combinations}
        yield from asked
        if question.type == QuestionType.CHOICE:
            # Other answers change nothing: the combinations after them are those yielded above.
            for answer in self._relevant(question, names):
                yield from (self._modified(values, answer.modifications, names) for values in asked)
        elif question.type == QuestionType.MULTICHOICE:
            relevant = self._relevant(question, names)
            combinable = [answer for answer in relevant if not answer.exclusive]
            waiting = [(frozenset[int](), values) for values in asked]
            seen = set(waiting)
            while waiting:
                used, values = waiting.pop()
                for answer in relevant if not used else combinable:
                    if answer.id in used:
                        continue
                    after = self._modified(values, answer.modifications, names)
                    yield after
                    following = (used | {answer.id}, after)
                    if not answer.exclusive and following not in seen:
                        seen.add(following)
                        waiting.append(following)

    def _relevant(self, question: Question, names: frozenset[str]) -> list[Answer]:
        return [
            answer
            for answer in question.answers
            if any(modification.name in names for modification in answer.modifications)
        ]

    def _modified(
        self, before: _Values, modifications: Iterable[Modification], names: frozenset[str]
    ) -> _Values:
        values = dict(before)
        for modification in modifications:
            if modification.name in names:
                self._count_evaluation()
                try:
                    parsed = self.variable_values.parsed(modification.expression)
                    values[modification.name] = evaluate_parsed(parsed, values)
                except ExpressionError:
                    continue
        return frozenset(values.items())

    def _chosen_rule(self, fork: Question, values: Mapping[str, float]) -> Iterator[Rule]:
        """Yield the rule that applies to these values, if any."""
        for rule in fork.rules:
            self._count_evaluation()
            try:
                if evaluate_parsed(self.variable_values.parsed(rule.condition), values):
                    evaluate_parsed(self.variable_values.parsed(rule.target), values)
                    yield rule
                    return
            except ExpressionError:
                continue

    def _count_evaluation(self) -> None:
        self.evaluations_left -= 1
        if self.evaluations_left < 0:
            raise _BudgetExceeded


def _modifications(question: Question) -> Iterator[Modification]:
    yield from question.modifications
    for answer in question.answers:
        yield from answer.modifications
