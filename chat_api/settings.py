"""The one place where the library reads the host's settings.

``chat_settings.KEY`` looks into ``settings.CHAT_SETTINGS``, else into `DEFAULTS`, when it is read. What was read is
kept until Django's ``setting_changed`` names ``CHAT_SETTINGS``, so ``override_settings`` works everywhere and at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.module_loading import import_string

THREAD_PERMISSIONS_DEFAULT: Final = 1 | 2 | 16
THREAD_CREATOR_PERMISSIONS_DEFAULT: Final = 1 | 2 | 8 | 16 | 32 | 64 | 128 | 256

_PAGINATION = "chat_api.lib.pagination.NoCountsPagination"

PERMISSION_CLASSES: Final[dict[str, str]] = {
    "PERMISSIONS_THREADS_LIST_BY_USER_ID_AND_TYPE": "ThreadsListByUserIDAndType",
    "PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": "ThreadObjectByThreadID",
    "PERMISSIONS_THREAD_ROLLBACK": "ThreadRollback",
    "PERMISSIONS_THREAD_USERS_LIST_BY_THREAD_ID": "ThreadUsersListByThreadID",
    "PERMISSIONS_THREAD_USERS_OBJECT_BY_THREAD_ID": "ThreadUsersObjectByThreadID",
    "PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID": "MessagesListByThreadID",
    "PERMISSIONS_MESSAGE_OBJECT_BY_THREAD_ID": "MessageObjectByThreadID",
    "PERMISSIONS_MESSAGES_READ_BY_THREAD_ID": "MessagesReadByThreadID",
    "PERMISSIONS_ATTACHMENTS_LIST_BY_MESSAGE_ID": "AttachmentsListByMessageID",
    "PERMISSIONS_ATTACHMENT_OBJECT_BY_MESSAGE_ID": "AttachmentObjectByMessageID",
    "PERMISSIONS_THREAD_WS_SUBSCRIBE": "ThreadWSSubscribe",
    "PERMISSIONS_THREAD_DEPARTURE": "ThreadDeparture",
    "PERMISSIONS_THREAD_EVENTS": "ThreadEvents",
    "PERMISSIONS_WS_TICKET": "WSTicket",
    "PERMISSIONS_PUSH_DEVICES": "PushDevices",
    "PERMISSIONS_NOTIFICATIONS_UNSUBSCRIBE": "NotificationsUnsubscribe",
    "PERMISSIONS_SCHEMA_OBJECT": "SchemaObject",
    "PERMISSIONS_SCHEMA_LIST_BY_TYPE": "SchemaListByType",
    "PERMISSIONS_SURVEYS_LIST_BY_USER_ID": "SurveysListByUserID",
    "PERMISSIONS_SURVEYS_GLOBAL_LIST": "SurveysGlobalList",
    "PERMISSIONS_SURVEY_OBJECT": "SurveyObject",
    "PERMISSIONS_SURVEY_SUBMIT": "SurveySubmit",
    "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": "SurveyItemsListBySurveyID",
    "PERMISSIONS_SURVEY_ITEM_OBJECT_BY_SURVEY_ID": "SurveyItemObjectBySurveyID",
    "PERMISSIONS_SURVEY_ATTACHMENT_LIST_BY_ITEM_ID": "SurveyAttachmentListByItemID",
    "PERMISSIONS_SURVEY_ATTACHMENT_OBJECT_BY_ITEM_ID": "SurveyAttachmentObjectByItemID",
}

DEFAULTS: Final[dict[str, Any]] = {
    "ACCOUNT_SERIALIZER": "chat_api.utils.serializers.SimpleAccountSerializer",
    "TYPES_SCHEMA": (("survey", "Survey"), ("automated_flow", "Automated Flow")),
    "TYPES_SCHEMA_LIST_THROUGH_API": ("survey", "automated_flow"),
    "TYPES_SCHEMA_GET_THROUGH_API": ("survey",),
    "ALLOW_EDIT_PUBLISHED_SCHEMAS": False,
    "TYPES_CHAT": (("chat", "Chat"), ("survey", "Survey"), ("tracker", "Tracker")),
    "TYPES_CHAT_DEFAULT": "chat",
    "TYPES_CHAT_LIST_THROUGH_API": ("chat", "survey", "tracker"),
    "CHAT_MESSAGE_FILTER_QUERYSET": None,
    "CHAT_MESSAGE_USER_FILTER": None,
    "SURVEYS_ALLOWED_SCHEMA_TYPES": ("survey",),
    "TYPES_CUSTOM_ATTACHMENTS": (),
    "CUSTOM_ATTACHMENTS_VALIDATION": {},
    "CUSTOM_ATTACHMENTS_PRE_SAVE": {},
    "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR": {},
    "CUSTOM_ATTACHMENTS_GET_SRC": {},
    "CUSTOM_ATTACHMENTS_GET_THUMBNAIL": {},
    "CUSTOM_ATTACHMENTS_FILE_TYPES": {},
    "ATTACHMENT_THUMBNAIL_SIZE": (100, 100),
    "ATTACHMENT_MAX_BYTES": 10 * 2**20,
    "ATTACHMENT_MAX_PIXELS": 50_000_000,
    "ATTACHMENT_SCANS_MAX": 100,
    "ATTACHMENT_PICTURE_WORK_MAX": 250_000_000,
    "ATTACHMENT_FILES_PRIVATE": False,
    "ATTACHMENT_REFERENCE_MODELS": (),
    "ATTACHMENT_REFERENCE_FILTER": None,
    "PAGINATION_THREAD_LIST": _PAGINATION,
    "PAGINATION_MESSAGES_LIST": _PAGINATION,
    "PAGINATION_GLOBAL_SURVEY_LIST": _PAGINATION,
    "PAGINATION_ACCOUNT_SURVEY_LIST": _PAGINATION,
    "PAGINATION_SCHEMA_LIST": "chat_api.lib.pagination.NoCountsWhenLimitedPagination",
    "PAGE_SIZE_MAX": 200,
    "THREAD_PERMISSIONS_DEFAULT": THREAD_PERMISSIONS_DEFAULT,
    "THREAD_CREATOR_PERMISSIONS_DEFAULT": THREAD_CREATOR_PERMISSIONS_DEFAULT,
    "SEARCH_BACKEND": None,
    "ELASTICSEARCH_URL": None,
    "ELASTICSEARCH_PREFIX": "",
    "OPTIMIZATIONS_BY_THREAD_TYPE": {},
    "OPTIMIZATIONS_BY_SURVEY_TYPE": {},
    "ESCAPE_TEXT": True,
    "MESSAGE_TYPES_RESERVED": ("automated_message",),
    "AUTOMATED_SENDERS": None,
    "DEFAULT_USER_THREAD": None,
    "THREAD_INVITEES": None,
    "SURVEYS_GLOBAL_LIST_ALL": False,
    "SURVEYS_REQUIRE_SUBMIT": False,
    "QUESTION_CONTEXT_PROVIDERS": [],
    "META_RESOLVERS": {},
    "META_RESOLVER_SETTINGS_ALLOWED": (),
    "USER_TIME_ZONE": None,
    "SCRIPT_STEPS_MAX": 1000,
    "SCHEMA_CACHE_SIZE": 256,
    "PREPARED_QUERIES": True,
    "THREAD_MEMBERS_MAX": 1000,
    "THREAD_USERS_DATA_MAX": 100,
    "MESSAGE_ATTACHMENTS_MAX": 20,
    "MESSAGE_TEXT_MAX": 65_536,
    "REQUEST_BYTES_MAX": 2**20,
    "JSON_BYTES_MAX": 65_536,
    "MESSAGE_BYTES_MAX": 2**19,
    "PAGE_BYTES_MAX": 4 * 2**20,
    "SCHEMA_QUESTIONS_MAX": 5000,
    "SCHEMA_LIST_MAX": 1000,
    "NOTIFICATION_TRANSPORTS": {"email": "chat_api.notifications.transports.EmailTransport"},
    "NOTIFICATION_DELAYS": {"email": 300, "sms": 300},
    "NOTIFICATION_OPTIONS": {},
    "NOTIFICATION_BASE_URL": None,
    "NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE": {},
    "PUSH_DEVICES_MAX": 20,
    "WEB_PUSH_SERVICES": (
        "fcm.googleapis.com",
        ".push.services.mozilla.com",
        ".push.apple.com",
        ".notify.windows.com",
    ),
    "USER_LANGUAGE": None,
    "USER_PHONE": None,
    "EVENT_LOG_RETENTION": timedelta(days=7),
    "EVENT_CATCH_UP_MAX": 1000,
    "EVENT_BATCH_BYTES_MAX": 8 * 2**20,
    "WS_ALLOWED_ORIGINS": None,
    "WS_COMMANDS_PER_MINUTE": 100,
    "WS_CONNECTS_PER_SECOND": 100,
    "WS_CONNECT_WAIT_SECONDS": 10,
    "WS_FRAME_MAX": 65_536,
    "WS_FRAME_OUT_MAX": 131_072,
    "WS_HEARTBEAT_SECONDS": 20,
    "WS_QUEUE_MAX": 1_048_576,
    "WS_RECHECK_SECONDS": 5,
    "WS_STRANGERS_PER_MINUTE": 60,
    "WS_THREADS_MAX": 1000,
    "WS_THREAD_FIELDS": None,
    "WS_TICKET_SECONDS": 60,
    "WS_USERS_DATA_BYTES_MAX": 6144,
    "THROTTLE_RATES": {},
    **{key: f"chat_api.permissions.{name}" for key, name in PERMISSION_CLASSES.items()},
}

IMPORT_STRINGS: Final[frozenset[str]] = frozenset(
    {
        "ACCOUNT_SERIALIZER",
        "CHAT_MESSAGE_FILTER_QUERYSET",
        "CHAT_MESSAGE_USER_FILTER",
        "ATTACHMENT_REFERENCE_FILTER",
        "PAGINATION_THREAD_LIST",
        "PAGINATION_MESSAGES_LIST",
        "PAGINATION_GLOBAL_SURVEY_LIST",
        "PAGINATION_ACCOUNT_SURVEY_LIST",
        "PAGINATION_SCHEMA_LIST",
        "AUTOMATED_SENDERS",
        "DEFAULT_USER_THREAD",
        "THREAD_INVITEES",
        "USER_TIME_ZONE",
        "USER_LANGUAGE",
        "USER_PHONE",
        "SEARCH_BACKEND",
        *PERMISSION_CLASSES,
    }
)


def import_setting(key: str, value: Any) -> Any:
    """Give the object that `value` names: a dotted path is imported, anything else is the object itself.

    Raises `ImportError` naming the setting's `key` and the path, whatever the module raised.
    """
    if not isinstance(value, str):
        return value
    try:
        return import_string(value)
    except Exception as error:
        raise ImportError(f"CHAT_SETTINGS[{key!r}]: cannot import {value!r}: {error}") from error


class ChatSettings:
    """`CHAT_SETTINGS` of the host over `DEFAULTS`, one attribute a key.

    Reading a key of `IMPORT_STRINGS` gives the imported object and raises `ImportError` (naming key and path)
    where the path leads nowhere; an unknown key raises `AttributeError`.
    """

    def host(self) -> Mapping[str, Any]:
        """Return the host's own dictionary; empty where there is none, or it is no dictionary."""
        kept: Mapping[str, Any] | None = self.__dict__.get("_host")
        if kept is None:
            found = getattr(django_settings, "CHAT_SETTINGS", None)
            kept = self.__dict__["_host"] = found if isinstance(found, Mapping) else {}
        return kept

    def has(self, key: str) -> bool:
        """Return whether the setting is something other than None; nothing is imported."""
        host = self.host()
        return (host[key] if key in host else DEFAULTS[key]) is not None

    def choices(self, key: str) -> list[tuple[str, Any]]:
        """Return the pairs (name, label) of a setting; what cannot be read as one, the system checks report."""
        value = getattr(self, key)
        pairs = value if isinstance(value, list | tuple) else ()
        return [
            (pair[0], pair[1])
            for pair in pairs
            if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str)
        ]

    def __getattr__(self, key: str) -> Any:
        if key not in DEFAULTS:
            raise AttributeError(f"Unknown chat setting: {key!r}.")
        host = self.host()
        value = host[key] if key in host else DEFAULTS[key]
        if key in IMPORT_STRINGS:
            value = import_setting(key, value)
        # Found as an ordinary attribute from now on.
        self.__dict__[key] = value
        return value

    def forget(self) -> None:
        """Read every setting anew when it is next asked for."""
        self.__dict__.clear()

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *DEFAULTS})


chat_settings: Final = ChatSettings()


@receiver(setting_changed)
def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "CHAT_SETTINGS":
        chat_settings.forget()


def optimization(thread_type: str, switch: str) -> Any:
    """Give the value of `switch` in `OPTIMIZATIONS_BY_THREAD_TYPE` for that type of thread; None when not set."""
    return chat_settings.OPTIMIZATIONS_BY_THREAD_TYPE.get(thread_type, {}).get(switch)
