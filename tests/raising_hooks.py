"""Every setting that takes a callable, with one that raises, and which effects that may have.

`HARM` has a row for each of these settings; `tests.test_raising_hooks` fails for one without a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import BasePermission
from rest_framework.serializers import IntegerField, Serializer

from chat_api.engine.question_types.base import BaseQuestionType
from chat_api.search.backends.base import SearchBackend
from chat_api.settings import DEFAULTS, PERMISSION_CLASSES
from tests.databases import connection
from tests.permissions import World


def broken(*args: Any, **kwargs: Any) -> Any:
    """Fail with a query that the database rejects: on PostgreSQL that breaks the surrounding transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM the_hosts_own_table_that_is_not_there")


class BrokenSerializer(Serializer[Any]):
    id = IntegerField(source="pk")

    def to_representation(self, instance: Any) -> Any:
        return broken()


class BrokenPermission(BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(broken())


class BrokenPagination(LimitOffsetPagination):
    def paginate_queryset(self, *args: Any, **kwargs: Any) -> Any:
        return broken()


class BrokenSearch(SearchBackend):
    index = remove = matching = broken


class BrokenQuestionType(BaseQuestionType):
    read = broken


class BrokenTransport:
    def __init__(self, **options: Any) -> None:
        pass

    send = broken


@dataclass(frozen=True)
class Harm:
    """The permitted effects of a hook that raises."""

    #: The value of the setting.
    broken: Any = broken
    #: The fields whose values may differ in responses.
    keys: frozenset[str] = frozenset()
    #: Whether rows may be missing in lists and reads may be rejected: without the hook they are hidden.
    hides: bool = False
    #: Other settings without which the hook is not called.
    beside: dict[str, Any] = field(default_factory=dict)


def keys(*names: str) -> frozenset[str]:
    return frozenset(names)


ACCOUNTS: Final = keys("users_data", "sender_data", "user_data", "automated_sender_data")
TEXTS: Final = keys(
    "question_data", "text", "related_question_data", "questions", "groups", "last_message_data"
)

HARM: Final[dict[str, Harm]] = {
    "ACCOUNT_SERIALIZER": Harm(BrokenSerializer, ACCOUNTS | TEXTS),
    "CHAT_MESSAGE_FILTER_QUERYSET": Harm(hides=True, keys=keys("last_message_data", "unread")),
    "CHAT_MESSAGE_USER_FILTER": Harm(hides=True, keys=keys("last_message_data", "unread")),
    "DEFAULT_USER_THREAD": Harm(),
    "THREAD_INVITEES": Harm(),
    "CUSTOM_ATTACHMENTS_VALIDATION": Harm({"pdf": broken}),
    "CUSTOM_ATTACHMENTS_PRE_SAVE": Harm({"pdf": broken}),
    "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR": Harm({"pdf": broken}),
    "CUSTOM_ATTACHMENTS_GET_SRC": Harm({"pdf": broken}, keys("src")),
    "CUSTOM_ATTACHMENTS_GET_THUMBNAIL": Harm({"pdf": broken}, keys("thumbnail")),
    "ATTACHMENT_REFERENCE_FILTER": Harm(beside={"ATTACHMENT_REFERENCE_MODELS": ["chat_api.Thread"]}),
    "AUTOMATED_SENDERS": Harm(),
    "QUESTION_TYPES": Harm({"iban": BrokenQuestionType}),
    "FLAG_RECIPIENTS": Harm(),
    "EXPRESSION_CONTEXT": Harm(),
    "QUESTION_CONTEXT_PROVIDERS": Harm([broken], TEXTS),
    "META_RESOLVERS": Harm({"price": broken}, TEXTS),
    "USER_TIME_ZONE": Harm(),
    "USER_LANGUAGE": Harm(keys=TEXTS),
    "USER_PHONE": Harm(
        beside={
            "NOTIFICATION_TRANSPORTS": {"sms": "chat_api.notifications.transports.TwilioSMSTransport"},
            "NOTIFICATION_DELAYS": {},
        }
    ),
    "NOTIFICATION_TRANSPORTS": Harm({"email": BrokenTransport}),
    "SEARCH_BACKEND": Harm(BrokenSearch, hides=True),
    **{key: Harm(BrokenPagination, hides=True) for key in DEFAULTS if key.startswith("PAGINATION_")},
    **dict.fromkeys(PERMISSION_CLASSES, Harm(BrokenPermission, hides=True)),
}


def host_of(key: str | None = None) -> dict[str, Any]:
    """Return the settings of the host, with one of them broken."""
    harm = HARM.get(key or "", Harm())
    plain = {"TYPES_CUSTOM_ATTACHMENTS": [("pdf", "PDF")], **harm.beside}
    return plain if key is None else {**plain, key: harm.broken}


def world_of_host(settings: Any) -> World:
    """Create the world of the permission tests in a host where no hook raises, with files in memory."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    settings.CHAT_SETTINGS = host_of()
    return World()
