"""The base class of search backends: the public path of `chat_api.search.backends.base`."""

from chat_api.search.backends.base import SearchBackend

__all__ = ["SearchBackend"]
