"""The same host with the chat and its accounts in a second database beside `default`."""

from tests.settings import *  # noqa: F403
from tests.settings import database

DATABASES = {"default": database(), "chat": database("_chat")}
DATABASE_ROUTERS = ["tests.routers.SecondDatabaseRouter"]
