"""System checks of the transports: packages and options that they need and the host lacks.

E010: a package is not installed. E011: an option is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from chat_api.lib.conf.packages import MISSING_OPTION, missing_packages
from chat_api.notifications.transports.base import Transport
from chat_api.settings import chat_settings, import_setting


@checks.register("chat_api")
def check_transports(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report transports that cannot send because a package or an option is missing."""
    return [
        message
        for name, transport in _transports()
        for message in _missing_of(name, transport, _options(name))
    ]


def _transports() -> Iterator[tuple[str, type[Transport]]]:
    """Yield the transports that can be imported; the checks of the settings report the others."""
    for name, path in _mapping("NOTIFICATION_TRANSPORTS").items():
        try:
            found = import_setting("NOTIFICATION_TRANSPORTS", path)
        except ImportError:
            continue
        if isinstance(found, type) and issubclass(found, Transport):
            yield name, found


def _mapping(key: str) -> Mapping[str, Any]:
    found = getattr(chat_settings, key) if isinstance(chat_settings.host(), Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _options(name: str) -> Mapping[str, Any]:
    found = _mapping("NOTIFICATION_OPTIONS").get(name)
    return found if isinstance(found, Mapping) else {}


def _missing_of(
    name: str, transport: type[Transport], options: Mapping[str, Any]
) -> Iterator[checks.CheckMessage]:
    where = f"CHAT_SETTINGS['NOTIFICATION_TRANSPORTS'][{name!r}]: {transport.__name__}"
    yield from missing_packages(where, transport.packages)
    for option in transport.required_options:
        if option not in options:
            hint = f"Add it to CHAT_SETTINGS['NOTIFICATION_OPTIONS'][{name!r}]."
            yield checks.Error(f"{where} needs the option {option!r}.", hint=hint, id=MISSING_OPTION)
