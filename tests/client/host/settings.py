"""The settings of the project: those of the chaos run, in the database of the test that starts it."""

import json
from importlib.util import find_spec
from os import environ
from pathlib import Path

from benchmarks.chaos_settings import *  # noqa: F403

ROOT_URLCONF = "tests.client.host.urls"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.client.host"]  # noqa: F405
STATICFILES_DIRS = [("client", Path(__file__).resolve().parent.parent / "pages")]
STATIC_ROOT = environ.get("CHAT_API_CLIENT_STATIC", "")
#: A folder that is served at /front/, for pages of a test.
FRONT = ""
#: Where the API is, and in which namespace.
API_PREFIX = "api/"
API_NAMESPACE = ""

if find_spec("corsheaders"):
    INSTALLED_APPS.append("corsheaders")
    MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *MIDDLEWARE]  # noqa: F405
# Under ASGI, connections that stay open belong to threads that come and go, and a server runs out of them.
DATABASES["default"] |= {  # noqa: F405
    "CONN_MAX_AGE": 0,
    "OPTIONS": {"pool": {"min_size": 1, "max_size": 20, "timeout": 60}},
}
# Many sockets are opened at once.
CHAT_SETTINGS = {"WS_HEARTBEAT_SECONDS": 2, "WS_CONNECTS_PER_SECOND": 200}

_other = json.loads(environ.get("CHAT_API_CLIENT_HOST", "{}"))
CHAT_SETTINGS |= _other.pop("CHAT_SETTINGS", {})
globals().update(_other)
