"""Rules of forks that no combination of answers satisfies."""

from __future__ import annotations

from itertools import chain, combinations, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine import flow, walker
from chat_api.engine.analysis.checker import check
from chat_api.engine.expressions import ExpressionError, evaluate
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.script import Question, Script
from tests.engine.scripts import raw_questions, script
from tests.work import work_of

pytestmark = pytest.mark.sqlite_only

MODIFICATIONS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(["1", "0", "x + 1", "y + 2", "x * 2", "1 / x"])).map(
        list
    ),
    max_size=2,
)
CONDITIONS = st.sampled_from(
    ["x and y", "x == 1 and y == 1", "x > 2", "x == y", "x and not y", "z and x", "z > x", "1", "y / x > 1"]
)


@st.composite
def choices(draw: st.DrawFn, qid: int, size: int) -> dict[str, Any]:
    answer = st.fixed_dictionaries(
        {
            "next": st.sampled_from([*range(qid + 1, size + 1), -1]),
            "mods": MODIFICATIONS,
            "exclusive": st.booleans(),
        }
    )
    return {
        "type": draw(st.sampled_from(["choice", "multichoice"])),
        "mods": draw(MODIFICATIONS),
        "answers": draw(st.lists(answer, min_size=1, max_size=3)),
    }


@st.composite
def forward_scripts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Scripts without cycles, with forks among the questions."""
    size = draw(st.integers(2, 5))
    questions = []
    for qid in range(1, size + 1):
        if qid > 1 and draw(st.booleans()):
            targets = st.sampled_from([*map(str, range(qid + 1, size + 1)), "-1"])
            rules = draw(st.lists(st.tuples(targets, CONDITIONS).map(list), min_size=1, max_size=3))
            questions.append({"type": "fork", "mods": draw(MODIFICATIONS), "rules": rules})
        else:
            questions.append(draw(choices(qid, size)))
    return questions


def replies(question: Question) -> list[CheckedReply]:
    if question.type == "choice":
        return [CheckedReply("", (answer,)) for answer in question.answers]
    combinable = [answer for answer in question.answers if not answer.exclusive]
    sizes = range(1, len(combinable) + 1)
    several = chain.from_iterable(permutations(c) for n in sizes for c in combinations(combinable, n))
    alone = [(answer,) for answer in question.answers if answer.exclusive]
    return [CheckedReply("", tuple(given)) for given in (*several, *alone)]


def satisfied(walked: Script) -> set[tuple[int, str]]:
    """Walk through every conversation; return the conditions that were satisfied, with the qids of their forks."""
    found: set[tuple[int, str]] = set()
    waiting = [flow.start(walked, at=None, variables={}, repeat_from=None, limit=50)]
    forks = {question.qid: question for question in walked.questions if question.type == "fork"}

    def note(variables: dict[str, float], qid: int | None) -> None:
        while qid in forks:
            fork = forks[qid]
            for modification in fork.modifications:
                try:
                    variables[modification.name] = evaluate(modification.expression, variables)
                except ExpressionError:
                    continue
            for rule in fork.rules:
                try:
                    if evaluate(rule.condition, variables):
                        found.add((fork.qid, rule.condition))
                        break
                except ExpressionError:
                    continue
            qid, _ = walker.choose_branch(fork, variables)

    while waiting:
        walk = waiting.pop()
        if walk.cursor is None:
            continue
        for reply in replies(walk.cursor):
            stayed = flow.answer(
                walked, walk.cursor, reply, walk.variables, repeat_from=None, limit=50, stay=True
            )
            note(dict(stayed.variables), reply.answers[0].next_qid)
            waiting.append(
                flow.answer(walked, walk.cursor, reply, walk.variables, repeat_from=None, limit=50)
            )
    return found


@given(forward_scripts())
def test_condition_satisfied_in_some_conversation_is_not_reported(described):
    reported = {
        (finding.qid, finding.text.split('"')[1])
        for finding in check(raw_questions(described))
        if finding.code == "unreachable_condition"
    }
    rules = [(qid, rule[1]) for qid, q in enumerate(described, start=1) for rule in q.get("rules", ())]
    once = {key for key in reported if rules.count(key) == 1}
    assert not once & satisfied(script(described))


def test_many_forks_over_many_variables_take_bounded_work():
    answers = [{"mods": [[f"v{n}", f"v{n} + 1"]], "exclusive": n == 9, "text": str(n)} for n in range(10)]
    questions: list[dict[str, Any]] = []
    for qid in range(1, 1001):
        if qid <= 500:
            given = [{**answer, "next": qid + 1} for answer in answers]
            questions.append({"type": "multichoice", "answers": given})
        else:
            target = str(qid + 1) if qid < 1000 else "-1"
            condition = " and ".join(f"v{n} > {qid}" for n in range(10))
            questions.append({"type": "fork", "rules": [[target, condition], [target, "1"]]})
    raws = raw_questions(questions)
    work, _ = work_of(lambda: check(raws))
    assert work < 4_000_000


def test_thousand_questions_with_forks_take_bounded_work():
    questions: list[dict[str, Any]] = []
    for qid in range(1, 1001):
        if qid % 5 == 0:
            questions.append(
                {"type": "fork", "rules": [[str(qid + 1), f"a and b > {qid}"], [str(qid + 1), "1"]]}
            )
            continue
        answers = [
            {"next": qid + 1, "mods": [[name, f"{name} + {n}"]], "text": str(n), "exclusive": n == 3}
            for n, name in enumerate("abcd")
        ]
        questions.append({"type": "multichoice", "answers": answers})
    questions.append({"next": -1})
    raws = raw_questions(questions)
    work, _ = work_of(lambda: check(raws))
    assert work < 1_500_000


def test_many_answers_without_modifications_take_bounded_work():
    questions: list[dict[str, Any]] = []
    for qid in (1, 2):
        names = [{"next": qid + 1, "text": str(n), "mods": [["x", f"x + {n}.{n}{qid}"]]} for n in range(40)]
        questions.append({"type": "choice", "answers": names})
    unrelated = [{"next": 4, "text": str(n)} for n in range(1500)]
    changing = {"next": 4, "text": "changes", "mods": [["y", "1"]]}
    questions += [
        {"type": "choice", "answers": [*unrelated, changing]},
        {"type": "fork", "rules": [["-1", "x > 1 and y < 0"], ["-1", "1"]]},
    ]
    raws = raw_questions(questions)
    work, _ = work_of(lambda: check(raws))
    assert work < 600_000
