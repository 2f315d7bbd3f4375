"""What a search backend does. `CHAT_SETTINGS["SEARCH_BACKEND"]` names the one that is used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat, StrIndex
from django.utils.module_loading import import_string
from rest_framework import status

from chat_api.lib.errors import ChatAPIError
from chat_api.lib.hooks import HookFailed, WrongResult, required
from chat_api.search.query import Query
from chat_api.settings import chat_settings

M = TypeVar("M", bound=Model)

#: The annotation by which `matching` says how well a message fits: the higher the better.
RANK: Final = "search_rank"
_SETTING: Final = "SEARCH_BACKEND"
#: Where a backend has to name the best messages one by one, it names so many.
RANKED_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Document:
    """A message as it is searched; the texts are folded (`chat_api.search.normalization.searchable`)."""

    message_id: int
    thread_id: int
    text: str
    sender_name: str


class SearchBackend(ABC):
    """Keeps an index of messages and finds them in it."""

    @abstractmethod
    def index(self, documents: Sequence[Document]) -> None:
        """Take messages in, or what became of them. It is called in the transaction that writes them."""

    @abstractmethod
    def remove(self, message_ids: Collection[int]) -> None:
        """Forget messages. It is called in the transaction that deletes them."""

    @abstractmethod
    def matching(
        self, messages: QuerySet[M], query: Query, *, thread_ids: Collection[int], ranked: bool = False
    ) -> QuerySet[M]:
        """Give those of the messages that match every term of the query, annotated with RANK if `ranked`.

        `messages` are those that the requester may see, all in `thread_ids`: whatever the index says, nothing else
        may come back. Raises `SearchUnavailable` where the index cannot be asked now.
        """

    def catch_up(self) -> int:
        """Index what could not be when it was written, and give how many messages that were."""
        return 0


class SearchUnavailable(ChatAPIError):
    """The index could not be asked in time. Nothing else is affected."""

    http_status = status.HTTP_503_SERVICE_UNAVAILABLE

    def __init__(self, reason: str) -> None:
        super().__init__({"detail": "Search is not available.", "code": "SEARCH_UNAVAILABLE"})
        self.reason = reason


class HostBackend(SearchBackend):
    """The backend that SEARCH_BACKEND names. Where it fails, writes are refused and nothing can be searched."""

    def index(self, documents: Sequence[Document]) -> None:
        """Take messages in. Raises `HookFailed`."""
        required(_SETTING, lambda: self._backend().index(documents))

    def remove(self, message_ids: Collection[int]) -> None:
        """Forget messages. Raises `HookFailed`."""
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
        """Index what could not be when it was written. Raises `HookFailed`."""
        return required(_SETTING, lambda: self._backend().catch_up())

    def _backend(self) -> SearchBackend:
        backend: SearchBackend = chat_settings.SEARCH_BACKEND()
        return backend


def search_backend() -> SearchBackend:
    """Return the backend that the host chose: by name, else Elasticsearch where it has a URL, else the database."""
    if chat_settings.has(_SETTING):
        return HostBackend()
    by_url = "elastic.Elasticsearch" if chat_settings.ELASTICSEARCH_URL else "database.DatabaseSearch"
    backend: SearchBackend = import_string(f"chat_api.search.{by_url}Backend")()
    return backend


def in_this_order(messages: QuerySet[M], ids: Sequence[int]) -> QuerySet[M]:
    """Give those of the messages whose ids are named, annotated with RANK, the first id highest."""
    # One parameter however many ids: where in the list an id stands.
    names = Value("," + ",".join(map(str, ids)) + ",")
    name = Concat(Value(","), Cast(F("pk"), CharField()), Value(","))
    found: QuerySet[M] = messages.filter(pk__in=ids).annotate(**{RANK: -StrIndex(names, name)})
    return found
