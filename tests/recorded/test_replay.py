"""Recorded requests for threads and messages get the responses of 0.8.8, except for listed differences."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management.color import no_style
from rest_framework.test import APIClient

from chat_api import models
from chat_api.chat.actions import ScriptPlan, ThreadDraft, create_thread
from tests.databases import connection
from tests.recorded.compact import TABLES, held_of
from tests.recorded.differences import DIFFERENCES, NEW_KEYS, Difference, error_of_0_8_8

SCENARIOS = [
    scenario
    for name in ("threads", "messages")
    for scenario in json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
]
PEOPLE = {"alice": "Alice", "bob": "Bob", "carol": "Carol", "dave": "Dave", "admin": ""}
JSON_COLUMNS = frozenset({"meta", "variable_modifications", "forking_rules", "variables_pool"})
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")


def as_stored_now(column: str, value: Any) -> Any:
    """Return a recorded value as its column stores it today."""
    if column in JSON_COLUMNS and isinstance(value, str):
        return json.loads(value) if value else None
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return f"{value}+00:00"
    return value


def set_up(rows: dict[str, Any]) -> None:
    """Create the initial rows of a step as an upgrade of the database would leave them."""
    last_messages = {}
    for name in TABLES:
        model = getattr(models, name)
        made = []
        for row in rows.get(name, {}).get("inserted", []):
            columns = {key: as_stored_now(key, value) for key, value in row.items()}
            if name == "Thread":
                last_messages[columns["id"]] = columns.pop("last_message_id")
            made.append(model(**columns))
        model._base_manager.bulk_create(made)
        for update in rows.get(name, {}).get("updated", []):
            values = {key: as_stored_now(key, new) for key, (_, new) in update["changes"].items()}
            model._base_manager.filter(pk=update["pk"]).update(**values)
    for pk, message in last_messages.items():
        models.Thread.objects.filter(pk=pk).update(last_message=message)
    mark_what_asks()
    reset_sequences()


def mark_what_asks() -> None:
    """Mark the messages that ask a question, by the rule of the upgrade."""
    for member in models.UserThread.objects.exclude(schema=None):
        asking = models.Message.all_objects.filter(
            thread=member.thread_id,
            related_question__schema=member.schema_id,
            answer_links=None,
            asks=False,
        ).select_related("related_question")
        for message in asking:
            if message.related_question is not None and message.type == message.related_question.show_as_type:
                models.Message.all_objects.filter(pk=message.pk).update(asks=True, asked_of=member)


def reset_sequences() -> None:
    tables = [getattr(models, name) for name in TABLES]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def begin_thread(people: dict[str, Any]) -> None:
    """Create the thread for each step of `question_types`: Alice, scripted with the newest schema."""
    schema = models.Schema.objects.latest("pk")
    draft = ThreadDraft(type="chat", plan=ScriptPlan(schema=schema))
    create_thread(creator=people["alice"], draft=draft, permissions=8191)


def send(step: dict[str, Any], people: dict[str, Any]) -> tuple[int, Any]:
    """Send the request of the step; return status and body."""
    client = APIClient()
    if step["user"] is not None:
        client.force_authenticate(people[step["user"]])
    call = getattr(client, step["method"].lower())
    body = step["request"]
    answer = call(step["path"]) if body is None else call(step["path"], body, format="json")
    is_json = answer.content and answer.headers["Content-Type"] == "application/json"
    return answer.status_code, answer.json() if is_json else None


def missing_or_new(recorded: Any, shown: Any, path: str = "") -> list[str]:
    """Return messages about keys that differ; null and an empty list have no keys to compare."""
    if isinstance(recorded, list):
        return missing_or_new(recorded[0], shown[0], path) if shown else []
    if not isinstance(recorded, dict) or not isinstance(shown, dict):
        return []
    problems = [f"{path}{key} is missing" for key in recorded.keys() - shown.keys()]
    problems += [f"{path}{key} is new" for key in shown.keys() - recorded.keys() - NEW_KEYS]
    for key in recorded.keys() & shown.keys():
        problems += missing_or_new(recorded[key], shown[key], f"{path}{key}.")
    return problems


def judge(step: dict[str, Any], status: int, shown: Any) -> list[str]:
    """Return messages about differences from the recorded response."""
    if "raised" in step:
        return [f"an exception then, {status} {shown if status >= 400 else ''} now"]
    if status != step["status"]:
        return [f"{step['status']} then, {status} {shown if status >= 400 else ''} now"]
    if "refusal" in step:
        is_page = isinstance(step["refusal"], str)
        is_same = error_of_0_8_8(shown) == step["refusal"]
        return [] if is_page or is_same else [f"{step['refusal']} then, {shown} now"]
    problems = missing_or_new(step.get("keys"), shown)
    held, now = step.get("held"), held_of(shown)
    if problems or held is None or held == now:
        return problems
    if isinstance(held, list) and len(held) != len(now):
        return [f"{len(held)} rows then, {len(now)} now"]
    pairs = zip(held, now, strict=True) if isinstance(held, list) else [(held, now)]
    return [
        f"{key}: {then[key]!r} then, {after[key]!r} now"
        for then, after in pairs
        for key in then
        if then[key] != after[key]
    ]


@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["name"] for scenario in SCENARIOS])
def test_recorded_requests_get_the_recorded_responses(scenario: dict[str, Any]) -> None:
    people = {
        name: get_user_model().objects.create(
            username=name,
            first_name=first,
            last_name=first[:1],
            email=f"{name}@x.test",
            is_superuser=name == "admin",
        )
        for name, first in PEOPLE.items()
    }
    listed: dict[str, Difference] = dict(DIFFERENCES.get(scenario["name"], {}))
    unexpected = []
    for step in scenario["steps"]:
        with time_machine.travel(f"{step['now']}+00:00", tick=False):
            if "rows" in step:
                set_up(step["rows"])
                continue
            if scenario["name"] == "question_types":
                begin_thread(people)
            problems = judge(step, *send(step, people))
        difference = listed.pop(step["label"], None)
        if problems and difference is None:
            unexpected.append(f"{step['label']}: {'; '.join(problems)}")
        if difference is not None:
            report = "; ".join(problems)
            if difference.now not in report or not problems:
                unexpected.append(
                    f"{step['label']}: listed as {difference.now!r}, but {report or 'no difference'}"
                )
    assert not unexpected, "\n".join(unexpected)
    assert not listed, f"listed, but did not occur: {sorted(listed)}"
