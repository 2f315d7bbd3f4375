"""The page of results shows what a plain walk through a questionnaire counts, run by run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from statistics import median
from typing import Any

import pytest
import time_machine
from django.test import Client

from chat_api.chat import actions
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.schemas.models import Schema
from chat_api.schemas.results.page import in_words
from tests.chat.talking import Talk, answer, begin, question
from tests.chat.test_repeats import form
from tests.chat.test_run_results import correct
from tests.chat.test_run_results_admin import page_of, staff_with
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

END = -1
YES_OR_NO = [{"text": "yes", "value": 1}, {"text": "no", "value": 0}]
QUESTIONS: list[dict[str, Any]] = [
    {
        "qid": 1,
        "type": "choice",
        "text": "Smoker?",
        "name": "smoker",
        "answers": [
            {**YES_OR_NO[0], "variable_modifications": [["smokes", "1"]], "next_qid": 2},
            {**YES_OR_NO[1], "next_qid": 2},
        ],
    },
    {"qid": 2, "type": "int", "text": "How many children?", "name": "number", "next_qid": 3},
    {"qid": 3, "type": "text", "text": "Called?", "name": "called", "group": "children", "next_qid": 4},
    {"qid": 4, "type": "int", "text": "Age?", "name": "age", "group": "children", "next_qid": 5},
    {
        "qid": 5,
        "type": "int",
        "text": "Doses?",
        "name": "doses",
        "group": "children",
        "skip": "skip",
        "show_if": "age < 5",
        "next_qid": 6,
    },
    {
        "qid": 6,
        "type": "text",
        "text": "Since when?",
        "name": "since",
        "skip": "skip",
        "show_if": "smoker == 1",
        "next_qid": 7,
    },
    {"qid": 7, "type": "fork", "text": "", "forking_rules": [["8", "smokes > 0"], ["9", "1"]]},
    {
        "qid": 8,
        "type": "choice",
        "text": "Do you want to stop?",
        "name": "stops",
        "answers": [{**YES_OR_NO[0], "next_qid": 9}, {**YES_OR_NO[1], "next_qid": END}],
    },
    {"qid": 9, "type": "text", "text": "Anything else?", "name": "words", "skip": "skip", "next_qid": END},
]
SKIPPABLE = {5, 6, 9}
SKIP = "skip"
NOTHING = "\N{EN DASH}"

#: The number of the round, 0 outside of the group, and the qid.
Key = tuple[int, int]


@dataclass
class Run:
    """A conversation, and what was said in it."""

    talk: Talk
    is_led: bool = False
    said: dict[Key, Any] = field(default_factory=dict)
    seconds: dict[Key, int] = field(default_factory=dict)
    is_corrected: bool = False
    is_stopped: bool = False

    def path(self) -> Iterator[Key]:
        """Yield the questions that are asked in turn, as far as the answers lead; then `END` after the last one."""
        said = self.said
        yield from ((0, 1), (0, 2))
        for number in range(1, said[0, 2] + 1):
            yield number, 3
            yield number, 4
            if said[number, 4] < 5:
                yield number, 5
        if said[0, 1]:
            yield 0, 6
            yield 0, 8
        if not said[0, 1] or said[0, 8]:
            yield 0, 9
        yield 0, END

    def reached(self) -> list[Key]:
        """Return the questions up to the first one without an answer, which is the last of the list."""
        found = []
        for key in self.path():
            found.append(key)
            if key not in self.said:
                break
        return found

    def shown(self) -> list[Key]:
        """Return the questions that are not hidden, whatever was asked."""
        children = range(1, self.said.get((0, 2), 0) + 1)
        doses = [(number, 5) for number in children if self.said.get((number, 4), 5) < 5]
        since = [(0, 6)] if self.said.get((0, 1)) else []
        named = [(number, qid) for number in children for qid in (3, 4)]
        return [(0, 1), (0, 2), *named, *doses, *since, (0, 8), (0, 9)]


@dataclass
class Expected:
    """The numbers of the page by qid."""

    reached: Counter[int] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    skipped: Counter[int] = field(default_factory=Counter)
    stopped: Counter[int] = field(default_factory=Counter)
    seconds: dict[int, list[int]] = field(default_factory=dict)
    branches: dict[int, Counter[int]] = field(default_factory=dict)
    left_out: int = 0

    def add(self, run: Run) -> None:
        waiting = run.talk.row.question
        if run.is_led:
            path = [key for key in run.shown() if key in run.said]
            path.append((0, END if waiting is None else waiting.qid))
        else:
            path = run.reached()
            assert run.is_stopped or (END if waiting is None else waiting.qid) == path[-1][1]
        stands_at = path[-1][1]
        answered = {qid for number, qid in path if run.said.get((number, qid), SKIP) != SKIP}
        skipped = {qid for number, qid in path if run.said.get((number, qid)) == SKIP}
        self.reached.update({qid for _, qid in path} - {END})
        self.answered.update(answered)
        self.skipped.update(skipped - answered)
        self.stopped.update({stands_at} - {END})
        if run.is_led or run.is_corrected:
            self.left_out += 1
            return
        for key in path[:-1]:
            if run.said[key] != SKIP:
                self.seconds.setdefault(key[1], []).append(run.seconds[key])
        for (_, qid), (_, following) in pairwise(path):
            self.branches.setdefault(qid, Counter())[following] += 1
            if qid < 7 and following in {8, 9}:
                self.branches.setdefault(7, Counter())[following] += 1


def value_for(random: Random, qid: int) -> Any:
    if qid in SKIPPABLE and random.random() < 0.4:
        return SKIP
    return {1: random.randint(0, 1), 2: random.randint(0, 3), 4: random.choice([1, 3, 7, 9]), 5: 2}.get(
        qid, random.randint(0, 1) if qid == 8 else "words"
    )


def body_of(schema: Schema, qid: int, value: Any) -> dict[str, Any]:
    if value == SKIP:
        return {"skip": True}
    if qid in {1, 8}:
        return {"answers": [answer(schema, qid, 1 if value else 2)]}
    return {"text": str(value)}


def said_again(run: Run, schema: Schema) -> dict[Key, int]:
    """Return the ids of the member's messages that the thread still has, and forget what was said in others."""
    qids = {row.pk: row.qid for row in schema.questions.all()}
    listed = {
        (message.get("instance") or 0, qids[message["related_question"]]): message["id"]
        for message in run.talk.messages("&fields=id,instance,related_question,is_own")
        if message["is_own"]
    }
    run.said = {key: value for key, value in run.said.items() if key in listed}
    return listed


