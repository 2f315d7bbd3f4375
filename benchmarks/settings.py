"""The test host, without what only debugging needs; the database is made anew for each run."""

from tests.settings import *  # noqa: F403

DEBUG = False
ROOT_URLCONF = "benchmarks.urls"
# Without sockets; what they add is a case of its own.
CHANNEL_LAYERS: dict[str, object] = {}
