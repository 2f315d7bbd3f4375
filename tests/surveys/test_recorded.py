"""Recorded requests to 0.8.8, replayed: the responses are the same, except those that `DIFFERENCES` lists."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management.color import no_style
from rest_framework.test import APIClient

from chat_api.schemas.models import Answer, Question, Schema
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.utils.avatars import default_avatar
from tests.databases import connection

SCENARIOS = json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8"))
MODELS: dict[str, Any] = {"Schema": Schema, "Question": Question, "Answer": Answer, "Survey": Survey}
JSON_COLUMNS = frozenset({"meta", "variable_modifications", "forking_rules", "state"})
PEOPLE = {"alice": "Alice", "bob": "Bob", "carol": "Carol", "dave": "Dave", "admin": ""}
#: Keys of surveys and errors that 0.8.8 did not have.
NEW_KEYS = ("submitted", "client_id", "confirm", "attachments", "instance", "code", "text_format")
#: Settings under which a step was recorded.
RECORDED_WITH = {"SURVEYS_ALLOWED_SCHEMA_TYPES=": {"SURVEYS_ALLOWED_SCHEMA_TYPES": ("automated_flow",)}}


@dataclass(frozen=True)
class Difference:
    """Why and how the response to a step differs, and how to continue as recorded.

    `body` is the response, or a function of the recorded one. With `settings`, or with `body_sent` as the request, the
    response is the recorded one. `then` creates the row that 0.8.8 created.
    """

    why: str
    status: int
    body: Any
    settings: dict[str, Any] | None = None
    body_sent: dict[str, Any] | None = None
    then: Callable[[], Any] | None = None


def anyone(user: Any) -> Any:
    """AUTOMATED_SENDERS of a host that allows everybody, as 0.8.8 did."""
    return get_user_model().objects.all()


def survey_of_a_draft() -> None:
    state = {"visibility": [1], "completed": False}
    Survey.objects.create(schema_id=4, user_id=1, state=state)


def foreign_item() -> None:
    SurveyItem.objects.create(survey_id=1, related_question_id=10, text="foreign", position=4, sender_id=1)
    Survey.objects.get(pk=1).save(update_fields=["updated"])


def checked(code: dict[str, list[str]]) -> Difference:
    return Difference("a changed item is validated like a new one", 400, code)


def unchanged(**values: Any) -> Difference:
    """Return the difference of an item whose earlier changes are rejected now."""
    why = "the earlier changes were rejected"
    return Difference(why, 200, lambda recorded: {**recorded, **values})


NO: dict[str, Any] = {
    "question": 1,
    "next_qid": 4,
    "meta": None,
    "id": 2,
    "text": "no",
    "position": 2,
    "variable_modifications": [],
    "exclusive": False,
}

ALICE = {"first_name": "Alice", "last_name": "A", "id": 1, "avatar": default_avatar()}

DIFFERENCES: dict[str, dict[str, Difference]] = {
    "surveys_list_create": {
        "unpublished schema": Difference(
            "a draft cannot be filled in", 400, {"schema": ["NOT_PUBLISHED"]}, then=survey_of_a_draft
        ),
        "automated_sender + read-only fields": Difference(
            "an automated sender is the requester or one of AUTOMATED_SENDERS",
            400,
            {"automated_sender": ["NOT_ALLOWED"]},
            settings={"AUTOMATED_SENDERS": anyone},
        ),
        "global list as bob: everyone's surveys": Difference(
            "only staff see the surveys of others",
            200,
            lambda recorded: {
                **recorded,
                "results": [row for row in recorded["results"] if row["user"] == 2],
            },
            settings={"SURVEYS_GLOBAL_LIST_ALL": True},
        ),
        "global list filter user": Difference(
            "only staff see the surveys of others",
            200,
            {"next": None, "previous": None, "results": []},
            settings={"SURVEYS_GLOBAL_LIST_ALL": True},
        ),
    },
    "surveys_items": {
        "q1 yes (verify, meta)": Difference(
            "`verify` was ignored",
            200,
            lambda recorded: {
                **recorded,
                "id": None,
                "created": None,
                "updated": None,
                "survey_data": {
                    **recorded["survey_data"],
                    "updated": recorded["survey_data"]["created"],
                    "state": {"visibility": [1], "completed": False},
                },
            },
            body_sent={"related_question": 1, "answers": [1], "meta": {"a": 1}},
        ),
        "PATCH q1: two answers to a choice (no validation)": checked({"answers": ["TOO_MANY"]}),
        "PATCH q1: answer of another question (no validation)": checked({"answers": ["WRONG_VALUE"]}),
        "PATCH q1: answer of another schema": checked({"answers": ["WRONG_VALUE"]}),
        "PATCH q1: empty answers": checked({"answers": ["REQUIRED"]}),
        "PATCH q1: text (not escaped), meta read-only": checked({"text": ["WRONG_STATE"]}),
        "PATCH q2: not an int (no validation)": checked({"text": ["WRONG_VALUE"]}),
        "PATCH q2: blank (still counted as answered)": checked({"text": ["REQUIRED"]}),
        "survey 2: PATCH q1 with an answer of the not yet answered q3": checked({"answers": ["WRONG_VALUE"]}),
        "state after foreign answer": unchanged(state={"visibility": [1, 4, 6], "completed": True}),
        "PATCH read-only fields": unchanged(text="", answers=[2], answers_data=[NO]),
        "PUT": unchanged(text=""),
        "PUT empty": unchanged(text=""),
        "question of ANOTHER schema is accepted": Difference(
            "a question of another schema is rejected",
            400,
            {"related_question": ["QUESTION_FROM_WRONG_SCHEMA"]},
            then=foreign_item,
        ),
    },
}


def modern(value: Any) -> Any:
    """Return a recorded value as it is shown now: default avatars, states and ids as JSON."""
    if isinstance(value, list):
        return [modern(item) for item in value]
    if not isinstance(value, dict):
        return value
    shown = {key: modern(item) for key, item in value.items()}
    if "avatar" in shown:
        shown["avatar"] = default_avatar()
    if isinstance(shown.get("state"), str):
        shown["state"] = ast.literal_eval(shown["state"])
    if isinstance(shown.get("survey"), str):
        shown["survey"] = int(shown["survey"])
    return shown


def without_new_keys(shown: Any) -> Any:
    """Return surveys, a page of them, or the fields of OPTIONS, with the keys that 0.8.8 had."""
    if isinstance(shown, list):
        return [
            key if isinstance(key, str) else without_new_keys(key) for key in shown if key not in NEW_KEYS
        ]
    if not isinstance(shown, dict):
        return shown
    return {
        key: without_new_keys(value) if key in ("results", "POST", "PUT") else value
        for key, value in shown.items()
        if key not in NEW_KEYS
    }


def set_up(step: dict[str, Any]) -> None:
    for name, model in MODELS.items():
        rows = [
            {
                key: json.loads(value) if key in JSON_COLUMNS and isinstance(value, str) else value
                for key, value in row.items()
            }
            for row in step.get("insert", {}).get(name, [])
        ]
        model.objects.bulk_create(model(**row) for row in rows)
        for changes in step.get("update", {}).get(name, []):
            changes = dict(changes)
            model.objects.filter(pk=changes.pop("pk")).update(**changes)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(MODELS.values())):
            cursor.execute(statement)


def sent(step: dict[str, Any], people: dict[str, Any], body: Any = None) -> tuple[int, Any]:
    client = APIClient()
    if step["user"] is not None:
        client.force_authenticate(people[step["user"]])
    send = getattr(client, step["method"].lower())
    response = send(step["path"]) if step["method"] == "GET" else send(step["path"], body or step["request"])
    shown: Any = response.json() if response.content else None
    if step["method"] == "OPTIONS":
        shown = {method: sorted(fields) for method, fields in shown.get("actions", {}).items()}
    return response.status_code, without_new_keys(shown)


def replay(step: dict[str, Any], people: dict[str, Any], settings: Any, difference: Any) -> None:
    settings.CHAT_SETTINGS = next(
        (values for start, values in RECORDED_WITH.items() if step["label"].startswith(start)), {}
    )
    recorded = modern(step["response"])
    if re.search(r"/items/\d+$", step["path"]) and step["method"] != "OPTIONS" and step["status"] == 200:
        # 0.8.8 showed the sender of a single item only on demand; the contract lists the key.
        recorded["sender_data"] = ALICE
    if difference is not None:
        expected = difference.body(recorded) if callable(difference.body) else difference.body
        assert sent(step, people) == (difference.status, expected), difference.why
        if difference.then is not None:
            difference.then()
        if difference.settings is None and difference.body_sent is None:
            return
        settings.CHAT_SETTINGS = difference.settings or {}
    body = difference.body_sent if difference is not None else None
    assert sent(step, people, body) == (step["status"], recorded), step["label"]


@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["name"] for scenario in SCENARIOS])
def test_recorded_requests_get_the_recorded_responses(scenario, settings):
    people = {
        name: get_user_model().objects.create(
            username=name, first_name=first, last_name=first[:1], is_superuser=name == "admin"
        )
        for name, first in PEOPLE.items()
    }
    differences = DIFFERENCES.get(scenario["name"], {})
    for step in scenario["steps"]:
        with time_machine.travel(step["now"] + "+00:00", tick=False):
            if step["kind"] == "setup":
                set_up(step)
            else:
                replay(step, people, settings, differences.get(step["label"]))


def test_every_difference_occurs():
    labels = {scenario["name"]: {step["label"] for step in scenario["steps"]} for scenario in SCENARIOS}
    for name, differences in DIFFERENCES.items():
        assert set(differences) <= labels[name]
