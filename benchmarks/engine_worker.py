"""Times one tree's engine: reads the name of a case from each line of standard input, and writes its CPU seconds.

It imports neither Django nor this package, because it also runs the engines of older trees, whose modules have other
names. `answers` are one conversation of 485 questions, `typed` the same with names, `state` the state of a survey in
which all of them are answered, `fill` a survey answered question by question with the state after each answer,
`apply-N` the same for N questions without the state itself, `memory` the bytes of a script of 5,000 questions.
"""

from __future__ import annotations

import gc
import importlib
import sys
import time
import tracemalloc
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

QUESTIONS = 485
CHOICES = 4
LIMIT = 1000


def first_of(*names: str) -> ModuleType:
    """Return the first of the engine's modules that this tree has."""
    for name in names:
        try:
            return importlib.import_module(f"chat_api.engine.{name}")
        except ModuleNotFoundError:
            continue
    raise SystemExit(f"this tree has none of {', '.join(names)}")


scripts: Any = first_of("script", "graph")
flow: Any = first_of("flow")
surveys: Any = first_of("survey", "visibility")
replies: Any = first_of("question_types.registry", "answers")
reply_class: Any = first_of("question_types.base", "answers").Reply


def script_of(count: int, *, named: bool = False) -> Any:
    """Return a script of choices that set a variable, with a fork at every tenth question."""
    questions = []
    for qid in range(1, count + 1):
        following = qid + 1 if qid < count else -1
        if qid % 10 == 0:
            rules = (scripts.Rule("-1", "score < 0"), scripts.Rule(str(following), "score >= 0"))
            questions.append(scripts.Question(qid, qid, qid, "fork", "", rules=rules))
            continue
        offered = tuple(
            scripts.Answer(
                qid * 10 + value,
                f"{value}",
                value,
                following,
                (scripts.Modification("score", f"score + {value}"),),
            )
            for value in range(CHOICES)
        )
        name = {"name": f"item_{qid}"} if named else {}
        questions.append(scripts.Question(qid, qid, qid, "choice", "How often?", answers=offered, **name))
    return scripts.Script.build(questions)


def converse(script: Any) -> None:
    """Answer all questions of a conversation."""
    more: dict[str, Any] = {}
    if script.questions[0].__class__.__dataclass_fields__.get("name") and script.questions[0].name:
        state = importlib.import_module("chat_api.engine.run_state")
        logic = importlib.import_module("chat_api.engine.logic")
        more["rules"] = state.RunState(logic.Logic.of(script), timestamp=datetime(2026, 1, 1, tzinfo=UTC))
    walk = flow.start(script, at=None, variables={}, repeat_from=None, limit=LIMIT, **more)
    value = 0
    while walk.cursor is not None:
        value = (value + 1) % CHOICES
        checked = replies.check_reply(walk.cursor, reply_class("", (walk.cursor.answers[value].id,)))
        walk = flow.answer(
            script, walk.cursor, checked, walk.variables, repeat_from=None, limit=LIMIT, **more
        )


def given(script: Any) -> dict[int, tuple[int, ...]]:
    """Return an answer to each question of a survey."""
    return {
        question.id: (question.answers[question.id % CHOICES].id,)
        for question in script.questions
        if question.answers
    }


def fill(script: Any, *, looks: bool) -> None:
    """Answer a survey question by question; with `looks`, read the state after each."""
    answered: dict[int, tuple[int, ...]] = {}
    state = surveys.survey_state(script, answered)
    for question_id, chosen in given(script).items():
        answered[question_id] = chosen
        if hasattr(state, "apply"):
            state.apply({question_id: chosen})
        else:
            state = surveys.survey_state(script, answered)
        if looks:
            assert state.visibility


def bytes_of_script() -> float:
    """Return how much memory a script takes once it was used."""
    gc.collect()
    tracemalloc.start()
    script = script_of(5000)
    surveys.survey_state(script, given(script))
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert script.questions
    return float(size)


def measured(case: str) -> float:
    """Return the CPU seconds of the case; the bytes of `memory`."""
    if case == "memory":
        return bytes_of_script()
    count = int(case.partition("-")[2] or QUESTIONS)
    script = kept(count, named=case == "typed")
    answers = given(script)
    gc.collect()
    start = time.process_time()
    if case in ("answers", "typed"):
        converse(script)
    elif case == "state":
        surveys.survey_state(script, answers)
    else:
        fill(script, looks=case == "fill")
    return time.process_time() - start


_SCRIPTS: dict[tuple[int, bool], Any] = {}


def kept(count: int, *, named: bool) -> Any:
    """Return a script that was made before, as in a server."""
    key = (count, named)
    if key not in _SCRIPTS:
        _SCRIPTS[key] = script_of(count, named=named)
    return _SCRIPTS[key]


if __name__ == "__main__":
    for line in sys.stdin:
        print(measured(line.strip()), flush=True)
