"""The targets that forks must have chosen between two questions that a run has asked.

Forks leave no message. What they chose follows from the script wherever only one of their targets leads to the
question that was asked next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import CHOICE_TYPES, END, SILENT_TYPES, Question, QuestionType, Script
from chat_api.engine.walker import qid_beyond
from chat_api.schemas.results.columns import Said

#: Conditions that always hold: a fork with such a rule never ends the script because no rule holds.
_ALWAYS: Final = frozenset({"1", "true", "True"})


class Forks:
    """Finds the forks between two questions of a script; each pair is worked out once."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._conditional = {group.id for group in script.groups if group.show_if or group.repeat}
        self._repeated = repeated_groups(script)
        self._targets = {
            question.qid: frozenset(self._targets_of(question))
            for question in script.questions_by_qid.values()
            if question.type == QuestionType.FORK
        }
        self._found: dict[tuple[frozenset[int], int], dict[int, int | None]] = {}
        self._reached: dict[tuple[frozenset[int], int | None], set[int]] = {}

    def starts(self, question: Question, said: Said | None) -> frozenset[int]:
        """Return the qids at which the script can have gone on from a question; `said` is the answer, if known."""
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

    def between(self, starts: frozenset[int], asked: int) -> dict[int, int | None]:
        """Return the forks that can be between one of `starts` and the question `asked`, by qid; `END` is the end.

        The value is the target that the fork must have chosen; None where other targets could have led there, too, or
        the script without the fork.
        """
        key = starts, asked
        if key not in self._found:
            self._found[key] = self._between(starts, asked)
        return self._found[key]

    def _between(self, starts: frozenset[int], asked: int) -> dict[int, int | None]:
        found: dict[int, int | None] = {}
        for fork in sorted(self._targets.keys() & self._reach(starts)):
            question = self._script.questions_by_qid[fork]
            leading = [target for target in self._targets[fork] if self._leads(question, target, asked)]
            if leading:
                is_avoidable = asked in self._reach(starts, without=fork) or (
                    self._can_be_hidden(question)
                    and self._leads(question, _end_or(qid_beyond(self._script, question)), asked)
                )
                found[fork] = leading[0] if len(leading) == 1 and not is_avoidable else None
        return found

    def _leads(self, fork: Question, target: int, asked: int) -> bool:
        return asked in self._reach(self._arrivals(fork, {target}))

    def _can_be_hidden(self, question: Question) -> bool:
        return question.show_if is not None or question.group_id in self._conditional

    def _reach(self, starts: frozenset[int], *, without: int | None = None) -> set[int]:
        """Return the qids that a walk from `starts` can come to without a question that waits or says something."""
        key = starts, without
        if key not in self._reached:
            self._reached[key] = self._walked(starts, without)
        return self._reached[key]

    def _walked(self, starts: Collection[int], without: int | None) -> set[int]:
        waiting, seen = [*starts], set[int]()
        while waiting:
            qid = waiting.pop()
            if qid not in seen and qid != without:
                seen.add(qid)
                waiting += self._beyond(qid)
        return seen

    def _beyond(self, qid: int) -> Collection[int]:
        """Return the qids that can follow without a message that asks the question."""
        question = self._script.questions_by_qid.get(qid)
        if question is None:
            return ()
        found = set[int]()
        if question.type in SILENT_TYPES:
            found.update(self._targets.get(qid, {_end_or(question.next_qid)}))
        if self._can_be_hidden(question):
            found.add(_end_or(qid_beyond(self._script, question)))
        return self._arrivals(question, found)

    def _arrivals(self, question: Question, following: set[int]) -> frozenset[int]:
        """Return the qids at which a walk to one of `following` continues: it can be sent to another round."""
        group = self._repeated.get(question.group_id or 0)
        if group is None or not following:
            return frozenset(following)
        inside = [self._script.questions[index].qid for index in group.indexes]
        if following <= {*inside} and not group.is_add(question):
            return frozenset(following)
        return frozenset({*following, inside[0]})

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
