"""The settings of a host that changes everything that a migration could depend on."""

from os import environ

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES as PLAIN_DATABASES
from tests.settings import INSTALLED_APPS as PLAIN_APPS

INSTALLED_APPS = [*PLAIN_APPS, "tests.upgrade.people"]
AUTH_USER_MODEL = "people.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "pl"
USE_TZ = False
MEDIA_ROOT = "elsewhere"
DATABASES = {
    "default": {
        **PLAIN_DATABASES["default"],
        "NAME": environ.get("ANOTHER_HOST_DATABASE", ":memory:"),
    }
}

CHAT_SETTINGS = {
    "TYPES_CHAT": (("forum", "Forum"), ("desk", "Help desk")),
    "TYPES_CHAT_DEFAULT": "desk",
    "TYPES_CHAT_LIST_THROUGH_API": ("forum",),
    "TYPES_SCHEMA": (("quiz", "Quiz"),),
    "TYPES_SCHEMA_LIST_THROUGH_API": (),
    "TYPES_SCHEMA_GET_THROUGH_API": (),
    "SURVEYS_ALLOWED_SCHEMA_TYPES": ("quiz",),
    "TYPES_CUSTOM_ATTACHMENTS": (("pdf", "PDF File"), ("sound", "A sound")),
    "THREAD_PERMISSIONS_DEFAULT": 1,
    "THREAD_CREATOR_PERMISSIONS_DEFAULT": 8191,
    "ATTACHMENT_THUMBNAIL_SIZE": (10, 20),
    "ALLOW_EDIT_PUBLISHED_SCHEMAS": True,
    "MESSAGE_TYPES_RESERVED": (),
}
