"""Answers that a question suggests: never an answer until it is sent."""

from __future__ import annotations

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value, equal, text_of
from chat_api.engine.judge import default_of, judge
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.base import AnswerRefused, Reply
from chat_api.engine.question_types.choice import code_of
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question


def suggestion(state: RunState, question: Question, variables: Variables) -> Value:
    """Return the value that the question of a conversation suggests now, see `suggestion_in`."""
    return suggestion_in(state.logic, question, state.environment(variables))


def suggestion_in(logic: Logic, question: Question, environment: Environment) -> Value:
    """Return the value that the host or the default of the question suggests, as its type has it.

    It is empty where the question would refuse it as an answer; warnings count as confirmed.
    """
    value = default_of(logic, question, environment)
    if value is None:
        return None
    try:
        return judge(logic, question, reply_with(question, value), environment, confirms=True).value
    except AnswerRefused:
        return None


def reply_with(question: Question, value: Value) -> Reply:
    """Return the reply that has this value, where there is one, else a reply that is refused."""
    if not question_type(question.type).offers_answers:
        # A truth value is not the number that it counts as.
        return Reply() if isinstance(value, bool | tuple) else Reply(text_of(value))
    wanted = value if isinstance(value, tuple) else (value,)
    found = [
        next((answer.id for answer in question.answers if _stands_for(code_of(answer), each)), 0)
        for each in wanted
    ]
    return Reply(answer_ids=tuple(found))


def _stands_for(code: Value, value: Value) -> bool:
    """Return whether an answer with that code has the value; in expressions true and 1 are equal, as answers not."""
    return value is not None and isinstance(code, bool) == isinstance(value, bool) and equal(code, value)
