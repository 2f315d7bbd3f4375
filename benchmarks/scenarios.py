"""The requests that are compared between trees. They go through the doors that every release keeps: URLs and models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import cases
from benchmarks.cases import Case, client_of, expect
from benchmarks.measure import Call
from chat_api.surveys.models import SurveyItem
from tests.factories import UserFactory, published_schema

SURVEY_QUESTIONS = 20


def nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be sent any number of times; `prepare` makes room for it and is not measured."""

    send: Call
    prepare: Call = nothing


@dataclass(frozen=True, slots=True)
class Scenario:
    """A request to the library, and the same rows served by a bare DRF view where there is one."""

    ours: Request
    bare: Request | None = None

    @classmethod
    def of(cls, case: Case, ours: str, bare: str | None = None) -> Scenario:
        """Take two calls of a case."""
        return cls(Request(case.calls[ours]), Request(case.calls[bare]) if bare else None)


def answered_survey() -> tuple[Any, int, list[Any]]:
    """Create a survey of choices and texts, each answered.

    Return its user's client, its id and its questions; the last is a choice.
    """
    offered = [{"text": f"Answer {number}"} for number in range(3)]
    schema = published_schema(
        {"type": "choice", "answers": offered} if number % 2 else {"type": "text"}
        for number in range(SURVEY_QUESTIONS)
    )
    user = UserFactory.create()
    client = client_of(user)
    started = client.post(f"/api/accounts/{user.pk}/surveys", {"schema": schema.pk}, format="json").json()
    questions = list(schema.questions.order_by("qid").prefetch_related("answers"))
    for question in questions:
        expect(201, answering(client, f"/api/surveys/{started['id']}/items", question))()
    return client, started["id"], questions


def answering(client: Any, path: str, question: Any) -> Callable[[], Any]:
    """Return a call that answers the question of a survey."""
    chosen = [answer.pk for answer in question.answers.all()[:1]]
    body = {"related_question": question.pk, "answers": chosen} if chosen else {"text": "An answer"}
    return lambda: client.post(path, {"related_question": question.pk, **body}, format="json")


def survey_post() -> Scenario:
    """Create the item that answers a choice, in a survey whose other questions are answered."""
    client, survey, questions = answered_survey()

    def take_back() -> None:
        SurveyItem.objects.filter(survey_id=survey, related_question=questions[-1]).delete()

    def request(path: str) -> Request:
        return Request(expect(201, answering(client, path, questions[-1])), take_back)

    return Scenario(request(f"/api/surveys/{survey}/items"), request(f"/floor/surveys/{survey}/items"))


def survey_get() -> Scenario:
    """Read one item: an answered choice with its question."""
    client, survey, questions = answered_survey()
    item = SurveyItem.objects.get(survey_id=survey, related_question=questions[-1]).pk
    return Scenario(
        Request(expect(200, lambda: client.get(f"/api/surveys/{survey}/items/{item}"))),
        Request(expect(200, lambda: client.get(f"/floor/surveys/{survey}/items/{item}"))),
    )


def survey_list() -> Scenario:
    """Read all items of a survey."""
    client, survey, _ = answered_survey()
    return Scenario(
        Request(expect(200, lambda: client.get(f"/api/surveys/{survey}/items"))),
        Request(expect(200, lambda: client.get(f"/floor/surveys/{survey}/items"))),
    )


SCENARIOS: dict[str, Callable[[], Scenario]] = {
    "post-2": lambda: Scenario.of(cases.posting(), "2 members"),
    "post-50": lambda: Scenario.of(cases.posting(), "50 members"),
    "post-200": lambda: Scenario.of(cases.posting(), "200 members"),
    "scripted": lambda: Scenario.of(cases.scripted(), "scripted answer"),
    "messages": lambda: Scenario.of(cases.listing(), "messages", "bare list"),
    "threads": lambda: Scenario.of(cases.threads(), "threads", "bare list"),
    "survey-post": survey_post,
    "survey-get": survey_get,
    "survey-list": survey_list,
}
