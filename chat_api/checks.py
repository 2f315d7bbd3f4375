"""System checks of the values in `CHAT_SETTINGS`.

E001: `CHAT_SETTINGS` is not a dict. E002: a setting is unknown. E003 to E009: a value is wrong, see
`chat_api.settings.rules`. W006: a name has no effect. The other checks are in `chat_api.project_checks` (W002 to W005,
W007), in the `checks` of `chat_api.notifications` and `chat_api.search` (E010, E011, W008), in
`chat_api.lib.conf.database_checks` (E012 to E014, W001), in `chat_api.schemas.library_checks` (E015), and in
`chat_api.web.checks` (W009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from chat_api.settings import DEFAULTS, SETTINGS
from chat_api.settings.rules import WITHOUT_EFFECT, Problem, hint_for

NOT_A_DICT: Final = "chat_api.E001"
UNKNOWN_KEY: Final = "chat_api.E002"

#: Checked even if the host does not set it: the default has to be among types that the host may have changed.
ALWAYS_CHECKED: Final = ("TYPES_CHAT_DEFAULT",)


@checks.register("chat_api")
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report every wrong value in `CHAT_SETTINGS`, once each, with the setting and the place inside it."""
    host = getattr(settings, "CHAT_SETTINGS", None)
    if host is None:
        return []
    if not isinstance(host, Mapping):
        return [checks.Error(f"CHAT_SETTINGS must be a dict, not {host!r}.", id=NOT_A_DICT)]
    messages: list[checks.CheckMessage] = []
    for key in dict.fromkeys((*host, *ALWAYS_CHECKED)):
        where = f"CHAT_SETTINGS[{key!r}]"
        setting = SETTINGS.get(key)
        if setting is None:
            messages.append(
                checks.Error(f"{where}: unknown setting.", hint=hint_for(key, DEFAULTS), id=UNKNOWN_KEY)
            )
        else:
            messages.extend(_as_message(problem) for problem in setting.rule(setting.configured(), where))
    return messages


def _as_message(problem: Problem) -> checks.CheckMessage:
    kind = checks.Warning if problem.id == WITHOUT_EFFECT else checks.Error
    return kind(problem.text, hint=problem.hint, id=problem.id)