def hold(random: Random, schema: Schema, clock: Any) -> Run:
    """Hold a conversation with corrections, some of them abandoned."""
    run = Run(begin(UserFactory.create(), schema, permissions=PERMISSIONS_ALL))
    corrects = random.random() < 0.4
    while (key := run.reached()[-1]) != (0, END) and random.random() < 0.93:
        if corrects and len(run.said) > 1 and random.random() < 0.3:
            again = random.choice(run.reached()[:-1])
            value = value_for(random, again[1])
            correct(run.talk, said_again(run, schema)[again], **body_of(schema, again[1], value))
            run.said[again], run.is_corrected = value, True
            said_again(run, schema)
            continue
        seconds = random.randrange(1, 5000)
        clock.shift(seconds)
        value = value_for(random, key[1])
        run.talk.say(**body_of(schema, key[1], value))
        run.said[key], run.seconds[key] = value, seconds
    if run.reached()[-1] != (0, END) and random.random() < 0.5:
        actions.stop_script(user_thread=run.talk.row)
        run.is_stopped = True
    return run


def lead(random: Random, schema: Schema) -> Run:
    """Answer in any order as a front end that leads the script."""
    talk = begin(UserFactory.create(), schema, permissions=PERMISSIONS_ALL, state="scripted_fe_controlled")
    run = Run(talk, is_led=True)
    for _ in range(random.randrange(12)):
        if talk.row.question is None:
            break
        number, qid = random.choice([key for key in run.shown() if key != (0, 9)])
        value = value_for(random, qid)
        body = {"question": question(schema, qid).pk, **body_of(schema, qid, value)}
        talk.say(**body, **({"instance": number} if number else {}))
        run.said[number, qid] = value
    return run


def texts_of(part: str) -> list[list[str]]:
    """Return the texts of the cells of each row of the body of a table."""
    rows = re.findall(r"<tr.*?</tr>", part.partition("<tbody>")[2].partition("</tbody>")[0], re.S)
    cells = [re.findall(r"<t[dh].*?</t[dh]>", row, re.S) for row in rows]
    return [[re.sub(r"<[^>]*>", "", cell).replace("&nbsp;", " ").strip() for cell in row] for row in cells]


def shown(client: Client, schema: Schema) -> tuple[dict[int, list[str]], dict[int, dict[str, int]], str]:
    """Return the numbers of the funnel by qid, the branches by qid, and the page."""
    response = client.get(page_of(schema))
    assert response.status_code == 200
    page: str = response.content.decode()
    funnel = {
        int(row[0].split(":")[0]): [row[2], *row[4:]]
        for row in texts_of(page.partition('class="results-funnel"')[2])
    }
    branches = {
        int(qid): {row[0]: int(row[1]) for row in texts_of(part)}
        for qid, part in re.findall(r'<h3 id="branches\d+">(\d+):(.*?</table>)', page, re.S)
    }
    return funnel, branches, page


def label(qid: int) -> str:
    return "End of the script" if qid == END else f"{qid}: {QUESTIONS[qid - 1]['text']}"


@pytest.mark.parametrize("seed", range(4))
def test_the_page_equals_plain_counting(seed: int) -> None:
    random, expected = Random(seed), Expected()
    schema = form(QUESTIONS)
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        runs = [hold(random, schema, clock) for _ in range(14)]
        runs += [lead(random, schema) for _ in range(5)]
        funnel, branches, page = shown(staff_with("view_scriptrun"), schema)
    for run in runs:
        expected.add(run)
    for row in QUESTIONS:
        qid = row["qid"]
        if qid == 7:
            assert funnel[qid] == [NOTHING] * 5
            continue
        counted = (expected.reached, expected.answered, expected.skipped, expected.stopped)
        seconds = expected.seconds.get(qid)
        time = NOTHING if seconds is None else in_words(median(seconds))
        assert funnel[qid] == [*(str(numbers[qid]) for numbers in counted), time], qid
    assert branches == {
        qid: {label(to): number for to, number in found.items()}
        for qid, found in expected.branches.items()
        if qid == 7 or len(found) > 1
    }
    assert expected.left_out
    assert re.search(rf"\b{expected.left_out} runs? (is|are) left out", page)
