"""A host that got every setting wrong, in the way that the environment's CHAT_API_TEST_BROKEN names."""

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
