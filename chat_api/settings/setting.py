"""One entry of the table of settings, and the dictionary of the host that it is looked up in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings as django_settings

from chat_api.settings.rules import Imported, Maybe, Rule


def host_settings() -> Mapping[str, Any]:
    """Return the host's `CHAT_SETTINGS` as they are now; empty if there are none, or they are not a mapping."""
    found = getattr(django_settings, "CHAT_SETTINGS", None)
    return found if isinstance(found, Mapping) else {}


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A key of `CHAT_SETTINGS`.

    `default` is the value without an entry of the host, `rule` says which values are possible, and `doc` is its text
    on the documentation page, in reStructuredText.
    """

    name: str
    default: Any
    rule: Rule
    doc: str

    @property
    def is_imported(self) -> bool:
        """Return whether the value is a dotted path, or the object itself, and reads as the object."""
        rule = self.rule.rule if isinstance(self.rule, Maybe) else self.rule
        return isinstance(rule, Imported)

    def configured(self) -> Any:
        """Return the value as the host wrote it, else the default; nothing is imported."""
        return host_settings().get(self.name, self.default)
