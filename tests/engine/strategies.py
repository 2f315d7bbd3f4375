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


#: The name of the question with a qid is n and the qid. Some of these fail, or read what nothing sets.
TYPED_EXPRESSIONS = (
    "1",
    "x",
    "x + 1",
    "{n}",
    "{n} + x",
    "{n} * 2 - {m}",
    "{n} / {m}",
    "coalesce({n}, {m}, 2)",
    "count({n}, {m})",
    "weight({n})",
    "{n} == empty",
    "{n} > 1",
    "{n} != {m}",
    '{n} == "a"',
    'selected({n}, "a")',
    "answered({n}) and x > 0",
    "not {n}",
    "year(today())",
    "2 if {n} else y",
    "y",
)


@st.composite
def typed_expressions(draw: st.DrawFn, qids: list[int]) -> str:
    """Draw an expression that reads the questions with these qids, and the variables x and y."""
    readable = [source for source in TYPED_EXPRESSIONS if qids or "{" not in source]
    names = st.sampled_from([f"n{qid}" for qid in qids]) if qids else st.just("")
    return draw(st.sampled_from(readable)).format(n=draw(names), m=draw(names))


_TYPED_KINDS = [
    "int",
    "int",
    "text",
    "choice",
    "multichoice",
    "calculation",
    "calculation",
    "fork",
    "message",
]
_CODES = st.sampled_from([None, "a", "b", 1, 2])


@st.composite
def typed_scripts(draw: st.DrawFn, *, is_forward: bool) -> list[dict[str, Any]]:
    """Scripts of up to eight questions with names.

    With `is_forward`, questions lead to later ones, and read earlier ones; a choice also reads itself, in the
    modifications of its answers.
    """
    count = draw(st.integers(1, 8))
    return [_typed_question(draw, qid, count, is_forward=is_forward) for qid in range(1, count + 1)]


def _typed_question(draw: st.DrawFn, qid: int, count: int, *, is_forward: bool) -> dict[str, Any]:
    others = [*range(1, qid if is_forward else count + 1)]
    targets = st.sampled_from([-1, *range(qid + 1 if is_forward else 1, count + 2), qid + 1])
    sources = typed_expressions([other for other in others if other != qid])
    maybe = st.one_of(st.none(), st.none(), sources)

    def modifications(source: st.SearchStrategy[str]) -> list[list[str]]:
        return draw(st.lists(st.tuples(NAMES, source).map(list), max_size=2))

    question: dict[str, Any] = {
        "type": draw(st.sampled_from(_TYPED_KINDS)),
        "name": f"n{qid}",
        "show_if": draw(maybe),
        "group": draw(st.sampled_from([None, None, 1])),
        "required": draw(st.booleans()),
        "mods": modifications(sources),
        "next": draw(st.one_of(st.none(), targets)),
    }
    kind = question["type"]
    if kind == "calculation":
        question["calculate"] = draw(sources)
    elif kind == "fork":
        to = targets.map(str) if is_forward else st.one_of(targets.map(str), sources)
        question["rules"] = draw(st.lists(st.tuples(to, sources).map(list), max_size=3))
    elif kind in ("choice", "multichoice"):
        own = typed_expressions([*others, qid])
        question["answers"] = [
            {"value": draw(_CODES), "show_if": draw(maybe), "next": draw(targets), "mods": modifications(own)}
            for _ in range(draw(st.integers(1, 3)))
        ]
    if kind in ("int", "choice", "text"):
        # On these, nothing depends: they can read any question.
        anything = typed_expressions([*range(1, count + 1)])
        question["limits"] = {"max": draw(anything)} if kind == "int" and draw(st.booleans()) else None
        severity = draw(st.sampled_from(["error", "warning"]))
        checks = st.lists(st.one_of(anything, st.just("value > 1")), max_size=2)
        question["constraints"] = [
            {"check": check, "message": "No", "severity": severity} for check in draw(checks)
        ]
    return question
