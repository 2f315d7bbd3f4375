"""Recorded requests about attachments get the responses of 0.8.8, except for those in `DIFFERENCES`.

Uploads are omitted: their files are created as rows. Of messages, only the fields about attachments are recorded.
Ids are mapped to those in our responses, because 0.8.8 stored some attachments that we refuse, and vice versa.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from rest_framework.test import APIClient

from chat_api.chat.models import Attachment, Message, Thread, UserThread
from chat_api.schemas.models import Answer, Question, Schema
from tests.databases import connection
from tests.recorded.differences import error_of_0_8_8

SCENARIOS = json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8"))
MODELS: dict[str, Any] = {
    model.__name__: model for model in (Schema, Question, Answer, Thread, Message, UserThread, Attachment)
}
JSON_COLUMNS = {"options", "thumbnail", "variables_pool", "variable_modifications", "forking_rules", "meta"}
TIMES = {"created", "updated"}
PEOPLE = ("alice", "bob", "carol", "dave", "admin")
#: The recorded id of the content type of users.
RECORDED_USER_TYPE = 4
ANY = object()


@dataclass(frozen=True)
class Difference:
    """The reason for a different response: `body` is the response, a function of the recorded one, or ANY."""

    why: str
    status: int
    body: Any = ANY
    #: Reverts the effects of the step, so that later steps match the recording.
    then: Callable[[], Any] | None = None


def drop_newest() -> None:
    Attachment.objects.latest("pk").delete()


def retitle(pk: int, title: str) -> Callable[[], Any]:
    return lambda: Attachment.objects.filter(pk=pk).update(title=title)


def still_plain(recorded: Any) -> Any:
    """Return the response without the change of the type of attachment 3."""
    if isinstance(recorded, dict) and "attachments_data" in recorded:
        return {**recorded, "attachments_data": [still_plain(row) for row in recorded["attachments_data"]]}
    return {**recorded, "type": "plain", "src": ""} if recorded["id"] == 3 else recorded


def no_youtube(code: str) -> Difference:
    return Difference("an invalid URL has its own code", 400, {"url": [code]})


NOT_FOUND = {"detail": "Not found."}
MISSING = {"object_id": ["DOES_NOT_EXIST"]}
OPTIONS = Difference("OPTIONS answers those who may read", 200)

DIFFERENCES: dict[str, dict[str, Difference]] = {
    "attachments_crud": {
        "youtube": Difference("`url` was forgotten, so no video could be attached", 201, then=drop_newest),
        "youtube: non-youtube url": no_youtube("INCORRECT_URL"),
        "youtube: bad url": no_youtube("INCORRECT_URL"),
        "youtube: with file_content": no_youtube("INCORRECT_URL"),
        "object_reference missing object": Difference("the object must exist", 400, MISSING),
        "object_reference negative id": Difference("the object must exist", 400, MISSING),
        "object_reference null id": Difference(
            "a reference names an object", 400, {"object_id": ["REQUIRED"]}
        ),
        "plain custom with file_content": Difference("it was an error of the server", 201, then=drop_newest),
        "options null": Difference("options may be null", 201, then=drop_newest),
        "unknown message": Difference("the thread may be seen, the message is not in it", 404, NOT_FOUND),
        "list of unknown message": Difference(
            "the thread may be seen, the message is not in it", 404, NOT_FOUND
        ),
        "OPTIONS": OPTIONS,
    },
    "attachments_detail": {
        "PATCH title of youtube": Difference("what is not sent stays", 200, then=retitle(1, "a")),
        "PATCH youtube title + url": no_youtube("INCORRECT_URL"),
        "PUT youtube": no_youtube("INCORRECT_URL"),
        "PATCH plain: type -> youtube (validated as the old type)": Difference(
            "the type is fixed", 200, still_plain
        ),
        "GET after type change": Difference("the type is fixed", 200, still_plain),
        "PATCH after type change": Difference("the type is fixed", 200, then=retitle(3, "q")),
        "has_attachments before": Difference("the type is fixed", 200, still_plain),
        "OPTIONS": OPTIONS,
    },
    "attachments_inline": {
        "inline one youtube": Difference(
            "an invalid URL has its own code", 400, {"attachments": [{"url": ["INCORRECT_URL"]}]}
        ),
        "inline object_reference": Difference("it was dropped silently", 201, then=drop_newest),
        "inline object_reference: message detail": Difference(
            "it was dropped silently", 200, {"has_attachments": True, "attachments_data": []}
        ),
    },
}


@dataclass
class Replay:
    """One scenario: its user, and our ids by recorded ids."""

    people: dict[str, Any]
    user_type: int
    ids: dict[int, int] = field(default_factory=dict)

    def make_rows(self, step: dict[str, Any]) -> None:
        """Create and change the rows of the step as recorded."""
        for name, model in MODELS.items():
            rows = [columns(row) for row in step["inserted"].get(name, [])]
            model._base_manager.bulk_create(model(**row) for row in rows)
            if model is Attachment:
                self.ids.update({row["id"]: row["id"] for row in rows})
                Message.objects.filter(attachments__in=[row["id"] for row in rows]).update(
                    has_attachments=True
                )
        for row in step.get("updated", []):
            Attachment.objects.filter(pk=row["pk"]).update(**{key: row[key] for key in row if key != "pk"})
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(MODELS.values())):
                cursor.execute(statement)

    def ask(self, step: dict[str, Any]) -> tuple[int, Any]:
        """Send the request of the step; return status and body, of a message only the recorded fields."""
        client = APIClient()
        if step["user"] is not None:
            client.force_authenticate(self.people[step["user"]])
        path = re.sub(r"(?<=/attachments/)\d+", lambda pk: str(self.ids.get(int(pk[0]), pk[0])), step["path"])
        body = self.with_our_user_type(step["request"])
        send = getattr(client, step["method"].lower())
        response = send(path) if step["method"] in ("GET", "OPTIONS") else send(path, body)
        return response.status_code, cut(error_of_0_8_8(response.json())) if response.content else None

    def with_our_user_type(self, value: Any) -> Any:
        """Return the value with the content type id of users in this database, at any depth."""
        if isinstance(value, list):
            return [self.with_our_user_type(item) for item in value]
        if not isinstance(value, dict):
            return value
        shown = {key: self.with_our_user_type(item) for key, item in value.items()}
        if shown.get("content_type") == RECORDED_USER_TYPE:
            shown["content_type"] = self.user_type
        return shown

    def learn(self, recorded: Any, shown: Any) -> None:
        """Store which of our ids correspond to the recorded ids of created objects."""
        if isinstance(recorded, dict) and "attachments_data" in recorded:
            for before, now in zip(recorded["attachments_data"], shown["attachments_data"], strict=False):
                self.learn(before, now)
        elif isinstance(recorded, dict) and isinstance(shown, dict) and "id" in recorded and "id" in shown:
            self.ids[recorded["id"]] = shown["id"]

    def translated(self, value: Any) -> Any:
        """Return a recorded value with our ids, without attachments that only 0.8.8 has."""
        if isinstance(value, list):
            kept = [item for item in value if not (is_attachment(item) and item["id"] not in self.ids)]
            return [self.translated(item) for item in kept]
        if not isinstance(value, dict):
            return value
        shown = {key: self.translated(item) for key, item in value.items()}
        if is_attachment(value):
            shown["id"] = self.ids[value["id"]]
        return self.with_our_user_type(shown)

    def check(self, step: dict[str, Any], difference: Difference | None) -> None:
        """Compare our response with the recorded one or with the listed difference."""
        status, shown = self.ask(step)
        if difference is None:
            assert status == step["status"], (step["label"], shown)
            if step["method"] == "POST":
                self.learn(step["response"], shown)
            assert shown == self.translated(step["response"]), step["label"]
            return
        assert (status, step["response"]) != (step["status"], shown), f"{step['label']} differs no longer"
        assert status == difference.status, (difference.why, shown)
        if difference.then is not None:
            difference.then()
        if callable(difference.body):
            assert shown == difference.body(self.translated(step["response"])), difference.why
        elif difference.body is not ANY:
            assert shown == difference.body, difference.why


def is_attachment(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value and "attachments_data" not in value


def columns(row: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of the row without the last message, which is created later."""
    return {key: column(key, value) for key, value in row.items() if key != "last_message_id"}


