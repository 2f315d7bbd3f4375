"""Runs whose questions the front end asks, in any order."""

from __future__ import annotations

from collections.abc import Collection

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.flow_events import EvaluationFailed, Event
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question, QuestionType
from chat_api.engine.walker import Walker


def is_hidden(state: RunState, question: Question, variables: Variables) -> bool:
    """Return whether conditions hide the question; those without a value do."""
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
    script = state.logic.script
    walker = Walker(script, {}, 1, only=only, rules=state)
    for question in script.questions:
        is_calculation = question.type == QuestionType.CALCULATION
        given = state.given.get(question.id)
        if given is None and not is_calculation:
            continue
        is_hidden = walker.hides(question)
        state.hide(question, is_hidden=is_hidden)
        if is_hidden:
            continue
        if is_calculation:
            walker.calculate(question)
            continue
        walker.modify(question, question.modifications)
        for answer in question.answers:
            if given is not None and answer.id in given.chosen:
                walker.modify(question, answer.modifications)
    failures = tuple(event for event in walker.events if isinstance(event, EvaluationFailed))
    return walker.variables, failures
