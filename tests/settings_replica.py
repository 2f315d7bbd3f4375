"""The same host with a replica that never catches up: it has the data from before the test."""

from tests.settings import *  # noqa: F403
from tests.settings import database

DATABASES = {"default": database(), "replica": database("_replica")}
# Nothing must be read there, so it does not matter how its tables were created.
DATABASES["replica"]["TEST"]["MIGRATE"] = False
DATABASE_ROUTERS = ["tests.routers.ReplicaRouter"]
AUTHENTICATION_BACKENDS = ["tests.backends.PrimaryBackend"]
