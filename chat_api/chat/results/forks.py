"""The targets that forks must have chosen between two questions that a run has asked.

Forks leave no message. What they chose follows from the script wherever only one of their targets leads to the
question that was asked next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chat_api.engine.repeats import RepeatedGroup, repeated_groups
from chat_api.engine.script import CHOICE_TYPES, END, SILENT_TYPES, Question, QuestionType, Script
from chat_api.engine.walker import qid_beyond
from chat_api.schemas.results.columns import Said

#: Conditions that always hold: a fork with such a rule never ends the script because no rule holds.
_ALWAYS: Final = frozenset({"1", "true", "True"})


#: A qid, and whether its repeated group has no rounds, so that a walk asks none of its questions.
Node = tuple[int, bool]


class Forks:
    """Finds the forks between two questions of a script; each pair is worked out once."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._conditional = {group.id for group in script.groups if group.show_if}
        self._repeated = repeated_groups(script)
        self._targets = {
            question.qid: frozenset(self._targets_of(question))
            for question in script.questions_by_qid.values()
            if question.type == QuestionType.FORK
        }
        self._found: dict[tuple[frozenset[Node], int], dict[int, int | None]] = {}
        self._reached: dict[tuple[frozenset[Node], int | None], set[Node]] = {}

    def starts_at(self, question: Question) -> frozenset[Node]:
        """Return where a script that begins at the question goes."""
        return self._arrivals(None, {question.qid})

    def starts(self, question: Question, said: Said | None) -> frozenset[Node]:
        """Return where the script can have gone on from a question; `said` is the answer, if known."""
        return self._arrivals(question, self._following(question, said))

    def _following(self, question: Question, said: Said | None) -> set[int]:
        if said is not None and said.given is not None and said.given.is_skipped:
            return {_end_or(qid_beyond(self._script, question))}
        if question.type not in CHOICE_TYPES:
            return {_end_or(question.next_qid)}
        offered = {answer.id: answer for answer in question.answers}
        chosen = [] if said is None else [offered[pk] for pk in said.chosen if pk in offered]
        if said is not None and said.given is not None:
            # Choices are in the order in which they were given, and the first one decides.
            return {_end_or(chosen[0].next_qid if chosen else question.next_qid)}
        found = {_end_or(answer.next_qid) for answer in chosen or offered.values()}
        if not chosen and question.choice_open:
            found.add(_end_or(question.next_qid))
        return found

    def between(self, starts: frozenset[Node], asked: int) -> dict[int, int | None]:
        """Return the forks that can be between one of `starts` and the question `asked`, by qid; `END` is the end.

        The value is the target that the fork must have chosen; None where other targets could have led there, too, or
        the script without the fork.
        """
        key = starts, asked
        if key not in self._found:
            self._found[key] = self._between(starts, (asked, False))
        return self._found[key]

    def _between(self, starts: frozenset[Node], asked: Node) -> dict[int, int | None]:
        found: dict[int, int | None] = {}
        for qid in sorted(
            qid for qid, is_empty in self._reach(starts) if qid in self._targets and not is_empty
        ):
            fork = self._script.questions_by_qid[qid]
            leading = [target for target in self._targets[qid] if self._leads(fork, target, asked)]
            if leading:
                is_avoidable = asked in self._reach(starts, without=qid) or (
                    self._can_be_hidden(fork)
                    and self._leads(fork, _end_or(qid_beyond(self._script, fork)), asked)
                )
                found[qid] = leading[0] if len(leading) == 1 and not is_avoidable else None
        return found

    def _leads(self, fork: Question, target: int, asked: Node) -> bool:
        return asked in self._reach(self._arrivals(fork, {target}))

    def _reach(self, starts: frozenset[Node], *, without: int | None = None) -> set[Node]:
        """Return where a walk from `starts` can come to without a question that waits or says something.

        `without` is the qid of a fork that is not evaluated on the way.
        """
        key = starts, without
        if key not in self._reached:
            waiting, seen = [*starts], set[Node]()
            while waiting:
                node = waiting.pop()
                if node not in seen and node != (without, False):
                    seen.add(node)
                    waiting += self._beyond(node)
            self._reached[key] = seen
        return self._reached[key]

    def _beyond(self, node: Node) -> frozenset[Node]:
        """Return where a walk can go on without a message that asks the question."""
        qid, is_empty = node
        question = self._script.questions_by_qid.get(qid)
        if question is None:
            return frozenset()
        found = set[int]()
        if question.type in SILENT_TYPES and not is_empty:
            found.update(self._targets.get(qid, {_end_or(question.next_qid)}))
        if is_empty or self._can_be_hidden(question):
            found.add(_end_or(qid_beyond(self._script, question)))
        return self._arrivals(question, found, is_empty=is_empty)

    def _can_be_hidden(self, question: Question) -> bool:
        group = self._group_of(question)
        is_add = group is not None and group.is_add(question)
        return is_add or question.show_if is not None or question.group_id in self._conditional

    def _group_of(self, question: Question | None) -> RepeatedGroup | None:
        return None if question is None else self._repeated.get(question.group_id or 0)

    def _arrivals(
        self, question: Question | None, following: set[int], *, is_empty: bool = False
    ) -> frozenset[Node]:
        """Return where a walk from the question to one of `following` can come to.

        If it leaves a repeated group, it can be sent to another round; if it enters one, that can have no rounds.
        """
        group, found = self._group_of(question), set[Node]()
        leaves = group is not None and question is not None and bool(following) and group.is_add(question)
        for qid in following:
            entered = self._group_of(self._script.questions_by_qid.get(qid))
            if entered is not None and entered is group:
                found.add((qid, is_empty))
                continue
            leaves = True
            found.update({(qid, False)} if entered is None else {(qid, False), (qid, True)})
        if group is not None and leaves and not is_empty:
            found.add((self._script.questions[group.indexes[0]].qid, False))
        return frozenset(found)

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


def _end_or(qid: int | None) -> int:
    return END if qid is None else max(END, qid)
