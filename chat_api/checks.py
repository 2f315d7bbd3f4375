"""System check of what a host wrote into `CHAT_SETTINGS`.

E001: `CHAT_SETTINGS` is no dict. E002: a key is unknown. E003 to E009: a value is wrong (see
`chat_api.lib.conf.rules`). W006: a name has no effect. The rest of the project is checked in `project_checks` (W002
to W005, W007), what transports and the search need (E010, E011, W008) in the `checking` of `chat_api.notifications` and
`.search`, the database (E012 to E014, W001) in `lib.database_checks`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import filetype
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from rest_framework.pagination import BasePagination
from rest_framework.permissions import BasePermission, OperandHolder, SingleOperandHolder
from rest_framework.serializers import BaseSerializer

from chat_api.chat.choices import NOTIFICATIONS_ALL, PERMISSIONS_ALL, TRANSPORT_FLAGS
from chat_api.common import AttachmentTypes
from chat_api.lib.conf.rules import (
    FUNCTION,
    WITHOUT_EFFECT,
    Anything,
    ByType,
    Choices,
    Fields,
    Flags,
    Imported,
    ListOf,
    MappingOf,
    Maybe,
    Model,
    Name,
    Path,
    Problem,
    Rate,
    Rule,
    Span,
    Switch,
    Text,
    WholeNumber,
    is_sequence,
    meant,
    subclass_of,
)
from chat_api.search.backends.base import SearchBackend
from chat_api.settings import DEFAULTS, PERMISSION_CLASSES, chat_settings

NOT_A_DICT: Final = "chat_api.E001"
UNKNOWN_KEY: Final = "chat_api.E002"


def _names_in(key: str) -> Callable[[], frozenset[str]]:
    """Give a function that gives the names in a setting of choices, those of pairs that can be read."""

    def names() -> frozenset[str]:
        pairs = getattr(chat_settings, key)
        found = [pair[0] for pair in pairs if is_sequence(pair) and pair] if is_sequence(pairs) else []
        return frozenset(name for name in found if isinstance(name, str))

    return names


def _message_fields() -> dict[str, tuple[str, ...] | None]:
    from chat_api.chat.serializers.responses import SentMessageSerializer, ThreadSerializer

    fields = dict.fromkeys(SentMessageSerializer.Meta.fields)
    return {**fields, "thread_data": ThreadSerializer.Meta.fields}


def _thread_fields() -> frozenset[str]:
    from chat_api.chat.serializers.responses import ThreadSerializer

    return frozenset(ThreadSerializer.Meta.fields)


def _is_permission(found: Any) -> bool:
    # Classes combined by & and | are no classes.
    if isinstance(found, OperandHolder | SingleOperandHolder):
        return True
    return isinstance(found, type) and issubclass(found, BasePermission)


def _type_of(key: str) -> Name:
    """Return the rule for a name of one of the host's types; a left-over name has no effect, and stops nothing."""
    return Name(_names_in(key), f"type of {key}", WITHOUT_EFFECT)


_THREAD_TYPE: Final = _type_of("TYPES_CHAT")
_SCHEMA_TYPE: Final = _type_of("TYPES_SCHEMA")
_CUSTOM_TYPE: Final = _type_of("TYPES_CUSTOM_ATTACHMENTS")
_FILE_TYPE: Final = Name(
    lambda: frozenset(kind.mime for kind in filetype.types), "MIME type that files are told by"
)
_TRANSPORT: Final = Name(lambda: frozenset(TRANSPORT_FLAGS), "transport")
_TRANSPORT_CLASS: Final = Imported(
    lambda found: callable(getattr(found, "send", None)), "a class with a method `send`"
)
_BY_CUSTOM_TYPE: Final = MappingOf(_CUSTOM_TYPE, FUNCTION)
_PAGINATION: Final = subclass_of(BasePagination)
_PERMISSION: Final = Imported(_is_permission, "a subclass of BasePermission")
_FUNCTIONS: Final = ListOf(FUNCTION)
_TEXT: Final = Text(blank=False)

THREAD_SWITCHES: Final[Mapping[str, Rule]] = {
    "NO_WS_TO_SUBSCRIBED": Switch(),
    "NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED": Switch(),
    "LIMIT_FIELDS_TO": ListOf(Path(_message_fields, "field of a message")),
    "SEND_SIGNAL_INSTEAD_ADDING_ANSWERS": Switch(),
    "NO_MOVE_TO_NEXT_QID": Switch(),
    "NOT_INDEXED": Switch(),
    "LIMIT_VARIABLES_MODIFICATIONS_TO": ListOf(_TEXT),
}
SURVEY_SWITCHES: Final[Mapping[str, Rule]] = {"NO_STATE_UPDATE": Switch()}

