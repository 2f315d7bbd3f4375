"""The targets that forks must have chosen between two questions that a run has asked.

Forks leave no message. What they chose follows from the script wherever only one of their targets leads to the
question that was asked next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
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
        #: Where rounds begin: a walk that leaves a repeated group can be sent back there.
        groups = repeated_groups(script).values()
        self._round_starts = frozenset(script.questions[group.indexes[0]].qid for group in groups)
        self._targets = {
            question.qid: frozenset(self._targets_of(question))
            for question in script.questions_by_qid.values()
            if question.type == QuestionType.FORK
        }
        self._found: dict[tuple[frozenset[int], int], dict[int, int | None]] = {}
        self._reached: dict[tuple[frozenset[int], int | None], set[int]] = {}

    def starts(self, question: Question, said: Said | None) -> frozenset[int]:
        """Return the qids at which the script can have gone on from a question; `said` is the answer, if known."""
        if said is not None and said.given is not None and said.given.is_skipped:
            return frozenset({_end_or(qid_beyond(self._script, question))})
        if question.type not in CHOICE_TYPES:
            return frozenset({_end_or(question.next_qid)})
        offered = {answer.id: answer for answer in question.answers}
        chosen = [] if said is None else [offered[pk] for pk in said.chosen if pk in offered]
        if said is not None and said.given is not None:
            # Choices are in the order in which they were given, and the first one decides.
            return frozenset({_end_or(chosen[0].next_qid if chosen else question.next_qid)})
        found = {_end_or(answer.next_qid) for answer in chosen or offered.values()}
        if not chosen and question.choice_open:
            found.add(_end_or(question.next_qid))
        return frozenset(found)

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
            leading = [target for target in self._targets[fork] if asked in self._reach(frozenset({target}))]
            if leading:
                is_certain = len(leading) == 1 and asked not in self._reach(starts, without=fork)
                found[fork] = leading[0] if is_certain else None
        return found

    def _reach(self, starts: frozenset[int], *, without: int | None = None) -> set[int]:
        """Return the qids that a walk from `starts` can come to without a question that waits or says something."""
        key = starts, without
        if key not in self._reached:
            self._reached[key] = self._walked(starts, without)
        return self._reached[key]

    def _walked(self, starts: Collection[int], without: int | None) -> set[int]:
        waiting, seen = list(self._arrivals(starts)), set()
        while waiting:
            qid = waiting.pop()
            if qid in seen or qid == without:
                continue
            seen.add(qid)
            waiting += self._arrivals(self._beyond(qid))
        return seen

    def _arrivals(self, qids: Iterable[int]) -> set[int]:
        found = set(qids)
        return found | self._round_starts if found else found

    def _beyond(self, qid: int) -> Iterator[int]:
        """Yield the qids that can follow without a message that asks the question."""
        question = self._script.questions_by_qid.get(qid)
        if question is None:
            return
        if question.type in SILENT_TYPES:
            yield from self._targets.get(qid, {_end_or(question.next_qid)})
        if question.show_if is not None or question.group_id in self._conditional:
            yield _end_or(qid_beyond(self._script, question))

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
