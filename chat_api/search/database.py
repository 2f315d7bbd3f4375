"""The search in the project's database: the public path of `chat_api.search.backends.database`."""

from chat_api.search.backends.database import DatabaseSearchBackend

__all__ = ["DatabaseSearchBackend"]
