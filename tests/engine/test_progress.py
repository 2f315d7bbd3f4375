"""The progress of a conversation, which is estimated from the longest way that is left."""

from __future__ import annotations

import pytest

from chat_api.engine.progress import progress_at
from chat_api.engine.script import Answer, Question, Rule, Script


def question(qid: int, next_qid: int | None = None, *, kind: str = "text", **parts: object) -> Question:
    return Question(id=qid * 10, qid=qid, position=qid, type=kind, text="?", next_qid=next_qid, **parts)  # type: ignore[arg-type]


def progress_of(*questions: Question) -> list[float]:
    script = Script.build(questions)
    return [progress_at(script, each) for each in script.questions]


def option(qid: int, number: int, next_qid: int) -> Answer:
    return Answer(id=qid * 100 + number, text="x", position=number, next_qid=next_qid)


CASES = {
    "a straight script grows by the same part": (
        [question(1, 2), question(2, 3), question(3, 4), question(4, -1)],
        [0, 0.25, 0.5, 0.75],
    ),
    "messages and forks do not count": (
        [question(1, 2), question(2, 3, kind="message"), question(3, -1)],
        [0, 0.5, 0.5],
    ),
    "a shorter branch jumps ahead": (
        [
            question(1, kind="choice", answers=(option(1, 1, 2), option(1, 2, 4))),
            question(2, 3),
            question(3, 4),
            question(4, -1),
        ],
        [0, 0.25, 0.5, 0.75],
    ),
    "a fork leads to the longest of its targets": (
        [
            question(1, 2),
            question(2, kind="fork", rules=(Rule("4", "x > 1"), Rule("3", "1"), Rule("x + 1", "0"))),
            question(3, 4),
            question(4, -1),
        ],
        [0, 0.333, 0.333, 0.666],
    ),
    "a cycle counts each question once": (
        [question(1, 2), question(2, 3), question(3, 1)],
        [0, 0.333, 0.666],
    ),
    "a question that nothing leads to has its own rest": (
        [question(1, -1), question(2, 3), question(3, -1)],
        [0, 0, 0],
    ),
    "a target that does not exist ends the script": ([question(1, 2), question(2, 99)], [0, 0.5]),
}


@pytest.mark.parametrize("name", CASES)
def test_progress_is_the_part_of_the_longest_way_that_is_behind(name: str) -> None:
    questions, expected = CASES[name]
    assert progress_of(*questions) == expected


def test_progress_of_a_long_script_needs_no_recursion() -> None:
    script = Script.build(question(qid, qid + 1) for qid in range(1, 5_001))
    assert [progress_at(script, script.questions[at]) for at in (0, 2_500, 4_999)] == [0, 0.5, 0.999]
