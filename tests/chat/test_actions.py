"""The Python API for the code of hosts."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat_api.chat import actions
from chat_api.chat.choices import PERMISSIONS_ALL, Permission, State
from chat_api.chat.models import ScriptRun, Thread, UnreadMessage, UserThread
from chat_api.lib.errors import Gone, InvalidInput
from tests.chat.conftest import member, thread_with
from tests.chat.talking import Talk, events, question
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db


def refused(do: Any) -> dict[str, Any]:
    with pytest.raises(InvalidInput) as caught:
        do()
    return caught.value.errors


def test_thread_is_created_with_or_without_a_script(alice: Any) -> None:
    plain = actions.create_thread(creator=alice, draft=actions.ThreadDraft(type="tracker", title="T"))
    assert (plain.type, plain.state, plain.permissions, plain.title) == ("tracker", "open", 507, "T")
    assert len(events(plain.thread_id)) == 1
    plan = actions.ScriptPlan(schema=published_schema([{}]), on_finish="close")
    made = actions.create_thread(
        creator=alice, draft=actions.ThreadDraft(type="chat", plan=plan), permissions=PERMISSIONS_ALL
    )
    assert (made.state, made.permissions) == ("scripted", PERMISSIONS_ALL)
    talk = Talk(alice, made.thread_id)
    assert talk.say(text="x")["thread_data"]["state"] == "closed"


def test_thread_is_not_created_if_its_script_cannot_start(alice: Any) -> None:
    plan = actions.ScriptPlan(schema=published_schema([]))
    draft = actions.ThreadDraft(type="chat", plan=plan)
    assert refused(lambda: actions.create_thread(creator=alice, draft=draft)) == {"schema": ["EMPTY"]}
    assert not Thread.objects.exists()


def test_host_code_can_add_members_with_any_permissions(alice: Any, bob: Any) -> None:
    thread = thread_with(alice)
    added = actions.add_member(thread_id=thread.pk, user=bob, changes={"permissions": PERMISSIONS_ALL})
    assert (added.permissions, added.notifications) == (PERMISSIONS_ALL, 3)
    again = refused(lambda: actions.add_member(thread_id=thread.pk, user=bob))
    assert again == {"user": ["ALREADY_IN_THREAD"]}
    actions.remove_member(user_thread=added)
    actions.remove_member(user_thread=added)
    assert not UserThread.objects.filter(user=bob).exists()
    assert [data for _, data in events(thread.pk)] == [{"user": None}, {"user": None}]
    with pytest.raises(Thread.DoesNotExist):
        actions.add_member(thread_id=999999, user=bob)


def test_sending_a_message_equals_posting_it(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    sent = actions.send_message(author=member(thread, alice), draft=actions.Draft(text="<hi>", meta={"a": 1}))
    assert sent.created
    assert sent.message is not None
    assert (sent.message.text, sent.message.meta) == ("&lt;hi&gt;", {"a": 1})
    assert UnreadMessage.objects.filter(user=bob, message=sent.message).exists()
    assert actions.mark_read(user=bob, thread_id=thread.pk) == [sent.message.pk]
    assert actions.mark_read(user=bob, thread_id=thread.pk) == []
    assert len(events(thread.pk)) == 2


def test_former_member_cannot_send(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    stale = member(thread, alice)
    actions.remove_member(user_thread=stale)
    errors = refused(lambda: actions.send_message(author=stale, draft=actions.Draft(text="x")))
    assert errors == {"non_field_errors": ["THREAD_IS_CLOSED"]}


def test_script_is_started_and_stopped(alice: Any) -> None:
    thread = thread_with(alice)
    schema = published_schema([{}, {"variable_modifications": [["x", "1"]]}])
    plan = actions.ScriptPlan(schema=schema, initial_question_id=question(schema, 2).pk)
    started = actions.start_script(user_thread=member(thread, alice), plan=plan, by=alice)
    assert (started.state, started.question_id) == ("scripted", question(schema, 2).pk)
    assert started.related_message is not None
    stopped = actions.stop_script(user_thread=started, state=State.CLOSED)
    assert (stopped.state, stopped.question_id) == ("closed", None)
    run = ScriptRun.objects.get()
    assert (run.outcome, run.variables, run.last_qid) == ("broken", {"x": 1.0}, 2)
    assert [name for name, _ in events(thread.pk)] == ["message_created_or_updated", *["thread_updated"] * 2]


def test_second_start_supersedes_the_first_run(alice: Any) -> None:
    thread = thread_with(alice)
    plan = actions.ScriptPlan(schema=published_schema([{}]))
    for _ in range(2):
        actions.start_script(user_thread=member(thread, alice), plan=plan)
    assert list(ScriptRun.objects.order_by("pk").values_list("outcome", flat=True)) == ["superseded", ""]
    foreign = question(published_schema([{}]), 1).pk
    wrong = actions.ScriptPlan(schema=plan.schema, initial_question_id=foreign)
    errors = refused(lambda: actions.start_script(user_thread=member(thread, alice), plan=wrong))
    assert errors == {"initial_question": ["QUESTION_FROM_WRONG_SCHEMA"]}


def test_script_is_rolled_back(alice: Any) -> None:
    made = actions.create_thread(
        creator=alice,
        draft=actions.ThreadDraft(type="chat", plan=actions.ScriptPlan(schema=published_schema([{}, {}]))),
    )
    actions.send_message(author=member(made.thread, alice), draft=actions.Draft(text="a"))
    back = actions.roll_back(user_thread=member(made.thread, alice))
    assert back is not None
    assert back.question_id == made.question_id
    assert refused(lambda: actions.roll_back(user_thread=back)) == {"non_fields_errors": ["AT_THE_BEGINNING"]}


def test_resending_a_deleted_message_raises_gone(alice: Any) -> None:
    thread = thread_with(alice)
    draft = actions.Draft(text="x", client_id=uuid.uuid4())
    author = member(thread, alice)
    sent = actions.send_message(author=author, draft=draft)
    assert sent.message is not None
    assert not actions.send_message(author=author, draft=draft).created
    actions.delete_message(by=author, message_id=sent.message.pk)
    with pytest.raises(Gone) as caught:
        actions.send_message(author=author, draft=draft)
    assert caught.value.errors == {"client_id": ["DELETED"]}


def test_due_scripts_are_counted(alice: Any) -> None:
    plan = actions.ScriptPlan(
        schema=published_schema([{}]), on_finish="repeat", frequency_unit="hours", frequency_value=1
    )
    made = actions.create_thread(creator=alice, draft=actions.ThreadDraft(type="chat", plan=plan))
    actions.send_message(author=member(made.thread, alice), draft=actions.Draft(text="a"))
    assert actions.restart_due_scripts() == 0
    later = timezone.now() + timedelta(hours=2)
    assert actions.restart_due_scripts(now=later) == 1
    assert actions.restart_due_scripts(now=later) == 0


def test_constants_follow_the_settings(settings: Any) -> None:
    assert (UserThread.PERMISSIONS_DEFAULT, UserThread.PERMISSIONS_CREATOR_DEFAULT) == (19, 507)
    settings.CHAT_SETTINGS = {"THREAD_PERMISSIONS_DEFAULT": 1, "THREAD_CREATOR_PERMISSIONS_DEFAULT": 3}
    assert (UserThread.PERMISSIONS_DEFAULT, UserThread.PERMISSIONS_CREATOR_DEFAULT) == (1, 3)
    assert UserThread.NOTIFIACTIONS_UNREAD == UserThread.NOTIFICATIONS_UNREAD == 1
    assert {flag.name: int(flag) for flag in Permission} == {
        name.removeprefix("PERMISSION_"): value
        for name, value in vars(UserThread).items()
        if name.startswith("PERMISSION_")
    }


def test_membership_created_by_hand_gets_missing_values_from_its_thread(alice: Any) -> None:
    thread = thread_with(UserFactory.create(), type="tracker")
    schema = published_schema([{"position": 9}, {"position": 3}])
    row = UserThread.objects.create(thread=thread, user=alice, state="scripted_fe_controlled", schema=schema)
    assert (row.type, row.created, row.updated) == ("tracker", thread.created, thread.updated)
    assert row.question_id == question(schema, 2).pk
    row.delete()
    row = UserThread.objects.create(thread=thread, user=alice, state="assisted", schema=schema)
    assert row.question is None
