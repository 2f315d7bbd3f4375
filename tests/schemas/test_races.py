"""Concurrent publishing, copying and loading, with threads on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from chat_api.lib.errors import PublishedSchemaIsImmutable
from chat_api.schemas.actions import copy_as_unpublished, publish
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import load
from tests.databases import connection
from tests.factories import draft_schema, published_schema

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]

ROUNDS = 15


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls concurrently, each in its own thread; return results and exceptions."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return call()
        except Exception as error:  # noqa: BLE001
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_of_two_concurrently_published_versions_is_active():
    for round_ in range(ROUNDS):
        name = f"name {round_}"
        first, second = (draft_schema([{}], name=name, version=version) for version in (1, 2))
        assert at_once(partial(publish, schema=first), partial(publish, schema=second)) == [None, None]
        rows = Schema.objects.filter(name=name, published=True)
        assert sorted(rows.values_list("deprecated", flat=True)) == [False, True]


def test_concurrent_copies_get_different_versions():
    for _ in range(ROUNDS):
        schema = published_schema([{}, {}])
        copies = at_once(*[partial(copy_as_unpublished, schema=schema)] * 3)
        assert sorted(copy.version for copy in copies) == [2, 3, 4]
        assert all(copy.questions.count() == 2 for copy in copies)


def test_question_saved_during_publishing_is_included_or_rejected():
    for _ in range(ROUNDS):
        schema = draft_schema([{"text": "before"}])
        question = schema.questions.get()
        question.text = "after"
        published, saved = at_once(partial(publish, schema=schema), question.save)
        assert published is None
        stored = schema.questions.get().text
        assert stored == ("before" if isinstance(saved, PublishedSchemaIsImmutable) else "after")
        assert saved is None or isinstance(saved, PublishedSchemaIsImmutable)


def test_concurrently_loaded_files_get_different_versions(tmp_path):
    for round_ in range(ROUNDS):
        path = tmp_path / f"{round_}.yaml"
        path.write_text(f"name: name {round_}\ntype: survey\nquestions: [{{qid: 1, type: text}}]\n")
        done = at_once(*[partial(load, [path], using="default")] * 3)
        assert sorted(loaded.schemas[0].version for loaded in done) == [1, 2, 3]
