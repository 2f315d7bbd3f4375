"""The findings about scripts with names: complete, correct, and found in bounded work."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.engine.analysis.checker import Finding, check, has_errors
from chat_api.engine.script_source import RawGroup, RawRules
from tests.engine.scripts import cases, raw_questions

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
