"""Staff see the threads in which somebody waits for an answer, and take them over."""

from __future__ import annotations

import html
import re
import threading
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test.utils import CaptureQueriesContext

from chat_api.chat import actions
from chat_api.chat.models import Thread
from chat_api.raised_flags.models import Flag
from chat_api.realtime.models import ThreadEvent
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk
from tests.chat.test_transcripts import answered, path, staff
from tests.databases import connection
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

VIEWS = ("view_thread", "view_message", "view_flag", "change_thread")


def waiting(title: str = "", *, users: Any = (), **columns: Any) -> Thread:
    """Return a thread whose last message is by a member who is not staff."""
    user: Any = UserFactory.create()
    thread = thread_with(user, *users)
    Thread.objects.filter(pk=thread.pk).update(title=title, **columns)
    Talk(user, thread.pk).say(text=f"Help with {title}")
    return Thread.objects.get(pk=thread.pk)


def titles(client: Any, query: str = "") -> list[str]:
    page = client.get(f"{path('queue')}?{query}")
    assert page.status_code == 200
    return [thread.title for thread, _ in page.context["rows"]]


def me(client: Any) -> Any:
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def test_who_waits_longest_comes_first_and_who_was_answered_not_at_all() -> None:
    first, second = waiting("first"), waiting("second")
    waiting("third")
    client = staff(*VIEWS)
    assert titles(client) == ["first", "second", "third"]
    # Who writes again waits since their first message.
    speaker(first).say(text="Is anybody there?")
    assert titles(client) == ["first", "second", "third"]
    doctor = me(client)
    MemberFactory.create(thread=second, user=doctor)
    Talk(doctor, second.pk).say(text="I am here")
    assert titles(client) == ["first", "third"]
    # After the answer, they wait since their next message.
    speaker(second).say(text="And now?")
    assert titles(client) == ["first", "third", "second"]


def test_who_looks_after_a_thread_answers_it_without_being_staff() -> None:
    thread = waiting("pain")
    nurse: Any = UserFactory.create()
    MemberFactory.create(thread=thread, user=nurse)
    client = staff(*VIEWS)
    Talk(nurse, thread.pk).say(text="Let me look")
    assert titles(client) == ["pain"]
    actions.assign_thread(thread_id=thread.pk, user=nurse)
    assert titles(client) == []


def speaker(thread: Thread) -> Talk:
    """Return the member who waits."""
    user = thread.users.order_by("pk").first()
    assert user is not None
    return Talk(user.user, thread.pk)


def test_answers_to_a_script_wait_for_nobody() -> None:
    answered()
    assert titles(staff(*VIEWS)) == []


def test_closed_members_wait_no_longer() -> None:
    thread = waiting("pain")
    waiting("cough")
    client = staff(*VIEWS)
    thread.users.update(state="closed")
    assert titles(client) == ["cough"]
    # Whoever is opened again waits as before.
    thread.users.update(state="open")
    assert titles(client) == ["pain", "cough"]


def test_a_thread_waits_although_others_in_it_are_closed() -> None:
    other: Any = UserFactory.create()
    thread = waiting("pain", users=[other])
    thread.users.filter(user=other).update(state="closed")
    assert titles(staff(*VIEWS)) == ["pain"]


def test_the_queue_is_filtered() -> None:
    client = staff(*VIEWS)
    user = me(client)
    mine, others = waiting("mine"), waiting("others")
    waiting("flagged", users=[user])
    actions.assign_thread(thread_id=mine.pk, user=user)
    actions.assign_thread(thread_id=others.pk, user=UserFactory.create(is_staff=True))
    flagged = answered()
    Flag.objects.get()
    actions.assign_thread(thread_id=flagged.thread_id, user=None)
    flagged.say(text="I need help")
    Thread.objects.filter(pk=flagged.thread_id).update(title="script")
    assert titles(client) == ["mine", "others", "flagged", "script"]
    assert titles(client, "mine") == ["mine"]
    assert titles(client, "unassigned") == ["flagged", "script"]
    assert titles(client, "unread") == ["flagged"]
    assert titles(client, "flagged") == ["script"]
    assert titles(client, "q=OTHER") == ["others"]
    assert titles(client, "q=%00") == ["mine", "others", "flagged", "script"]
    assert titles(client, "unassigned&flagged&q=scr") == ["script"]
    assert titles(client, "page=99") == ["mine", "others", "flagged", "script"]
    # Without the permission, nothing is shown of flags.
    blind = staff("view_thread", "view_message")
    assert titles(blind, "flagged") == []
    assert "flagged" not in [name for name, *_ in blind.get(path("queue")).context["filters"]]


def test_taking_over_and_giving_back_notify_the_members() -> None:
    thread = waiting("pain")
    client = staff(*VIEWS)
    client.post(path("assign", thread.pk), {"take": "", "assigned": ""})
    assert Thread.objects.get(pk=thread.pk).assigned_to_id == me(client).pk
    assert ThreadEvent.objects.filter(thread=thread, name="thread_updated").count() == 1
    response = client.post(
        path("assign", thread.pk), {"give": "", "assigned": str(me(client).pk), "next": "transcript"}
    )
    assert response["Location"] == path("transcript", thread.pk)
    assert Thread.objects.get(pk=thread.pk).assigned_to_id is None
    assert ThreadEvent.objects.filter(thread=thread, name="thread_updated").count() == 2