def column(key: str, value: Any) -> Any:
    if key in JSON_COLUMNS and isinstance(value, str):
        return json.loads(value)
    return f"{value}+00:00" if key in TIMES else value


def cut(shown: Any) -> Any:
    if isinstance(shown, dict) and "results" in shown:
        return {"results": [cut(row) for row in shown["results"]]}
    if isinstance(shown, dict) and "attachments_data" in shown:
        return {key: shown[key] for key in ("has_attachments", "attachments_data")}
    return shown


@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["name"] for scenario in SCENARIOS])
def test_recorded_requests_get_the_recorded_responses(scenario: dict[str, Any], chat: Any) -> None:
    chat(
        TYPES_CUSTOM_ATTACHMENTS=(
            ("pdf", "PDF File"),
            ("pdf_readme", "PDF README"),
            ("plain", "Plain custom"),
        ),
        ATTACHMENT_REFERENCE_MODELS=("auth.User",),
    )
    users = get_user_model()
    people = {name: users.objects.create(username=name, is_superuser=name == "admin") for name in PEOPLE}
    replay = Replay(people, ContentType.objects.get_for_model(users).pk)
    differences = DIFFERENCES[scenario["name"]]
    for step in scenario["steps"]:
        if step["kind"] == "rows":
            replay.make_rows(step)
        else:
            replay.check(step, differences.get(step["label"]))


def test_every_listed_difference_occurs() -> None:
    for scenario in SCENARIOS:
        labels = {step["label"] for step in scenario["steps"]}
        assert set(DIFFERENCES[scenario["name"]]) <= labels
