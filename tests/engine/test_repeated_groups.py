"""States of surveys with repeated groups."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.logic import Logic
from chat_api.engine.repeats import INSTANCES_MAX, REPEATED_QUESTIONS_MAX, repeated_groups
from chat_api.engine.script_source import RawGroup
from chat_api.engine.suggestions import suggestion_in
from chat_api.engine.survey.typed_inputs import Inputs
from chat_api.engine.survey.typed_state import TypedState
from tests.engine.scripts import cases, script
from tests.engine.test_typed_survey import AT, answer_of

pytestmark = pytest.mark.sqlite_only


def state_of(case: dict[str, Any]) -> TypedState:
    survey = script(case["script"], [RawGroup(position=1, **group) for group in case["groups"]])
    by_qid = survey.questions_by_qid
    inputs = Inputs(
        {
            by_qid[qid].id: answer_of(by_qid[qid], described)
            for qid, described in case.get("given", {}).items()
        },
        AT,
        repeated={
            (by_qid[qid].id, place): answer_of(by_qid[qid], described)
            for qid, each in case.get("repeated", {}).items()
            for place, described in each.items()
        },
        instances=case.get("number", {}),
    )
    return TypedState.of(Logic.of(survey), inputs)


@pytest.mark.parametrize("case", cases("repeated_groups"), ids=lambda case: case["rule"])
def test_state_of_a_survey_with_repeated_groups(case: dict[str, Any]) -> None:
    state = state_of(case)
    assert [*state.visibility] == case["visible"]
    assert state.completed is case.get("completed", True)
    assert [failure.source for failure in state.failures] == case.get("failed", [])
    assert not state.problems
    plain = {name: [*value] if isinstance(value, tuple) else value for name, value in state.values.items()}
    assert plain == case.get("values", {})
    assert state.variables == case.get("variables", {})
    instances = state.instances
    assert {key: [[*each.visibility] for each in found] for key, found in instances.items()} == case["shown"]
    assert [each.place for found in instances.values() for each in found] == [
        place for found in instances.values() for place in range(1, len(found) + 1)
    ]
    if "of_each" in case:
        assert {key: [each.values for each in found] for key, found in instances.items()} == case["of_each"]
    wrong = {
        key: [[[problem.qid, problem.code] for problem in each.problems] for each in found]
        for key, found in instances.items()
        if any(each.problems for each in found)
    }
    assert wrong == case.get("wrong", {})


def test_large_groups_have_fewer_instances() -> None:
    size = REPEATED_QUESTIONS_MAX // 20
    described = [{"group": 1, "next": number + 1} for number in range(1, size + 1)]
    small, large = (
        script(questions, [RawGroup(id=1, position=1, key="g", repeat={"count": "1e9"})])
        for questions in (described[:2], described)
    )
    assert [part.most for each in (small, large) for part in repeated_groups(each).values()] == [
        INSTANCES_MAX,
        20,
    ]


_EACH = st.fixed_dictionaries({"a": st.integers(0, 3) | st.none(), "b": st.integers(1, 2) | st.none()})


@given(st.lists(_EACH, max_size=4), st.integers(0, 5))
def test_a_repeated_group_is_its_questions_written_as_often(
    each: list[dict[str, int | None]], limit: int
) -> None:
    """The same questions once in a repeated group, and once written for each instance, with the place for index."""

    def questions(first: int, name: str, index: str, group: int | None) -> list[dict[str, Any]]:
        return [
            {
                "type": "int",
                "name": f"a{name}",
                "group": group,
                "next": first + 1,
                "default": f"x + {index} * limit",
                "mods": [["x", f"x + {index}"]],
            },
            {
                "type": "choice",
                "name": f"b{name}",
                "group": group,
                "next": first + 2,
                "show_if": f"a{name} > 0 and x <= limit",
                "default": f"1 if a{name} > 1 else 2",
                "answers": [{"value": code, "mods": [["y", f"y + a{name}"]]} for code in (1, 2)],
            },
            {
                "type": "calculation",
                "name": f"c{name}",
                "group": group,
                "next": first + 3,
                "calculate": f"coalesce(a{name}, 0) + coalesce(weight(b{name}), 0) * {index} + x",
            },
        ]

    number = len(each)
    head = [{"type": "int", "name": "limit", "next": 2}]
    written = [*head]
    for place in range(1, number + 1):
        written += questions(3 * place - 1, str(place), str(place), None)
    names = ", ".join(f"c{place}" for place in range(1, number + 1))
    written.append({"type": "calculation", "name": "all", "calculate": f"sum({names})" if names else "0"})
    repeated = [*head, *questions(2, "", "index", 1)]
    repeated.append({"type": "calculation", "name": "all", "calculate": "sum(g.c)"})

    def answers(qid_of: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for place, answered in enumerate(each, start=1):
            if answered["a"] is not None:
                found[qid_of(place, 0)] = answered["a"]
            if answered["b"] is not None:
                found[qid_of(place, 1)] = {"chosen": [answered["b"]]}
        return found

    plain = state_of(
        {
            "script": written,
            "groups": [],
            "given": {1: limit, **answers(lambda place, which: 3 * place - 1 + which)},
        }
    )
    by_place = answers(lambda place, which: (2 + which, place))
    nested: dict[int, dict[int, Any]] = {}
    for (qid, place), described in by_place.items():
        nested.setdefault(qid, {})[place] = described
    grouped = state_of(
        {
            "script": repeated,
            "groups": [{"id": 1, "key": "g", "repeat": {}}],
            "given": {1: limit},
            "repeated": nested,
            "number": {"g": number},
        }
    )
    assert grouped.values["all"] == plain.values["all"]
    assert grouped.variables == plain.variables
    (instances,) = grouped.instances.values()
    assert [instance.values["c"] for instance in instances] == [
        plain.values[f"c{place}"] for place in range(1, number + 1)
    ]
    shown = [3 * (instance.place - 1) + qid for instance in instances for qid in instance.visibility]
    assert [1, *shown, len(written)] == [*plain.visibility]
    assert suggested(grouped) == {
        (place, which): value
        for (_, qid), value in suggested(plain).items()
        for place, which in [((qid + 1) // 3, (qid - 2) % 3)]
    }


def suggested(state: TypedState) -> dict[tuple[int, int], Any]:
    """Return what questions suggest, by place, and by the number in the group or by qid."""
    questions = state.logic.script.questions
    ids = {question.id for question in questions if question.default}
    new = GivenAnswer(timestamp=AT)
    found = {
        (0, question.qid): suggestion_in(state.logic, question, environment)
        for question, environment in state.environments_at(ids, new)
    }
    for question, place, environment in state.environments_of_instances(ids, new):
        found[place, question.qid - 2] = suggestion_in(state.logic, question, environment)
    return found
