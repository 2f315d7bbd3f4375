"""The pagination classes that settings name: the public path of `chat_api.lib.rest.pagination`."""

from chat_api.lib.rest.pagination import NoCountsPagination, NoCountsWhenLimitedPagination

__all__ = ["NoCountsPagination", "NoCountsWhenLimitedPagination"]
