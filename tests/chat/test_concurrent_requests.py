"""Different requests at the same time, on PostgreSQL with real threads: each succeeds or fails as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from chat_api.chat.models import Message, ScriptRun, Thread, UnreadMessage, UserThread
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, begin, events, set_state, start_script, talks
from tests.chat.test_races import at_once
from tests.factories import UserFactory, published_schema

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only, pytest.mark.slow]

ROUNDS = 25


def people(number: int) -> list[Any]:
    return UserFactory.create_batch(number)


def statuses(*calls: Callable[[], Any]) -> list[int]:
    return [response.status_code for response in at_once(*calls)]


def test_break_and_answer_at_once() -> None:
    alice, bob = people(2)
    schema = published_schema([{"variable_modifications": [["x", "x + 1"]]}, {}])
    seen = Counter[int]()
    for _ in range(ROUNDS):
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        start_script(alice_talk, schema, bob)
        broke, answered = statuses(
            partial(alice_talk.post, text="stop", break_state=True),
            partial(bob_talk.post, text="an answer"),
        )
        seen[answered] += 1
        # The script has ended once, whichever request came first.
        assert broke == 201
        row = bob_talk.row
        assert (row.state, row.question_id, row.related_message_id) == ("open", None, None)
        assert ScriptRun.objects.get(user_thread=row).outcome == "broken"
        texts = bob_talk.texts()
        # A late answer is refused, or, if its request began after the break, stored as a plain message.
        assert answered in (201, 400)
        assert ("an answer" in texts) is (answered == 201)
        events(alice_talk.thread_id)
    assert seen[201] + seen[400] == ROUNDS


def test_two_members_add_the_same_user_at_once() -> None:
    alice, bob = people(2)
    for newcomer in people(ROUNDS):
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        body = {"user": newcomer.pk}
        adding = [
            partial(talk.client.post, f"{talk.path}/users", body, format="json")
            for talk in (alice_talk, bob_talk)
        ]
        got = at_once(*adding)
        assert Counter(response.status_code for response in got) == {201: 1, 400: 1}
        refused = next(response for response in got if response.status_code == 400)
        assert refused.json() == {"user": ["ALREADY_IN_THREAD"]}
        assert UserThread.objects.filter(thread_id=alice_talk.thread_id, user=newcomer).count() == 1
        assert len(events(alice_talk.thread_id)) == 1


def test_two_scripts_start_in_one_thread_at_once() -> None:
    alice, bob, carol = people(3)
    schema = published_schema([{}])
    for _ in range(ROUNDS):
        alice_talk, bob_talk = talks(thread_with(alice, bob, carol), alice, bob)
        body: dict[str, Any] = {"state": "scripted", "schema": schema.pk}
        got = at_once(partial(alice_talk.control, bob, **body), partial(bob_talk.control, carol, **body))
        assert Counter(response.status_code for response in got) == {200: 1, 400: 1}
        refused = next(response for response in got if response.status_code == 400)
        assert refused.json() == {"state": ["ONLY_ONE_SCRIPTED"]}
        assert UserThread.objects.filter(thread_id=alice_talk.thread_id, state="scripted").count() == 1
        assert len(alice_talk.texts()) == 1


def test_rollback_and_answer_at_once() -> None:
    alice = people(1)[0]
    schema = published_schema(
        [{"variable_modifications": [["x", "x + 1"]], "next_qid": qid} for qid in (2, 3, -1)]
    )
    for _ in range(ROUNDS):
        talk = begin(alice, schema, permissions=8191)
        talk.say(text="one")
        back, answered = statuses(talk.roll_back, partial(talk.post, text="two"))
        row = talk.row
        texts = talk.texts()
        # The pool has the modifications of the questions asked so far; the cursor is at the last of them.
        asked = Message.objects.filter(thread_id=talk.thread_id, asks=True).order_by("pk")
        assert row.variables_pool == {"x": float(asked.count())}
        last = asked.last()
        assert last is not None
        assert (row.question_id, row.related_message_id) == (last.related_question_id, last.pk)
        # Each request succeeds, or is refused because the other one moved the script in the meantime.
        assert (back, answered) in ((200, 201), (200, 400), (400, 201))
        if answered == 400:
            assert texts == ["Question 1?"]
        assert Thread.objects.get(pk=talk.thread_id).last_message_id == row.last_message_id
        events(talk.thread_id)


def test_two_rollbacks_at_once_each_go_one_step_back_or_are_refused() -> None:
    alice = people(1)[0]
    schema = published_schema([{}] * 12)
    talk = begin(alice, schema, permissions=8191)
    for number in range(11):
        talk.say(text=str(number))
    position = 12
    for _ in range(4):
        answers = at_once(talk.roll_back, talk.roll_back)
        refused = [answer.json() for answer in answers if answer.status_code != 200]
        # A request that began after the end of the other one took another step.
        assert refused in ([], [{"question": ["ALREADY_ANSWERED"]}])
        position -= 2 - len(refused)
        row = talk.row
        assert row.question is not None
        assert row.question.position == position
    events(talk.thread_id)


def test_leave_and_post_at_once() -> None:
    alice, bob = people(2)
    for _ in range(ROUNDS):
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        left, posted, said = statuses(
            partial(bob_talk.client.delete, bob_talk.path),
            partial(bob_talk.post, text="last words"),
            partial(alice_talk.post, text="to whoever is there"),
        )
        assert (left, said) == (204, 201)
        assert posted in (201, 400, 403)
        assert ("last words" in alice_talk.texts()) is (posted == 201)
        assert not UnreadMessage.objects.filter(thread_id=alice_talk.thread_id, user=bob).exists()
        assert not UserThread.objects.filter(thread_id=alice_talk.thread_id, user=bob).exists()
        events(alice_talk.thread_id)


def test_close_and_answer_at_once() -> None:
    alice, bob = people(2)
    schema = published_schema([{}, {}])
    for _ in range(ROUNDS):
        alice_talk, bob_talk = talks(thread_with(alice, bob, permissions=8191 & ~4096), alice, bob)
        start_script(alice_talk, schema, bob)
        closed, answered = statuses(
            partial(alice_talk.patch, state="closed"),
            partial(bob_talk.post, text="an answer"),
        )
        assert closed == 200
        assert answered in (201, 400)
        row = bob_talk.row
        assert (row.state, row.question_id) == ("closed", None)


def test_pause_and_answer_at_once() -> None:
    alice, bob = people(2)
    schema = published_schema([{}, {}])
    for _ in range(ROUNDS):
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        start_script(alice_talk, schema, bob)
        paused, posted = statuses(
            partial(alice_talk.control, bob, paused=True),
            partial(bob_talk.post, text="words"),
        )
        assert (paused, posted) == (200, 201)
        row = bob_talk.row
        assert (row.state, row.paused) == ("open", True)
        asked = Message.objects.filter(asked_of=row, thread_id=bob_talk.thread_id).latest("pk")
        assert (row.question_id, row.related_message_id) == (asked.related_question_id, asked.pk)


def test_two_deletions_of_a_message_at_once() -> None:
    alice, bob = people(2)
    for _ in range(ROUNDS):
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        said = alice_talk.say(text="x")["id"]
        got = statuses(
            *[partial(talk.client.delete, f"{talk.path}/messages/{said}") for talk in (alice_talk, bob_talk)]
        )
        assert sorted(got) == [204, 404]
        deleted = [payload for _, payload in events(alice_talk.thread_id) if payload.get("deleted")]
        assert deleted == [{"message": said, "deleted": True}]


def test_two_restarts_and_a_break_at_once() -> None:
    alice, bob = people(2)
    schema = published_schema([{}])
    for _ in range(ROUNDS):
        alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
        start_script(alice_talk, schema, bob, on_finish="repeat", frequency_unit="days", frequency_value=1)
        bob_talk.say(text="done")
        set_state(bob_talk, next_restart=timezone.now() - timedelta(minutes=1))

        def restart() -> None:
            call_command("restart_due_scripts")

        *_, broke = at_once(restart, restart, partial(alice_talk.post, text="stop", break_state=True))
        assert broke.status_code == 201
        row = bob_talk.row
        assert (row.state, row.question_id, row.next_restart) == ("open", None, None)
        assert Message.objects.filter(asked_of=row).count() in (1, 2)
        assert not ScriptRun.objects.filter(user_thread=row, finished=None).exists()
        events(alice_talk.thread_id)


def test_two_members_change_each_other_at_once() -> None:
    alice, bob = people(2)
    thread = thread_with(alice, bob)
    alice_talk, bob_talk = talks(thread, alice, bob)

    def change(talk: Talk, other: Any) -> Callable[[], list[int]]:
        return lambda: [talk.control(other, on_finish="close").status_code for _ in range(20)]

    def write(user: Any) -> Callable[[], list[int]]:
        client = client_of(user)
        path = f"/api/threads/{thread.pk}/messages"
        return lambda: [client.post(path, {"text": "x"}, format="json").status_code for _ in range(20)]

    got = at_once(change(alice_talk, bob), change(bob_talk, alice), write(alice), write(bob))
    assert got == [[200] * 20, [200] * 20, [201] * 20, [201] * 20]
    assert len(events(thread.pk)) == 80
