"""Runs whose questions the front end asks, in any order."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.flow_events import EvaluationFailed, Event
from chat_api.engine.rounds import Place, Rounds
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question, QuestionType
from chat_api.engine.walker import Walker


def is_hidden(state: RunState, question: Question, variables: Variables) -> bool:
    """Return whether conditions hide the question, or its group has no such round; those without a value do."""
    if state.rounds is not None and state.rounds.excludes(question):
        return True
    try:
        return state.hides(question, variables)
    except ExpressionError:
        return True


def recompute(
    state: RunState, *, only: Collection[str] | None = None
) -> tuple[dict[str, float], tuple[Event, ...]]:
    """Compute the variables, calculations and hidden questions from the answers in `state`, by position.

    Returns the variables, and the failures of expressions. The order of the answers does not matter: each expression
    sees the variables that questions before it set. `only` are the variables that can be changed (None: all).
    """
    script, rounds = state.logic.script, state.rounds
    walker = Walker(script, {}, 1, only=only, rules=state)
    if rounds is None:
        for question in script.questions:
            _apply(walker, state, question)
    else:
        place = rounds.place
        for question in _by_round(walker, rounds):
            _apply(walker, state, question)
        rounds.stand(place)
    failures = tuple(event for event in walker.events if isinstance(event, EvaluationFailed))
    return walker.variables, failures


def _by_round(walker: Walker, rounds: Rounds) -> Iterator[Question]:
    """Yield the questions by position, those of repeated groups for each round, which the walk stands in meanwhile."""
    for index, question in enumerate(walker.script.questions):
        group = rounds.group_of(question)
        if group is None:
            yield question
        elif index == group.indexes[0]:
            rounds.leave()
            planned = walker.planned(group)
            for number in sorted({*rounds.numbers_of(group), *range(1, planned + 1)}):
                rounds.stand(Place(group, number, planned))
                yield from rounds.questions_of(group)
            rounds.leave()


def _apply(walker: Walker, state: RunState, question: Question) -> None:
    is_calculation = question.type == QuestionType.CALCULATION
    given = state.part(question).given.get(question.id)
    if given is None and not is_calculation:
        return
    rounds = state.rounds
    is_hidden = (rounds is not None and rounds.excludes(question)) or walker.hides(question)
    state.hide(question, is_hidden=is_hidden)
    if is_hidden:
        return
    if is_calculation:
        walker.calculate(question)
        return
    walker.modify(question, question.modifications)
    for answer in question.answers:
        if given is not None and answer.id in given.chosen:
            walker.modify(question, answer.modifications)