#: What each key may be; a key without a rule here does not exist.
RULES: Final[Mapping[str, Rule]] = {
    "ACCOUNT_SERIALIZER": subclass_of(BaseSerializer),
    "TYPES_SCHEMA": Choices(longest=100),
    "TYPES_SCHEMA_LIST_THROUGH_API": ListOf(_SCHEMA_TYPE),
    "TYPES_SCHEMA_GET_THROUGH_API": ListOf(_SCHEMA_TYPE),
    "ALLOW_EDIT_PUBLISHED_SCHEMAS": Switch(),
    "TYPES_CHAT": Choices(longest=50),
    "TYPES_CHAT_DEFAULT": _THREAD_TYPE,
    "TYPES_CHAT_LIST_THROUGH_API": ListOf(_THREAD_TYPE),
    "CHAT_MESSAGE_FILTER_QUERYSET": Maybe(FUNCTION),
    "CHAT_MESSAGE_USER_FILTER": Maybe(FUNCTION),
    "SURVEYS_ALLOWED_SCHEMA_TYPES": ListOf(_SCHEMA_TYPE),
    "TYPES_CUSTOM_ATTACHMENTS": Choices(longest=50, taken=[name for name, _ in AttachmentTypes.CHOICES]),
    "CUSTOM_ATTACHMENTS_VALIDATION": _BY_CUSTOM_TYPE,
    "CUSTOM_ATTACHMENTS_PRE_SAVE": _BY_CUSTOM_TYPE,
    "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR": _BY_CUSTOM_TYPE,
    "CUSTOM_ATTACHMENTS_GET_SRC": _BY_CUSTOM_TYPE,
    "CUSTOM_ATTACHMENTS_GET_THUMBNAIL": _BY_CUSTOM_TYPE,
    "CUSTOM_ATTACHMENTS_FILE_TYPES": MappingOf(_CUSTOM_TYPE, ListOf(_FILE_TYPE)),
    "ATTACHMENT_THUMBNAIL_SIZE": ListOf(WholeNumber(), length=2),
    "ATTACHMENT_MAX_BYTES": WholeNumber(),
    "ATTACHMENT_MAX_PIXELS": WholeNumber(),
    "ATTACHMENT_SCANS_MAX": WholeNumber(),
    "ATTACHMENT_PICTURE_WORK_MAX": WholeNumber(),
    "ATTACHMENT_FILES_PRIVATE": Switch(),
    "ATTACHMENT_REFERENCE_MODELS": ListOf(Model()),
    "ATTACHMENT_REFERENCE_FILTER": Maybe(FUNCTION),
    "PAGINATION_THREAD_LIST": _PAGINATION,
    "PAGINATION_MESSAGES_LIST": _PAGINATION,
    "PAGINATION_GLOBAL_SURVEY_LIST": _PAGINATION,
    "PAGINATION_ACCOUNT_SURVEY_LIST": _PAGINATION,
    "PAGINATION_SCHEMA_LIST": _PAGINATION,
    "PAGE_SIZE_MAX": WholeNumber(),
    "THREAD_PERMISSIONS_DEFAULT": Flags(PERMISSIONS_ALL),
    "THREAD_CREATOR_PERMISSIONS_DEFAULT": Flags(PERMISSIONS_ALL),
    "SEARCH_BACKEND": Maybe(subclass_of(SearchBackend)),
    "ELASTICSEARCH_URL": Maybe(Text(starts=("http://", "https://"))),
    "ELASTICSEARCH_PREFIX": Text(),
    "OPTIMIZATIONS_BY_THREAD_TYPE": MappingOf(
        _THREAD_TYPE, Fields(THREAD_SWITCHES, "switch of thread types")
    ),
    "OPTIMIZATIONS_BY_SURVEY_TYPE": MappingOf(
        _SCHEMA_TYPE, Fields(SURVEY_SWITCHES, "switch of survey types")
    ),
    "ESCAPE_TEXT": Switch(),
    "MESSAGE_TYPES_RESERVED": ListOf(_TEXT),
    "AUTOMATED_SENDERS": Maybe(FUNCTION),
    "DEFAULT_USER_THREAD": Maybe(FUNCTION),
    "THREAD_INVITEES": Maybe(FUNCTION),
    "SURVEYS_GLOBAL_LIST_ALL": Switch(),
    "SURVEYS_REQUIRE_SUBMIT": Switch(),
    "QUESTION_CONTEXT_PROVIDERS": ByType(
        mapping=MappingOf(_TEXT, ByType(sequence=_FUNCTIONS, other=FUNCTION)),
        sequence=_FUNCTIONS,
        other=_FUNCTIONS,
    ),
    "META_RESOLVERS": MappingOf(_TEXT, FUNCTION),
    "META_RESOLVER_SETTINGS_ALLOWED": ListOf(_TEXT),
    "USER_TIME_ZONE": Maybe(FUNCTION),
    "SCRIPT_STEPS_MAX": WholeNumber(),
    "SCHEMA_CACHE_SIZE": WholeNumber(least=0),
    "PREPARED_QUERIES": Switch(),
    "THREAD_MEMBERS_MAX": WholeNumber(),
    "THREAD_USERS_DATA_MAX": WholeNumber(least=0),
    "MESSAGE_ATTACHMENTS_MAX": WholeNumber(least=0),
    "MESSAGE_TEXT_MAX": WholeNumber(),
    "REQUEST_BYTES_MAX": WholeNumber(),
    "JSON_BYTES_MAX": WholeNumber(),
    "MESSAGE_BYTES_MAX": WholeNumber(),
    "PAGE_BYTES_MAX": WholeNumber(),
    "SCHEMA_QUESTIONS_MAX": WholeNumber(),
    "SCHEMA_LIST_MAX": WholeNumber(),
    "NOTIFICATION_TRANSPORTS": MappingOf(_TRANSPORT, _TRANSPORT_CLASS),
    "NOTIFICATION_DELAYS": MappingOf(_TRANSPORT, WholeNumber(least=0)),
    "NOTIFICATION_OPTIONS": MappingOf(_TRANSPORT, MappingOf(_TEXT, Anything())),
    "NOTIFICATION_BASE_URL": Maybe(Text(starts=("http://", "https://"))),
    "NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE": MappingOf(_THREAD_TYPE, Flags(NOTIFICATIONS_ALL)),
    "PUSH_DEVICES_MAX": WholeNumber(),
    "WEB_PUSH_SERVICES": ListOf(_TEXT),
    "USER_LANGUAGE": Maybe(FUNCTION),
    "USER_PHONE": Maybe(FUNCTION),
    "EVENT_LOG_RETENTION": Span(),
    "EVENT_CATCH_UP_MAX": WholeNumber(),
    "EVENT_BATCH_BYTES_MAX": WholeNumber(),
    "WS_ALLOWED_ORIGINS": Maybe(ListOf(_TEXT)),
    "WS_COMMANDS_PER_MINUTE": WholeNumber(),
    "WS_CONNECTS_PER_SECOND": WholeNumber(),
    "WS_CONNECT_WAIT_SECONDS": WholeNumber(least=0),
    "WS_FRAME_MAX": WholeNumber(),
    "WS_FRAME_OUT_MAX": WholeNumber(least=1024),
    "WS_HEARTBEAT_SECONDS": WholeNumber(),
    "WS_QUEUE_MAX": WholeNumber(),
    "WS_RECHECK_SECONDS": WholeNumber(least=0),
    "WS_STRANGERS_PER_MINUTE": WholeNumber(),
    "WS_THREADS_MAX": WholeNumber(),
    "WS_THREAD_FIELDS": Maybe(ListOf(Name(_thread_fields, "field of a thread", nested=True))),
    "WS_TICKET_SECONDS": WholeNumber(),
    "WS_USERS_DATA_BYTES_MAX": WholeNumber(least=0),
    "THROTTLE_RATES": MappingOf(_TEXT, Maybe(Rate())),
    **dict.fromkeys(PERMISSION_CLASSES, _PERMISSION),
}

