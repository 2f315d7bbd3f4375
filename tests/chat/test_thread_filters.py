"""The filters and the order of `accounts/{id}/threads/{type}`."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Thread, UserThread
from chat_api.chat.permissions.results import open_flags_visible_to, sees_results_of
from chat_api.raised_flags.models import Flag
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, begin
from tests.chat.test_account_threads import StaffToo
from tests.chat.test_flags import pain
from tests.chat.test_hidden import QUERYSET_ONLY
from tests.chat.test_query_counts import count
from tests.chat.test_unread_totals import many_threads, rejected_by_the_database
from tests.databases import connection
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

NO_CONTROL = PERMISSIONS_ALL & ~Permission.THREAD_CONTROL_OTHERS


def answer_to(user: Any, query: str, *, of: Any = None) -> Any:
    return client_of(user).get(f"/api/accounts/{(of or user).pk}/threads/chat?{query}")


def listed(user: Any, query: str = "", *, of: Any = None) -> list[dict[str, Any]]:
    response = answer_to(user, f"limit=100&{query}", of=of)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def ids(user: Any, query: str = "", *, of: Any = None) -> list[int]:
    return [shown["id"] for shown in listed(user, query, of=of)]


def flagged_thread(patient: Any, *doctors: Any, permissions: int = PERMISSIONS_ALL) -> Thread:
    """Create a thread whose patient has raised a flag."""
    talk = begin(patient, pain())
    for doctor in doctors:
        MemberFactory.create(thread_id=talk.thread_id, user=doctor, permissions=permissions)
    talk.say(text="8")
    return Thread.objects.get(pk=talk.thread_id)


@pytest.fixture
def practice(alice: Any, bob: Any, carol: Any) -> Any:
    """Create threads of Alice with everything by which they are filtered, and return the ids of the flagged ones."""
    made = [thread_with(alice, bob) for _ in range(16)]
    for number, thread in enumerate(made):
        if number & 1:
            Talk(bob, thread.pk).say(text="apple" if number & 8 else "pear")
        state = ("open", "closed", "assisted")[number % 3]
        UserThread.objects.filter(thread=thread, user=alice).update(state=state)
        assignee = (None, alice, carol)[number // 2 % 3]
        Thread.objects.filter(pk=thread.pk).update(assigned_to=assignee)
    flagged = [flagged_thread(carol, alice) for _ in range(4)]
    Thread.objects.filter(pk=flagged[0].pk).update(assigned_to=alice)
    Talk(carol, flagged[0].pk).say(text="9")
    flags = Flag.objects.filter(run__user_thread__thread=flagged[3])
    assert flags.update(cleared=timezone.now()) == 1
    return {thread.pk for thread in flagged[:3]}


def test_all_filters_combine(practice: set[int], alice: Any, carol: Any) -> None:
    everything = listed(alice)
    matches: dict[str, Callable[[Any], bool]] = {
        "unread=true": lambda shown: shown["unread"] > 0,
        "unread=False": lambda shown: shown["unread"] == 0,
        "flagged=1": lambda shown: shown["id"] in practice,
        "flagged=0": lambda shown: shown["id"] not in practice,
        "assigned=me": lambda shown: shown["assigned_to"] == alice.pk,
        "assigned=none": lambda shown: shown["assigned_to"] is None,
        f"assigned={carol.pk}": lambda shown: shown["assigned_to"] == carol.pk,
        f"assigned={10**6}": lambda shown: False,
        "state=open": lambda shown: shown["state"] == "open",
        "state=closed,assisted": lambda shown: shown["state"] != "open",
    }
    for size in (1, 2, 3, 4):
        for chosen in itertools.combinations(matches, size):
            names = {query.split("=")[0] for query in chosen}
            if len(names) == size:
                expected = [shown for shown in everything if all(matches[query](shown) for query in chosen)]
                assert listed(alice, "&".join(chosen)) == expected, chosen
    for query in ("unread=true", "flagged=1", "assigned=me", "state=open"):
        assert 0 < len(ids(alice, query)) < len(everything)


def test_filters_combine_with_search_order_and_pages(practice: set[int], alice: Any) -> None:
    found = ids(alice, "q=apple")
    unread = ids(alice, "unread=true")
    assert ids(alice, "q=apple&unread=true&state=open") == [
        pk for pk in found if pk in unread and pk in ids(alice, "state=open")
    ]
    assert ids(alice, "q=apple&unread=false") == []
    assert ids(alice, "unread=true&ordering=updated") == unread[::-1]
    page = answer_to(alice, "unread=true&ordering=id&limit=3&state=open,closed,assisted").json()
    assert [shown["id"] for shown in page["results"]] == sorted(unread)[:3]
    rest = client_of(alice).get(page["next"]).json()
    assert [shown["id"] for shown in rest["results"]] == sorted(unread)[3:6]


def test_order_is_by_update_unless_another_is_requested(practice: set[int], alice: Any) -> None:
    threads = {shown["id"]: shown for shown in listed(alice)}
    by_update = sorted(threads, key=lambda pk: (threads[pk]["updated"], -pk), reverse=True)
    assert ids(alice) == ids(alice, "ordering=-updated") == ids(alice, "ordering=") == by_update
    assert ids(alice, "ordering=id") == sorted(threads)
    assert ids(alice, "ordering=-created,-id") == sorted(threads, reverse=True)
    # Other fields of a thread are ignored, as on all lists.
    assert ids(alice, "ordering=title") == by_update


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("unread=yes", "unread"),
        ("flagged=2", "flagged"),
        ("assigned=nobody", "assigned"),
        ("assigned=1.5", "assigned"),
        (f"assigned={10**30}", "assigned"),
        ("state=scripted,closing", "state"),
        ("state=open,", "state"),
        ("state=%00", "state"),
        ("ordering=nothing", "ordering"),
    ],
)
def test_wrong_values_are_errors_of_their_filters(alice: Any, query: str, name: str) -> None:
    response = answer_to(alice, f"limit=5&{query}")
    assert (response.status_code, list(response.json())) == (400, [name])
    both = answer_to(alice, f"limit=5&{query}&unread=maybe")
    assert (both.status_code, set(both.json())) == (400, {name, "unread"})


def test_empty_filters_are_ignored(practice: set[int], alice: Any) -> None:
    assert ids(alice, "unread=&flagged=&assigned=&state=") == ids(alice)


def test_unread_follows_what_the_account_can_read(settings: Any, alice: Any) -> None:
    settings.CHAT_SETTINGS = QUERYSET_ONLY
    root = UserFactory.create(is_superuser=True)
    plain, secret, closed_off = (thread_with(alice, root) for _ in range(3))
    Talk(root, plain.pk).say(text="plain")
    Talk(root, secret.pk).say(text="hush", type="secret")
    Talk(root, closed_off.pk).say(text="plain")
    UserThread.objects.filter(thread=closed_off, user=alice).update(permissions=Permission.THREAD_READ)
    assert ids(alice, "unread=true") == [plain.pk]
    assert set(ids(alice, "unread=false")) == {secret.pk, closed_off.pk}
    assert client_of(alice).get(f"/api/accounts/{alice.pk}/unread").json()["messages"] == 1


def test_unread_is_unavailable_where_the_database_rejects_the_filter_of_the_host(
    settings: Any, alice: Any, bob: Any
) -> None:
    thread_with(alice, bob)
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": rejected_by_the_database}
    response = answer_to(alice, "limit=5&unread=true")
    assert (response.status_code, response.json()["code"]) == (503, "HOST_ERROR")


def test_those_who_see_no_flags_find_none(alice: Any, bob: Any, carol: Any, settings: Any) -> None:
    controlled, other = flagged_thread(carol, bob), flagged_thread(carol, bob, permissions=NO_CONTROL)
    assert ids(bob, "flagged=true") == [controlled.pk]
    assert ids(bob, "flagged=false") == [other.pk]
    # The respondent sees no flags of their own answers, even with THREAD_CONTROL_OTHERS.
    UserThread.objects.filter(user=carol).update(permissions=PERMISSIONS_ALL)
    assert (ids(carol, "flagged=true"), len(ids(carol, "flagged=false"))) == ([], 2)
    settings.CHAT_SETTINGS = {"RESPONDENT_SEES": ["flags"]}
    assert (len(ids(carol, "flagged=true")), ids(carol, "flagged=false")) == (2, [])


def test_requester_and_not_the_owner_decides_what_is_flagged_and_mine(
    settings: Any, alice: Any, bob: Any
) -> None:
    settings.CHAT_SETTINGS = {"PERMISSIONS_THREADS_LIST_BY_USER_ID_AND_TYPE": StaffToo}
    staff = UserFactory.create(is_staff=True)
    thread, plain = flagged_thread(alice), thread_with(alice)
    Thread.objects.filter(pk=plain.pk).update(assigned_to=staff)
    assert ids(staff, "flagged=true", of=alice) == [thread.pk]
    assert ids(alice, "flagged=true") == []
    assert ids(staff, "assigned=me", of=alice) == [plain.pk]
    assert ids(alice, "assigned=me") == []


def test_visible_flags_are_those_of_the_rule_for_single_flags(
    alice: Any, bob: Any, carol: Any, settings: Any
) -> None:
    for permissions in (PERMISSIONS_ALL, NO_CONTROL):
        flagged_thread(carol, bob, permissions=permissions)
        flagged_thread(bob, carol, permissions=permissions)
    staff = UserFactory.create(is_staff=True)
    flagged_thread(staff, bob)
    assert Flag.objects.count() == 5
    for sees in ([], ["flags"], ["scores"]):
        settings.CHAT_SETTINGS = {"RESPONDENT_SEES": sees}
        for user in (alice, bob, carol, staff):
            expected = set()
            for flag in Flag.objects.select_related("run__user_thread"):
                assert flag.run is not None
                asked = flag.run.user_thread
                known = UserThread.objects.filter(thread_id=asked.thread_id, user=user).first()
                if sees_results_of("flags", user=user, member=known, respondent_id=asked.user_id):
                    expected.add(flag.pk)
            assert set(open_flags_visible_to(user=user).values_list("pk", flat=True)) == expected


def test_filtered_page_costs_the_same_at_any_number_of_threads() -> None:
    queries = (
        "unread=true",
        "unread=false",
        "flagged=true",
        "assigned=me",
        "state=open,closed",
        "unread=true&flagged=false&assigned=me&state=open&ordering=updated",
    )
    counts = []
    for number in (40, 2_000):
        owner = UserFactory.create()
        threads = many_threads(owner, number)
        Thread.objects.filter(pk__in=[thread.pk for thread in threads[::2]]).update(assigned_to=owner)
        flagged_thread(UserFactory.create(), owner)
        path = f"/api/accounts/{owner.pk}/threads/chat?limit=20"
        counts.append([count(client_of(owner), "get", f"{path}&{query}") for query in queries])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8


def plan_of(call: Callable[[], Any], table: str) -> str:
    """Return how PostgreSQL carries out the first page over the table that the call requests."""
    lines: list[str] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if table in sql and "LIMIT" in sql:
            with context["connection"].cursor() as cursor:
                cursor.cursor.execute(f"EXPLAIN {sql}", params)
                lines.extend(line for (line,) in cursor.cursor.fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        call()
    return "\n".join(lines)


@pytest.mark.postgres_only
def test_unread_filter_uses_its_index() -> None:
    """Among the unread messages of everybody, only those of the account are read."""
    owner = UserFactory.create()
    for user in (owner, *UserFactory.create_batch(4)):
        many_threads(user, 2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for query in ("unread=true", "unread=false"):
        plan = plan_of(partial(listed, owner, query), "chat_api_unreadmessage")
        assert "chat_api_unread_of_member" in plan, plan
        assert "Seq Scan on chat_api_unreadmessage" not in plan, plan
