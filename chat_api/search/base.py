"""The base class of search backends: the public path of `chat_api.search.backends.base`."""

from chat_api.search.backends.base import SearchBackend, search_backend

__all__ = ["SearchBackend", "search_backend"]
