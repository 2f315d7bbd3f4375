"""The log has no gaps and every committed event is published, despite rollbacks and killed processes."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat_api.chat import actions
from chat_api.chat.delivery.event_source import catch_up
from chat_api.chat.models import IdempotencyKey, Message, Thread
from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.realtime import layer, publish
from chat_api.realtime.event_source import Outcome
from chat_api.realtime.models import ThreadEvent
from tests.chat.conftest import member, thread_with
from tests.chat.talking import events
from tests.chat.test_races import at_once
from tests.databases import connection
from tests.factories import UserFactory

WRITERS, MESSAGES = 32, 100
KILLED = 100
ROLLED_BACK = 1000


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Messages sent to the channel layer."""
    sent: list[tuple[str, dict[str, Any]]] = []

    def take(messages: Any) -> bool:
        sent.extend(messages)
        return True

    monkeypatch.setattr(publish, "send_to_groups", take)
    return sent


class Reader:
    """Follows written rows by a cursor in its own thread, until `finish` is called."""

    def __init__(self, read_after: Callable[[int], list[int]], *, pause: float) -> None:
        self._read_after, self._pause = read_after, pause
        self._finish = threading.Event()
        self.seen: list[int] = []
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def finish(self) -> list[int]:
        """Read the rest and return everything that was seen; call it when all is written."""
        self._finish.set()
        self._thread.join()
        return self.seen

    def _follow(self) -> None:
        try:
            while True:
                last_round = self._finish.is_set()
                found = self._read_after(self.seen[-1] if self.seen else 0)
                self.seen += found
                if last_round and not found:
                    return
                time.sleep(self._pause)
        finally:
            connections.close_all()


def write_with_rollbacks(number: int, write: Callable[[], Any]) -> int:
    """Write MESSAGES times and roll some of them back; return how many were committed."""
    chance = random.Random(number)
    committed = 0
    for _ in range(MESSAGES):
        with atomic():
            write()
            if chance.random() < 0.01:
                time.sleep(0.01)
            if chance.random() < 0.2:
                set_rollback()
            else:
                committed += 1
    return committed


@pytest.mark.slow
@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_readers_that_follow_by_seq_miss_nothing(hints: list[Any]) -> None:
    people = UserFactory.create_batch(WRITERS)
    thread = thread_with(*people)

    def read_after(seq: int) -> list[int]:
        missed = catch_up(user_id=people[0].pk, thread_id=thread.pk, after=seq)
        assert missed.outcome != Outcome.RESYNC
        return [json.loads(frame)["event"]["seq"] for frame in missed.frames]

    def writer(number: int) -> Callable[[], int]:
        author = member(thread, people[number])
        draft = actions.Draft(text=str(number))
        return lambda: write_with_rollbacks(number, lambda: actions.send_message(author=author, draft=draft))

    readers = [Reader(read_after, pause=pause) for pause in (0.2, 0.5)]
    committed = sum(at_once(*[writer(number) for number in range(WRITERS)]))
    assert len(events(thread.pk)) == committed == Message.objects.count()
    for reader in readers:
        assert reader.finish() == list(range(1, committed + 1))
    assert max(message["head"] for _, message in hints) == committed


@pytest.mark.slow
@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_readers_that_follow_by_id_miss_some() -> None:
    """The same with a plain id as cursor misses rows, which shows that the test above can fail."""
    thread, user = thread_with(), UserFactory.create()

    def read_after(pk: int) -> list[int]:
        rows = IdempotencyKey.objects.filter(pk__gt=pk).order_by("pk")
        return list(rows.values_list("pk", flat=True))

    def write() -> None:
        IdempotencyKey.objects.create(thread=thread, user=user, client_id=os.urandom(16).hex())

    reader = Reader(read_after, pause=0.001)
    at_once(*[lambda number=number: write_with_rollbacks(number, write) for number in range(WRITERS)])
    assert len(reader.finish()) < IdempotencyKey.objects.count()