def test_the_queue_stays_filtered_after_taking_over() -> None:
    thread = waiting("pain")
    client = staff(*VIEWS)
    waiting("pa&in")
    page = client.get(path("queue"), {"unassigned": "", "q": "pa&in", "page": "1", "other": "x"})
    (query,) = re.findall(r'name="query" value="([^"]*)"', page.content.decode())
    query = html.unescape(query)
    response = client.post(path("assign", thread.pk), {"take": "", "assigned": "", "query": query})
    assert response.headers["Location"] == f"{path('queue')}?unassigned=&q=pa%26in&page=1"


@pytest.mark.parametrize("query", ["", "page=-1", "page=%FF", "next=https://example.org", "x" * 5000])
def test_a_strange_query_leads_to_the_queue(query: str) -> None:
    thread = waiting("pain")
    response = staff(*VIEWS).post(path("assign", thread.pk), {"take": "", "assigned": "", "query": query})
    assert response.headers["Location"] == path("queue")


def test_who_comes_second_reads_who_has_it() -> None:
    thread = waiting("pain")
    first, second = staff(*VIEWS, first_name="Dora", last_name="Diaz"), staff(*VIEWS)
    first.post(path("assign", thread.pk), {"take": "", "assigned": ""})
    response = second.post(path("assign", thread.pk), {"take": "", "assigned": ""}, follow=True)
    assert "Dora Diaz looks after it now" in response.content.decode()
    assert Thread.objects.get(pk=thread.pk).assigned_to_id == me(first).pk
    # Who has seen that can take it over from them.
    second.post(path("assign", thread.pk), {"take": "", "assigned": str(me(first).pk)})
    assert Thread.objects.get(pk=thread.pk).assigned_to_id == me(second).pk


@pytest.mark.parametrize("body", [{}, {"take": "", "give": ""}])
def test_a_request_that_neither_takes_nor_gives_changes_nothing(body: dict[str, str]) -> None:
    thread = waiting("pain")
    client = staff(*VIEWS)
    actions.assign_thread(thread_id=thread.pk, user=me(client))
    response = client.post(path("assign", thread.pk), {**body, "assigned": str(me(client).pk)})
    assert (response.status_code, response.content) == (400, b"Send either take or give.")
    assert Thread.objects.get(pk=thread.pk).assigned_to_id == me(client).pk


def test_a_thread_deleted_in_the_meantime_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    thread = waiting("pain")

    def gone(**_: Any) -> None:
        raise Thread.DoesNotExist

    monkeypatch.setattr(actions, "exchange_assignment", gone)
    response = staff(*VIEWS).post(path("assign", thread.pk), {"take": "", "assigned": ""})
    assert response.status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_of_two_who_take_a_thread_over_at_once_one_gets_it() -> None:
    thread = waiting("pain")
    clients = [staff(*VIEWS), staff(*VIEWS)]
    barrier = threading.Barrier(2)
    outcomes: list[bool] = []

    def take(client: Any) -> None:
        user = me(client)
        barrier.wait()
        done = actions.exchange_assignment(thread_id=thread.pk, expected="", user=user, by=user)
        outcomes.append(done is not None)
        connection.close()

    threads = [threading.Thread(target=take, args=[client]) for client in clients]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == [False, True]
    assert ThreadEvent.objects.filter(thread=thread, name="thread_updated").count() == 1


@pytest.mark.parametrize("held", [(), ("view_thread",), ("view_message",), ("change_thread",)])
def test_the_queue_needs_the_permissions_to_view_threads_and_messages(held: tuple[str, ...]) -> None:
    thread = waiting("pain")
    assert staff(*held).get(path("queue")).status_code == 403
    assert staff(*held).post(path("assign", thread.pk), {"take": "", "assigned": ""}).status_code == 403
    reader = staff("view_thread", "view_message")
    assert "Take over" not in reader.get(path("queue")).content.decode()
    assert reader.post(path("assign", thread.pk), {"take": "", "assigned": ""}).status_code == 403
    assert reader.get(path("assign", thread.pk)).status_code == 405
    assert staff(*VIEWS).post(path("assign", 10**12), {"take": "", "assigned": ""}).status_code == 404
    assert Thread.objects.get(pk=thread.pk).assigned_to_id is None


def test_queries_of_the_queue_do_not_grow(django_assert_num_queries: Any) -> None:
    client = staff(*VIEWS)
    waiting("one")
    with CaptureQueriesContext(connection) as counted:
        client.get(path("queue"))
    queries = len(counted)
    for number in range(9):
        waiting(f"more {number}")
    with django_assert_num_queries(queries):
        assert len(titles(client)) == 10
