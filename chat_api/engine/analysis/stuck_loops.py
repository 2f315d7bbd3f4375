"""Loops that some people never leave: a fork leads back to them by answers that are not asked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chat_api.engine.analysis.reachability import Components, Exits, reachable, shortest_cycle
from chat_api.engine.analysis.style_warnings import Row
from chat_api.engine.logic import Formula, Logic
from chat_api.engine.script import PASSED_TYPES, Question, QuestionType, Script

_HINT = (
    "The fork decides by answers that are not asked again: whoever it leads back is asked these questions forever."
    " Let it read an answer within the loop, or lead elsewhere."
)


def check_stuck_loops(script: Script, exits: Mapping[int, Exits], logic: Logic) -> Iterator[Row]:
    """Yield a warning for each loop whose only exits are those of one fork, which decides the same in each round.

    `exits` are by index. Where the fork reads what can change during a round, the time, or the host's context, nothing
    is said. Takes time linear in the size of the script and of the expressions that such forks read.
    """
    if not script.questions or any(exit_.anywhere for exit_ in exits.values()):
        return
    known = script.index_by_qid
    steps = {index: [known[qid] for qid in exit_.qids if qid in known] for index, exit_ in exits.items()}
    found = reachable(script, exits, [0])
    for component in Components(steps).all():
        members = set(component)
        index = _only_exit(script, exits, members)
        if index is None or index not in found or not _waits(script, members):
            continue
        fork = script.questions[index]
        if _decides_the_same(fork, [script.questions[member] for member in members], logic):
            path = [script.questions[each].qid for each in shortest_cycle(index, members, steps)]
            shown = " -> ".join(map(str, path))
            yield (
                "endless_questions",
                fork.qid,
                f"Some answers never lead out of a loop. Path: {shown}",
                _HINT,
                "warning",
            )


def _only_exit(script: Script, exits: Mapping[int, Exits], members: set[int]) -> int | None:
    """Return the index of the fork that has all exits of the component; None if there is no such fork."""
    known = script.index_by_qid
    leaving = [
        index
        for index in members
        if exits[index].ends or any(known.get(qid) not in members for qid in exits[index].qids)
    ]
    if len(leaving) != 1 or script.questions[leaving[0]].type != QuestionType.FORK:
        return None
    return leaving[0]


def _waits(script: Script, members: Iterable[int]) -> bool:
    return any(script.questions[index].type not in PASSED_TYPES for index in members)


def _decides_the_same(fork: Question, asked: Iterable[Question], logic: Logic) -> bool:
    """Return whether the fork reads something, and nothing that the questions of the loop or the time can change."""
    loop = list(asked)
    if logic.conditions(fork) or any(_is_repeated(question, logic) for question in loop):
        return False
    changed = {question.name for question in loop}
    for question in loop:
        changed.update(each.name for each in question.modifications)
        changed.update(each.name for answer in question.answers for each in answer.modifications)
    waiting = [logic.formula(source, fork) for rule in fork.rules for source in (rule.condition, rule.target)]
    read: set[str] = set()
    scores = {score.name: score.expression for score in logic.script.scores}
    while waiting:
        expression = waiting.pop().expression
        if expression is None or expression.reads_clock or expression.context or expression.lists:
            return False
        new = (expression.questions | expression.variables) - read
        read |= new
        waiting += [logic.formula(scores.pop(name)) for name in expression.scores if name in scores]
        waiting += _formulas_of(new, logic)
    return bool(read) and read.isdisjoint(changed)


def _formulas_of(names: Iterable[str], logic: Logic) -> Iterator[Formula]:
    """Yield what the values of these questions are computed from, or whether they are hidden by."""
    for name in names:
        if name not in logic.index_by_name:
            continue
        question = logic.script.questions[logic.index_by_name[name]]
        yield from logic.conditions(question)
        if question.calculate:
            yield logic.formula(question.calculate, question)


def _is_repeated(question: Question, logic: Logic) -> bool:
    group = logic.group_of(question)
    return group is not None and group.repeat is not None
