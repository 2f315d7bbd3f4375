"""The same host with a replica that lags for ever: whatever is read there is as it was before the test."""

from tests.settings import *  # noqa: F403
from tests.settings import database

DATABASES = {"default": database(), "replica": database("_replica")}
# Nothing is to be read there, so how its tables were made does not matter.
DATABASES["replica"]["TEST"]["MIGRATE"] = False
DATABASE_ROUTERS = ["tests.routers.ReplicaRouter"]
AUTHENTICATION_BACKENDS = ["tests.backends.PrimaryBackend"]
