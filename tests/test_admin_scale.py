"""The admin with few and with many rows: the number of queries stays, and no query reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chat_api.chat.models import Attachment, Message, Thread, UnreadMessage, UserThread
from chat_api.notifications.models import NotificationDelivery
from chat_api.schemas.compiled import clear_cache
from chat_api.schemas.models import Schema
from chat_api.surveys.models import Survey, SurveyItem
from tests.caching import forget_cached_queries
from tests.databases import connection
from tests.factories import UserFactory, published_schema

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

QUERIES_MAX = 15
MESSAGES, MEMBERS = 10, 2
#: Tables that grow without bounds; a query on them needs a key or a limit.
GROWING = (
    "chat_api_thread",
    "chat_api_message",
    "chat_api_userthread",
    "chat_api_unreadmessage",
    "chat_api_survey",
    "chat_api_surveyitem",
    "chat_api_notificationdelivery",
)
ADMINS = [one for model, one in admin.site._registry.items() if model._meta.app_label == "chat_api"]


def grow(threads: int) -> None:
    """Create threads with messages, members, unread rows and deliveries, and as many surveys."""
    users: list[Any] = UserFactory.create_batch(MEMBERS)
    now = timezone.now()
    schema = published_schema([{}, {}], name=f"of {threads}", type="survey")
    question = schema.questions.get(qid=1)
    made = Thread.objects.bulk_create(Thread(title=f"thread {number}") for number in range(threads))
    UserThread.objects.bulk_create(
        UserThread(thread=thread, user=user, schema=schema, created=now, updated=now)
        for thread in made
        for user in users
    )
    messages = Message.all_objects.bulk_create(
        Message(thread=thread, sender=users[0], text="hello", related_question=question)
        for thread in made
        for _ in range(MESSAGES)
    )
    UnreadMessage.objects.bulk_create(
        UnreadMessage(message=message, thread_id=message.thread_id, user=users[1]) for message in messages
    )
    Attachment.objects.bulk_create(
        Attachment(message=message, type="youtube", url="https://youtu.be/abc") for message in messages[::10]
    )

    NotificationDelivery.objects.bulk_create(
        NotificationDelivery(
            thread=thread, user=users[1], transport="email", due=now, first_message=1, last_message=1
        )
        for thread in made
    )
    surveys = Survey.objects.bulk_create(Survey(schema=schema, user=users[0]) for _ in range(threads))
    SurveyItem.objects.bulk_create(
        SurveyItem(survey=survey, related_question=question, position=1, text="x") for survey in surveys
    )


def pages(model_admin: Any) -> Iterator[str]:
    """Return the URLs of the model's pages: the list, plain, searched and filtered, the form to add, the newest row."""
    name = f"admin:chat_api_{model_admin.opts.model_name}"
    listed = reverse(f"{name}_changelist")
    yield listed
    yield f"{listed}?q=1"
    newest = model_admin.model._base_manager.order_by("-pk").first()
    if newest is not None:
        yield reverse(f"{name}_change", args=[newest.pk])
        yield reverse(f"{name}_history", args=[newest.pk])
        if model_admin.opts.model_name == "schema":
            for page in ("flow", "script", "preview", "publish"):
                yield reverse(f"{name}_{page}", args=[newest.pk])
            yield reverse("admin:chat_api_survey_results", args=[newest.pk])
        if model_admin.opts.model_name == "thread":
            yield reverse("admin:chat_api_thread_queue")
            yield reverse("admin:chat_api_thread_transcript", args=[newest.pk])
    yield reverse(f"{name}_add")


def kind_of(path: str) -> str:
    return re.sub(r"\d+", "N", path)


@pytest.fixture
def client() -> Client:
    made = Client()
    user: Any = UserFactory.create(is_staff=True, is_superuser=True)
    made.force_login(user)
    return made


def reads_on(sql: str) -> bool:
    """Return whether the query reads a growing table without a limit."""
    table = re.search(r'FROM "(\w+)"', sql)
    if not sql.startswith("SELECT") or table is None or table[1] not in GROWING:
        return False
    bounded = "LIMIT" in sql or re.search(r'"\w*id" (?:=|IN \()', sql) or "COUNT(" in sql
    return not bounded


def costs(client: Client, *, checked: bool) -> dict[str, int]:
    """Return the number of queries of each page; `checked` checks them too (a list of one page has no limit)."""
    found: dict[str, int] = {}
    clear_cache()
    forget_cached_queries()
    for model_admin in ADMINS:
        for path in pages(model_admin):
            with CaptureQueriesContext(connection) as captured:
                response = client.get(path)
            assert response.status_code in (200, 302, 403), (path, response.status_code)
            endless = [query["sql"][:300] for query in captured if reads_on(query["sql"])]
            # The results have their own maximum number of surveys.
            assert not checked or not endless or "/results/" in path, (path, endless)
            found[kind_of(path)] = len(captured)
    return found


def test_query_count_of_a_page_does_not_grow_with_the_rows(client: Client) -> None:
    client.get(reverse("admin:index"))
    grow(5)
    # Content types are loaded once per process.
    costs(client, checked=False)
    few = costs(client, checked=False)
    grow(200)
    many = costs(client, checked=True)
    assert many == few
    assert len(few) > 40
    assert {path: cost for path, cost in many.items() if cost > QUERIES_MAX} == {}


def test_message_unread_by_many_lists_the_first_hundred(client: Client) -> None:
    grow(1)
    message = Message.all_objects.latest("pk")
    UnreadMessage.objects.bulk_create(
        UnreadMessage(message=message, thread_id=message.thread_id, user=user)
        for user in UserFactory.create_batch(120)
    )
    page = client.get(reverse("admin:chat_api_message_change", args=[message.pk])).content.decode()
    assert "unread by (the first 100)" in page.lower()
    assert page.count('class="field-user"') == 100


def test_every_model_in_the_admin_has_rows(client: Client) -> None:
    grow(1)
    kinds = {one.model for one in ADMINS}
    assert {Thread, UserThread, Message, Survey, SurveyItem, Schema, NotificationDelivery} <= kinds
