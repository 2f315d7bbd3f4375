"""Strategies for small scripts in short notation."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from("xy")
EXPRESSIONS = st.sampled_from(
    ["0", "1", "2", "x", "x + 1", "y + 1", "x - 1", "y * 2", "1 / x", "min(x + 1, 3)", "x > 1", "not y", "-x"]
)
CONDITIONS = st.sampled_from(
    [
        *(
            "1",
            "0",
            "x",
            "x == 1",
            "x > 0",
            "x >= 0",
            "x < 2",
            "y > x",
            "x == 1 and y == 1",
            "1 / x",
            "not x",
        ),
        *("x < 0", "x > 5", "y > 0 or x > 0", "0 <= x < 2", "1 if x else y", "y / x > 1 if x else 0"),
    ]
)
TARGETS = st.sampled_from(["-1", "1", "2", "3", "4", "5", "6", "9", "x", "x + 2", "y * 2 + 1", "1 / x"])
NEXT = st.sampled_from([-1, 1, 2, 3, 4, 5, 6])
MODIFICATIONS = st.lists(st.tuples(NAMES, EXPRESSIONS).map(list), max_size=2)
RULES = st.lists(st.tuples(TARGETS, CONDITIONS).map(list), max_size=3)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["text", "choice", "message", "message", "fork", "fork", "control"]))
    question: dict[str, Any] = {
        "type": kind,
        "mods": draw(MODIFICATIONS),
        "required": draw(st.booleans()),
    }
    if kind == "fork":
        question["rules"] = draw(RULES)
    elif kind == "choice":
        question["next"] = draw(st.one_of(st.none(), st.none(), NEXT))
        answers = st.fixed_dictionaries({"next": NEXT, "mods": MODIFICATIONS})
        question["answers"] = draw(st.lists(answers, min_size=1, max_size=3))
    else:
        question["next"] = draw(NEXT)
    return question


def walkable_scripts() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Scripts of up to six questions, with qids from 1, that lead anywhere."""
    return st.lists(questions(), min_size=1, max_size=6)


@st.composite
def forward_scripts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Scripts of up to 15 questions, with qids from 1, that lead to later questions only."""
    described = draw(st.lists(questions(), min_size=1, max_size=15))
    last = len(described) + 1

    def later(qid: int) -> st.SearchStrategy[int]:
        # One after the last question, too: such a question does not exist.
        return st.one_of(st.just(-1), st.just(qid + 1), st.integers(qid + 1, last))

    for qid, question in enumerate(described, start=1):
        if question.get("next") is not None:
            question["next"] = draw(later(qid))
        for answer in question.get("answers", ()):
            answer["next"] = draw(later(qid))
        if "rules" in question:
            question["rules"] = [[str(draw(later(qid))), condition] for _, condition in question["rules"]]
    return described
