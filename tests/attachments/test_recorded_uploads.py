"""Recorded uploads get the responses of 0.8.8, except for those in `DIFFERENCES`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.attachments.conftest import PLAIN, Place
from tests.attachments.storing import stored_files

STEPS = json.loads(Path(__file__).with_name("recorded_uploads.json").read_text(encoding="utf-8"))
OF_FIELD = {"file_content": ["INCORRECT_TYPE"]}

#: By step: the reason for a different response, its status and, if refused, its errors.
DIFFERENCES: dict[str, tuple[str, int, Any]] = {
    "image: invalid base64": ("an exception then", 400, OF_FIELD),
    "image: data URI prefix": ("an exception then", 201, None),
    "image: blank content": ("it is the field that is wrong", 400, OF_FIELD),
    "image: png magic but broken body": ("an exception then", 400, OF_FIELD),
    "plain custom with file_content": ("an exception then", 201, None),
    "PATCH image blank content": ("it is the field that is wrong", 400, OF_FIELD),
    "inline broken png": ("an exception then", 400, {"attachments": [OF_FIELD]}),
    "PUT image with type plain": ("the type never changes", 200, {"type": "image"}),
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]


def as_recorded(shown: Any) -> Any:
    """Return the response with placeholders for random names, and without the size of the thumbnail."""
    text = re.sub(r"/media/(attachments/(?:thumbnails/)?)[\w-]{22}\.", r"/media/\1NAME.", json.dumps(shown))
    found = json.loads(text)
    if isinstance(found, dict) and isinstance(found.get("thumbnail"), dict):
        # 0.8.8 returned the maximum size.
        found["thumbnail"] = {**found["thumbnail"], "width": 100, "height": 100}
    return found


@pytest.mark.parametrize("step", STEPS, ids=[f"{step['scenario']}: {step['label']}" for step in STEPS])
def test_uploads_get_the_recorded_responses(message: Place, chat: Any, step: dict[str, Any]) -> None:
    chat(TYPES_CUSTOM_ATTACHMENTS=PLAIN)
    path = message.path.rsplit("/", 2)[0] if step["inline"] else message.path
    if step["method"] != "POST":
        first = next(each for each in STEPS if each["label"] == "image")
        path = f"{path}/{message.attach(**first['body'])['id']}"
    send = getattr(message.client, step["method"].lower())
    before = len(stored_files())
    response = send(path, json.dumps(step["body"]), content_type="application/json")

    _, status, said = DIFFERENCES.get(step["label"], ("", step["status"], None))
    assert response.status_code == status, response.content
    if status >= 400:
        assert response.json() == (said or step["response"])
        assert len(stored_files()) == before
    elif step["inline"]:
        assert [one["type"] for one in response.json()["attachments_data"]] == [
            one["type"] for one in step["body"]["attachments"]
        ]
    elif step["label"] not in DIFFERENCES:
        recorded = as_recorded(step["response"])
        if step["method"] != "POST":
            # Earlier steps are not replayed.
            recorded = {
                key: value for key, value in recorded.items() if key != "title" or key in step["body"]
            }
        assert {key: as_recorded(response.json())[key] for key in recorded} == recorded
    elif said is not None:
        assert response.json().items() >= said.items()


def test_every_listed_difference_occurs() -> None:
    assert {step["label"] for step in STEPS} >= DIFFERENCES.keys()
