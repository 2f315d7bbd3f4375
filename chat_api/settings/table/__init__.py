"""Every setting, by area: its name, default, rule and documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chat_api.settings.setting import Setting
from chat_api.settings.table import (
    attachments,
    client,
    lists,
    messages,
    notifications,
    permission_classes,
    scripts,
    search,
    sockets,
    surveys,
    threads,
    users,
)
from chat_api.settings.table.permission_classes import PERMISSION_CLASSES

__all__ = ["DEFAULTS", "IMPORT_STRINGS", "PERMISSION_CLASSES", "SECTIONS", "SETTINGS", "Setting"]

#: The sections of the documentation page, in its order.
SECTIONS: Final[Mapping[str, tuple[Setting, ...]]] = {
    "Users": users.SETTINGS,
    "Threads": threads.SETTINGS,
    "Messages": messages.SETTINGS,
    "Scripts": scripts.SETTINGS,
    "Surveys": surveys.SETTINGS,
    "Attachments": attachments.SETTINGS,
    "Lists and limits": lists.SETTINGS,
    "Notifications": notifications.SETTINGS,
    "Sockets": sockets.SETTINGS,
    "Search": search.SETTINGS,
    "Client": client.SETTINGS,
    "Permission classes": permission_classes.SETTINGS,
}

SETTINGS: Final[Mapping[str, Setting]] = {
    setting.name: setting for section in SECTIONS.values() for setting in section
}

DEFAULTS: Final[dict[str, Any]] = {name: setting.default for name, setting in SETTINGS.items()}

#: The settings whose value is a dotted path, or the object itself, and which read as the object.
IMPORT_STRINGS: Final[frozenset[str]] = frozenset(
    name for name, setting in SETTINGS.items() if setting.is_imported
)
