"""Flags are raised and cleared as their conditions change, and notified of again only after somebody has seen them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test.utils import CaptureQueriesContext

from chat_api.lib.db.transactions import atomic
from chat_api.raised_flags.actions import Subject, mark_flags_seen, update_flags
from chat_api.raised_flags.models import Flag
from chat_api.raised_flags.signals import flag_raised
from tests.databases import connection
from tests.factories import SurveyFactory, SurveyItemFactory, UserFactory, published_schema

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FLAGS = [{"name": "ideation", "if": "1"}, {"name": "high", "if": "1"}]


@pytest.fixture
def survey(db: None) -> Any:
    return SurveyFactory(schema=published_schema([{}], flags=FLAGS))


@pytest.fixture
def received() -> Iterator[list[Flag]]:
    """Return the list that the flags of the signal are added to."""
    flags: list[Flag] = []

    def receive(flag: Flag, **kwargs: Any) -> None:
        flags.append(flag)

    flag_raised.connect(receive, weak=False)
    yield flags
    flag_raised.disconnect(receive)


@pytest.fixture
def change(survey, django_capture_on_commit_callbacks):
    """Return a function that makes these flags true, and the others false."""

    def change_to(*raised: str, now: datetime = NOW, **answer: Any) -> list[str]:
        subject = Subject(survey.schema, survey_id=survey.pk)
        with django_capture_on_commit_callbacks(execute=True), atomic():
            return [flag.name for flag in update_flags(subject, raised, now=now, **answer)]

    return change_to


def test_flag_that_becomes_true_is_a_row_with_its_time_and_answer(change, survey, received):
    item = SurveyItemFactory(survey=survey)
    assert change("ideation", item_id=item.pk) == ["ideation"]
    flag = Flag.objects.get()
    assert (flag.name, flag.survey, flag.raised, flag.item) == ("ideation", survey, NOW, item)
    assert flag.is_open
    assert received == [flag]


def test_flag_that_stays_true_notifies_nobody_again(change, received):
    change("ideation")
    assert change("ideation", now=LATER) == []
    assert Flag.objects.get().raised == NOW
    assert len(received) == 1


def test_flag_that_is_no_longer_true_is_cleared_once(change):
    change("ideation", "high")
    change("high", now=LATER)
    change("high", now=LATER + timedelta(hours=1))
    assert dict(Flag.objects.values_list("name", "cleared")) == {"ideation": LATER, "high": None}


def test_cleared_flag_that_nobody_has_seen_is_reopened_quietly(change, received):
    change("ideation")
    change()
    assert change("ideation", now=LATER) == []
    assert (Flag.objects.get().cleared, Flag.objects.get().raised) == (None, NOW)
    assert len(received) == 1


def test_cleared_flag_that_was_seen_is_raised_again(change, received):
    change("ideation")
    flag, reader = Flag.objects.get(), UserFactory()
    assert mark_flags_seen(flag_ids=[flag.pk], by=reader, now=NOW) == 1
    change()
    assert change("ideation", now=LATER) == ["ideation"]
    flag.refresh_from_db()
    assert (flag.raised, flag.seen, flag.seen_by, flag.cleared) == (LATER, None, None, None)
    assert len(received) == 2


def test_seen_flag_that_stays_true_stays_seen(change):
    change("ideation")
    mark_flags_seen(flag_ids=Flag.objects.values_list("pk", flat=True), by=None, now=NOW)
    change("ideation", now=LATER)
    assert Flag.objects.get().seen == NOW


def test_flag_is_marked_as_seen_once(change):
    change("ideation")
    pks = [Flag.objects.get().pk]
    first, second = UserFactory.create_batch(2)
    mark_flags_seen(flag_ids=pks, by=first, now=NOW)
    assert mark_flags_seen(flag_ids=pks, by=second, now=LATER) == 0
    assert Flag.objects.get().seen_by == first


def test_name_that_the_schema_has_not_raises_nothing(change):
    assert change("unknown") == []
    assert not Flag.objects.exists()


def test_removed_answer_leaves_the_flag(change, survey):
    item = SurveyItemFactory(survey=survey)
    change("ideation", item_id=item.pk)
    pk = item.pk
    item.delete()
    change("ideation", removed_item_ids=[pk])
    assert Flag.objects.get().item is None


def test_flags_are_deleted_with_their_survey(change, survey):
    change("ideation")
    survey.delete()
    assert not Flag.objects.exists()


def test_flag_belongs_to_a_run_or_a_survey(survey):
    with pytest.raises(IntegrityError), atomic():
        Flag.objects.create(schema=survey.schema, name="ideation", raised=NOW)


def test_flags_cost_one_query_where_nothing_changes_and_none_without_flags(change, survey):
    change("ideation")
    with CaptureQueriesContext(connection) as queries, atomic():
        update_flags(Subject(survey.schema, survey_id=survey.pk), ["ideation"], now=NOW)
    assert sum("chat_api_flag" in query["sql"] for query in queries) == 1
    plain = SurveyFactory(schema=published_schema([{}]))
    with CaptureQueriesContext(connection) as queries, atomic():
        update_flags(Subject(plain.schema, survey_id=plain.pk), [], now=NOW)
    assert not any("chat_api_flag" in query["sql"] for query in queries)
