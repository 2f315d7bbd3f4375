"""Equal requests at the same time, on PostgreSQL with real threads."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from chat_api.chat import actions
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Attachment, Message, Thread, UserThread
from chat_api.realtime.models import ThreadEvent
from tests.attachments.pictures import as_text, picture
from tests.chat.conftest import client_of, member, thread_with
from tests.chat.talking import begin
from tests.factories import UserFactory, published_schema

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]

ROUNDS = 200


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run each call in its own thread, all at once; return their results."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def posting(user: Any, path: str, body: Any) -> Callable[[], Any]:
    """Return a function that posts the body as the user."""
    return lambda: client_of(user).post(path, body, format="json")


def scripted_thread(user: Any, questions: int) -> tuple[Thread, Any]:
    schema = published_schema(
        [
            {"type": "choice", "answers": [{"text": "yes", "variable_modifications": [["x", "x + 1"]]}]}
            for _ in range(questions)
        ]
    )
    client = client_of(user)
    body = {"schema": schema.pk, "state": "scripted"}
    made = client.post(f"/api/accounts/{user.pk}/threads/chat", body, format="json")
    assert made.status_code == 201, made.content
    return Thread.objects.get(pk=made.json()["id"]), schema


@pytest.mark.slow
def test_one_of_two_answers_at_once_is_stored_and_moves_the_script() -> None:
    user = UserFactory.create()
    thread, schema = scripted_thread(user, ROUNDS + 1)
    offered = {
        question.pk: question.answers.get().pk for question in schema.questions.prefetch_related("answers")
    }
    path = f"/api/threads/{thread.pk}/messages"
    positions = {question.pk: question.position for question in schema.questions.all()}
    for number in range(1, ROUNDS + 1):
        current = member(thread, user).question_id
        assert current is not None
        assert positions[current] == number
        answers = at_once(*[posting(user, path, {"answers": [offered[current]]})] * 2)
        assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 1}
        refused = next(answer for answer in answers if answer.status_code == 400)
        # The loser read the question before the script moved, or answers the next one with a foreign answer.
        assert refused.json() in ({"question": ["ALREADY_ANSWERED"]}, {"answers": ["WRONG_VALUE"]})
    after = member(thread, user)
    assert after.variables_pool == {"x": float(ROUNDS)}
    assert Message.objects.filter(thread=thread, asks=False).count() == ROUNDS
    assert Message.objects.filter(thread=thread, asks=True).count() == ROUNDS + 1
    assert_events_have_no_gap(thread)


def test_one_of_two_corrections_at_once_wins_and_the_other_is_refused() -> None:
    user = UserFactory.create()
    schema = published_schema([{"name": "a"}, {"name": "b", "show_if": 'a != "hide"'}, {"name": "c"}])
    made = client_of(user).post(
        f"/api/accounts/{user.pk}/threads/chat", {"schema": schema.pk, "state": "scripted"}, format="json"
    )
    path = f"/api/threads/{made.json()['id']}"
    UserThread.objects.update(permissions=PERMISSIONS_ALL)
    said = [client_of(user).post(f"{path}/messages", {"text": text}, format="json") for text in ("x", "y")]
    for number in range(20):
        rows = Message.objects.filter(related_question__isnull=False).order_by("pk")
        first = rows.filter(asks=False, related_question__name="a").get()
        last = rows.last()
        assert said[0].status_code == 201
        assert last is not None
        bodies = [
            {"message": first.pk, "last": last.pk, "text": text} for text in ("hide", f"other {number}")
        ]
        answers = at_once(*(posting(user, f"{path}/correct", body) for body in bodies))
        assert sorted(answer.status_code for answer in answers) == [201, 400]
        (refused,) = (answer.json() for answer in answers if answer.status_code == 400)
        assert refused.keys() <= {"last", "message"}
        winner = next(
            body["text"] for body, answer in zip(bodies, answers, strict=True) if answer.status_code == 201
        )
        assert UserThread.objects.get().values["given"][0]["value"] == winner


def test_late_answer_is_refused_before_any_other_error() -> None:
    user = UserFactory.create()
    thread, schema = scripted_thread(user, 3)
    first = schema.questions.order_by("position")[0].answers.get().pk
    stale = UserThread.objects.select_related("schema", "thread").get(thread=thread, user=user)
    actions.send_message(author=member(thread, user), draft=actions.Draft(answer_ids=(first,)))
    with pytest.raises(Exception, match="ALREADY_ANSWERED"):
        actions.send_message(author=stale, draft=actions.Draft(text="not even an answer"))


def test_two_posts_at_once_with_one_client_id_create_one_message() -> None:
    user = UserFactory.create()
    thread = thread_with(user)
    path = f"/api/threads/{thread.pk}/messages"
    for number in range(50):
        body = {"text": f"message {number}", "client_id": str(uuid.uuid4())}
        answers = at_once(*[posting(user, path, body)] * 2)
        assert Counter(answer.status_code for answer in answers) == {200: 1, 201: 1}
        assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Message.objects.filter(thread=thread).count() == 50


def test_two_confirmations_at_once_with_one_client_id_move_the_script_once() -> None:
    user = UserFactory.create()
    schema = published_schema([{"type": "control"}] * 10 + [{"type": "text"}])
    body = {"schema": schema.pk, "state": "scripted"}
    made = client_of(user).post(f"/api/accounts/{user.pk}/threads/chat", body, format="json").json()
    path = f"/api/threads/{made['id']}/messages"
    for number in range(1, 11):
        confirmation = {"client_id": str(uuid.uuid4())}
        answers = at_once(*[posting(user, path, confirmation)] * 2)
        assert [answer.status_code for answer in answers] == [204, 204]
        row = UserThread.objects.select_related("question").get(user=user)
        assert row.question is not None
        assert row.question.qid == number + 1


def test_concurrent_writers_number_events_without_a_gap() -> None:
    users = UserFactory.create_batch(4)
    thread = thread_with(*users)
    path = f"/api/threads/{thread.pk}/messages"

    def write(user: Any) -> Callable[[], list[int]]:
        client = client_of(user)
        return lambda: [client.post(path, {"text": str(n)}, format="json").status_code for n in range(25)]

    assert at_once(*map(write, users)) == [[201] * 25] * 4
    assert ThreadEvent.objects.filter(thread=thread).count() == 100
    assert_events_have_no_gap(thread)


def test_reading_and_writing_at_once_leaves_no_stale_unread_rows() -> None:
    reader, writer = UserFactory.create_batch(2)
    thread = thread_with(reader, writer)
    path = f"/api/threads/{thread.pk}/messages"

    def read() -> list[int]:
        return [client_of(reader).get(f"{path}?limit=200").status_code for _ in range(20)]

    def write() -> list[int]:
        client = client_of(writer)
        return [client.post(path, {"text": "x"}, format="json").status_code for _ in range(20)]

    assert at_once(read, read, write) == [[200] * 20, [200] * 20, [201] * 20]
    client_of(reader).get(f"{path}?limit=200")
    assert client_of(reader).get(f"/api/threads/{thread.pk}").json()["unread"] == 0
    assert_events_have_no_gap(thread)


def assert_events_have_no_gap(thread: Thread) -> None:
    seqs = list(ThreadEvent.objects.filter(thread=thread).order_by("seq").values_list("seq", flat=True))
    thread.refresh_from_db()
    assert seqs == list(range(1, thread.event_head + 1))


@pytest.mark.parametrize("name", [{}, {"name": "photos"}], ids=["unnamed", "named"])
def test_files_removed_at_once_leave_one_of_an_answer(name: dict[str, Any]) -> None:
    alice = UserFactory()
    image = {"type": "image", "file_content": as_text(picture())}
    schema = published_schema([{"type": "file", **name}])
    for _ in range(10):
        talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
        said = talk.say(attachments=[image] * 3)
        path = f"{talk.path}/messages/{said['id']}/attachments"
        responses = at_once(
            *[partial(client_of(alice).delete, f"{path}/{row['id']}") for row in said["attachments_data"]]
        )
        assert Counter(response.status_code for response in responses) == {204: 2, 400: 1}
        rejected = next(response for response in responses if response.status_code == 400)
        assert rejected.json() == {"attachments": ["REQUIRED"]}
        assert Attachment.objects.filter(message=said["id"]).count() == 1
