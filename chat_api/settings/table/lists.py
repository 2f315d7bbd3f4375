"""Settings of lists, and of limits on the cost of a request."""

from __future__ import annotations

from typing import Final

from chat_api.settings.rules import MappingOf, Maybe, Rate, Switch, Text, WholeNumber, subclass_of
from chat_api.settings.setting import Setting

_PAGINATION: Final = "chat_api.lib.pagination.NoCountsPagination"
_IS_PAGINATION: Final = subclass_of("rest_framework.pagination.BasePagination")

SETTINGS: Final = (
    Setting(
        "PAGINATION_THREAD_LIST",
        _PAGINATION,
        _IS_PAGINATION,
        """
The pagination of an account's threads. The default takes ``limit`` and ``offset``, counts nothing, and has a ``next``
whenever the page is full. Your own class has its own maximum.""",
    ),
    Setting(
        "PAGINATION_MESSAGES_LIST",
        _PAGINATION,
        _IS_PAGINATION,
        """
The pagination of a thread's messages.""",
    ),
    Setting(
        "PAGINATION_RUN_LIST",
        _PAGINATION,
        _IS_PAGINATION,
        """
The pagination of the runs of scripts in a thread.""",
    ),
    Setting(
        "PAGINATION_ACCOUNT_SURVEY_LIST",
        _PAGINATION,
        _IS_PAGINATION,
        """
The pagination of an account's surveys.""",
    ),
    Setting(
        "PAGINATION_GLOBAL_SURVEY_LIST",
        _PAGINATION,
        _IS_PAGINATION,
        """
The pagination of the list of all surveys.""",
    ),
    Setting(
        "PAGINATION_SCHEMA_LIST",
        "chat_api.lib.pagination.NoCountsWhenLimitedPagination",
        _IS_PAGINATION,
        """
The pagination of the list of schemas. By default there are pages only if the request has a ``limit``.""",
    ),
    Setting(
        "SCHEMA_LIST_MAX",
        1000,
        WholeNumber(),
        """
The maximum number of schemas in the list without a ``limit``.""",
    ),
    Setting(
        "PAGE_SIZE_MAX",
        200,
        WholeNumber(),
        """
The maximum number of objects on a page. A larger ``limit`` is reduced to it. A list without ``limit`` uses
``PAGE_SIZE`` of ``REST_FRAMEWORK``; without either, the request is rejected.""",
    ),
    Setting(
        "PAGE_BYTES_MAX",
        4 * 2**20,
        WholeNumber(),
        """
The maximum size in bytes of the messages on a page. A page of messages or threads ends before the object that would
exceed it (it has at least one), and ``next`` continues there. A plain list of survey items is rejected with
``limit: PAGE_TOO_LARGE``.""",
    ),
    Setting(
        "REQUEST_BYTES_MAX",
        2**20,
        WholeNumber(),
        """
The maximum size in bytes of a request's body without its files, or Django's ``DATA_UPLOAD_MAX_MEMORY_SIZE`` if that
is lower. A larger body is rejected with 413 and ``REQUEST_TOO_LARGE`` before it is parsed.""",
    ),
    Setting(
        "PREPARED_QUERIES",
        True,
        Switch(),
        """
Whether the queries of every request are compiled once per connection. Turn it off to find out whether these compiled
queries cause a problem, for example with your own database backend: they take longer then, and return the same rows.
See :doc:`/decisions/0011-frequent-queries-are-compiled-once`.""",
    ),
    Setting(
        "THROTTLE_RATES",
        {},
        MappingOf(Text(blank=False), Maybe(Rate())),
        """
A dict from a throttling scope to a rate, for example ``"100/minute"``. The scope of all endpoints is ``chat_api``.
Without a rate there is no limit.""",
    ),
)
