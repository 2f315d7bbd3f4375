"""The cases: each returns calls to time in turn, and the target ratios."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from benchmarks import floors
from benchmarks.measure import Call
from chat_api.chat.models import Message, Thread, UserThread
from chat_api.surveys.actions import remove_answer
from chat_api.surveys.models import SurveyItem
from tests.factories import MemberFactory, MessageFactory, ThreadFactory, UserFactory, published_schema


@dataclass(frozen=True, slots=True)
class Aim:
    """`over` should take at most `most` times what `under` takes."""

    over: str
    under: str
    most: float


@dataclass(frozen=True, slots=True)
class Case:
    """Calls to be timed in turn; those of `prepare` make room for them, and are not timed."""

    name: str
    calls: dict[str, Call]
    aims: tuple[Aim, ...]
    prepare: Mapping[str, Call] = field(default_factory=dict)


def client_of(user: Any) -> APIClient:
    """Return a client signed in as the user."""
    client = APIClient()
    client.force_authenticate(user)
    return client


def expect(status: int, call: Callable[[], Any]) -> Call:
    """Return a call that raises if the response is not the expected one."""

    def checked() -> object:
        answer = call()
        assert answer.status_code == status, (answer.status_code, answer.content[:500])
        return answer

    return checked


def thread_of(users: list[Any]) -> Thread:
    """Create a thread of these users."""
    thread: Thread = ThreadFactory()
    UserThread.objects.bulk_create(
        MemberFactory.build(
            thread=thread,
            user=user,
            type=thread.type,
            created=thread.created,
            updated=thread.updated,
            permissions=8191,
        )
        for user in users
    )
    return thread


def posting() -> Case:
    """Measure the POST of a message, by number of members, beside storing one row."""
    calls: dict[str, Call] = {}
    numbers = itertools.count()
    everybody = UserFactory.create_batch(200)
    for members in (2, 50, 200):
        thread, client = thread_of(everybody[:members]), client_of(everybody[0])
        path = f"/api/threads/{thread.pk}/messages"
        if members == 2:
            floors.READY["message"] = client.post(path, {"text": "x"}, format="json").json()
            bare = f"/floor/threads/{thread.pk}/messages"

            def store(client: APIClient = client, bare: str = bare) -> Any:
                return client.post(bare, {"text": f"message {next(numbers)}"}, format="json")

            calls["one row"] = expect(201, store)

        def post(client: APIClient = client, path: str = path) -> Any:
            return client.post(path, {"text": f"message {next(numbers)}"}, format="json")

        calls[f"{members} members"] = expect(201, post)
    aims = (
        Aim("2 members", "one row", 2.5),
        Aim("50 members", "2 members", 1.2),
        Aim("200 members", "2 members", 1.4),
    )
    return Case("POST message", calls, aims)


def listing() -> Case:
    """Measure a page of 50 messages."""
    users = UserFactory.create_batch(2)
    thread, client = thread_of(users), client_of(users[0])
    Message.objects.bulk_create(
        MessageFactory.build(thread=thread, sender=users[number % 2]) for number in range(500)
    )
    return Case(
        "page of 50 messages",
        {
            "bare list": expect(200, lambda: client.get(f"/floor/threads/{thread.pk}/list?limit=50")),
            "messages": expect(200, lambda: client.get(f"/api/threads/{thread.pk}/messages?limit=50")),
        },
        (Aim("messages", "bare list", 1.5),),
    )


def threads() -> Case:
    """Measure a list of 20 threads of 5 members."""
    users = UserFactory.create_batch(5)
    client = client_of(users[0])
    for _ in range(20):
        thread = thread_of(users)
        client_of(users[1]).post(f"/api/threads/{thread.pk}/messages", {"text": "hello"}, format="json")
    path = f"/api/accounts/{users[0].pk}/threads/chat?limit=20"
    return Case(
        "20 threads of 5 members",
        {
            "bare list": expect(200, lambda: client.get("/floor/threads?limit=20")),
            "threads": expect(200, lambda: client.get(path)),
        },
        (Aim("threads", "bare list", 2.5),),
    )


def scripted() -> Case:
    """Measure a scripted answer beside a plain message."""
    answers = [{"text": "yes", "next_qid": 1, "variable_modifications": [["x", "x + 1"]]}, {"text": "no"}]
    schema = published_schema([{"type": "choice", "answers": answers}, {"type": "text"}])
    user, other = UserFactory.create_batch(2)
    client = client_of(user)
    body = {"schema": schema.pk, "state": "scripted"}
    made = client.post(f"/api/accounts/{user.pk}/threads/chat", body, format="json").json()
    MemberFactory(thread_id=made["id"], user=other, type="chat")
    path = f"/api/threads/{made['id']}/messages"
    yes = schema.questions.get(qid=1).answers.get(position=1).pk
    plain = f"/api/threads/{thread_of([user, other]).pk}/messages"
    return Case(
        "scripted answer",
        {
            "plain message": expect(201, lambda: client.post(plain, {"text": "hello"}, format="json")),
            "scripted answer": expect(201, lambda: client.post(path, {"answers": [yes]}, format="json")),
        },
        (Aim("scripted answer", "plain message", 1.5),),
    )


def schema() -> Case:
    """Measure a schema of 100 questions beside dumping a ready dictionary."""
    made = published_schema(
        [{"type": "choice", "answers": [{"text": f"Answer {n}"} for n in range(4)]} for _ in range(100)]
    )
    client = client_of(UserFactory())
    path = f"/api/schemas/{made.pk}"
    floors.READY["schema"] = client.get(path).json()
    return Case(
        "schema of 100 questions",
        {
            "ready dict": expect(200, lambda: client.get("/floor/ready/schema")),
            "schema": expect(200, lambda: client.get(path)),
        },
        (Aim("schema", "ready dict", 1.3),),
    )


def survey_items() -> Case:
    """Measure the POST of the last item of a survey, by number of questions, all others answered."""
    calls: dict[str, Call] = {}
    prepare: dict[str, Call] = {}
    user = UserFactory()
    client = client_of(user)
    for count in (50, 485):
        made = published_schema(map(survey_question, range(1, count + 1)))
        survey = client.post(f"/api/accounts/{user.pk}/surveys", {"schema": made.pk}, format="json").json()
        path = f"/api/surveys/{survey['id']}/items"
        asked = made.questions.exclude(type="fork").order_by("qid").prefetch_related("answers")
        bodies = [{"related_question": each.pk, "answers": [each.answers.all()[1].pk]} for each in asked]

        def answer(path: str = path, body: Mapping[str, Any] = bodies[-1]) -> Any:
            return client.post(path, body, format="json")

        def take_back(survey: int = survey["id"], question: int = bodies[-1]["related_question"]) -> None:
            # As a user would: what a process keeps of the survey follows the actions.
            remove_answer(item=SurveyItem.objects.get(survey_id=survey, related_question_id=question))

        for body in bodies:
            expect(201, lambda path=path, body=body: answer(path, body))()
        calls[f"{count} questions"] = expect(201, answer)
        prepare[f"{count} questions"] = take_back
    return Case("POST survey item", calls, (Aim("485 questions", "50 questions", 1.3),), prepare)


def survey_question(qid: int) -> dict[str, Any]:
    """Return a choice that sets a variable, and a fork at every tenth."""
    if qid % 10 == 0:
        return {"type": "fork", "forking_rules": [["-1", "score < 0"], [f"{qid + 1}", "score >= 0"]]}
    answers = [
        {"text": f"{value}", "variable_modifications": [["score", f"score + {value}"]]} for value in range(4)
    ]
    return {"type": "choice", "answers": answers}


def all_cases() -> Iterator[Case]:
    """Yield the cases, each created when its turn comes."""
    get_user_model().objects.all().delete()
    for case in (posting, listing, threads, scripted, schema, survey_items):
        yield case()
