"""The funnel of random runs through random scripts equals plain counting."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from chat_api.chat import actions
from chat_api.chat.choices import PERMISSIONS_ALL
from tests.chat.talking import Talk, answer, begin, question
from tests.chat.test_run_funnel import END, branches, numbers, steps
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db


@dataclass
class Counted:
    """The numbers of plain counting, by qid."""

    reached: Counter[int] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    skipped: Counter[int] = field(default_factory=Counter)
    stopped: Counter[int] = field(default_factory=Counter)
    #: By qid and the qid that followed.
    branches: Counter[tuple[int, int]] = field(default_factory=Counter)
    forks: Counter[tuple[int, int]] = field(default_factory=Counter)


@dataclass
class Course:
    """A run as plain Python follows it."""

    x: int = 0
    asked: list[int] = field(default_factory=list)
    answered: set[int] = field(default_factory=set)
    skipped: set[int] = field(default_factory=set)
    branches: list[tuple[int, int]] = field(default_factory=list)
    forks: list[tuple[int, int]] = field(default_factory=list)
    waits: int = END


def script_of(random: Random, size: int, *, chained: bool) -> list[dict[str, Any]]:
    """Return a random script that leads forward only, first to a fork; with `chained`, forks can lead to forks."""
    kinds = ["choice", "fork", *random.choices(["choice", "text", "message", "fork"], k=size - 3), "text"]
    asking = [qid for qid, kind in enumerate(kinds, start=1) if kind != "fork"]
    script: list[dict[str, Any]] = []
    for qid, kind in enumerate(kinds, start=1):
        later = [*range(qid + 1, size + 1), END]
        row: dict[str, Any] = {
            "qid": qid,
            "type": kind,
            "text": f"Q{qid}",
            "next_qid": random.choice(later[:3]),
        }
        if kind == "choice":
            row["answers"] = [
                {
                    "text": f"{qid}.{number}",
                    "variable_modifications": [["x", f"x + {number}"]],
                    "next_qid": 2 if qid == 1 and number == 0 else random.choice(later[:3]),
                }
                for number in range(random.randint(1, 3))
            ]
        elif kind == "text" and random.random() < 0.5:
            row["skip"] = "skip"
        elif kind == "fork":
            targets = later if chained else [to for to in later if to == END or to in asking]
            rules = [[str(random.choice(targets)), f"x > {random.randint(0, 4)}"] for _ in range(2)]
            row["forking_rules"] = [*rules, *([[str(targets[0]), "1"]] if random.random() < 0.7 else [])]
        script.append(row)
    return script


def go(script: list[dict[str, Any]], course: Course, qid: int, *, after: int | None) -> None:
    """Follow the script from a qid to the next question that waits."""
    while True:
        row: dict[str, Any] = script[qid - 1] if qid != END else {"type": None}
        if row["type"] == "fork":
            rules = ((int(to), rule) for to, rule in row["forking_rules"])
            to = next((to for to, rule in rules if rule == "1" or course.x > int(rule[4:])), END)
            course.forks.append((qid, to))
            qid = to
            continue
        if after is not None:
            course.branches.append((after, qid))
        course.waits = qid
        if qid == END:
            return
        course.asked.append(qid)
        if row["type"] != "message":
            return
        qid, after = row["next_qid"], qid


def hold(random: Random, schema: Any, script: list[dict[str, Any]], talk: Talk) -> Course:
    """Hold a random conversation over HTTP beside its course, and return the course."""
    course, before = Course(), list[Course]()
    go(script, course, 1, after=None)
    while course.waits != END and random.random() < 0.9:
        row, qid = script[course.waits - 1], course.waits
        assert talk.row.question == question(schema, qid)
        if before and random.random() < 0.15:
            assert talk.roll_back().status_code == 200
            course = before.pop()
            continue
        before.append(deepcopy(course))
        to = row["next_qid"]
        if "skip" in row and random.random() < 0.5:
            talk.say(skip=True)
            course.skipped.add(qid)
        elif row["type"] == "text":
            talk.say(text="words")
            course.answered.add(qid)
        else:
            number = random.randrange(len(row["answers"]))
            talk.say(answers=[answer(schema, qid, number + 1)])
            course.x += number
            course.answered.add(qid)
            to = row["answers"][number]["next_qid"]
        go(script, course, to, after=qid)
    if course.waits != END and random.random() < 0.5:
        actions.stop_script(user_thread=talk.row)
    return course


def counted(courses: list[Course]) -> Counted:
    found = Counted()
    for course in courses:
        found.reached.update({*course.asked})
        found.answered.update(course.answered)
        found.skipped.update(course.skipped)
        found.stopped.update([] if course.waits == END else [course.waits])
        found.branches.update(course.branches)
        found.forks.update(course.forks)
    return found


@pytest.mark.parametrize("chained", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_the_funnel_equals_plain_counting(seed: int, chained: bool) -> None:
    random = Random(f"{seed} {chained}")
    script = script_of(random, 9, chained=chained)
    # Names make the script one of the questionnaire language.
    named = [
        {**row, "name": f"q{row['qid']}"} if seed % 2 and row["type"] != "fork" else row for row in script
    ]
    schema = published_schema(named)
    user = UserFactory.create()
    held = [hold(random, schema, script, begin(user, schema, permissions=PERMISSIONS_ALL)) for _ in range(12)]
    expected, found = counted(held), steps(schema)
    assert expected.forks
    for row in script:
        qid, step = row["qid"], found[row["qid"]]
        if row["type"] != "fork":
            waits = row["type"] != "message"
            of = (
                (expected.answered[qid], expected.skipped[qid], expected.stopped[qid])
                if waits
                else (None,) * 3
            )
            assert numbers(step) == (expected.reached[qid], *of), qid
            followed = {to: number for (at, to), number in expected.branches.items() if at == qid}
            assert branches(step) == (followed if len(followed) > 1 else {}), qid
            continue
        plain: dict[int | None, int] = {
            to: number for (at, to), number in expected.forks.items() if at == qid
        }
        got = branches(step)
        open_ones = got.pop(None, 0)
        assert chained or not open_ones
        assert all(number <= plain.get(to, 0) for to, number in got.items()), (qid, got, plain)
        assert sum(plain.values()) <= sum(got.values()) + open_ones, (qid, got, plain)
