"""The host's types of threads, as callables so that they never end up in a migration."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from chat_api.chat.choices import NOTIFICATIONS_DEFAULT
from chat_api.settings import chat_settings


def thread_types() -> list[tuple[str, Any]]:
    """Give the types of threads, as choices."""
    return chat_settings.choices("TYPES_CHAT")


def default_thread_type() -> str:
    """Give the type of a thread that names none."""
    return str(chat_settings.TYPES_CHAT_DEFAULT)


def default_permissions() -> int:
    """Give the permissions of an added member."""
    return int(chat_settings.THREAD_PERMISSIONS_DEFAULT)


def default_notifications(thread_type: str) -> int:
    """Give the notification flags of a new member of a thread of the type."""
    flags: int = chat_settings.NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE.get(thread_type, NOTIFICATIONS_DEFAULT)
    return flags


def variables_kept(thread_type: str) -> Collection[str] | None:
    """Return the variables that scripts in threads of the type may change; None for all."""
    if not chat_settings.thread_switch((thread_type, "SEND_SIGNAL_INSTEAD_ADDING_ANSWERS")):
        return None
    limit: Collection[str] | None = chat_settings.thread_switch(
        (thread_type, "LIMIT_VARIABLES_MODIFICATIONS_TO")
    )
    return limit
