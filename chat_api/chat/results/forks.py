"""The targets that forks must have chosen between two questions that a run has asked.

Forks leave no message. What they chose follows from the script wherever only one of their targets leads to the
question that was asked next.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from chat_api.chat.results.passages import Node, Passages, end_or
from chat_api.engine.script import CHOICE_TYPES, END, Question, QuestionType, Script
from chat_api.engine.walker import qid_beyond
from chat_api.schemas.results.columns import Said

#: Conditions that always hold: a fork with such a rule never ends the script because no rule holds.
_ALWAYS: Final = frozenset({"1", "true", "True"})


class Forks:
    """Finds the forks between two questions of a script; each pair is worked out once."""

    def __init__(self, script: Script) -> None:
        self._script = script
        forks = [question for question in script.questions if question.type == QuestionType.FORK]
        targets = {fork.qid: frozenset(self._targets_of(fork)) for fork in forks}
        self._passages = Passages(script, targets)
        #: By qid, where a walk comes to from a fork, by target.
        self._arrivals = {
            fork.qid: {target: self._passages.arrivals(fork, {target}) for target in targets[fork.qid]}
            for fork in forks
        }
        self._found: dict[tuple[frozenset[Node], int], dict[int, int | None]] = {}
        #: The qids of the forks after nodes.
        self._after: dict[frozenset[Node], list[int]] = {}
        self._before: dict[int, set[Node]] = {}

    def starts_at(self, question: Question) -> frozenset[Node]:
        """Return where a script that begins at the question goes."""
        return self._passages.arrivals(None, {question.qid})

    def starts(self, question: Question, said: Said | None) -> frozenset[Node]:
        """Return where the script can have gone on from a question; `said` is the answer, if known."""
        return self._passages.arrivals(question, self._following(question, said))

    def _following(self, question: Question, said: Said | None) -> set[int]:
        if said is not None and said.given is not None and said.given.is_skipped:
            return {end_or(qid_beyond(self._script, question))}
        if question.type not in CHOICE_TYPES:
            return {end_or(question.next_qid)}
        offered = {answer.id: answer for answer in question.answers}
        chosen = [] if said is None else [offered[pk] for pk in said.chosen if pk in offered]
        if said is not None and said.given is not None:
            # Choices are in the order in which they were given, and the first one decides.
            return {end_or(chosen[0].next_qid if chosen else question.next_qid)}
        found = {end_or(answer.next_qid) for answer in chosen or offered.values()}
        if not chosen and question.choice_open:
            found.add(end_or(question.next_qid))
        return found

    def between(self, starts: frozenset[Node], asked: int) -> dict[int, int | None]:
        """Return the forks that can be between one of `starts` and the question `asked`, by qid; `END` is the end.

        The value is the target that the fork must have chosen; None where other targets could have led there, too, or
        the script without the fork.
        """
        if not self._arrivals:
            return {}
        key = starts, asked
        if key not in self._found:
            self._found[key] = self._between(starts, asked)
        return self._found[key]

    def _between(self, starts: frozenset[Node], asked: int) -> dict[int, int | None]:
        if starts not in self._after:
            after = self._passages.after(starts)
            self._after[starts] = sorted(qid for qid in self._arrivals if (qid, False) in after)
        if asked not in self._before:
            self._before[asked] = self._passages.before((asked, False))
        before = self._before[asked]
        leading = {qid: self._leading(qid, before) for qid in self._after[starts]}
        unavoidable = set[Node]()
        if any(len(targets) == 1 for targets in leading.values()):
            unavoidable = self._passages.unavoidable(starts, (asked, False), before)
        return {
            qid: targets[0] if len(targets) == 1 and (qid, False) in unavoidable else None
            for qid, targets in leading.items()
            if targets
        }

    def _leading(self, qid: int, before: set[Node]) -> list[int | None]:
        """Return targets of a fork that lead to one of `before`, two at most; None if it can be hidden."""
        arrivals = self._arrivals[qid].items()
        found = [*islice((target for target, nodes in arrivals if not nodes.isdisjoint(before)), 2)]
        fork = self._script.questions_by_qid[qid]
        if len(found) == 1 and self._passages.can_be_hidden(fork):
            beyond = self._passages.arrivals(fork, {end_or(qid_beyond(self._script, fork))})
            return [*found, None] if not beyond.isdisjoint(before) else [*found]
        return [*found]

    def _targets_of(self, fork: Question) -> Iterator[int]:
        for rule in fork.rules:
            try:
                yield max(END, int(rule.target))
            except ValueError:
                # It is computed.
                yield from self._script.questions_by_qid
                yield END
            if rule.condition.strip() in _ALWAYS:
                return
        yield END
