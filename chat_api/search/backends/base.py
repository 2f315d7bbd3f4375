"""The base class of search backends. `CHAT_SETTINGS["SEARCH_BACKEND"]` selects one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat, StrIndex
from django.utils.module_loading import import_string
from rest_framework import status

from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.errors import ChatAPIError
from chat_api.lib.hooks import HookFailed, WrongResult, required
from chat_api.search.query import Query
from chat_api.settings import chat_settings

M = TypeVar("M", bound=Model)

#: The annotation that `matching` adds: the higher, the better the match.
RANK: Final = "search_rank"
_SETTING: Final = "SEARCH_BACKEND"
#: How many of the best messages a backend returns if it has to list them by id.
RANKED_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Document:
    """A searchable message; the texts are normalized (`chat_api.search.normalization.searchable`)."""

    message_id: int
    thread_id: int
    text: str
    sender_name: str


class SearchBackend(ABC):
    """Index messages, and find them."""

    @abstractmethod
    def index(self, documents: Sequence[Document]) -> None:
        """Add or update messages. Called in the transaction that writes them."""

    def index_with(self, plan: WritePlan, documents: Sequence[Document]) -> None:
        """Do as `index`, as part of the plan that writes the messages: for backends in the same database."""
        self.index(documents)

    @abstractmethod
    def remove(self, message_ids: Collection[int]) -> None:
        """Remove messages. Called in the transaction that deletes them."""

    @abstractmethod
    def matching(
        self, messages: QuerySet[M], query: Query, *, thread_ids: Collection[int], ranked: bool = False
    ) -> QuerySet[M]:
        """Return those of the messages that match every term of the query, annotated with RANK if `ranked`.

        `messages` are those that the requester can see, all in `thread_ids`. Whatever the index contains, return no
        others. Raises `SearchUnavailable` if the index is not available.
        """

    def catch_up(self) -> int:
        """Index messages that could not be indexed when they were written; return their number."""
        return 0


class SearchUnavailable(ChatAPIError):
    """The index did not respond in time. Nothing else is affected."""

    http_status = status.HTTP_503_SERVICE_UNAVAILABLE

    def __init__(self, reason: str) -> None:
        super().__init__({"detail": "Search is not available.", "code": "SEARCH_UNAVAILABLE"})
        self.reason = reason


class HostBackend(SearchBackend):
    """The backend in SEARCH_BACKEND. If it fails, writes are rejected and search is not available."""

    def index(self, documents: Sequence[Document]) -> None:
        """Add or update messages. Raises `HookFailed`."""
        required(_SETTING, lambda: self._backend().index(documents))

    def remove(self, message_ids: Collection[int]) -> None:
        """Remove messages. Raises `HookFailed`."""
        required(_SETTING, lambda: self._backend().remove(message_ids))

    def matching(
        self, messages: QuerySet[M], query: Query, *, thread_ids: Collection[int], ranked: bool = False
    ) -> QuerySet[M]:
        """Return those of the messages that match. Raises `SearchUnavailable`."""

        def found() -> QuerySet[M]:
            rows = self._backend().matching(messages, query, thread_ids=thread_ids, ranked=ranked)
            if not isinstance(rows, QuerySet):
                raise WrongResult(f"matching() must return a queryset, not {rows!r}.")
            return rows

        try:
            return required(_SETTING, found)
        except HookFailed as error:
            raise SearchUnavailable(f"{_SETTING} failed") from error

    def catch_up(self) -> int:
        """Index messages that could not be indexed when they were written. Raises `HookFailed`."""
        return required(_SETTING, lambda: self._backend().catch_up())

    def _backend(self) -> SearchBackend:
        backend: SearchBackend = chat_settings.SEARCH_BACKEND()
        return backend


def search_backend() -> SearchBackend:
    """Return the backend in SEARCH_BACKEND, else Elasticsearch if its URL is set, else the database."""
    if chat_settings.has(_SETTING):
        return HostBackend()
    by_url = "elastic.Elasticsearch" if chat_settings.ELASTICSEARCH_URL else "database.DatabaseSearch"
    backend: SearchBackend = import_string(f"chat_api.search.{by_url}Backend")()
    return backend


def in_this_order(messages: QuerySet[M], ids: Sequence[int]) -> QuerySet[M]:
    """Return the messages with these ids, annotated with RANK, the first id highest."""
    # One parameter for any number of ids: the position of an id in the list.
    names = Value("," + ",".join(map(str, ids)) + ",")
    name = Concat(Value(","), Cast(F("pk"), CharField()), Value(","))
    found: QuerySet[M] = messages.filter(pk__in=ids).annotate(**{RANK: -StrIndex(names, name)})
    return found
