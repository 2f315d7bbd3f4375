"""The settings of the test project, for thousands of inputs."""

from tests.settings import *  # noqa: F403

ALLOWED_HOSTS = ["*"]
# Mistakes are counted by signals; a page that describes them helps nobody here.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {"django": {"handlers": ["nowhere"], "propagate": False}},
}
CHAT_SETTINGS = {
    "WS_COMMANDS_PER_MINUTE": 1_000_000,
    "ATTACHMENT_REFERENCE_MODELS": ("chat_api.Thread",),
    # So that every host's endpoint answers to those who are let in.
    "TYPES_SCHEMA_GET_THROUGH_API": ("survey", "automated_flow"),
}
