"""The thread types of the host, as callables, so that their values are not written into migrations."""

from __future__ import annotations

from typing import Any

from chat_api.chat.choices import NOTIFICATIONS_DEFAULT
from chat_api.settings import chat_settings


def thread_types() -> list[tuple[str, Any]]:
    """Return the types of threads, as choices."""
    return chat_settings.choices("TYPES_CHAT")


def default_thread_type() -> str:
    """Return the default type of a thread."""
    return str(chat_settings.TYPES_CHAT_DEFAULT)


def default_permissions() -> int:
    """Return the default permissions of an added member."""
    return int(chat_settings.THREAD_PERMISSIONS_DEFAULT)


def default_notifications(thread_type: str) -> int:
    """Return the notification flags of a new member of a thread of that type."""
    flags: int = chat_settings.NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE.get(thread_type, NOTIFICATIONS_DEFAULT)
    return flags
