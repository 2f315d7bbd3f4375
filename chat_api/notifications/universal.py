"""universal_notifications 1.6.0 on today's Django. It is not maintained; this is what it takes to load it.

`chat_api.apps` calls `allow_old_options` where the host has installed it. The host puts
``chat_api.notifications.universal.UniversalNotificationsConfig`` into INSTALLED_APPS in its place, so that its primary
keys stay what its migrations say.
"""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig
from django.db.models import options

NAME: Final = "universal_notifications"
#: An option of models that Django dropped in 5.1, and that this package's models still have.
_DROPPED_OPTION: Final = "index_together"


class UniversalNotificationsConfig(AppConfig):
    """The app as its own migrations made it."""

    name = NAME
    default_auto_field = "django.db.models.AutoField"


def allow_old_options() -> None:
    """Let Django read the option again; its index is made by the package's migrations."""
    if _DROPPED_OPTION not in options.DEFAULT_NAMES:
        options.DEFAULT_NAMES = (*options.DEFAULT_NAMES, _DROPPED_OPTION)
