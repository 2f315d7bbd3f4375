"""The findings about scripts with names: complete, correct, and found in bounded work."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.engine.analysis.checker import Finding, check, has_errors
from chat_api.engine.script_source import RawGroup, RawRules
from tests.engine.scripts import cases, raw_questions
from tests.work import work_of

pytestmark = pytest.mark.sqlite_only


def checked(case: dict[str, Any]) -> list[Finding]:
    return check(
        raw_questions(case["script"]),
        [RawGroup(**group) for group in case.get("groups", ())],
        RawRules(scores=case.get("scores", []), flags=case.get("flags", [])),
        roots=None,
    )


@pytest.mark.parametrize("case", cases("typed_checker"), ids=lambda case: case["rule"])
def test_findings(case: dict[str, Any]) -> None:
    findings = checked(case)
    found = [[finding.severity, finding.code, finding.qid, finding.text] for finding in findings]
    for expected in case["found"]:
        same = [row for row in found if row[: len(expected)] == expected]
        assert same, f"{expected} is not among {found}"
        found.remove(same[0])
    assert found == []
    assert all(finding.hint for finding in findings)
    assert has_errors(findings) == any(expected[0] == "error" for expected in case["found"])


def test_nearest_name_is_proposed() -> None:
    script = [{"type": "int", "name": "age", "next": 2}, {"next": -1, "show_if": "Agee > 3"}]
    (finding,) = checked({"script": script})
    assert finding.hint == "Did you mean age?"


def many(count: int) -> list[Any]:
    """A script in which each question has four answers, a condition and a constraint, and every fifth one is a fork."""
    questions: list[dict[str, Any]] = []
    for qid in range(1, count + 1):
        following, known = (qid + 1 if qid < count else -1), max(1, qid - qid % 5 - 4)
        if qid % 5 == 0:
            rules = [[str(following), f"q_{qid - 1} > 2"], [str(qid + 3 if qid + 3 <= count else -1), "1"]]
            questions.append({"type": "fork", "text": "", "rules": rules})
            continue
        answers = [
            {"next": following, "text": str(n), "value": n, "mods": [[f"s{qid % 7}", f"s{qid % 7} + {n}"]]}
            for n in range(4)
        ]
        question: dict[str, Any] = {"type": "choice", "name": f"q_{qid}", "answers": answers}
        if qid > 5:
            question["show_if"] = f"q_{known} in [1, 2] and not q_{known + 1} == 3 or s{qid % 7} > {qid}"
            question["constraints"] = [{"check": f"value >= q_{known} or q_{known} < 1", "message": "Wrong"}]
        questions.append(question)
    return raw_questions(questions)


def test_thousand_questions_with_rules_take_work_in_proportion() -> None:
    few, _ = work_of(lambda: check(many(250)))
    work, findings = work_of(lambda: check(many(1000)))
    assert findings == []
    assert work < 5_000_000
    assert work < 6 * few


def test_long_chain_of_calculations_and_nested_conditions_is_checked() -> None:
    chain = [{"type": "int", "name": "c0", "next": 2}]
    chain += [
        {"type": "calculation", "text": "", "name": f"c{n}", "calculate": f"c{n - 1} + 1", "next": n + 2}
        for n in range(1, 999)
    ]
    deep = " and ".join(f"(c{n} > {n} or not c2)" for n in range(60))
    chain.append({"next": -1, "show_if": deep, "mods": [["x", "+".join(["c3"] * 150)]]})
    work, findings = work_of(lambda: check(raw_questions(chain)))
    assert findings == []
    assert work < 3_000_000


def test_circle_of_a_thousand_questions_is_one_finding() -> None:
    ring = [
        {
            "type": "int",
            "name": f"n{n}",
            "show_if": f"n{(n + 1) % 1000} > 1",
            "next": n + 2 if n < 999 else -1,
        }
        for n in range(1000)
    ]
    (finding,) = check(raw_questions(ring))
    assert finding.code == "circle"
    assert finding.text.endswith("20 -> … -> 1")


def test_spelling_of_many_unknown_names_takes_bounded_work() -> None:
    script: list[dict[str, Any]] = [
        {"type": "int", "name": f"age_{n}", "show_if": f"agee_{n} > 1", "next": n + 2 if n < 999 else -1}
        for n in range(1000)
    ]
    work, findings = work_of(lambda: check(raw_questions(script)))
    assert {finding.code for finding in findings} == {"unknown_variable"}
    assert work < 6_000_000
