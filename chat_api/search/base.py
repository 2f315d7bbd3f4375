"""What a search backend does. `CHAT_SETTINGS["SEARCH_BACKEND"]` names the one that is used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat, StrIndex
from django.utils.module_loading import import_string

from chat_api.search.queries import Query
from chat_api.settings import chat_settings

M = TypeVar("M", bound=Model)

#: The annotation by which `matching` says how well a message fits: the higher the better.
RANK: Final = "search_rank"
#: Where a backend has to name the best messages one by one, it names so many.
RANKED_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Document:
    """A message as it is searched; the texts are folded (`chat_api.search.folding.searchable`)."""

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


def search_backend() -> SearchBackend:
    """Give the backend that the host chose: by name, else Elasticsearch where it has a URL, else the database."""
    chosen: Any = chat_settings.SEARCH_BACKEND
    if chosen is None:
        by_url = "elastic.Elasticsearch" if chat_settings.ELASTICSEARCH_URL else "database.DatabaseSearch"
        chosen = import_string(f"chat_api.search.{by_url}Backend")
    backend: SearchBackend = chosen()
    return backend


def in_this_order(messages: QuerySet[M], ids: Sequence[int]) -> QuerySet[M]:
    """Give those of the messages whose ids are named, annotated with RANK, the first id highest."""
    # One parameter however many ids: where in the list an id stands.
    names = Value("," + ",".join(map(str, ids)) + ",")
    name = Concat(Value(","), Cast(F("pk"), CharField()), Value(","))
    found: QuerySet[M] = messages.filter(pk__in=ids).annotate(**{RANK: -StrIndex(names, name)})
    return found
