"""Repeated groups in conversations: which questions are asked, in which rounds, and what rules see there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from chat_api.engine import flow
from chat_api.engine.flow_events import Asked, Outcome, Walk
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.judge import judge
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.base import AnswerRefused, Reply
from chat_api.engine.repeats import INSTANCES_MAX
from chat_api.engine.replay import Asking, replay
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Script
from chat_api.engine.script_source import RawGroup
from tests.engine.scripts import script

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
YES_OR_NO = [{"value": True}, {"value": False}]
CHILDREN: dict[str, Any] = {"count": "n"}


@dataclass
class Talk:
    """A conversation without a database: after each step, the state is stored and loaded."""

    script: Script
    state: RunState = field(init=False)
    walk: Walk = field(init=False)
    asked: list[str] = field(default_factory=list)
    askings: list[Asking] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = RunState(Logic.of(self.script))
        self.state.at(NOW, "UTC")
        started = flow.start(self.script, at=None, variables={}, repeat_from=None, limit=50, rules=self.state)
        self._follow(started)

    def say(self, *texts: object) -> Talk:
        """Answer the questions that wait, one after the other; a truth value is the answer with that value."""
        for text in texts:
            question = self.walk.cursor
            assert question is not None, f"nothing waits for {text}"
            reply = Reply(str(text))
            if question.answers:
                reply = Reply(answer_ids=tuple(a.id for a in question.answers if a.value == text))
            environment = self.state.environment(self.walk.variables)
            checked = judge(self.state.logic, question, reply, environment)
            instance = self.state.round_of(question)
            walk = flow.answer(
                self.script,
                question,
                checked,
                self.walk.variables,
                repeat_from=None,
                limit=50,
                rules=self.state,
            )
            given = next(
                (g for pk, n, g in self._given() if pk == question.id and n == instance),
                None,
            )
            self.askings.append(Asking(question.id, given, instance=instance))
            self._follow(walk)
        return self

    def _given(self) -> list[Any]:
        begun = () if self.state.rounds is None else self.state.rounds.begun()
        rounds = ((pk, number, given) for _, number, part in begun for pk, given in part.given.items())
        return [*((pk, 0, given) for pk, given in self.state.given.items()), *rounds]

    def _follow(self, walk: Walk) -> None:
        self.walk = walk
        for event in walk.events:
            if isinstance(event, Asked):
                name = event.question.name or str(event.question.qid)
                self.asked.append(name if event.instance is None else f"{name} {event.instance}")
        stored = self.state.to_json()
        self.state = RunState.from_json(self.state.logic, stored)
        assert self.state.to_json() == stored

    @property
    def is_over(self) -> bool:
        return self.walk.outcome == Outcome.FINISHED


def talk(questions: list[dict[str, Any]], repeat: dict[str, Any], **columns: Any) -> Talk:
    """Start a script whose questions with `group: 9` are those of the repeated group `kids`."""
    group = RawGroup(id=9, position=1, key="kids", repeat=repeat, **columns)
    return Talk(script(questions, [group]))


def family(repeat: dict[str, Any], *, age: dict[str, Any] | None = None, **columns: Any) -> Talk:
    return talk(
        [
            {"name": "n", "type": "int", "next": 2},
            {"name": "name", "group": 9, "next": 3},
            {"name": "age", "type": "int", "group": 9, "next": 4, **(age or {})},
            {"name": "end"},
        ],
        repeat,
        **columns,
    )


@pytest.mark.parametrize(
    ("repeat", "said", "asked"),
    [
        ({"count": "n"}, [0], ["end"]),
        ({"count": "n"}, [1, "A", 1], ["name 1", "age 1", "end"]),
        ({"count": "n"}, [3, "A", 1, "B", 2, "C", 3],
         ["name 1", "age 1", "name 2", "age 2", "name 3", "age 3", "end"]),
        ({"count": "n / 2"}, [3, "A", 1], ["name 1", "age 1", "end"]),
        ({"count": "n", "min": 2}, [0, "A", 1, "B", 2], ["name 1", "age 1", "name 2", "age 2", "end"]),
        ({"count": "n", "max": 1}, [5, "A", 1], ["name 1", "age 1", "end"]),
        ({"count": "n", "max": 0}, [5], ["end"]),
        ({"count": "nobody"}, [5], ["end"]),
        ({"count": "1 / 0", "min": 1}, [5, "A", 1], ["name 1", "age 1", "end"]),
        ({"count": '"many"'}, [5], ["end"]),
        ({}, [5, "A", 1], ["name 1", "age 1", "end"]),
        ({"min": 2}, [5, "A", 1, "B", 2], ["name 1", "age 1", "name 2", "age 2", "end"]),
        ({"min": 2, "max": 1}, [5, "A", 1], ["name 1", "age 1", "end"]),
    ],
)  # fmt: skip
def test_group_is_asked_in_as_many_rounds_as_it_says(
    repeat: dict[str, Any], said: list[Any], asked: list[str]
) -> None:
    assert family(repeat).say(*said).asked == ["n", *asked]


def test_hidden_group_has_no_rounds() -> None:
    assert family(CHILDREN, show_if="n > 5").say(3).asked == ["n", "end"]


def test_question_without_a_next_one_ends_the_round_and_then_the_script() -> None:
    found = talk([{"name": "n", "type": "int", "next": 2}, {"name": "name", "group": 9}], {"count": "n"}).say(
        2, "A"
    )
    assert found.asked == ["n", "name 1", "name 2"]
    assert found.say("B").is_over


def test_script_can_begin_and_end_with_a_repeated_group() -> None:
    found = talk([{"name": "name", "group": 9, "next": -1}], {"min": 2}).say("A", "B")
    assert found.asked == ["name 1", "name 2"]
    assert found.is_over


def test_choice_without_a_next_question_hands_on_to_the_one_below_in_a_group_without_rounds() -> None:
    found = talk(
        [
            {"name": "n", "type": "int", "next": 2},
            {"name": "sex", "type": "choice", "group": 9, "answers": [{"next": 3}]},
            {"name": "end"},
        ],
        {"count": "n"},
    )
    assert found.say(0).asked == ["n", "end"]


@pytest.mark.parametrize(
    ("repeat", "said", "asked"),
    [
        ({}, ["A", False], ["name 1", "more 1", "end"]),
        ({}, ["A", True, "B", False], ["name 1", "more 1", "name 2", "more 2", "end"]),
        ({"min": 2}, ["A", "B", False], ["name 1", "name 2", "more 2", "end"]),
        ({"max": 2}, ["A", True, "B"], ["name 1", "more 1", "name 2", "end"]),
        ({"max": 1}, ["A"], ["name 1", "end"]),
        ({"min": 2, "max": 2}, ["A", "B"], ["name 1", "name 2", "end"]),
        ({"count": "2"}, ["A", "B"], ["name 1", "name 2", "end"]),
        ({"max": 0}, [], ["end"]),
    ],
)
def test_person_decides_about_the_next_round(
    repeat: dict[str, Any], said: list[Any], asked: list[str]
) -> None:
    answers = [{"value": True, "next": 3}, {"value": False, "next": 3}]
    found = talk(
        [
            {"name": "name", "group": 9, "next": 2},
            {"name": "more", "type": "choice", "group": 9, "next": 3, "answers": answers},
            {"name": "end"},
        ],
        {"add": 2, **repeat},
    )
    assert found.say(*said).asked == asked


def test_question_before_add_can_lead_to_the_next_round_only_below_the_minimum() -> None:
    """Whoever leaves a round past `add` leaves the group."""
    questions: list[dict[str, Any]] = [
        {"name": "name", "type": "choice", "group": 9, "next": 2, "answers": [{"value": 1, "next": 3}]},
        {"name": "more", "type": "choice", "group": 9, "next": 3, "answers": YES_OR_NO},
        {"name": "end"},
    ]
    assert talk(questions, {"add": 2}).say(1).asked == ["name 1", "end"]
    assert talk(questions, {"add": 2, "min": 2}).say(1, 1).asked == ["name 1", "name 2", "end"]


def test_rules_in_a_round_read_the_answers_of_that_round() -> None:
    found = talk(
        [
            {"name": "n", "type": "int", "next": 2},
            {"name": "age", "type": "int", "group": 9, "next": 3},
            {"name": "school", "group": 9, "next": 4, "show_if": "age >= 6"},
            {"name": "place", "type": "calculation", "calculate": "index * 10 + age", "group": 9, "next": 5},
            {"name": "fork", "type": "fork", "group": 9, "rules": [["6", "age > 17"], ["7", "true"]]},
            {"name": "job", "group": 9, "next": 7},
            {"name": "total", "type": "calculation", "calculate": "sum(kids.place)", "next": 8},
            {"name": "end"},
        ],
        CHILDREN,
    ).say(3, 3, 20, "yes", "cook", 7, "yes")
    assert found.asked == ["n", "age 1", "age 2", "school 2", "job 2", "age 3", "school 3", "end"]
    assert found.state.values() == {"n": 3, "total": 13 + 40 + 37}


def test_outside_of_the_group_only_lists_are_seen() -> None:
    found = family(CHILDREN).say(2, "A", 4, "B", 6)
    environment = found.state.environment({})
    assert environment.instances == {"kids.name": ("A", "B"), "kids.age": (4, 6)}
    assert environment.index is None
    assert found.state.values() == {"n": 2}


def test_in_a_group_lists_have_the_answers_so_far() -> None:
    found = family(CHILDREN, age={"show_if": "count(kids.name) == 2"}).say(2, "A", "B")
    assert found.asked == ["n", "name 1", "name 2", "age 2"]


def test_limits_defaults_and_constraints_follow_the_round() -> None:
    double = {"check": "count(kids.age) == 0 or value > max(kids.age) - 1", "message": "Youngest first."}
    found = family(CHILDREN, age={"limits": {"min": "index"}, "constraints": [double]}).say(2, "A")
    with pytest.raises(AnswerRefused):
        found.say(0)
    found.say(4, "B")
    with pytest.raises(AnswerRefused):
        found.say(1)
    assert found.say(5).asked[-1] == "end"


def test_constraint_sees_the_new_answer_among_those_of_all_rounds() -> None:
    sum_is_small = {"check": "sum(kids.age) < 10", "message": "Too old together."}
    found = family(CHILDREN, age={"constraints": [sum_is_small]}).say(2, "A", 6, "B")
    with pytest.raises(AnswerRefused):
        found.say(5)
    assert found.say(3).asked[-1] == "end"


def test_variables_are_one_pool() -> None:
    found = family(CHILDREN, age={"mods": [["seen", "seen + index"]]}).say(3, "A", 1, "B", 1, "C", 1)
    assert found.walk.variables == {"seen": 6}


def test_entering_the_group_again_begins_with_the_first_round() -> None:
    found = talk(
        [
            {"name": "n", "type": "int", "next": 2},
            {"name": "name", "group": 9, "next": 3},
            {"name": "again", "type": "choice", "answers": [{"value": True, "next": 1}, {"value": False}]},
        ],
        CHILDREN,
    ).say(2, "A", "B", True, 1, "C")
    assert found.asked == ["n", "name 1", "name 2", "again", "n", "name 1", "again"]
    assert found.state.environment({}).instances == {"kids.name": ("C",)}
    assert found.say(False).is_over


def test_later_answer_hides_answers_of_all_rounds() -> None:
    found = talk(
        [
            {"name": "age", "type": "int", "group": 9, "show_if": "private == empty", "next": 2},
            {"name": "private", "type": "choice", "answers": YES_OR_NO, "next": 3},
            {"name": "sum", "type": "calculation", "calculate": "sum(kids.age)", "next": 4},
            {"name": "end"},
        ],
        {"min": 2},
    ).say(1, 2)
    assert found.state.environment({}).instances == {"kids.age": (1, 2)}
    found.say(True)
    assert found.state.environment({}).instances == {"kids.age": ()}


def test_rounds_without_a_question_stay_bounded() -> None:
    message: list[dict[str, Any]] = [
        {"type": "message", "group": 9, "next": 2, "name": "hello"},
        {"name": "end"},
    ]
    assert talk(message, {"min": INSTANCES_MAX}).asked[-1] == "end"
    endless = [{"type": "message", "group": 9, "next": 1}]
    assert talk(endless, {"min": 2}).walk.outcome == Outcome.BROKEN


def test_replay_gives_each_round_its_own_answers() -> None:
    found = family(CHILDREN).say(3, "A", 1, "B", 2, "C", 3)
    again = RunState(found.state.logic)
    backwards = sorted(found.askings, key=lambda asking: -asking.instance)
    replayed = replay(found.script, again, backwards, at=None, limit=50)
    assert replayed.walk.cursor is not None
    assert replayed.walk.cursor.name == "end"
    assert again.environment({}).instances == {"kids.name": ("A", "B", "C"), "kids.age": (1, 2, 3)}


def test_state_stored_before_there_were_rounds_belongs_to_the_first_round() -> None:
    found = family(CHILDREN)
    given = {"value": "A", "at": NOW.isoformat(), "zone": "UTC"}
    stored = {"given": [{"question": 101, **given, "value": 2}, {"question": 102, **given}]}
    state = RunState.from_json(found.state.logic, stored)
    assert state.environment({}).instances["kids.name"] == ("A",)
    age = found.script.questions_by_id[103]
    flow.stand_at(found.script, age, {}, rules=state)
    assert state.values() == {"n": 2, "name": "A"}
    assert state.round_of(age) == 1


def test_conditions_of_other_rounds_follow_only_lists() -> None:
    found = talk(
        [
            {"name": "age", "type": "int", "group": 9, "next": 2},
            {"name": "school", "group": 9, "show_if": "age >= 6", "next": 3},
            {"name": "youngest", "group": 9, "show_if": "age == min(kids.age)", "next": 4},
            {
                "name": "pupils",
                "type": "calculation",
                "calculate": "count(kids.school)",
                "group": 9,
                "next": 5,
            },
            {"name": "end"},
        ],
        {"min": 2},
    ).say(8, "yes", "Ann", 7, "no", "Bob")
    assert found.state.environment({}).instances == {
        "kids.age": (8, 7),
        "kids.school": ("yes", "no"),
        "kids.youngest": ("Bob",),
        "kids.pupils": (2, 2),
    }
    age = found.script.questions_by_id[101]
    flow.stand_at(found.script, age, {}, rules=found.state, instance=1)
    found.state.put(age, GivenAnswer(value=5, timestamp=NOW))
    assert found.state.environment({}).instances == {
        "kids.age": (5, 7),
        "kids.school": ("no",),
        "kids.youngest": ("Ann",),
        "kids.pupils": (1, 1),
    }
    assert found.state.values() == {"age": 5, "youngest": "Ann", "pupils": 1}
