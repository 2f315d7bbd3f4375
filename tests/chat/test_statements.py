"""How many statements PostgreSQL gets for a request, as its driver sends them: BEGIN, COMMIT and what follows, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.statements import statements_of
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import UserThread
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import begin
from tests.factories import UserFactory, published_schema

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


def sent_by(post: Callable[[], Any]) -> list[str]:
    """Return the statements of a post that follows one like it."""
    assert post().status_code == 201
    return statements_of(post)


@pytest.mark.parametrize("members", [2, 200])
def test_message_takes_at_most_seven_statements(members: int) -> None:
    users = UserFactory.create_batch(members)
    thread, client = thread_with(*users), client_of(users[0])
    path = f"/api/threads/{thread.pk}/messages"
    sent = sent_by(lambda: client.post(path, {"text": "hello"}, format="json"))
    assert len(sent) <= 7, sent
    assert [statement.strip('"').split()[0] for statement in sent[1:6]] == [
        "BEGIN",
        "SELECT",
        "INSERT",
        "WITH",
        "COMMIT",
    ]


@pytest.mark.parametrize("questions", [10, 200])
def test_scripted_answer_takes_at_most_eight_statements(questions: int) -> None:
    offered = [{"text": "yes", "variable_modifications": [["x", "x + 1"]]}]
    schema = published_schema([{"type": "choice", "answers": offered}] * questions)
    answers = [question.answers.get().pk for question in schema.questions.order_by("position")]
    talk = begin(UserFactory.create(), schema, permissions=PERMISSIONS_ALL)
    sent = sent_by(lambda: talk.post(answers=[answers.pop(0)]))
    assert len(sent) <= 8, sent
    assert UserThread.objects.get(user=talk.user).variables_pool == {"x": 2.0}


def test_last_answer_of_a_script_takes_at_most_eight_statements() -> None:
    talk = begin(UserFactory.create(), published_schema([{}, {}]), permissions=PERMISSIONS_ALL)
    sent = sent_by(lambda: talk.post(text="answer"))
    assert len(sent) <= 8, sent
    assert talk.row.state == "open"