#: Checked although the host wrote nothing: its default has to be among types that he may have changed.
ALWAYS_CHECKED: Final = ("TYPES_CHAT_DEFAULT",)


@checks.register("chat_api")
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report every wrong value in `CHAT_SETTINGS`, once each, with the key and where in it."""
    host = getattr(settings, "CHAT_SETTINGS", None)
    if host is None:
        return []
    if not isinstance(host, Mapping):
        return [checks.Error(f"CHAT_SETTINGS must be a dict, not {host!r}.", id=NOT_A_DICT)]
    messages: list[checks.CheckMessage] = []
    for key in dict.fromkeys((*host, *ALWAYS_CHECKED)):
        where = f"CHAT_SETTINGS[{key!r}]"
        rule = RULES.get(key)
        if rule is None:
            messages.append(
                checks.Error(f"{where}: there is no such setting.", hint=meant(key, DEFAULTS), id=UNKNOWN_KEY)
            )
        else:
            value = host[key] if key in host else DEFAULTS[key]
            messages.extend(_as_message(problem) for problem in rule(value, where))
    return messages


def _as_message(problem: Problem) -> checks.CheckMessage:
    kind = checks.Warning if problem.id == WITHOUT_EFFECT else checks.Error
    return kind(problem.text, hint=problem.hint, id=problem.id)
