"""The number of answers per second that the engine alone processes on one core."""

from __future__ import annotations

import time

from chat_api.engine import flow
from chat_api.engine.question_types.base import Reply
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.script import Answer, Modification, Question, QuestionType, Rule, Script

QUESTIONS = 50


def script() -> Script:
    """Create a script of choices with variables, a fork after every tenth."""
    questions = []
    for qid in range(1, QUESTIONS + 1):
        following = qid + 1 if qid < QUESTIONS else -1
        if qid % 10 == 0:
            rules = (Rule("-1", "score < 0"), Rule(str(following), "score >= 0"))
            questions.append(Question(qid, qid, qid, QuestionType.FORK, "", rules=rules))
            continue
        offered = tuple(
            Answer(
                qid * 10 + value, f"{value}", value, following, (Modification("score", f"score + {value}"),)
            )
            for value in range(4)
        )
        questions.append(Question(qid, qid, qid, QuestionType.CHOICE, "How often?", answers=offered))
    return Script.build(questions)


def answers_per_second(seconds: float = 3.0) -> float:
    """Run conversations for that long, and return the rate."""
    made, count, value = script(), 0, 0
    start = time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        walk = flow.start(made, at=None, variables={}, repeat_from=None, limit=1000)
        while walk.cursor is not None:
            value = (value + 1) % 4
            chosen = walk.cursor.answers[value].id
            reply = check_reply(walk.cursor, Reply("", (chosen,)))
            walk = flow.answer(made, walk.cursor, reply, walk.variables, repeat_from=None, limit=1000)
            count += 1
    return count / spent
