"""Rows that are written with our own SQL equal the rows that Django would write."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, models
from django.test.utils import CaptureQueriesContext

from chat_api.chat.models import (
    Message,
    MessageAnswer,
    ScriptRun,
    Thread,
    UnreadMessage,
    UserThread,
    VariableModification,
)
from chat_api.lib.db import writes
from chat_api.lib.db.transactions import atomic
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import Lookup, Statement
from chat_api.realtime.models import ThreadEvent
from chat_api.search.models import MessageSearch
from tests.chat.conftest import thread_with
from tests.databases import connection
from tests.factories import MessageFactory, ThreadFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

COUNT_EVENTS = "SELECT COUNT(*) FROM chat_api_threadevent WHERE thread_id = %s"
NOON = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)
TEXTS = ["", "plain", "100% {braces} %s", "zażółć 🦊", 'O\'Reilly \\ "x"']


def columns_of(row: models.Model) -> dict[str, Any]:
    """Return what is stored of a row, except for its key and timestamps."""
    stored = type(row)._base_manager.get(pk=row.pk)
    return {
        field.attname: getattr(stored, field.attname)
        for field in row._meta.concrete_fields
        if not (
            field.primary_key or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        )
    }


def messages_of(thread: Thread, sender: Any) -> list[Message]:
    values: list[dict[str, Any]] = [
        *({"text": text, "meta": {"text": text, "n": [1, 2.5, None, True]}} for text in TEXTS),
        {"meta": [], "sender": None, "typed_text": "1,5", "asks": True, "has_attachments": True},
        {"meta": "text", "client_id": uuid.uuid4(), "type": "custom", "deleted": True},
    ]
    return [Message(**{"thread": thread, "sender": sender, **some}) for some in values]


def test_inserted_rows_are_those_of_bulk_create() -> None:
    thread, sender = ThreadFactory.create(), UserFactory.create()
    ours, djangos = messages_of(thread, sender), messages_of(thread, sender)
    for one, other in zip(ours, djangos, strict=True):
        other.client_id = one.client_id and uuid.uuid4()
    writes.insert(ours)
    Message.all_objects.bulk_create(djangos)
    for one, other in zip(ours, djangos, strict=True):
        stored, expected = columns_of(one), columns_of(other)
        assert stored.pop("client_id") == one.client_id
        assert expected.pop("client_id") == other.client_id
        assert stored == expected
        assert (one._state.adding, one._state.db) == (False, connection.alias)
        assert one.created <= one.updated


def test_inserted_run_has_date_and_json_as_given() -> None:
    thread = thread_with(UserFactory.create())
    run = ScriptRun(
        user_thread=thread.users.get(), schema=published_schema([{}]), started=NOON, variables={"x": 1.5}
    )
    writes.insert([run])
    run.refresh_from_db()
    assert (run.started, run.variables, run.finished) == (NOON, {"x": 1.5}, None)


@pytest.mark.parametrize("number", [1, 20, 21, 2_500])
def test_keys_are_those_of_the_rows_however_many(number: int) -> None:
    thread = ThreadFactory.create()
    rows = [Message(thread=thread, text=str(index)) for index in range(number)]
    writes.insert(rows)
    stored = dict(Message.objects.filter(thread=thread).values_list("pk", "text"))
    assert stored == {row.pk: row.text for row in rows}
    assert [row.pk for row in rows] == sorted(stored)


def test_key_of_a_related_row_that_was_stored_later_is_taken() -> None:
    thread = ThreadFactory.create()
    message = Message(thread=thread)
    link = UnreadMessage(message=message, thread=thread, user=UserFactory.create(), type="chat")
    writes.insert([message])
    writes.insert([link])
    link.refresh_from_db()
    assert link.message_id == message.pk


def test_row_takes_the_place_of_one_with_the_same_unique_value() -> None:
    message = MessageFactory.create()
    for text in ("one", "two"):
        rows = [MessageSearch(message_id=message.pk, thread_id=message.thread_id, text=text)]
        writes.insert(rows, on_conflict="message")
    assert list(MessageSearch.objects.filter(message=message).values_list("text", flat=True)) == ["two"]


def test_update_sets_columns_of_the_rows_that_it_names() -> None:
    thread = thread_with(*UserFactory.create_batch(3))
    first, second, third = thread.users.order_by("pk")
    values = {"variables_pool": {"x": 1}, "updated": NOON, "paused_state": None, "notifications": 3}
    writes.update(UserThread, where="id", equals=first.pk, values=values)
    statement = writes.update_of(
        UserThread, connection, where="thread_id", equals=thread.pk, values=values, exclude=[second.pk]
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
    for member, changed in ((first, True), (second, False), (third, True)):
        member.refresh_from_db()
        assert (member.variables_pool == {"x": 1}, member.updated == NOON) == (changed, changed)


def planned(thread: Thread, *, events: int) -> WritePlan:
    """Return a plan that logs events and counts those that were there before."""
    plan = WritePlan()
    plan.insert(
        [ThreadEvent(thread=thread, seq=seq, name="x", data={"n": seq}) for seq in range(1, events + 1)]
    )
    plan.update(Thread, where="id", equals=thread.pk, values={"event_head": events})
    plan.ask(writes.Question(COUNT_EVENTS, [thread.pk]))
    return plan


def test_plan_is_one_statement_on_postgresql_and_its_question_comes_first() -> None:
    thread = ThreadFactory.create()
    with atomic(), CaptureQueriesContext(connection) as captured:
        assert planned(thread, events=3).carry_out() == [(0,)]
    assert len(captured) == (1 if connection.vendor == "postgresql" else 3)
    thread.refresh_from_db()
    assert thread.event_head == 3
    assert list(thread.events.values_list("seq", "data")) == [(n, {"n": n}) for n in (1, 2, 3)]
    with atomic():
        plan = WritePlan()
        plan.ask(writes.Question(COUNT_EVENTS, [thread.pk]))
        assert plan.carry_out() == [(3,)]


def test_plan_of_thousands_of_rows_is_carried_out() -> None:
    thread = ThreadFactory.create()
    with atomic():
        planned(thread, events=12_000).carry_out()
    assert thread.events.count() == 12_000


def test_empty_plan_sends_nothing() -> None:
    with atomic(), CaptureQueriesContext(connection) as captured:
        plan = WritePlan()
        plan.insert([])
        assert plan.carry_out() == []
    assert len(captured) == 0


@pytest.mark.parametrize("links", [2, 9_000])
def test_value_is_looked_up_in_what_the_plan_has_just_inserted(links: int) -> None:
    member = thread_with(UserFactory.create()).users.get()
    message = MessageFactory.create(thread=member.thread)
    question = published_schema([{"type": "choice", "answers": [{"text": "a"}]}]).questions.get()
    answer = question.answers.get()
    offered = type(answer).objects.bulk_create(
        type(answer)(question=question, text=str(n), position=n, next_qid=-1) for n in range(2, links + 1)
    )
    with atomic():
        plan = WritePlan()
        rows = [MessageAnswer(message=message, answer=one) for one in (answer, *offered)]
        source = plan.insert(rows, returning="id, message_id, answer_id")
        logged = VariableModification(user_thread=member, variable_modifications=[["x", "1"]])
        found: Any = Lookup(
            "SELECT id FROM {source} WHERE message_id = %s AND answer_id = %s", [message.pk, answer.pk]
        )
        logged.related_message_answer_id = found
        plan.insert([logged, VariableModification(user_thread=member)], source=source)
        plan.carry_out()
    link = MessageAnswer.objects.get(message=message, answer=answer)
    stored = VariableModification.objects.order_by("pk").values_list(
        "related_message_answer_id", "variable_modifications"
    )
    assert list(stored) == [(link.pk, [["x", "1"]]), (None, [])]
    assert MessageAnswer.objects.filter(message=message).count() == links


@atomic
def log_twice(thread: Thread) -> None:
    plan = planned(thread, events=2)
    plan.insert([ThreadEvent(thread=thread, seq=1, name="again")])
    plan.carry_out()


def test_failing_plan_leaves_nothing() -> None:
    thread = ThreadFactory.create()
    with pytest.raises(IntegrityError):
        log_twice(thread)
    thread.refresh_from_db()
    assert (thread.event_head, thread.events.count()) == (0, 0)


def test_failure_marks_the_transaction_where_it_is_caught_inside() -> None:
    thread = ThreadFactory.create()
    with atomic():
        plan = WritePlan()
        plan.add(Statement("INSERT INTO no_such_table (x) VALUES (1)", [], "no_such_table"))
        plan.update(Thread, where="id", equals=thread.pk, values={"title": "x"})
        with pytest.raises(Exception, match="no_such_table"):
            plan.carry_out()
        assert connection.needs_rollback
        connection.set_rollback(True)
