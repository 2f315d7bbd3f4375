"""Each query that is compiled once returns what Django's own query returns, and can be turned off."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

import pytest
from django.db import models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat_api.chat import member_previews, message_rows, selectors
from chat_api.chat.models import Thread, UnreadMessage, UserThread
from chat_api.lib.db.locks import lock_row
from chat_api.lib.db.prepared import Prepared
from chat_api.lib.db.transactions import atomic
from chat_api.lib.rest.relations import ID_MAX
from chat_api.raised_flags.models import Flag
from chat_api.settings import DEFAULTS, chat_settings
from chat_api.surveys.models import Survey
from tests.chat.conftest import thread_with
from tests.databases import connection
from tests.factories import MessageFactory, SurveyFactory, SurveyItemFactory, UserFactory, published_schema
from tests.recorded import test_replay

pytestmark = pytest.mark.django_db

Rows = list[list[Any]]


def as_values(found: Any) -> Rows:
    """Return rows, or objects with what was selected along with them, as lists of values."""
    return [_values(one) for one in found]


def _values(one: Any) -> list[Any]:
    if not isinstance(one, models.Model):
        return list(one)
    loaded = [_values(other) for _, other in sorted(one._state.fields_cache.items())]
    return [
        type(one),
        one._state.db,
        one._state.adding,
        *[getattr(one, f.attname) for f in one._meta.concrete_fields],
        loaded,
    ]


@pytest.fixture
def talk() -> Thread:
    """A thread of three with a script, whose first member has two unread messages."""
    users = UserFactory.create_batch(3)
    thread = thread_with(*users)
    messages = MessageFactory.create_batch(2, thread=thread, sender=users[1])
    UnreadMessage.objects.bulk_create(
        UnreadMessage(thread=thread, user=users[0], message=message, type=thread.type) for message in messages
    )
    first = thread.users.order_by("pk")[0]
    first.schema = published_schema([{}])
    first.variables_pool = {"x": 1.5}
    first.last_message = messages[1]
    first.save()
    return thread


def first_member(thread: Thread) -> UserThread:
    return thread.users.order_by("pk")[0]


def survey_and_item() -> tuple[int, int]:
    """Return the ids of a survey and of an item in it that has two answers."""
    schema = published_schema([{"type": "choice", "answers": [{}, {}]}])
    item = SurveyItemFactory.create(survey=SurveyFactory.create(schema=schema))
    for answer in item.related_question.answers.all():
        item.answer_links.create(answer=answer)
    return item.survey_id, item.pk


def raised_flag() -> Flag:
    survey = SurveyFactory.create()
    return Flag.objects.create(schema=survey.schema, survey=survey, name="severe", raised=timezone.now())


#: By name of the use: the numbers to ask for, of the thread of `talk`.
NUMBERS: dict[str, Callable[[Thread], tuple[Any, ...]]] = {
    "membership": lambda thread: (first_member(thread).user_id, thread.pk),
    "unread count": lambda thread: (first_member(thread).user_id, thread.pk),
    "messages, oldest first": lambda thread: (thread.pk, 0, first_member(thread).user_id),
    "messages, newest first": lambda thread: (thread.pk, ID_MAX, first_member(thread).user_id),
    "messages by id": lambda thread: (
        first_member(thread).user_id,
        [message.pk for message in thread.messages.all()],
    ),
    "memberships of type": lambda thread: (first_member(thread).user_id,),
    "unread counts": lambda thread: (first_member(thread).user_id, [thread.pk, 2**40]),
    "member counts": lambda thread: ([thread.pk, 2**40],),
    "accounts of threads": lambda thread: ([thread.pk, 2**40],),
    "schema": lambda thread: (first_member(thread).schema_id,),
    "unread and first accounts of a thread": lambda thread: (first_member(thread).user_id, thread.pk),
    "accounts of a thread": lambda thread: (thread.pk,),
    "survey item": lambda thread: survey_and_item(),
    "survey with schema": lambda thread: survey_and_item()[:1],
    "answers of a survey": lambda thread: survey_and_item()[:1],
    "number and newest item of a survey": lambda thread: survey_and_item()[:1],
    "replies of a survey": lambda thread: survey_and_item()[:1],
    "lock member with thread": lambda thread: (first_member(thread).user_id, thread.pk),
    "chosen answers of a survey": lambda thread: survey_and_item()[:1],
    "chosen answers of a survey item": lambda thread: survey_and_item()[1:],
    "lock chat_api.Thread": lambda thread: (thread.pk,),
    "lock chat_api.Survey": lambda thread: (SurveyFactory.create().pk,),
    "lock chat_api.Flag": lambda thread: (raised_flag().pk,),
}


def kind_of(name: str) -> str:
    """Return the name of a use without what differs by setting and database."""
    kind = re.sub(r"first \d+", "first", re.sub(r"^(first )?\d+ |^first ", "", name))
    return re.sub(r"^(memberships of type) .*", r"\1", re.sub(r"^(lock .*) by .*", r"\1", kind))


def make_every_use(thread: Thread) -> None:
    """Carry out what makes the uses that are made when they are first needed."""
    member_previews.crowds_of(thread_ids=[thread.pk])
    member_previews.preview_question(user_id=first_member(thread).user_id, thread_id=thread.pk)
    selectors.page_of_memberships(user_id=first_member(thread).user_id, type=thread.type, limit=2)
    for newest_first in (True, False):
        message_rows.rows_of_page(
            thread_id=thread.pk,
            reader=first_member(thread).user,
            beyond=0,
            newest_first=newest_first,
            limit=2,
        )
    survey = SurveyFactory.create()
    flag = raised_flag()
    with atomic():
        lock_row(Thread, thread.pk)
        lock_row(Survey, survey.pk)
        lock_row(Flag, flag.pk)


def test_rows_are_those_of_django(talk: Thread, settings: Any) -> None:
    make_every_use(talk)
    seen = set()
    for name, use in Prepared.uses().items():
        if name == "tests":
            continue
        seen.add(kind_of(name))
        numbers = NUMBERS[kind_of(name)](talk)
        with atomic():
            ours, again = found(use, numbers), found(use, numbers)
            settings.CHAT_SETTINGS = {"PREPARED_QUERIES": False}
            djangos = found(use, numbers)
            settings.CHAT_SETTINGS = {}
        assert ours == again == djangos, name
        assert ours or finds_nothing(name, talk), name
    assert seen == set(NUMBERS)


def finds_nothing(name: str, thread: Thread) -> bool:
    """Return whether the use, made by another test, is of no row or of threads of another type."""
    of_type = re.search(r"memberships of type (.*)$", name)
    return name.startswith("first 0 ") or (of_type is not None and of_type[1] != thread.type)


def found(use: Prepared[Any], numbers: tuple[Any, ...]) -> Rows:
    query = use._build(*numbers)
    plain = query._iterable_class is not models.query.ModelIterable
    rows = as_values(use.values(*numbers) if plain else use.rows(*numbers))
    # The database may return the rows of a query without an order in any.
    return rows if query.ordered else sorted(rows, key=repr)


def test_no_use_is_made_where_the_test_does_not_look() -> None:
    """Uses are module-level, or made by what `make_every_use` calls."""
    assert {name for name in map(kind_of, Prepared.uses()) if name != "tests"} <= set(NUMBERS)


def test_setting_is_followed_at_once(talk: Thread, settings: Any) -> None:
    built = []

    def by_key(pk: int) -> models.QuerySet[Thread]:
        built.append(pk)
        return Thread.objects.filter(pk=pk)

    use = Prepared("tests", 1, by_key)
    for prepared, times in ((True, 1), (True, 1), (False, 2), (True, 2), (False, 3)):
        settings.CHAT_SETTINGS = {"PREPARED_QUERIES": prepared}
        with CaptureQueriesContext(connection) as captured:
            assert use.rows(talk.pk) == [talk]
        assert (len(captured), len(built)) == (1, times)


def test_missing_row_is_none_or_an_error_either_way(settings: Any) -> None:
    for prepared in (True, False):
        settings.CHAT_SETTINGS = {"PREPARED_QUERIES": prepared}
        assert selectors.membership_row(user_id=1, thread_id=2**62) is None
        with atomic(), pytest.raises(Thread.DoesNotExist):
            lock_row(Thread, 2**62)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize(
    "scenario", test_replay.SCENARIOS, ids=[one["name"] for one in test_replay.SCENARIOS]
)
def test_recordings_are_replayed_with_the_setting_off(scenario: dict[str, Any]) -> None:
    with ExitStack() as stack:
        stack.callback(chat_settings.reload)
        stack.enter_context(mock.patch.dict(DEFAULTS, PREPARED_QUERIES=False))
        chat_settings.reload()
        test_replay.test_recorded_requests_get_the_recorded_responses(scenario)
        assert chat_settings.PREPARED_QUERIES is False
