"""Compatibility of universal_notifications 1.6.0, which is not maintained, with current Django.

`chat_api.apps` calls `allow_old_options` if the host has installed it. The host lists
``chat_api.notifications.universal.UniversalNotificationsConfig`` in INSTALLED_APPS instead of the package, so that its
primary keys stay as its migrations define them.
"""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig
from django.db.models import options

NAME: Final = "universal_notifications"
#: A model option that Django removed in 5.1 and that the models of this package still have.
_DROPPED_OPTION: Final = "index_together"


class UniversalNotificationsConfig(AppConfig):
    """The app, with the primary keys of its own migrations."""

    name = NAME
    default_auto_field = "django.db.models.AutoField"


def allow_old_options() -> None:
    """Register the option again; the package's migrations create its index."""
    if _DROPPED_OPTION not in options.DEFAULT_NAMES:
        options.DEFAULT_NAMES = (*options.DEFAULT_NAMES, _DROPPED_OPTION)
