"""A conversation on an instrument whose answers are corrected, and its course by an evaluator written by hand."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message
from chat_api.schemas.models import Question, Schema
from tests.chat.talking import Talk, begin
from tests.instruments.naive import NEXT
from tests.instruments.naive_results import seen
from tests.instruments.replies import DAY, REPLIES, Sent, draw, judged


@dataclass(frozen=True)
class Standing:
    """An answer that was not superseded, and the id of its message."""

    message: int
    sent: Sent


@dataclass(frozen=True)
class Course:
    """The answers that the script comes to, in order, what rules see of them, and the question without an answer."""

    names: tuple[str, ...]
    values: dict[str, Any]
    open: str | None


@dataclass
class CorrectedRun:
    """A run that is led by random answers and corrections."""

    name: str
    talk: Talk
    questions: dict[int, Question]
    answers: dict[str, Standing] = field(default_factory=dict)
    superseded: set[int] = field(default_factory=set)
    #: The messages of all answers that were accepted.
    answered: set[int] = field(default_factory=set)
    corrections: int = 0

    @classmethod
    def of(cls, name: str, user: Any, schema: Schema, questions: dict[int, Question]) -> CorrectedRun:
        """Begin a conversation whose member has all permissions."""
        return cls(name, begin(user, schema, permissions=PERMISSIONS_ALL), questions)

    def course(self, before: str | None = None) -> Course:
        """Return the course of the run up to the question `before`, by default to the first one without an answer."""
        values: dict[str, Any] = {}
        names: list[str] = []
        while (asked := NEXT[self.name](values, DAY)) is not None and asked != before:
            standing = self.answers.get(asked)
            given = None if standing is None else judged(self._rule(asked), standing.sent, values, DAY)
            if given is None:
                break
            names.append(asked)
            values[asked] = given.value
            if given.other is not None:
                values[f"{asked}.other"] = given.other
        return Course(tuple(names), values, asked)

    def answer(self, chance: random.Random) -> None:
        """Answer the open question."""
        course = self.course()
        assert course.open is not None
        self._send(course.open, chance, course.values)

    def correct(self, chance: random.Random) -> None:
        """Correct any of the answers that the script has come to."""
        asked = chance.choice(self.course().names)
        self._send(asked, chance, self.course(before=asked).values, corrects=self.answers[asked].message)

    def check(self) -> None:
        """Check the open question, and which messages are superseded."""
        course, row = self.course(), self.talk.row
        shown = None if row.question_id is None else self.questions[row.question_id].name
        assert shown == course.open, self.answers
        messages = Message._base_manager.filter(thread_id=self.talk.thread_id, superseded=True)
        superseded = {*messages.values_list("pk", flat=True)}
        assert superseded >= self.superseded
        self.superseded = superseded
        assert superseded.isdisjoint(self.answers[name].message for name in course.names)
        left = {name: each for name, each in self.answers.items() if each.message not in superseded}
        if course.open is None:
            assert {*left} == {*course.names}
        # One that does not fit where it is asked again does not stand.
        assert course.open not in left
        self.answers = left

    def again(self, user: Any, schema: Schema) -> CorrectedRun:
        """Return a run in which the answers were given so from the start."""
        fresh = CorrectedRun.of(self.name, user, schema, self.questions)
        for asked in self.course().names:
            question_id = fresh.talk.row.question_id
            assert question_id is not None
            question, sent = self.questions[question_id], self.answers[asked].sent
            assert question.name == asked
            shown = fresh.talk.say(**sent.body(question))
            fresh.answers[asked] = Standing(shown["id"], sent)
        return fresh

    def outcome(self) -> dict[str, Any]:
        """Return all that follows from the answers."""
        row = self.talk.row
        response = self.talk.client.get(f"{self.talk.path}/runs?limit=1")
        assert response.status_code == 200, response.content
        run = response.json()["results"][0]
        given = {
            each["question"]: [each["value"], each.get("chosen"), each.get("other"), each.get("confirmed")]
            for each in row.values["given"]
        }
        return {
            "state": row.state,
            "open": row.question_id,
            "pool": row.variables_pool,
            "given": given,
            "calculated": row.values.get("calculated"),
            "run": [run["outcome"], run["final"], run["values"]],
            "results": seen(run),
            "messages": None if self._keeps() else self._messages(),
            "superseded": self._shown_as_superseded() == self.superseded,
        }

    def _rule(self, asked: str) -> Any:
        return REPLIES[self.name][asked]

    def _keeps(self) -> bool:
        """Return whether there are answers that the script has not come to again."""
        return {*self.answers} != {*self.course().names}

    def _shown_as_superseded(self) -> set[int]:
        shown = self.talk.messages("&superseded=true")
        return {message["id"] for message in shown if message.get("superseded")}

    def _messages(self) -> Counter[Any]:
        """Return the messages; those that ask without their texts, which are not rewritten."""
        rows = Message.objects.filter(thread_id=self.talk.thread_id).values_list(
            "related_question_id", "asks", "text"
        )
        return Counter((question, asks, None if asks else text) for question, asks, text in rows)

    def _send(
        self, asked: str, chance: random.Random, values: dict[str, Any], *, corrects: int | None = None
    ) -> None:
        rule = self._rule(asked)
        sent = draw(chance, rule)
        given = judged(rule, sent, values, DAY)
        question = next(row for row in self.questions.values() if row.name == asked)
        body = sent.body(question)
        if corrects is None:
            response = self.talk.post(**body)
        else:
            last = Message.objects.filter(thread_id=self.talk.thread_id, related_question__isnull=False)
            body |= {"message": corrects, "last": max(last.values_list("pk", flat=True))}
            response = self.talk.client.post(f"{self.talk.path}/correct", body, format="json")
        expected = 400 if given is None else 201
        assert response.status_code == expected, (asked, sent, values, response.content)
        if given is not None:
            self.answers[asked] = Standing(response.json()["id"], sent)
            self.answered.add(response.json()["id"])
            self.corrections += corrects is not None
