"""The values of the settings: `chat_settings.NAME` is the host's entry in `settings.CHAT_SETTINGS`, else the default.

A value is looked up and imported once, then cached as a plain attribute of the instance, so reading it again calls
nothing. `override_settings` and the `settings` fixture of pytest-django send `setting_changed`, which discards cached
values. A dictionary that is replaced or changed without that signal takes effect with the next request, or after
`chat_settings.reload()`. Nothing is cached if `CHAT_SETTINGS` is a mapping other than a `dict`: every read looks it up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings as django_settings
from django.core.signals import request_started, setting_changed
from django.utils.module_loading import import_string

from chat_api.settings.setting import host_settings
from chat_api.settings.table import DEFAULTS, IMPORT_STRINGS


def import_setting(key: str, value: Any) -> Any:
    """Return the object that `value` names: a dotted path is imported, anything else is the object itself.

    Raises `ImportError` naming the setting's `key` and the path, whatever the module raised.
    """
    if not isinstance(value, str):
        return value
    try:
        return import_string(value)
    except Exception as error:
        raise ImportError(f"CHAT_SETTINGS[{key!r}]: cannot import {value!r}: {error}") from error


class ChatSettings:
    """`CHAT_SETTINGS` of the host over `DEFAULTS`, one attribute per setting.

    Reading a setting of `IMPORT_STRINGS` returns the imported object. It raises `ImportError`, naming the setting and
    the path, if the path cannot be imported. An unknown name raises `AttributeError`.
    """

    #: `has(name)` returns whether the setting is something other than None; nothing is imported.
    has: Callable[[str], bool]
    #: `is_set(name)` returns whether the host's own dictionary has the setting, whatever its value.
    is_set: Callable[[str], bool]
    #: `thread_switch((thread_type, switch))` returns the value in OPTIMIZATIONS_BY_THREAD_TYPE; None if it is not set.
    thread_switch: Callable[[tuple[str, str]], Any]

    def host(self) -> Mapping[str, Any]:
        """Return the host's own dictionary as it is now; empty if there is none, or it is not a mapping."""
        return host_settings()

    def choices(self, key: str) -> list[tuple[str, Any]]:
        """Return the pairs (name, label) of a setting without those that are malformed (the checks report them)."""
        value = getattr(self, key)
        pairs = value if isinstance(value, list | tuple) else ()
        return [
            (pair[0], pair[1])
            for pair in pairs
            if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str)
        ]

    def reload(self) -> None:
        """Discard the cached values; the next read of each looks it up again."""
        # Replaced, not cleared: a thread that is looking a value up just now stores it in the discarded dictionary.
        self.__dict__ = {}

    def reload_if_changed(self, **kwargs: Any) -> None:
        """Discard the cached values if `CHAT_SETTINGS` has changed since they were looked up."""
        kept = self.__dict__
        if "_seen" in kept and kept["_seen"] != getattr(django_settings, "CHAT_SETTINGS", None):
            self.reload()

    def __getattr__(self, name: str) -> Any:
        """Look the value up and cache it; called only for values that are not cached yet."""
        kept = self.__dict__
        found = getattr(django_settings, "CHAT_SETTINGS", None)
        host = found if isinstance(found, Mapping) else {}
        if name in DEFAULTS:
            value = host[name] if name in host else DEFAULTS[name]
            if name in IMPORT_STRINGS:
                value = import_setting(name, value)
        elif name in _LOOKUPS:
            value = _LOOKUPS[name](host)
        else:
            raise AttributeError(f"Unknown chat setting: {name!r}.")
        if type(host) is dict:
            # A copy, because the host may change its dictionary in place.
            kept.setdefault("_seen", dict(host) if host is found else found)
            kept[name] = value
        return value

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *DEFAULTS})


def _has(host: Mapping[str, Any]) -> Callable[[str], bool]:
    values = {**DEFAULTS, **host}
    return frozenset(name for name in DEFAULTS if values[name] is not None).__contains__


def _is_set(host: Mapping[str, Any]) -> Callable[[str], bool]:
    return frozenset(host).__contains__


def _thread_switch(host: Mapping[str, Any]) -> Callable[[tuple[str, str]], Any]:
    by_type = host.get("OPTIMIZATIONS_BY_THREAD_TYPE")
    values = {
        (thread_type, switch): value
        for thread_type, switches in (by_type.items() if isinstance(by_type, Mapping) else ())
        if isinstance(switches, Mapping)
        for switch, value in switches.items()
    }
    return values.get


#: Attributes of `ChatSettings` in addition to the values: methods of built-in types, whose calls run no code of this
#: package.
_LOOKUPS: Final[Mapping[str, Callable[[Mapping[str, Any]], Callable[..., Any]]]] = {
    "has": _has,
    "is_set": _is_set,
    "thread_switch": _thread_switch,
}

chat_settings: Final = ChatSettings()


def optimization(thread_type: str, switch: str) -> Any:
    """Return the value of `switch` in `OPTIMIZATIONS_BY_THREAD_TYPE` for that type of thread; None if it is not set."""
    return chat_settings.thread_switch((thread_type, switch))


def _reload_on_override(*, setting: str, **kwargs: Any) -> None:
    if setting == "CHAT_SETTINGS":
        chat_settings.reload()


setting_changed.connect(_reload_on_override)
request_started.connect(chat_settings.reload_if_changed)
