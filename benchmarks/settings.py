"""The test project without its debugging aids; each run creates its database."""

from tests.settings import *  # noqa: F403

DEBUG = False
ROOT_URLCONF = "benchmarks.urls"
# Without sockets; what they add is a case of its own.
CHANNEL_LAYERS: dict[str, object] = {}