@pytest.mark.slow
@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_events_of_a_process_killed_after_commit_are_published_later(
    hints: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = UserFactory.create_batch(2)
    thread = thread_with(alice, bob)
    author = member(thread, alice)
    for number in range(KILLED):
        # A connection cannot be shared with a child process.
        connections.close_all()
        child = os.fork()
        if child == 0:
            monkeypatch.setattr(publish, "send_to_groups", lambda _: os.kill(os.getpid(), signal.SIGKILL))
            actions.send_message(author=author, draft=actions.Draft(text=str(number)))
            os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        assert os.WTERMSIG(status) == signal.SIGKILL
    assert Message.objects.count() == len(events(thread.pk)) == KILLED
    assert ThreadEvent.objects.filter(published=False).count() == KILLED
    assert hints == []
    assert publish.publish_pending_events(grace=timedelta(0)) == KILLED
    assert hints == [publish.hint(thread.pk, KILLED)]
    assert publish.publish_pending_events(grace=timedelta(0)) == 0


@pytest.mark.django_db(transaction=True)
def test_rolled_back_events_are_never_sent(hints: list[Any]) -> None:
    alice, bob = UserFactory.create_batch(2)
    thread = thread_with(alice, bob)
    author = member(thread, alice)
    for number in range(ROLLED_BACK):
        with atomic():
            actions.send_message(author=author, draft=actions.Draft(text=str(number)))
            set_rollback()
    assert publish.publish_pending_events(grace=timedelta(0)) == 0
    assert hints == []
    assert events(thread.pk) == []
    actions.send_message(author=author, draft=actions.Draft(text="kept"))
    assert hints == [publish.hint(thread.pk, 1)]


@pytest.mark.django_db(transaction=True)
def test_posts_work_while_the_layer_is_down_and_are_published_later(
    hints: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Down:
        async def group_send(self, *args: Any) -> None:
            raise OSError("no layer")

    take = getattr(publish, "send_to_groups")  # noqa: B009 (replaced by the fixture; its own name is elsewhere)
    monkeypatch.setattr(publish, "send_to_groups", layer.send_to_groups)
    monkeypatch.setattr(layer, "get_channel_layer", Down)
    monkeypatch.setattr(layer._outage, "until", 0.0)
    alice, bob = UserFactory.create_batch(2)
    thread = thread_with(alice, bob)
    for number in range(5):
        actions.send_message(author=member(thread, alice), draft=actions.Draft(text=str(number)))
    # The layer was tried once, and then not again for a while.
    assert caplog.text.count("The channel layer did not accept a message") == 1
    assert publish.publish_pending_events(grace=timedelta(0)) == 0
    assert ThreadEvent.objects.filter(published=False).count() == 5
    monkeypatch.setattr(publish, "send_to_groups", take)
    assert publish.publish_pending_events(grace=timedelta(0)) == 5
    assert hints == [publish.hint(thread.pk, 5)]


@pytest.mark.django_db
def test_trimmed_log_makes_late_readers_resync(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.CHAT_SETTINGS = {"EVENT_LOG_RETENTION": timedelta(days=1)}
    alice, bob = UserFactory.create_batch(2)
    thread = thread_with(alice, bob)
    for number in range(4):
        actions.send_message(author=member(thread, alice), draft=actions.Draft(text=str(number)))
    old = ThreadEvent.objects.filter(thread=thread, seq__lte=2)
    old.update(created=timezone.now() - timedelta(days=2))
    call_command("trim_event_log")
    assert capsys.readouterr().out == "2 rows deleted\n"
    assert catch_up(user_id=bob.pk, thread_id=thread.pk, after=1).outcome == Outcome.RESYNC
    assert len(catch_up(user_id=bob.pk, thread_id=thread.pk, after=2).frames) == 2
    assert Thread.objects.get().event_head == 4


def synchronous_commit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_note_that_events_are_published_changes_no_other_transaction(hints: list[Any]) -> None:
    alice = UserFactory.create()
    thread = thread_with(alice)
    before = synchronous_commit()
    with CaptureQueriesContext(connection) as captured:
        actions.send_message(author=member(thread, alice), draft=actions.Draft(text="x"))
    assert "synchronous_commit" in captured[-1]["sql"]
    assert not ThreadEvent.objects.filter(published=False).exists()
    assert synchronous_commit() == before
    ThreadEvent.objects.update(published=False)
    with atomic():
        # A host can publish in a transaction: it is as durable as before.
        with CaptureQueriesContext(connection) as captured:
            publish.publish(thread.pk, first=1, last=1, using=connection.alias)
        assert "synchronous_commit" not in captured[-1]["sql"]
        assert synchronous_commit() == before
    assert not ThreadEvent.objects.filter(published=False).exists()
