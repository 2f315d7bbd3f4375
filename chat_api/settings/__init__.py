"""The settings of `CHAT_SETTINGS`: `chat_settings` reads them, `table` lists them, `rules` defines valid values.

To add a setting, add its entry to the file of its area in `table`. Its default, its system check and its section on
the documentation page follow from the entry.
"""

from chat_api.settings.table import (
    DEFAULTS,
    IMPORT_STRINGS,
    PERMISSION_CLASSES,
    SECTIONS,
    SETTINGS,
    Setting,
)
from chat_api.settings.values import ChatSettings, chat_settings, import_setting, optimization

__all__ = [
    "DEFAULTS",
    "IMPORT_STRINGS",
    "PERMISSION_CLASSES",
    "SECTIONS",
    "SETTINGS",
    "ChatSettings",
    "Setting",
    "chat_settings",
    "import_setting",
    "optimization",
]
