"""The walks of a script that leave no message: over forks, calculations and questions that can be hidden."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from chat_api.engine.repeats import RepeatedGroup, repeated_groups
from chat_api.engine.script import END, SILENT_TYPES, Question, Script
from chat_api.engine.walker import qid_beyond

#: A qid, and whether its repeated group has no rounds, so that a walk asks none of its questions.
Node = tuple[int, bool]


class Passages:
    """The graph of these walks; `targets` are the qids to which forks can lead, by qid. Each edge is one step."""

    def __init__(self, script: Script, targets: Mapping[int, Collection[int]]) -> None:
        self._script = script
        self._targets = targets
        self._conditional = {group.id for group in script.groups if group.show_if}
        self._repeated = repeated_groups(script)

    def arrivals(
        self, question: Question | None, following: Collection[int], *, is_empty: bool = False
    ) -> frozenset[Node]:
        """Return where a walk from the question to one of `following` can come to; None is the start of the script.

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

    def can_be_hidden(self, question: Question) -> bool:
        """Return whether a walk can go over the question in a round."""
        group = self._group_of(question)
        is_add = group is not None and group.is_add(question)
        return is_add or question.show_if is not None or question.group_id in self._conditional

    def after(self, starts: Iterable[Node]) -> set[Node]:
        """Return all that walks from `starts` can come to, with these."""
        return _reached(starts, self._steps)

    def before(self, end: Node) -> set[Node]:
        """Return all from which a walk can come to `end`, with this."""
        return _reached([end], self._steps_back)

    def unavoidable(self, starts: Collection[Node], end: Node, within: Collection[Node]) -> set[Node]:
        """Return what every walk from one of `starts` to `end` comes to; `within` is all from which it can be reached.

        Takes time in proportion to the steps: finds a walk, and then how far others come beside it.
        """
        path = self._path(starts, end)
        indexes = {node: index for index, node in enumerate(path)}
        seen, found, furthest = set[Node](), set[Node](), 0
        waiting = [node for node in starts if node in within]
        for index, node in enumerate(path):
            while waiting:
                beside = waiting.pop()
                if beside in indexes:
                    furthest = max(furthest, indexes[beside])
                elif beside not in seen:
                    seen.add(beside)
                    waiting += [each for each in self._steps.get(beside, ()) if each in within]
            if furthest == index:
                found.add(node)
            waiting += [each for each in self._steps.get(node, ()) if each in within]
        return found

    def _path(self, starts: Collection[Node], end: Node) -> list[Node]:
        """Return a shortest walk from one of `starts` to `end`; empty if there is none."""
        origins: dict[Node, Node | None] = dict.fromkeys(starts)
        waiting = deque(starts)
        while waiting and end not in origins:
            node = waiting.popleft()
            for each in self._steps.get(node, ()):
                if each not in origins:
                    origins[each] = node
                    waiting.append(each)
        found: list[Node] = []
        node_before: Node | None = end if end in origins else None
        while node_before is not None:
            found.append(node_before)
            node_before = origins[node_before]
        return found[::-1]

    @cached_property
    def _steps(self) -> Mapping[Node, Collection[Node]]:
        nodes = [(question, False) for question in self._script.questions_by_qid.values()]
        nodes += [(question, True) for question, _ in nodes if self._group_of(question) is not None]
        return {
            (question.qid, is_empty): self._beyond(question, is_empty=is_empty)
            for question, is_empty in nodes
        }

    @cached_property
    def _steps_back(self) -> Mapping[Node, Collection[Node]]:
        found: dict[Node, list[Node]] = {}
        for node, following in self._steps.items():
            for each in following:
                found.setdefault(each, []).append(node)
        return found

    def _beyond(self, question: Question, *, is_empty: bool) -> frozenset[Node]:
        """Return where a walk can go on without a message that asks the question."""
        found = set[int]()
        if question.type in SILENT_TYPES and not is_empty:
            found.update(self._targets.get(question.qid, {end_or(question.next_qid)}))
        if is_empty or self.can_be_hidden(question):
            found.add(end_or(qid_beyond(self._script, question)))
        return self.arrivals(question, found, is_empty=is_empty)

    def _group_of(self, question: Question | None) -> RepeatedGroup | None:
        return None if question is None else self._repeated.get(question.group_id or 0)


def _reached(starts: Iterable[Node], steps: Mapping[Node, Collection[Node]]) -> set[Node]:
    waiting, seen = [*starts], set[Node]()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += steps.get(node, ())
    return seen


def end_or(qid: int | None) -> int:
    """Return the qid, `END` for all that ends the script."""
    return END if qid is None else max(END, qid)
