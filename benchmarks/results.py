"""The cost of the results pages of conversations and surveys: ``python -m benchmarks.results``.

A script of four questions and a fork, with 10,000 runs and surveys and with 100,000, of which the pages count the
newest 10,000. Prints as JSON, for each number, the median milliseconds of the whole page, those that the database took
until the first row of each statement, the rest, and the number of statements. The rest must not grow with the rows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

from tests import services

_SIZES: Final = (10_000, 100_000)
_RUNS_OF_A_MEMBER: Final = 10
_BATCH: Final = 5_000
_END: Final = -1
_SCRIPT: Final[list[dict[str, Any]]] = [
    {
        "qid": 1,
        "type": "choice",
        "text": "Smoker?",
        "answers": [
            {"text": "yes", "variable_modifications": [["x", "1"]], "next_qid": 2},
            {"text": "no", "next_qid": 2},
        ],
    },
    {"qid": 2, "type": "fork", "text": "", "forking_rules": [["3", "x > 0"], ["4", "1"]]},
    {"qid": 3, "type": "int", "text": "Since when?", "skip": "skip", "next_qid": 4},
    {"qid": 4, "type": "text", "text": "How do you feel?", "next_qid": 5},
    {"qid": 5, "type": "text", "text": "Anything else?", "next_qid": _END},
]


def measure(calls: int) -> list[dict[str, Any]]:
    """Fill the database up to each size and time the page."""
    # Those of the benchmarks have no admin.
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        from tests.factories import published_schema

        schema, done, found = published_schema(_SCRIPT), 0, []
        client = _staff()
        for size in _SIZES:
            _fill(schema, size - done)
            _fill_surveys(schema, size - done)
            done = size
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
            for rows, page in (("runs", "run_results"), ("surveys", "survey_results")):
                figures = _timed(client, page, schema, calls)
                found.append({"database": connection.vendor, rows: size, **figures})
        return found
    finally:
        teardown_databases(databases, verbosity=0)


def _staff() -> Any:
    from django.test import Client

    from tests.factories import UserFactory

    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


def _fill(schema: Any, number: int) -> None:
    """Create runs as the server stores them: a third each completed, stopped and going on."""
    from chat_api.chat.models import Message, MessageAnswer, ScriptRun, Thread, UserThread
    from chat_api.schemas.models import Answer, Question
    from tests.factories import UserFactory

    random.seed(number)
    questions = {question.qid: question for question in Question.objects.filter(schema=schema)}
    options = list(Answer.objects.filter(question=questions[1]).order_by("position"))
    user = UserFactory.create()
    for begun in range(0, number, _BATCH):
        of_batch = min(_BATCH, number - begun)
        threads = Thread.objects.bulk_create(
            Thread(title="", type="chat") for _ in range(max(1, of_batch // _RUNS_OF_A_MEMBER))
        )
        now = threads[0].created
        members = UserThread.objects.bulk_create(
            UserThread(thread=thread, user=user, type="chat", permissions=8191, created=now, updated=now)
            for thread in threads
        )
        runs = ScriptRun.objects.bulk_create(
            ScriptRun(
                user_thread=members[place % len(members)],
                schema=schema,
                started=now,
                finished=now if place % 3 else None,
                outcome=("", "completed", "stopped")[place % 3],
                last_qid=5,
            )
            for place in range(of_batch)
        )
        messages = [message for run in runs for message in _messages(Message, run, questions, user.pk, now)]
        Message.objects.bulk_create(messages, batch_size=_BATCH)
        chosen = [each for each in messages if not each.asks and each.related_question_id == questions[1].pk]
        MessageAnswer.objects.bulk_create(
            (MessageAnswer(message=message, answer=options[0 if message.meta else 1]) for message in chosen),
            batch_size=_BATCH,
        )


def _messages(model: Any, run: Any, questions: dict[int, Any], user_id: int, now: Any) -> Iterator[Any]:
    smokes = random.random() < 0.5
    path = (1, 3, 4, 5) if smokes else (1, 4, 5)
    last = len(path) if run.outcome == "completed" else random.randrange(len(path))
    for place, qid in enumerate(path[: last + 1]):
        common = {"thread_id": run.user_thread.thread_id, "run": run, "related_question": questions[qid]}
        yield model(**common, asks=True, text=questions[qid].text)
        if place < last:
            text = {1: "yes" if smokes else "no", 3: str(random.randrange(60))}.get(
                qid, "Quite well, thank you."
            )
            yield model(**common, sender_id=user_id, text=text, meta={"smokes": 1} if smokes else None)


def _fill_surveys(schema: Any, number: int) -> None:
    """Create surveys as the server stores them: a half each completed and stopped after the first question."""
    from chat_api.schemas.models import Answer, Question
    from chat_api.surveys.models import Survey, SurveyItem, SurveyItemAnswer
    from tests.factories import UserFactory

    questions = {question.qid: question for question in Question.objects.filter(schema=schema)}
    options = list(Answer.objects.filter(question=questions[1]).order_by("position"))
    user = UserFactory.create()
    for begun in range(0, number, _BATCH):
        surveys = Survey.objects.bulk_create(
            Survey(schema=schema, user=user, state=_state(place)) for place in range(begun, begun + _BATCH)
        )
        items = SurveyItem.objects.bulk_create(
            SurveyItem(survey=survey, related_question=questions[1], position=1, sender=user)
            for survey in surveys
        )
        SurveyItemAnswer.objects.bulk_create(
            SurveyItemAnswer(surveyitem=item, answer=options[place % 2]) for place, item in enumerate(items)
        )
        SurveyItem.objects.bulk_create(
            SurveyItem(survey=survey, related_question=questions[4], position=4, sender=user, text="Well.")
            for survey in surveys
            if survey.state["completed"]
        )


def _state(place: int) -> dict[str, Any]:
    is_completed = place % 2 == 1
    return {"visibility": [1, 4, 5] if is_completed else [1, 4], "completed": is_completed}


def _timed(client: Any, page: str, schema: Any, calls: int) -> dict[str, Any]:
    from django.db import connection
    from django.urls import reverse

    url = reverse(f"admin:chat_api_{page}", args=[schema.pk])
    pages, statements, number = [], [], 0

    def timed(execute: Any, *arguments: Any) -> Any:
        nonlocal spent, number
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent += time.perf_counter() - began
            number += 1

    for _ in range(calls + 1):
        spent, number = 0.0, 0
        began = time.perf_counter()
        with connection.execute_wrapper(timed):
            answer = client.get(url)
        pages.append(time.perf_counter() - began)
        statements.append(spent)
        assert answer.status_code == 200, answer.content
    # The first call compiles the template and the schema.
    rest = [page - spent for page, spent in zip(pages[1:], statements[1:], strict=True)]
    return {
        "page_ms": _milliseconds(pages[1:]),
        "sql_ms": _milliseconds(statements[1:]),
        "rest_ms": _milliseconds(rest),
        "statements": number,
    }


def _milliseconds(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


def main() -> None:
    """Measure on every database there is, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.results", description=__doc__)
    parser.add_argument("--calls", type=int, default=5, help="calls of the page at each size (5)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(measure(arguments.calls), indent=2))
        return
    chosen = arguments.database or ["sqlite", "postgres"]
    if "postgres" in chosen and services.find("postgres").url is None:
        print(f"PostgreSQL is left out: {services.find('postgres').origin}")
        chosen.remove("postgres")
    suffix = os.environ.get("CHAT_API_TEST_DB_SUFFIX", "") + "_results"
    for database in chosen:
        environment = {**os.environ, "CHAT_API_TEST_DATABASE": database, "CHAT_API_TEST_DB_SUFFIX": suffix}
        command = [sys.executable, "-m", "benchmarks.results", "--here", "--calls", str(arguments.calls)]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
