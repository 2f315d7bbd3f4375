"""A host with invalid settings; CHAT_API_TEST_BROKEN in the environment names the error."""

from os import environ
from typing import Any

from chat_api.settings import DEFAULTS
from tests.settings import *  # noqa: F403

_VALUES: dict[str, Any] = {
    "path": "no.where",
    "module": "tests.raises_at_import.anything",
    "number": 5,
    "none": None,
    "list": [5],
    "dict": {"a": 5},
    "object": object(),
}
CHAT_SETTINGS = dict.fromkeys(DEFAULTS, _VALUES[environ["CHAT_API_TEST_BROKEN"]])
CELERY_APP_PATH = CHAT_SETTINGS["ACCOUNT_SERIALIZER"]
ACCEPTED_IMAGE_MIME = 5
MIME_TO_EXT = ["image/png"]
